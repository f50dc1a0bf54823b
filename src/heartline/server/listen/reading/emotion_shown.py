"""What the pages show of emotions: a line for each, by month, by touchpoint, with doors to the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.listen.text.emotion import NONE
from heartline.server.shell import doors, filters, marks, numbers, quotes, trends
from heartline.server.shell.doors import SELECTION
from heartline.store.definitions import Definitions

from . import emotion_words as words

WIDTH, HEIGHT = 100, 24

Values = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A share of texts with its doors: of an emotion, a touchpoint, or a month."""

    name: str
    address: str
    share: str
    between: str
    share_link: str
    texts: str
    texts_link: str
    points: str = ""
    quote: str = ""


@dataclass(frozen=True)
class Place:
    """A touchpoint, with the emotions that speak most from the texts about it."""

    name: str
    lines: tuple[Line | None, ...]


def _line(name: str, address: str, row: Row, values: Values, by: str | None = None, **more: str) -> Line:
    key = {"emotion": row["emotion"], **({by: row[by]} if by else {})}
    return Line(
        name, address, numbers.share(row["share"]), words.between(row["low"], row["high"]),
        doors.door("emotions", values, row=key, column="share"), numbers.count(row["texts"]),
        doors.door("emotions", values, row=key, column="texts"), **more,
    )  # fmt: skip


def one_address(emotion: str, values: Values) -> str:
    """Give the address of the page of one emotion."""
    if emotion == NONE:
        return ""
    kept = {name: value for name, value in values.items() if name in SELECTION}
    return f"{reverse('emotion', args=[emotion])}?{filters.address(kept)}".rstrip("?")


def lines(result: Result, months: Result, values: Values, asked: Values) -> list[Line]:
    """Make a line of every emotion, the most shown first."""
    found = []
    for row in result.rows:
        over = [one["share"] for one in months.rows if one["emotion"] == row["emotion"] and one["month"]]
        said = row["quotes"][0]["text"].strip() if row["quotes"] else ""
        address = one_address(row["emotion"], values)
        found.append(_line(words.name(row["emotion"]), address, row, asked, points=points(over), quote=said))
    return found


def points(shares: Sequence[float | None]) -> str:
    """Give the points of a small line, from the left (long ago) to the right (of late); unknown months are left out."""
    known = [(place, share) for place, share in enumerate(shares) if share is not None]
    if len(known) < 2:
        return ""
    top, step = max(share for _, share in known) or 1.0, WIDTH / (len(shares) - 1)
    return " ".join(f"{place * step:.1f},{HEIGHT - 2 - (HEIGHT - 4) * share / top:.1f}" for place, share in known)


def places(by: Result, definitions: Definitions, values: Values, asked: Values, most: int) -> list[Place]:
    """Give the touchpoints with enough texts, each with its strongest emotions; the one with the most texts first."""
    groups: dict[str, list[Row]] = {}
    for row in by.rows:
        if row["share"] is not None and row["about"] is not None:
            groups.setdefault(row["about"], []).append(row)
    ordered = sorted(groups, key=lambda key: -sum(row["texts"] for row in groups[key]))
    made = []
    for key in ordered:
        strong = [row for row in groups[key] if row["emotion"] != NONE and row["texts"]][:most]
        told = tuple(
            _line(words.name(row["emotion"]), one_address(row["emotion"], values), row, asked, "about")
            for row in strong
        )
        rest = (None,) * (most - len(told))
        made.append(Place(filters.body_label(definitions, "touchpoint", key), (*told, *rest)))
    return made


def of_one(by: Result, emotion: str, column: str, values: Values, definitions: Definitions) -> list[Line]:
    """Give the share of one emotion at each touchpoint that has enough texts, the largest first."""
    rows = [row for row in by.rows if row["emotion"] == emotion and row["share"] and row[column]]
    rows.sort(key=lambda row: -row["share"])
    return [_line(filters.body_label(definitions, "touchpoint", row[column]), "", row, values, column) for row in rows]


def trend(months: Result, emotion: str, values: Values, definitions: Definitions) -> dict[str, Any] | None:
    """Give one emotion month by month, as the chart takes it; None with fewer than two months."""
    rows = {
        trends.first_of(row["month"]): row
        for row in months.rows
        if row["emotion"] == emotion and row["month"] is not None
    }
    if sum(row["share"] is not None for row in rows.values()) < 2:
        return None
    every = trends.months_between(min(rows), max(rows))
    here: list[Row] = [rows.get(month, {}) for month in every]
    labels = [trends.month_name(month) for month in every]
    return {
        "measured_in": "share", "labels": labels, "min": 0, "max": None,
        "values": [row.get("share") for row in here], "low": [row.get("low") for row in here],
        "high": [row.get("high") for row in here],
        "tips": [_tip(label, row) for label, row in zip(labels, here, strict=True)],
        "links": [_month(row, values) if row else None for row in here],
        "marks": marks.on(definitions, every, values.get("unit", ())),
    }  # fmt: skip


def month_lines(months: Result, emotion: str, values: Values) -> list[Line]:
    """Give the table of the chart, the newest month first."""
    rows = [row for row in months.rows if row["emotion"] == emotion and row["month"] is not None]
    return [_line(trends.month_name(trends.first_of(row["month"])), "", row, values, "month") for row in reversed(rows)]


def _month(row: Row, values: Values) -> str:
    return doors.door("emotions", values, row={"emotion": row["emotion"], "month": row["month"]}, column="share")


def _tip(label: str, row: Row) -> str:
    if not row or row["share"] is None:
        return f"{label}\n{_('too few texts')}"
    return f"{label}\n{numbers.share(row['share'])}\n{words.between(row['low'], row['high'])}"


def said(result: Result, emotion: str, definitions: Definitions, righted: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the texts that stand for an emotion, each with what somebody said that it sounds like."""
    row = next((row for row in result.rows if row["emotion"] == emotion), None)
    texts = row["quotes"] if row else []
    shown = quotes.quotes(texts, definitions, people=False)
    return [
        {
            "quote": quote,
            "id": text["id"],
            "righted": words.sounds(righted[text["id"]]) if text["id"] in righted else "",
        }
        for quote, text in zip(shown, texts, strict=True)
    ]
