"""Silence is told from pauses: rarely wrongly, in worlds of several kinds, and soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from heartline.listen.alerting.rhythm import Rhythm, learnt

from .planted import DAY, MONDAY, by_the_hour, false_alarms, in_bursts, nightly, stepped

WORLDS: dict[str, Callable[[Any, int], Any]] = {
    "rare": lambda rng, days: by_the_hour(rng, days, 4),
    "usual": lambda rng, days: by_the_hour(rng, days, 40),
    "busy": lambda rng, days: by_the_hour(rng, days, 400),
    "bursts": lambda rng, days: in_bursts(rng, days, 8),
    "nightly": nightly,
}


@pytest.mark.parametrize("kind", WORLDS)
def test_pauses_are_rarely_taken_for_silence(kind: str) -> None:
    """One of five sources, watched for 100 weeks: 0.4 false alarms are allowed."""
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(5):
        arrivals = stepped(WORLDS[kind](rng, 84 + 140))
        alarms += false_alarms(arrivals, learnt, 20, 5)[0]
    assert alarms <= 1


def test_a_shop_that_stops_in_the_day_is_told_the_same_day_and_at_night_later() -> None:
    arrivals = stepped(by_the_hour(np.random.default_rng(2), 84, 40))
    rhythm = learnt(arrivals, "UTC", 52)
    assert rhythm is not None
    noon, midnight = (datetime.fromtimestamp(MONDAY + 84 * DAY, UTC) + timedelta(hours=hour) for hour in (12, 0))
    by_day, by_night = rhythm.due(noon, "UTC") - noon, rhythm.due(midnight, "UTC") - midnight
    assert timedelta(hours=1) < by_day < timedelta(hours=12)
    assert by_night > by_day


def test_a_source_is_due_when_as_much_was_to_be_expected_as_its_longest_pause_holds() -> None:
    hourly = np.zeros(168)
    hourly[:3] = 4.0, 0.5, 2.0  # Monday, from midnight on
    last = datetime(2026, 1, 5, 0, 15, tzinfo=UTC)
    due = Rhythm(hourly, longest=5.0, pauses=50, usual_s=900.0).due(last, "UTC")
    assert due == datetime(2026, 1, 5, 2, 45, tzinfo=UTC)  # 3 + 0.5 + 1.5


def test_too_little_is_not_watched() -> None:
    arrivals = stepped(by_the_hour(np.random.default_rng(2), 84, 40))
    assert learnt(arrivals[arrivals < MONDAY + 20 * DAY], "UTC", 52) is None
    assert learnt(arrivals[::400], "UTC", 52) is None
    assert learnt(np.array([]), "UTC", 52) is None
