"""What is watched, counted by days or weeks: scores on their measure, and shares of texts about themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import numpy as np

from heartline.core.scales import Scale
from heartline.listen.answers import Answers, answers, scales
from heartline.listen.spoken import texts, with_theme
from heartline.store.clock import calendar
from heartline.store.snapshot import Snapshot

from .charting import Numbers

Place = tuple[str, str | None]
"""What is measured (a scale, or a theme), and where: the value of the column that is split by."""


@dataclass(frozen=True)
class Series:
    """One series: the first day of each period that had anything, and the sums of its values between 0 and 1."""

    of: str
    where: str | None
    days: list[date]
    n: Numbers
    total: Numbers
    squares: Numbers


def counted(snapshot: Snapshot, asked: Answers, step: str, by: str | None, themes: Sequence[str]) -> list[Series]:
    """Count what is watched; a day that is not over is left out.

    Parameters
    ----------
    step
        `day` or `week` of company time.
    by
        A column that series are split by.
    themes
        Shares of texts about these; none: scores.
    """
    rows = _texts(snapshot, asked, by, themes) if themes else _scores(snapshot, asked, by)
    rows = rows.mutate(day=calendar(snapshot, rows.occurred_at, step, snapshot.period(asked)))
    sums = rows.group_by("of", "place", "day").aggregate(
        n=rows.count(), total=rows.y.sum(), squares=(rows.y * rows.y).sum()
    )
    end = today(snapshot) - timedelta(days=6 if step == "week" else 0)
    found: dict[Place, list[Mapping[str, Any]]] = {}
    for row in snapshot.execute(sums.filter(sums.day < ibis.literal(end)).order_by("of", "place", "day")).to_pylist():
        found.setdefault((row["of"], row["place"]), []).append(row)
    return [
        Series(of, place, [row["day"] for row in some],
               *(np.array([float(row[name]) for row in some]) for name in ("n", "total", "squares")))
        for (of, place), some in sorted(found.items(), key=lambda one: (one[0][0], one[0][1] or ""))
    ]  # fmt: skip


def today(snapshot: Snapshot) -> date:
    """Give the company's day at which a version was written."""
    return snapshot.time.astimezone(ZoneInfo(str(snapshot.definitions.settings["timezone"]))).date()


def rows_of(snapshot: Snapshot, asked: Answers, by: str | None, of: str, *, theme: bool, columns: Sequence[str]) -> Any:
    """Give the rows of one series, with `value` as its measure takes it, and `place`."""
    if theme:
        rows = _spoken(snapshot, asked, by, columns)
        return rows.mutate(value=with_theme(rows, [of]).cast("float64")).drop("themes")
    rows = _given(snapshot, asked, by, columns)
    rows = rows.filter(rows.scale == of)
    return rows.mutate(value=rows.box.cast("float64") if measure(snapshot, of) == "share" else rows.score)


def measure(snapshot: Snapshot, of: str) -> str:
    """Name how a scale's value is made again of its answers."""
    return {"top": "share"}.get(snapshot.definitions.scales[of].measure, snapshot.definitions.scales[of].measure)


def _place(rows: Any, by: str | None) -> Any:
    if by is None:
        return ibis.null("string")
    return rows.about.coalesce(rows.touchpoint) if by == "about" else rows[by]


def _needed(by: str | None, columns: Sequence[str]) -> list[str]:
    split = ["about", "touchpoint"] if by == "about" else [by] if by else []
    return list(dict.fromkeys(["occurred_at", *columns, *split]))


def _given(snapshot: Snapshot, asked: Answers, by: str | None, columns: Sequence[str] = ()) -> Any:
    rows = answers(snapshot, asked, *_needed(by, columns))
    return rows.mutate(place=_place(rows, by))


def _spoken(snapshot: Snapshot, asked: Answers, by: str | None, columns: Sequence[str] = ()) -> Any:
    rows = texts(snapshot, asked, *_needed(by, columns))
    return rows.mutate(place=_place(rows, by))


def _scores(snapshot: Snapshot, asked: Answers, by: str | None) -> Any:
    known = scales(snapshot, asked.scale)
    rows = _given(snapshot, asked, by)
    cases = [(rows.scale == key, _between(rows, scale)) for key, scale in known.items()]
    return rows.mutate(of=rows.scale, y=ibis.cases(*cases, else_=ibis.null("float64")))


def _between(rows: Any, scale: Scale) -> Any:
    """Bring a scale's measure onto the range from 0 to 1."""
    if scale.measure == "nps":
        return (rows.box.cast("float64") + 1) / 2
    if scale.measure == "top":
        return rows.box.cast("float64")
    return (rows.score.cast("float64") - scale.low) / (scale.high - scale.low)


def back(scale: Scale | None, value: float) -> float:
    """Give a value between 0 and 1 as its scale says it; a share of texts stays one."""
    if scale is None or scale.measure == "top":
        return value
    return 200 * value - 100 if scale.measure == "nps" else scale.low + value * (scale.high - scale.low)


def _texts(snapshot: Snapshot, asked: Answers, by: str | None, themes: Sequence[str]) -> Any:
    rows = _spoken(snapshot, asked, by)
    made = [rows.mutate(of=ibis.literal(key), y=with_theme(rows, [key]).cast("float64")) for key in themes]
    some = [one.select("of", "place", "occurred_at", "y") for one in made]
    return some[0] if len(some) == 1 else ibis.union(*some)
