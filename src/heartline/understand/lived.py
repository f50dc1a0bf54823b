"""What one person lived, read by one look through the rows; the page of a customer asks for it several times."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

import pyarrow as pa

from heartline.store.snapshot import Snapshot

NAMES = (
    "id", "occurred_at", "occurred_precision", "channel", "touchpoint", "stage", "about", "kind", "event", "source",
    "ref", "unit", "product", "text", "score", "scale", "feeling", "wait_s", "succeeded", "amount", "cost", "currency",
    "action", "arm",
)  # fmt: skip
READ = ("seq", "customer", *NAMES)
"""Columns that are read of a person."""
MOST = 20_000
"""Rows of a person that are read at once."""
KEPT = 4
"""People who are kept in memory, for the version they were read at and no longer than until others are asked for."""

_guard = threading.Lock()
_kept: OrderedDict[Hashable, pa.Table] = OrderedDict()


def lived(snapshot: Snapshot, who: str) -> pa.Table | None:
    """Give all rows whose customer is somebody, with the columns of `READ`; None where these are too many to hold.

    Privacy
    -------
    Nobody is kept beyond an erasure, and nothing of a lake that shows some units only or supposes something.
    """
    key = _key(snapshot, who)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    rows = snapshot.rows(*READ)
    newest = rows.filter(rows.customer == who).order_by(rows.occurred_at.desc(), rows.seq, rows.id)
    found = snapshot.execute(newest.limit(MOST + 1))  # without an order, a limit keeps the engine to one thread
    if found.num_rows > MOST:
        return None
    if key is not None:
        with _guard:
            _kept[key] = found
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
    return found


def _key(snapshot: Snapshot, who: str) -> Hashable:
    """Name what was read of whom; None where that is not kept."""
    lake = snapshot.lake
    if type(snapshot) is not Snapshot or lake.supposed is not None:
        return None
    newest = snapshot.newest
    state = newest.version, newest.time, len(lake.manifest.erasures())
    return str(lake.folder), lake.engine.name, snapshot.version, state, who
