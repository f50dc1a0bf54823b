"""What the first page shows: ratings, months, the touchpoints that hurt most, the sources of the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heartline.core.result import Result
from heartline.core.scales import Scale
from heartline.server.shell import doors, filters, names, navigation, numbers, ratings, trends
from heartline.store.definitions import Definitions

from . import words

Values = Mapping[str, Any]
KEYS = ("scale", "measure", "period")
MOST = 5
"""Touchpoints that a person can keep in mind."""


@dataclass(frozen=True)
class Line:
    """A rating: its number with interval, how it moved, and the door to its answers."""

    name: str
    about: str
    value: str
    between: str
    change: str
    moved: bool
    n: str
    said: str
    door: str
    count: str
    how: str
    bar: tuple[float, float, float] | None


@dataclass(frozen=True)
class Number:
    """A number with its interval and the door to its rows; a dash without a door where nothing is known."""

    value: str
    between: str
    door: str
    how: str


@dataclass(frozen=True)
class Pain:
    """A touchpoint that hurts: who was there, how often it went wrong, how much worse it ends then."""

    name: str
    department: str
    page: str
    people: Number
    bad: Number
    cost: Number
    told: bool
    """What went wrong there is known from answers alone."""


@dataclass(frozen=True)
class Source:
    """Where data come from: how many, how complete, how new."""

    name: str
    newest: str
    interactions: Number
    known: Number
    felt: Number


def score_door(values: Values, row: Mapping[str, Any], column: str = "value") -> str:
    """Give the address of the answers behind a rating, or behind their number."""
    return doors.door("scores", values, row={name: row[name] for name in KEYS if name in row}, column=column)


def ratings_lines(result: Result, scales: Mapping[str, Scale], values: Values) -> list[Line]:
    """Give a line per scale, with its own measure; the one with the most answers first."""
    rows = [row for row in result.rows if row["measure"] == scales[row["scale"]].measure]
    rows.sort(key=lambda row: -row["n"])
    return [_line(row, scales[row["scale"]], values, result) for row in rows]


def _line(row: Mapping[str, Any], scale: Scale, values: Values, result: Result) -> Line:
    measure = row["measure"]
    move = result.figures.get(f"{ratings.figure_name(scale.key, measure)}_change")
    return Line(
        name=ratings.scale_name(scale),
        about=ratings.measure_name(scale, measure),
        value=ratings.written(row["value"], measure),
        between=ratings.between(row["low"], row["high"], measure),
        change=ratings.moved(move, measure),
        moved=move is not None and move.low is not None and move.high is not None and not move.low <= 0 <= move.high,
        n=numbers.count(row["n"]),
        said=f"{ratings.answers(row['n'])}: {ratings.scale_name(scale)}",
        door=score_door(values, row),
        count=score_door(values, row, "n"),
        how=ratings.method(scale, measure),
        bar=ratings.place(row, scale),
    )


def months(trend: trends.Trend, head: trends.Headline, values: Values) -> list[Line]:
    """Give the table twin of the chart."""
    lines = []
    for month, row in zip(trend.months, trend.rows, strict=True):
        if row:
            name = trends.month_name(month)
            value = ratings.written(row["value"], head.measure)
            between = ratings.between(row["low"], row["high"], head.measure)
            count, said = numbers.count(row["n"]), f"{ratings.answers(row['n'])}: {name}"
            how = ratings.method(head.scale, head.measure)
            doors_ = score_door(values, row), score_door(values, row, "n")
            lines.append(Line(name, "", value, between, "", False, count, said, *doors_, how, None))
    return lines


def worst(result: Result) -> list[Mapping[str, Any]]:
    """Give the touchpoints that hurt, the worst first: those known by facts before those known by answers alone."""
    circular = told_alone(result)
    hurting = [row for row in result.rows if (row["hurts"] or 0) > 0]
    known = [row for row in result.rows if row["hurts"] is None and row["share_bad"]]
    hurting.sort(key=lambda row: row["touchpoint"] in circular)  # keeps the verb's order within both
    known.sort(key=lambda row: (-row["people"] * row["share_bad"], -row["share_bad_n"] * row["share_bad"]))
    return [*hurting, *known]


def told_alone(result: Result) -> set[str]:
    """Give the touchpoints of which only answers tell whether things went wrong, as the answer's notes name them."""
    keys = (note.values.get("keys") for note in result.notes)
    return {key for text in keys if text for key in str(text).split(", ")}


def pains(result: Result, values: Values, definitions: Definitions) -> list[Pain]:
    """Give the touchpoints that hurt most."""
    circular = told_alone(result)
    return [_pain(row, values, definitions, row["touchpoint"] in circular) for row in worst(result)[:MOST]]


def _pain(row: Mapping[str, Any], values: Values, definitions: Definitions, told: bool) -> Pain:
    key = {"touchpoint": row["touchpoint"]}

    def opened(column: str) -> str:
        return doors.door("touchpoints", values, row=key, column=column) if row[column] else ""

    bad, low, high = row["share_bad"], row["share_bad_low"], row["share_bad_high"]
    return Pain(
        name=filters.body_label(definitions, "touchpoint", row["touchpoint"]),
        department=names.department(definitions.all("touchpoint").get(row["touchpoint"], {})),
        page=navigation.address("touchpoint", row["touchpoint"]),
        people=Number(
            numbers.count(row["people"]) if row["people"] else numbers.NONE, "", opened("people"), words.people_how()
        ),
        bad=Number(numbers.share(bad), words.shares(low, high), opened("share_bad"), words.bad_how()),
        cost=Number(
            numbers.number(row["contrast"], 2),
            words.between(row["contrast_low"], row["contrast_high"]),
            opened("contrast"),
            words.cost_how(),
        ),
        told=told,
    )


def sources(result: Result, values: Values, definitions: Definitions) -> list[Source]:
    """Give the sources of the data, the newest first."""
    zone = definitions.settings["timezone"]
    made = []
    for row in result.rows:
        key = {"source": row["source"]}
        opened = {
            name: doors.door("freshness", values, row=key, column=name)
            for name in ("interactions", "known_customer", "known_feeling")
        }
        made.append(
            Source(
                name=words.source(row["source"]),
                newest=numbers.day(row["last"], zone),
                interactions=Number(numbers.count(row["interactions"]), "", opened["interactions"], ""),
                known=Number(numbers.share(row["known_customer"]), "", opened["known_customer"], ""),
                felt=Number(numbers.share(row["known_feeling"]), "", opened["known_feeling"], ""),
            )
        )
    return made
