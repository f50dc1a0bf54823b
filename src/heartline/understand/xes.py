"""Trips as an event log in XES (IEEE 1849-2023), for any process mining tool: a trace per trip, an event per step."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from functools import partial
from pathlib import Path
from typing import IO, cast
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.selection import Selection
from heartline.store.kernel import Array, Columns
from heartline.store.schema import MOMENT
from heartline.store.snapshot import Snapshot

from .question import Question, Walked, ask, fold

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event">
<string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000000+00:00"/>
<string key="lifecycle:transition" value="complete"/>
</global>
<classifier name="Activity" keys="concept:name"/>
<string key="concept:name" value={name}/>
"""
_TAIL = "</log>\n"


def export(snapshot: Snapshot, selection: Selection, journey: str, path: Path) -> tuple[int, int]:
    """Write the chosen trips of a journey to a file, packed where its name ends in `.gz`; give trips and events.

    A trace is named by its owner and start, and says whether it reached the goal and whether it is open. An event is
    named by its touchpoint's label, or its key where several touchpoints share a label; `heartline:touchpoint` is the
    key, `heartline:channel` the channel.

    Raises
    ------
    NotFound
        `unknown_journey`, and what else the selection names that is not there.

    Privacy
    -------
    Owners are pseudonyms, as everywhere in the lake, or refs as their source names them.
    """
    question = ask(snapshot, selection, journey)
    work = partial(_traces, labels=_labels(snapshot))
    found = fold(snapshot, question, work, _both, "channel")
    draft = path.with_name(f".{path.name}.part")
    try:
        with _opened(draft, packed=path.suffix == ".gz") as file:
            file.write(_HEAD.format(name=quoteattr(question.journey.label)).encode())
            for part in found[2]:
                file.write(zlib.decompress(part))
            file.write(_TAIL.encode())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return found[:2]


Traces = tuple[int, int, tuple[bytes, ...]]
"""How many trips and events, and their XML, packed: a hundred million events would not fit unpacked."""


def _traces(columns: Columns, *, question: Question, labels: dict[str, str]) -> Traces:
    """Write the trips of some owners; whole columns at a time, since there may be very many."""
    walked = Walked(columns, question)
    trips = walked.trips
    if not len(trips):
        return 0, 0, ()
    heads = pc.binary_join_element_wise(
        '<trace>\n<string key="concept:name" value="',
        _escaped(pa.array(columns.owners(trips.owner), pa.string())),
        " ",
        _moments(trips.start),
        '"/>\n<boolean key="heartline:reached_goal" value="',
        pa.array(walked.goal >= 0).cast(pa.string()),
        '"/>\n<boolean key="heartline:open" value="',
        pa.array(trips.open).cast(pa.string()),
        '"/>\n',
        "",
    )
    bodies = pc.binary_join(pa.ListArray.from_arrays(pa.array(walked.first, pa.int32()), _events(walked, labels)), "")
    whole = pc.binary_join_element_wise(heads, bodies, "</trace>\n", "")
    text = b"".join(whole.cast(pa.binary()).to_pylist())
    return len(trips), len(walked.touchpoint), (zlib.compress(text, level=1),)


def _events(walked: Walked, labels: dict[str, str]) -> pa.Array:
    columns = walked.columns
    channel = columns.channel if walked.rows is None else columns.channel[walked.rows]
    named = [
        f'<event><string key="concept:name" value={quoteattr(labels.get(name, name))}/>'
        f'<string key="heartline:touchpoint" value={quoteattr(name)}/>'
        for name in walked.names
    ]
    channels = [
        *(f'<string key="heartline:channel" value={quoteattr(name)}/>' for name in columns.names("channel")),
        "",
    ]
    return pc.binary_join_element_wise(
        pa.array(named, pa.string()).take(pa.array(walked.touchpoint)),
        pa.array(channels, pa.string()).take(pa.array(np.where(channel < 0, len(channels) - 1, channel))),
        '<string key="lifecycle:transition" value="complete"/><date key="time:timestamp" value="',
        _moments(walked.time),
        '"/></event>\n',
        "",
    )


def _moments(us: Array) -> pa.Array:
    return pc.strftime(pa.array(us, pa.int64()).cast(MOMENT), "%Y-%m-%dT%H:%M:%S+00:00")


def _escaped(texts: pa.Array) -> pa.Array:
    for plain, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        texts = pc.replace_substring(texts, plain, safe)
    return texts


def _labels(snapshot: Snapshot) -> dict[str, str]:
    """Give the labels of touchpoints that no other one shares."""
    labels = {key: str(body.get("label") or key) for key, body in snapshot.definitions.all("touchpoint").items()}
    times = Counter(labels.values())
    return {key: label for key, label in labels.items() if times[label] == 1}


def _both(one: Traces, other: Traces) -> Traces:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _opened(path: Path, *, packed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "wb") if packed else path.open("wb"))
