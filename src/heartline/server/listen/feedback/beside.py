"""What stands beside the stream: how much was said day by day, how it felt week by week, what is said more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language

from heartline.core.period import parse_period
from heartline.core.result import Result
from heartline.listen.text.themes.values import called, known
from heartline.server.shell import doors, filters, navigation, numbers, ratings, trends
from heartline.store.definitions import Definitions

DAYS, WEEKS = 28, 6
WIDTH, HEIGHT = 280, 56
"""Of the small picture of days, in its own units."""
ASKED: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("heard", {}), ("heard", {"every": "week"}), ("scores", {"every": "week"}), ("themes", {"quotes": 1}),
)  # fmt: skip
"""What is asked; in the background, too, where nothing is filtered."""
WITHOUT = {"heard": (), "scores": ("feeling", "theme", "only"), "themes": ("feeling", "only")}
"""Filters that a verb does not have."""

Ask = Callable[[str, Mapping[str, Any]], Result]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Day:
    """A day as a bar: how much was said, and where that opens."""

    name: str
    number: int
    link: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Week:
    """A week: how much was said, how much of it unhappy, and the leading rating; each with its interval and rows."""

    name: str
    number: str
    link: str
    unhappy: str
    unhappy_between: str
    unhappy_link: str
    score: str = ""
    score_between: str = ""
    score_link: str = ""


@dataclass(frozen=True)
class Rising:
    """A theme that is spoken of more than before."""

    name: str
    address: str
    recent: str
    link: str
    new: bool


@dataclass(frozen=True)
class Beside:
    """All of it; `rating` names the leading rating."""

    days: list[Day]
    most: str
    weeks: list[Week]
    rating: str
    rising: list[Rising]


def beside(ask: Ask, asked: Values, definitions: Definitions) -> Beside:
    """Ask for what stands beside the stream, narrowed as the stream is."""
    (daily, of_days), (weekly, of_weeks), (rated, of_scores), (spoken, of_themes) = (
        (ask(verb, values), values) for verb, values in ((verb, _narrowed(verb, asked, own)) for verb, own in ASKED)
    )
    weeks = weekly.rows[-WEEKS:]
    late = [row for row in rated.rows if row["period"] in {week["period"] for week in weeks}]
    head = trends.headline(replace(rated, rows=late), definitions.scales)
    scored = {row["period"]: row for row in late if head and head.holds(row)}
    return Beside(
        days=_days(daily, of_days),
        most=numbers.count(max((row["feedback"] for row in daily.rows[-DAYS:]), default=0)),
        weeks=[_week(row, of_weeks, scored.get(row["period"]), of_scores, head) for row in reversed(weeks)],
        rating=f"{ratings.scale_name(head.scale)}: {ratings.measure_name(head.scale, head.measure)}" if head else "",
        rising=_rising(spoken, of_themes, definitions),
    )


def _narrowed(verb: str, asked: Values, own: Values) -> dict[str, Any]:
    return {**{name: value for name, value in asked.items() if name not in WITHOUT[verb]}, **own}


def _days(result: Result, values: Values) -> list[Day]:
    """Draw the last four weeks up to the newest day; a day without feedback is a gap."""
    if not result.rows:
        return []
    numbers_of = {parse_period(row["period"]).start: row["feedback"] for row in result.rows[-DAYS:]}
    last = max(day for day in numbers_of if day)
    step, most = WIDTH / DAYS, max(numbers_of.values())
    made = []
    for place in range(DAYS):
        day = last - timedelta(days=DAYS - 1 - place)
        number = numbers_of.get(day, 0)
        if number:
            height = max(2.0, (HEIGHT - 2) * number / most)
            link = doors.door("heard", values, row={"period": day.isoformat()}, column="feedback")
            name = date_format(day, "SHORT_DATE_FORMAT")
            made.append(Day(name, number, link, f"{place * step + 1:.1f}", f"{HEIGHT - height:.1f}", f"{step - 2:.1f}",
                            f"{height:.1f}"))  # fmt: skip
    return made


def _week(row: Values, values: Values, score: Values | None, of_scores: Values, head: trends.Headline | None) -> Week:
    def link(column: str) -> str:
        return doors.door("heard", values, row={"period": row["period"]}, column=column)

    start = parse_period(row["period"]).start
    more: dict[str, str] = {}
    if score is not None and head is not None:
        key = {name: score[name] for name in ("scale", "measure", "period")}
        more = {
            "score": ratings.written(score["value"], head.measure),
            "score_between": ratings.between(score["low"], score["high"], head.measure),
            "score_link": doors.door("scores", of_scores, row=key, column="value"),
        }
    return Week(
        name=date_format(start, "SHORT_DATE_FORMAT") if start else "",
        number=numbers.count(row["feedback"]),
        link=link("feedback"),
        unhappy=numbers.share(row["unhappy"], 0) if row["unhappy"] is not None else "",
        unhappy_between=ratings.between(row["unhappy_low"], row["unhappy_high"], "top"),
        unhappy_link=link("unhappy"),
        **more,
    )


def _rising(result: Result, values: Values, definitions: Definitions) -> list[Rising]:
    there, language = known(definitions), (get_language() or "en").partition("-")[0]
    selection = {name: value for name, value in values.items() if name in doors.SELECTION}
    return [
        Rising(
            called(there[row["theme"]], language),
            f"{navigation.address('theme', row['theme'])}?{filters.address(selection)}".rstrip("?"),
            numbers.count(row["recent"]),
            doors.door("themes", values, row={"theme": row["theme"]}, column="recent"),
            bool(row["new"]),
        )
        for row in result.rows if row["rising"] and row["theme"] in there
    ]  # fmt: skip
