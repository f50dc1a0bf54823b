"""Texts that stand for all of a side about a theme: chosen as for themes, the same for everybody who asks the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from ..quoted import AMONG
from ..text.quotes import representative
from .alike import Side

COLUMNS = ("id", "occurred_at", "source", "text", "score", "scale", "feeling")


def quotes(side: Side, keys: Sequence[str], number: int) -> dict[str, list[dict[str, Any]]]:
    """Give so many quotes for each theme."""
    if not number or not keys:
        return {}
    rows = side.rows.filter(side.rows.text.notnull(), side.rows.text != "", side.rows.themes.notnull())
    rows = rows.mutate(theme=rows.themes.unnest())
    rows = rows.filter(rows.theme.isin(sorted(keys))).select("theme", *COLUMNS)
    order = [rows.occurred_at.desc(), rows.id]
    rows = rows.mutate(place=ibis.row_number().over(group_by=rows.theme, order_by=order))
    rows = rows.filter(rows.place < AMONG).order_by("theme", "place").drop("place")
    found: dict[str, list[dict[str, Any]]] = {}
    for row in side.snapshot.execute(rows).to_pylist():
        found.setdefault(row.pop("theme"), []).append(row)
    return {
        key: [among[place] for place in representative([row["text"] for row in among], number)]
        for key, among in found.items()
    }
