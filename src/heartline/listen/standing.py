"""Texts that stand for all texts about a touchpoint: never picked because they sound good."""

from __future__ import annotations

import ibis
import pyarrow as pa

from heartline.core.chosen import CHOSEN
from heartline.store.snapshot import Snapshot

from .text.quotes import representative

AMONG = 400
"""Texts about a touchpoint that are looked at: the newest."""


def sampled_ways(rows: ibis.Table) -> ibis.Table:
    """Leave out what somebody chose, such as quotes of interviews: it stands for itself only; rows need `way`."""
    return rows.filter(rows.way.notin(CHOSEN))


def typical(snapshot: Snapshot, rows: ibis.Table, number: int) -> pa.Table:
    """Give so many texts about each touchpoint: nearest to the middle of all about it, and unlike each other."""
    names = rows.columns
    judged = rows.mutate(judged=rows.about.coalesce(rows.touchpoint))
    newest = [judged.occurred_at.desc(), judged.id]
    judged = judged.mutate(place=ibis.row_number().over(group_by=judged.judged, order_by=newest))
    found = snapshot.execute(judged.filter(judged.place < AMONG).order_by(["judged", "place"]))
    groups: dict[str | None, list[int]] = {}
    for row, about in enumerate(found["judged"].to_pylist()):
        groups.setdefault(about, []).append(row)
    texts = found["text"].to_pylist()
    kept = [
        some[place] for some in groups.values() for place in representative([texts[row] for row in some], number)
    ]  # fmt: skip
    return found.take(pa.array(kept, pa.int64())).select(names)
