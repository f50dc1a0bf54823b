"""Readings written beside the rows that they are of: what differs, as one version, with the models' name.

What a reading may not touch: feelings that a score says, and those that somebody put right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.core.chosen import CHOSEN
from heartline.store.lake import Lake
from heartline.store.manifest import ERASE
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot

from ..told import NOTE
from .reader import Readings, scored

Floats = npt.NDArray[np.float64]
Reads = Callable[[pa.Table], Readings]

NOTICEABLE = 0.05
"""A feeling that changes by less is left as it is."""
RULE = "text"
WHY = "read texts"
COLUMNS = ("id", "text", "score", "scale", "language", "feeling", "kind")
UNFELT = (NOTE, *CHOSEN)
"""Kinds of texts whose feeling is no customer's, or is said by people."""


def texts_of(snapshot: Snapshot, *columns: str) -> ibis.Table:
    """Give the rows that carry a text."""
    rows = snapshot.rows(*dict.fromkeys((*columns, "text")))
    return rows.filter(rows.text.notnull(), rows.text.strip() != "")


def newest_first(snapshot: Snapshot, rows: ibis.Table) -> pa.ChunkedArray:
    """Give the ids of rows: what came last first."""
    found = snapshot.execute(rows.select("id", "landed", "occurred_at"))
    return found.sort_by([("landed", "descending"), ("occurred_at", "descending"), ("id", "ascending")])["id"]


def override(lake: Lake, ids: pa.ChunkedArray, reads: Reads, name: str, fixed: frozenset[str]) -> int:
    """Read some texts, and write what differs; give how many rows changed.

    Parameters
    ----------
    name
        The models by which `reads` reads.
    fixed
        Interactions whose feeling somebody put right.
    """
    while (wrote := _tried(lake, ids, reads, name, fixed)) is None:
        pass  # people were erased meanwhile
    return wrote


def _tried(lake: Lake, ids: pa.ChunkedArray, reads: Reads, name: str, fixed: frozenset[str]) -> int | None:
    snapshot = lake.at()
    rows = texts_of(snapshot, *COLUMNS)
    asked = lake.engine.memory(pa.table({"id": ids}))
    found = snapshot.execute(rows.semi_join(asked, "id").select(*COLUMNS)).sort_by("id")
    if not found.num_rows:
        return 0
    changes = list(_changes(found, reads(found), snapshot, fixed))
    if not changes:
        return 0
    with lake.write(WHY) as writer:
        newer = [one for one in lake.manifest.entries() if one.version > snapshot.version]
        if any(one.why == ERASE for one in newer):
            return None
        for part in changes:
            writer.add("overrides", part.append_column("rule", pa.array([f"{RULE} {name}"] * part.num_rows)))
    return int(sum(part.num_rows for part in changes))


def _changes(found: pa.Table, read: Readings, snapshot: Snapshot, fixed: frozenset[str]) -> Iterator[pa.Table]:
    """Give the overrides that follow from readings, one table for each set of columns."""
    ids = found["id"].to_pylist()
    answered = scored(found["score"].to_pylist(), found["scale"].to_pylist(), snapshot.definitions.scales)
    before = found["feeling"].to_numpy(zero_copy_only=False).astype(np.float64)
    felt = read.feelings
    ours = ~answered & ~np.isnan(felt) & np.array([one not in fixed for one in ids], np.bool_)
    ours &= np.array([kind not in UNFELT for kind in found["kind"].to_pylist()], np.bool_)
    feeling = ours & (np.isnan(before) | (np.abs(felt - before) >= NOTICEABLE) | (np.sign(felt) != np.sign(before)))
    said = found["language"].to_pylist()
    told = np.array([new is not None and old is None for new, old in zip(read.languages, said, strict=True)], np.bool_)
    for sets, here in ((["language", "feeling"], told & feeling), (["language"], told & ~feeling),
                       (["feeling"], feeling & ~told)):  # fmt: skip
        places = np.flatnonzero(here)
        if not len(places):
            continue
        part = found.take(pa.array(places))
        columns = {"id": part["id"], "sets": pa.array([sets] * len(places), OVERRIDES.field("sets").type)}
        if "language" in sets:
            columns["language"] = pa.array([read.languages[place] for place in places], pa.string())
            columns["was_language"] = part["language"]
        if "feeling" in sets:
            columns["feeling"] = pa.array(felt[places], pa.float64())
            columns["was_feeling"] = part["feeling"]
        yield pa.table(columns)
