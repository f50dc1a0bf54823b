"""All identifiers of many people at once, by the ledger: which of them are one person now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.snapshot import Snapshot

from .identity import components
from .people import edges


def names_of(snapshot: Snapshot, people: Iterable[str]) -> dict[str, int]:
    """Give every identifier of some people, each with the number of its person; two who are one now have one number.

    Parameters
    ----------
    people
        Customers or identifiers of theirs, `kind:hex`. As many as there are: what they are tied to is found in rounds,
        each of which is one question to the ledger.
    """
    known = pa.array(dict.fromkeys(people), pa.string())
    fresh, ledger, touched = known, snapshot.ledger(), []
    while len(fresh):
        some = snapshot.lake.engine.memory(pa.table({"name": fresh}))
        near = ledger.filter(ledger.left != ledger.right)
        near = near.semi_join(some, near.left == some.name).union(
            near.semi_join(some, near.right == some.name), distinct=True
        )
        found = snapshot.execute(near.select("left", "right", "same", "landed"))
        touched.append(found)
        ends = pa.chunked_array([*found["left"].chunks, *found["right"].chunks], pa.string()).unique()
        fresh = ends.filter(pc.invert(pc.is_in(ends, value_set=known)))
        known = pa.concat_arrays([known, fresh.cast(pa.string())])
    now = edges(pa.concat_tables(touched))[1] if touched else None
    return dict(zip(known.to_pylist(), _labels(known, now), strict=True))


def _labels(known: pa.Array, now: Any) -> list[int]:
    """Number the people of identifiers, by the pairs that hold now."""
    if now is None or not now.num_rows:
        return list(range(len(known)))
    left, right = (pc.index_in(now[side].combine_chunks(), value_set=known) for side in ("left", "right"))
    sides = (left.to_numpy().astype(np.int64), right.to_numpy().astype(np.int64))
    return [int(label) for label in components(len(known), *sides)]
