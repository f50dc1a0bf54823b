"""Alerts in planted worlds: how often they cry wolf, how soon they tell of what was planted."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks import frame
from benchmarks.frame import Line
from heartline.listen.alerting.charting import charted, limits, rate
from heartline.listen.alerting.rhythm import learnt
from heartline.listen.alerting.tests.planted import by_the_hour, false_alarms, in_bursts, nightly, scored, stepped

SERIES, DAYS = 10, 728
SOURCES, LEARN, WATCHED = 5, 84, 20
QUIET = ((3, 0.0), (15, 0.0), (100, 0.0), (15, 0.5), (100, 0.4))
"""Answers a day, and by how much days differ beyond chance."""
FALLS = ((10, 0.05), (30, 0.05), (100, 0.05), (10, 0.12), (30, 0.12), (100, 0.12))
"""Answers a day, and the share of people who turn from five stars to one: .05 is a fifth of a star, .12 half a star."""
RHYTHMS: dict[str, Callable[[Any, int], Any]] = {
    "4 a day": lambda rng, days: by_the_hour(rng, days, 4),
    "40 a day": lambda rng, days: by_the_hour(rng, days, 40),
    "400 a day": lambda rng, days: by_the_hour(rng, days, 400),
    "in bursts": lambda rng, days: in_bursts(rng, days, 8),
    "nightly": nightly,
}


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when more false alarms were raised than allowed."""
    options = argparse.ArgumentParser(prog="./bench alerts", description=__doc__)
    options.add_argument("--worlds", type=int, default=20)
    chosen = options.parse_args(argv)
    rng = np.random.default_rng(42)
    limit = limits(rate(52, SERIES, 7))
    quiet = [_quiet(rng, chosen.worlds, a_day, mood, limit) for a_day, mood in QUIET]
    falls = [line for a_day, by in FALLS for line in _falls(rng, 5 * chosen.worlds, a_day, by, limit)]
    silent = [line for name in RHYTHMS for line in _silent(rng, chosen.worlds, name)]
    held = frame.table("False alarms of scores, ten series by days; one in 52 weeks is allowed", quiet)
    frame.table("Days until a fall is told, ten series watched", falls)
    held &= frame.table("Sources, five watched; one false alarm in 52 weeks is allowed", silent)
    return 0 if held else 1


def _quiet(rng: Any, worlds: int, a_day: float, mood: float, limit: Any) -> Line:
    charts = (charted(*scored(rng, DAYS, a_day, mood), limit) for _ in range(worlds * SERIES))
    alarms = sum(point.begins for chart in charts for point in chart)
    name = f"{a_day} answers a day" + (f", days differ by {mood}" if mood else "")
    return Line(name, alarms / worlds / (DAYS / 364), 1.0, unit="in 52 weeks", target=1.0)


def _falls(rng: Any, worlds: int, a_day: float, by: float, limit: Any) -> list[Line]:
    delays = []
    for _ in range(worlds):
        points = charted(*scored(rng, 260, a_day, falls_on=200, by=by), limit)
        told = [point.slot.last - 199 for point in points if point.outside and point.slot.last >= 200]
        delays.append(told[0] if told else np.inf)
    name = f"{a_day} answers a day, {4 * by:.1f} stars less"
    missed = Line(f"{name}: not told within 60 days", float(np.isinf(delays).mean()), unit="share")
    middle = float(np.median(delays))
    return [*([Line(f"{name}: median", middle, unit="days")] if np.isfinite(middle) else []), missed]


def _silent(rng: Any, worlds: int, name: str) -> list[Line]:
    alarms = weeks = 0
    hours = []
    for _ in range(worlds):
        arrivals = stepped(RHYTHMS[name](rng, LEARN + 7 * WATCHED))
        found, looked = false_alarms(arrivals, learnt, WATCHED, SOURCES)
        alarms, weeks = alarms + found, weeks + looked
        rhythm = learnt(arrivals[-len(arrivals) * LEARN // (LEARN + 7 * WATCHED) :], "UTC", 52, SOURCES)
        if rhythm is not None:
            stops = datetime.fromtimestamp(float(rng.choice(arrivals[len(arrivals) // 2 :])), UTC)
            hours.append((rhythm.due(stops, "UTC") - stops).total_seconds() / 3_600)
    return [
        Line(f"{name}: false alarms", alarms / weeks * 52 * SOURCES, 1.0, unit="in 52 weeks", target=1.0),
        Line(f"{name}: told after", float(np.median(hours)), unit="h"),
    ]
