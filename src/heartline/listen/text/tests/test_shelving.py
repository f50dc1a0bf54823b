"""Vectors of texts are made once for whoever reads, kept, and go with the texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from heartline.listen.text import reader, shelving
from heartline.listen.text.embedder import Vectors, label
from heartline.listen.text.refining import refine
from heartline.listen.text.themes import keeping
from heartline.listen.text.themes.tests.bag import BAG
from heartline.store import erasing
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events
from heartline.store.vectors import homes


class Counting:
    """The bag of words, counting the sentences that it encodes."""

    version, dimensions = BAG.version, BAG.dimensions

    def __init__(self, name: str) -> None:
        self.name = name
        self.encoded: list[str] = []

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Encode."""
        self.encoded += texts
        return BAG.vectors(texts)


def word(number: int) -> str:
    return f"zq{chr(97 + number % 26)}{chr(97 + number // 26)}x"


def lake_of(folder: Path) -> Lake:
    said: list[Event] = [
        (f"p{n % 7}", "shop", f"2024-03-01 10:{n:02d}", {"text": f"The parcel {word(n)} came late. Never again."})
        for n in range(30)
    ]
    return events(folder / "data", said)


def test_whoever_reads_second_encodes_nothing(tmp_path: Path) -> None:
    lake, counting = lake_of(tmp_path), Counting("second")
    snapshot = lake.at()
    texts = keeping.unread(snapshot, 100)
    by = keeping.reader(snapshot, counting)
    counting.encoded.clear()
    keeping.read(lake, by, texts)
    assert len(counting.encoded) == 31, "what all of them say is encoded once"
    version = lake.at().version
    counting.encoded.clear()
    given = shelving.vectors(lake, counting, [one.id for one in texts], [one.text for one in texts])
    assert counting.encoded == []
    assert given.counts.tolist() == [2] * 30
    assert lake.at().version == version, "keeping vectors makes no version"
    before = {one.id: read for one, read in zip(texts, by.read([one.text for one in texts]), strict=True)}
    after = {one.id: read for one, read in zip(texts, by.read([one.text for one in texts], given), strict=True)}
    assert before == after


def test_feeling_and_themes_share_one_shelf(tmp_path: Path) -> None:
    lake, counting = lake_of(tmp_path), Counting("shared")
    refine(lake, reader.Reader(lake.at().definitions, lake.folder, lambda _name: counting))
    counting.encoded.clear()
    texts = keeping.unread(lake.at(), 100)
    keeping.read(lake, keeping.reader(lake.at(), counting), texts)
    assert not [one for one in counting.encoded if "zq" in one]
    assert [path.name for path in homes(lake.folder).iterdir() if path.is_dir()] == [label(counting)]


def test_of_who_was_erased_no_vector_stays_or_comes_back(tmp_path: Path) -> None:
    lake, counting = lake_of(tmp_path), Counting("erased")
    texts = keeping.unread(lake.at(), 100)
    ids = [one.id for one in texts]
    theirs = [one.id for one in texts if int(one.id.removeprefix("world:")) % 7 == 1]
    shelving.vectors(lake, counting, ids, [one.text for one in texts])
    erasing.erase(lake, lambda _lake: ["user_id:p0"])
    again = shelving.vectors(lake, counting, ids, [one.text for one in texts])
    assert again.counts.tolist() == [2] * 30, "whoever still holds the texts may read them"
    assert not shelving.shelf(lake, counting).known(theirs).any()
    bytes_kept = b"".join(path.read_bytes() for path in homes(lake.folder).rglob("*.arrow"))
    assert theirs
    gone = BAG.vectors([texts[ids.index(theirs[0])].text.split(".")[0] + "."]).astype(np.float16).tobytes()
    assert gone not in bytes_kept


def test_themes_are_looked_for_among_vectors_that_are_kept(tmp_path: Path) -> None:
    said: list[Event] = [
        (f"p{n}", "shop", f"2024-03-01 {n // 60:02d}:{n % 60:02d}", {"text": f"The wifi in room {n} was down."})
        for n in range(90)
    ]
    lake, counting = events(tmp_path / "data", said), Counting("looked")
    texts = keeping.unread(lake.at(), 100)
    keeping.read(lake, keeping.reader(lake.at(), counting), texts)
    counting.encoded.clear()
    keeping.look(lake, counting, date(2024, 4, 1))
    assert not [one for one in counting.encoded if "wifi in room" in one]
