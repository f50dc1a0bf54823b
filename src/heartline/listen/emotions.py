"""The verb `emotions`: which emotions texts show, as shares of many."""

from __future__ import annotations

from typing import Annotated

import ibis
import pyarrow as pa
from pydantic import Field

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, scales
from .text import showing
from .text.emotion import LEAST, NAMES, Share, shares

COLUMNS = (
    Column("emotion", "str", "key", "joy, trust, fear, surprise, sadness, disgust, anger, calm, or none"),
    Column("texts", "int", "count", "texts that show it"),
    Column("share", "float", "share", "of all texts that were read; null with too few of them"),
    Column("low", "float", "share", "lower end of the share's 95 % interval"),
    Column("high", "float", "share", "upper end of it"),
)


@spec
class EmotionsSpec(Answers):
    """Which texts.

    Parameters
    ----------
    scale
        Only texts that came with a score on one of these scales.
    about
        Only texts that judge these touchpoints, wherever they were said.
    newest
        At most so many texts, the newest.
    """

    newest: Annotated[int, Field(ge=1, le=100_000)] = 20_000


def emotions_evidence(lake: Lake, spec: EmotionsSpec, which: Which) -> Evidence:
    """List the texts behind a number: `value` is 1 and 0 for showing the emotion and not."""
    snapshot = lake.at(spec.as_of)
    found = _read(snapshot, spec)
    if which.figure is not None:
        if which.figure not in ("texts", "read"):
            raise unknown("figure", which.figure, ["texts", "read"], field="figure")
        return _listed(snapshot, spec, found, None, everything=which.figure == "texts")
    if which.column not in ("texts", "share") or which.row.get("emotion") not in NAMES:
        raise no_evidence(which)
    return _listed(snapshot, spec, found, str(which.row["emotion"]), everything=which.column == "share")


@verb(EmotionsSpec, key=("emotion",), evidence=emotions_evidence)
def emotions(lake: Lake, spec: EmotionsSpec) -> Result:
    """Say which emotions many texts show; never what one person feels.

    Shape
    -----
    One row per emotion, the most shown first and `none` last: `emotion` str; `texts` int; `share` float of all texts
    that were read, with `low` and `high`; null with fewer than 30 texts.

    Units
    -----
    Shares 0–1.

    Uncertainty
    -----------
    Wilson intervals. They say how far chance goes, not how well emotions are read: disgust and surprise are read less
    surely than joy, anger, fear and sadness.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_about`, …

    Privacy
    -------
    Counts only. Its evidence lists pseudonymous customers and what they wrote.
    """
    snapshot = lake.at(spec.as_of)
    found = _read(snapshot, spec)
    read = [one for one in found["emotion"].to_pylist() if one is not None]
    counted = shares(read) if read else []
    method = "the newest texts in this selection"
    return Result(
        verb="emotions",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(counted),
        figures={
            "texts": Figure(found.num_rows, n=found.num_rows, method=method),
            "read": Figure(len(read), n=len(read), method=f"{method} that the encoder has read"),
        },
        columns=COLUMNS,
        rows=[
            {"emotion": one.emotion, "texts": one.count, "share": one.share, "low": one.low, "high": one.high}
            for one in counted
        ],
        notes=_notes(found.num_rows, len(read)),
    )


def _texts(snapshot: Snapshot, spec: EmotionsSpec, *columns: str) -> ibis.Table:
    """Give the newest texts that are asked for."""
    needed = dict.fromkeys(["id", "text", "occurred_at", *(["scale"] if spec.scale else []),
                            *(["about", "touchpoint"] if spec.about else []), *columns])  # fmt: skip
    rows = snapshot.selected(spec, *needed)
    rows = rows.filter(rows.text.notnull(), rows.text.strip() != "")
    if spec.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, spec.scale))))
    rows = judging(snapshot, rows, spec.about)
    return rows.order_by([rows.occurred_at.desc(), rows.id]).limit(spec.newest)


def _read(snapshot: Snapshot, spec: EmotionsSpec) -> pa.Table:
    """Give the id of each text, and the emotion that it shows; null where the encoder has not read it."""
    found = snapshot.execute(_texts(snapshot, spec).select("id", "text")).combine_chunks()
    shown = showing.emotions_of(snapshot, found["id"].to_pylist(), found["text"].to_pylist())
    return pa.table({"id": found["id"], "emotion": pa.array(shown, pa.string())})


def _listed(
    snapshot: Snapshot, spec: EmotionsSpec, found: pa.Table, emotion: str | None, *, everything: bool
) -> Evidence:
    rows = _texts(snapshot, spec, "customer", "channel", "touchpoint", "about", "feeling")
    ours = snapshot.lake.engine.memory(found.rename_columns(["of", "emotion"]))
    both = rows.join(ours, rows.id == ours.of).drop("of")
    if emotion is None:
        both = both if everything else both.filter(both.emotion.notnull())
        return Evidence("interactions", "count", Listed(snapshot, both.mutate(value=both.feeling)))
    both = both.filter(both.emotion.notnull())
    both = both.mutate(value=(both.emotion == emotion).cast("int64"))
    if everything:
        return Evidence("interactions", "share", Listed(snapshot, both))
    return Evidence("interactions", "count", Listed(snapshot, both.filter(both.value == 1)))


def _answer(counted: list[Share]) -> Sentence:
    if not counted:
        return Sentence("No text has been read for emotions yet.")
    first, count = counted[0], counted[0].n
    if count < LEAST or first.share is None:
        return Sentence(
            "{texts} texts were read: too few to say which emotions they show.", {"texts": say.count(count)}
        )
    if not first.count:
        return Sentence("{texts} texts were read; none shows a clear emotion.", {"texts": say.count(count)})
    values = {"emotion": first.emotion, "share": say.share(first.share), "low": say.share(first.low),
              "high": say.share(first.high), "texts": say.count(count)}  # fmt: skip
    return Sentence("The emotion shown most is {emotion}: {share} of {texts} texts (between {low} and {high}).", values)


def _notes(every: int, read: int) -> tuple[Sentence, ...]:
    notes = [Sentence("Emotions are read of many texts together; of one text they may be wrong.")]
    if every > read:
        values = {"unread": say.count(every - read), "every": say.count(every)}
        notes.append(Sentence("{unread} of {every} texts were not read for emotions yet.", values))
    return tuple(notes)
