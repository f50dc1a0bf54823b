"""Texts that stand for all texts of a theme: the same for everybody who asks the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from heartline.store.snapshot import Snapshot

from .answers import Answers
from .spoken import split, split_of, texts
from .text.quotes import representative

AMONG = 400
"""Texts of a theme that are looked at: the newest."""
COLUMNS = ("id", "occurred_at", "channel", "touchpoint", "about", "text", "score", "scale", "feeling")

Quotes = dict[tuple[str, str | None], list[dict[str, Any]]]


def quoted(snapshot: Snapshot, spec: Answers, rows: Sequence[Mapping[str, Any]], number: int) -> Quotes:
    """Give so many quotes for each theme and group of these rows."""
    by = split_of(spec)
    said = texts(snapshot, spec, *COLUMNS)
    said = said.mutate(group=split(said, by) if by else ibis.null("string"), theme=said.themes.unnest())
    said = said.filter(said.theme.isin(sorted({str(row["theme"]) for row in rows})))
    said = said.select("theme", "group", *COLUMNS)
    newest = [said.occurred_at.desc(), said.id]
    said = said.mutate(place=ibis.row_number().over(group_by=[said.theme, said.group], order_by=newest))
    said = said.filter(said.place < AMONG).order_by("theme", "group", "place").drop("place")
    found: dict[tuple[str, str | None], list[dict[str, Any]]] = {}
    for row in snapshot.execute(said).to_pylist():
        found.setdefault((row.pop("theme"), row.pop("group")), []).append(row)
    return {
        key: [among[place] for place in representative([row["text"] for row in among], number)]
        for key, among in found.items()
    }
