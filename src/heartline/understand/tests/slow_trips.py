"""Trips, cut one row after the other: slow, and plain enough to be checked by reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from heartline.understand.trips import Journey

Row = tuple[int, str | None]
"""A moment in µs and a touchpoint, None for a row that is no step."""


@dataclass
class Trip:
    """One trip: the places of its rows, the place of its goal, whether it is open."""

    rows: list[int] = field(default_factory=list)
    goal: int | None = None
    open: bool = False


def slow_cut(rows: list[Row], journey: Journey, as_of_us: int) -> list[Trip]:
    """Cut one owner's rows, which are in order."""
    trips: list[Trip] = []
    running: Trip | None = None
    for place, (time, touchpoint) in enumerate(rows):
        limit = journey.within_us
        if running is not None and limit is not None and time - rows[running.rows[0]][0] > limit:
            _end(running, rows, journey, as_of_us)
            running = None
        starts = touchpoint is not None and (journey.starts is None or touchpoint in journey.starts)
        is_goal = touchpoint is not None and touchpoint == journey.goal
        awaited = running is not None and running.goal is None and is_goal
        if journey.starts is not None and starts and not awaited:
            running = None
        if running is None:
            if not starts:
                continue
            running = Trip()
            trips.append(running)
        running.rows.append(place)
        if is_goal and running.goal is None:
            running.goal = place
            if journey.ends == "goal":
                running = None
    if running is not None:
        _end(running, rows, journey, as_of_us)
    return trips


def _end(trip: Trip, rows: list[Row], journey: Journey, as_of_us: int) -> None:
    """Decide whether a trip that no goal and no new start ended is open."""
    young = journey.within_us is None or as_of_us - rows[trip.rows[0]][0] < journey.within_us
    trip.open = trip.goal is None and young
