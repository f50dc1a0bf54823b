"""The rows behind the figures that every answer about trips has."""

from __future__ import annotations

from heartline.core.registry import Evidence, Which, no_evidence
from heartline.store.snapshot import Snapshot

from .interaction_rows import outside_rows
from .question import Question
from .trip_rows import Wanted, trip_rows, with_value

TRIPS: dict[str, tuple[str, str | int, Wanted]] = {
    "trips": ("count", 1, Wanted()),
    "customers": ("distinct", "customer", Wanted()),
    "open_trips": ("count", 1, Wanted(open=True)),
    "goal_share": ("share", "reached_goal", Wanted(open=False)),
    "median_goal_steps": ("median", "goal_steps", Wanted(reached=True)),
    "median_goal_s": ("median", "goal_s", Wanted(reached=True)),
}
"""For each number of trips the measure, what each trip brings to it, and which trips."""


def behind(snapshot: Snapshot, question: Question, name: str | None) -> Evidence | None:
    """Give the rows behind a shared figure; None where it is not one of them."""
    if name == "outside_share":
        return Evidence("interactions", "share", outside_rows(snapshot, question))
    if name == "goal_share" and question.journey.goal is None:
        return nothing(snapshot, question)
    if name not in TRIPS:
        return None
    measure, value, wanted = TRIPS[name]
    return Evidence("trips", measure, with_value(trip_rows(snapshot, question, wanted), value))


def found_or_refused(evidence: Evidence | None, which: Which) -> Evidence:
    """Give what was found behind a number, or say that nothing stands behind it."""
    if evidence is None:
        raise no_evidence(which)
    return evidence


def nothing(snapshot: Snapshot, question: Question) -> Evidence:
    """Give no rows: what stands behind a number that is not known."""
    return Evidence("trips", "mean", with_value(trip_rows(snapshot, question, Wanted(path=())), 1))
