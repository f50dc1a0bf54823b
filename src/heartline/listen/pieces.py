"""Pieces of feedback: every answer on a scale and every text, and which of them are meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import ibis
from pydantic import Field

from heartline.core.selection import Keys, spec
from heartline.store.snapshot import Snapshot

from .answers import Answers, judging, sampled, scales
from .spoken import checked, with_theme
from .told import told_by

COUNTED = ("feedback", "texts", "scored", "good", "bad")


@spec
class Pieces(Answers):
    """Which pieces of feedback.

    Parameters
    ----------
    scale
        Only answers on these scales.
    about
        Only what judges these touchpoints, wherever it was given.
    feeling
        Only `good` (above 0), `bad` (below 0), `neutral` (0) or `unknown` ones.
    theme
        Only texts that speak of any of these themes.
    only
        `texts`: with a text; `low`: answers below the middle of their scale; `unread`: texts that nobody has read
        for what they are about yet.
    since
        Only what landed after this version.
    """

    feeling: Literal["good", "bad", "neutral", "unknown"] | None = None
    theme: Keys = ()
    only: Literal["texts", "low", "unread"] | None = None
    since: Annotated[int, Field(ge=0)] | None = None


def pieces(snapshot: Snapshot, asked: Pieces, *columns: str) -> ibis.Table:
    """Give the interactions that carry an answer on a scale, or a text, and match what was asked."""
    needed = ["score", "text", "kind", *(name for name in columns if name != "told_by")]
    needed += ["scale"] if asked.scale else []
    needed += ["themes"] if _themed(asked) else []
    needed += ["feeling"] if asked.feeling or asked.only == "low" else []
    needed += ["about", "touchpoint"] if asked.about else []
    needed += ["landed"] if asked.since is not None else []
    rows = snapshot.selected(asked, *dict.fromkeys(needed))
    rows = sampled(rows.filter(rows.score.notnull() | with_text(rows)))
    if asked.since is not None:
        rows = rows.filter(rows.landed > asked.since)
    if asked.scale:
        rows = rows.filter(rows.scale.isin(list(scales(snapshot, asked.scale))))
    rows = judging(snapshot, rows, asked.about)
    if asked.theme:
        rows = rows.filter(with_theme(rows, checked(snapshot, asked.theme)))
    if asked.feeling:
        rows = rows.filter(feels(rows, asked.feeling))
    rows = _only(rows, asked.only)
    return (rows.mutate(told_by=told_by(rows)) if "told_by" in columns else rows).select(*columns)


def _themed(asked: Pieces) -> bool:
    return bool(asked.theme) or asked.only == "unread"


def _only(rows: ibis.Table, only: str | None) -> ibis.Table:
    if only == "texts":
        return rows.filter(with_text(rows))
    if only == "low":
        return rows.filter(rows.score.notnull(), rows.feeling < 0)
    if only == "unread":
        return rows.filter(with_text(rows), rows.themes.isnull())
    return rows


def with_text(rows: ibis.Table) -> ibis.Value:
    """Tell which rows carry a text."""
    return (rows.text != "").fill_null(False)


def feels(rows: ibis.Table, feeling: str) -> ibis.Value:
    """Tell which rows feel so."""
    if feeling == "unknown":
        return rows.feeling.isnull()
    if feeling == "neutral":
        return rows.feeling == 0
    return rows.feeling > 0 if feeling == "good" else rows.feeling < 0


def counts(rows: ibis.Table) -> dict[str, ibis.Value]:
    """Count rows with `text`, `score` and `feeling`: all of them, and those of a kind."""
    whole = {
        "feedback": rows.count(), "texts": with_text(rows).cast("int64").sum(), "scored": rows.score.count(),
        "good": (rows.feeling > 0).fill_null(False).cast("int64").sum(),
        "bad": (rows.feeling < 0).fill_null(False).cast("int64").sum(),
    }  # fmt: skip
    return {name: whole[name] for name in COUNTED}


def counted(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Count as `counts` does, where all rows are at hand: asking once more takes longer."""
    yield "feedback", len(rows)
    yield "texts", sum(bool(row["text"]) for row in rows)
    yield "scored", sum(row["score"] is not None for row in rows)
    yield "good", sum((row["feeling"] or 0) > 0 for row in rows)
    yield "bad", sum((row["feeling"] or 0) < 0 for row in rows)


def of_kind(rows: ibis.Table, name: str) -> ibis.Table:
    """Keep what one of the counts counts."""
    if name == "texts":
        return rows.filter(with_text(rows))
    if name == "scored":
        return rows.filter(rows.score.notnull())
    return rows.filter(feels(rows, name)) if name in ("good", "bad") else rows
