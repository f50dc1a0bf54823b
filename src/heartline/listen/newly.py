"""Words that are said more of late than before, among the texts of a selection."""

from __future__ import annotations

from heartline.store.snapshot import Snapshot

from .answers import Answers
from .spoken import SLICES, Window, texts
from .text.rising import Rise, rising_words

MOST = 6_000
"""Texts that are looked through: the newest."""
SHOWN = 12


def said_newly(snapshot: Snapshot, spec: Answers, late: Window) -> list[Rise]:
    """Give the words that more texts of late have than before, the steepest first.

    Texts are those that were read for themes. One word in two quiet looks is called so falsely.
    """
    rows = texts(snapshot, spec, "id")
    rows = rows.mutate(slice=late.slice(rows))
    rows = rows.filter(rows.slice <= SLICES).order_by([rows.occurred_at.desc(), rows.id]).limit(MOST)
    found = snapshot.execute(rows.select("text", "slice")).to_pylist()
    now = [row["text"] for row in found if row["slice"] == 0]
    past = [row["text"] for row in found if row["slice"] > 0]
    return rising_words(now, past)[:SHOWN] if now and past else []
