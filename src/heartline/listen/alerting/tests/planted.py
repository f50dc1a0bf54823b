"""Worlds whose truth is known: scores that stay or fall on a day, sources that come by the hour or in bursts."""

from __future__ import annotations

from typing import Any

import numpy as np

from heartline.listen.alerting.charting import Numbers

STARS = np.array([0.12, 0.04, 0.06, 0.18, 0.60])
"""How often one to five stars are given: 4.1 in the mean, many at both ends."""
POINTS = np.linspace(0, 1, 5)
DAY = 86_400.0
MONDAY = 1_704_067_200.0
HOURS = np.array([0.1] * 7 + [1.0] * 3 + [2.0] * 10 + [0.7] * 4)


def scored(
    rng: Any, days: int, a_day: float, mood: float = 0.0, falls_on: int | None = None, by: float = 0.0
) -> tuple[Numbers, Numbers, Numbers]:
    """Give the daily sums of star ratings, fewer at weekends.

    Parameters
    ----------
    mood
        By how much days differ beyond chance.
    falls_on, by
        From this day on, this share of those who would have been happiest are the unhappiest.
    """
    sums = np.zeros((3, days))
    for day in range(days):
        shares = STARS.copy()
        if falls_on is not None and day >= falls_on:
            shares[[0, 4]] += (by, -by)
        if mood:
            shares *= np.exp(rng.normal(0, mood) * (POINTS - 0.5))
            shares /= shares.sum()
        given = rng.multinomial(rng.poisson(a_day * (0.4 if day % 7 >= 5 else 1.24)), shares)
        sums[:, day] = given.sum(), (given * POINTS).sum(), (given * POINTS**2).sum()
    return sums[0], sums[1], sums[2]


def by_the_hour(rng: Any, days: int, a_day: float) -> Numbers:
    """Give arrivals of customers: few at night, fewer at weekends."""
    rates = np.tile(a_day * HOURS / HOURS.sum(), days)
    rates *= np.where(np.arange(len(rates)) // 24 % 7 >= 5, 0.4, 1.24)
    counts = rng.poisson(rates)
    hours = np.repeat(np.arange(len(rates)), counts)
    return np.asarray(np.sort(MONDAY + 3_600 * (hours + rng.random(len(hours)))))


def in_bursts(rng: Any, days: int, a_day: float) -> Numbers:
    """Give arrivals that come several at a time."""
    firsts = by_the_hour(rng, days, a_day)
    more = [first + np.cumsum(rng.exponential(300, rng.geometric(0.2))) for first in firsts]
    return np.sort(np.concatenate(more))


def nightly(rng: Any, days: int) -> Numbers:
    """Give arrivals of a nightly job: half an hour about three o'clock."""
    nights = [MONDAY + day * DAY + 3 * 3_600 + rng.normal(0, 600) + 60 * np.arange(30) for day in range(days)]
    return np.sort(np.concatenate(nights))


def stepped(arrivals: Numbers, step_s: int = 300) -> Numbers:
    """Give each step of time once in which anything came."""
    return np.unique(arrivals // step_s) * float(step_s)


def false_alarms(arrivals: Numbers, learnt: Any, weeks: int, sources: int, learn_days: int = 84) -> tuple[int, int]:
    """Learn each week anew; give how many pauses of the weeks after were taken for silence, and how many weeks.

    Parameters
    ----------
    learnt
        As `rhythm.learnt`.
    """
    alarms = 0
    for week in range(weeks):
        end = MONDAY + (learn_days + 7 * week) * DAY
        past = arrivals[(arrivals < end) & (arrivals >= end - learn_days * DAY)]
        rhythm = learnt(past, "UTC", 52, sources)
        next_ = np.concatenate([past[-1:], arrivals[(arrivals >= end) & (arrivals < end + 7 * DAY)]])
        start = next_[0] // 3_600 * 3_600
        hours = np.arange((next_[-1] - start) // 3_600 + 2)
        place = ((start + 3_600 * hours - MONDAY) // 3_600 % 168).astype(int)
        passed = np.concatenate([[0.0], np.cumsum(rhythm.hourly[place])])
        clock = np.interp((next_ - start) / 3_600, np.arange(len(passed)), passed)
        alarms += int((np.diff(clock) > rhythm.longest).sum())
    return alarms, weeks
