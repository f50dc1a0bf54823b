"""What the page of reviews shows: a line for each platform, what waits for an answer, and ratings of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from heartline.core.result import Result
from heartline.listen.reviews.rows import safe_link
from heartline.server.shell import doors, filters, numbers, quotes, ratings
from heartline.store.definitions import Definitions

from . import words


@dataclass(frozen=True)
class Number:
    """A number with what is between, and the door to its rows."""

    text: str
    link: str
    beside: str = ""


@dataclass(frozen=True)
class Line:
    """A platform with its numbers."""

    name: str
    scale: str
    reviews: Number
    rating: Number | None
    moved: str
    answered: Number
    reply: Number | None
    open: Number


@dataclass(frozen=True)
class Waiting:
    """A review that waits for an answer."""

    id: str
    quote: quotes.Quote
    title: str
    place: str
    platform: str
    link: str


@dataclass(frozen=True)
class Whole:
    """What a platform states over all its reviews."""

    of: str
    platform: str
    value: str
    count: str
    day: str
    link: str


def lines(result: Result, definitions: Definitions, values: Mapping[str, Any]) -> list[Line]:
    """Make a line of every platform and scale."""
    return [_line(row, definitions, values) for row in result.rows]


def _line(row: Mapping[str, Any], definitions: Definitions, values: Mapping[str, Any]) -> Line:
    def number(column: str, text: str, how: str = "") -> Number:
        key = {"source": row["source"], "scale": row["scale"]}
        beside = words.between(row[f"{column}_low"], row[f"{column}_high"], how) if how else ""
        return Number(text, doors.door("reviews", values, row=key, column=column), beside)

    scale = definitions.scales.get(str(row["scale"]))
    rated, best = row["rating"] is not None, f"{scale.high:g}" if scale else ""
    return Line(
        name=words.platform(row["source"]),
        scale=ratings.scale_name(scale) if scale else "",
        reviews=number("reviews", numbers.count(row["reviews"])),
        rating=number("rating", f"{numbers.number(row['rating'], 2)}{' / ' + best if best else ''}", "scale")
        if rated else None,
        moved=words.moved(row["change"], row["change_low"], row["change_high"]) if rated else "",
        answered=number("answered", numbers.share(row["answered"]), "share"),
        reply=number("reply_s", numbers.duration(row["reply_s"]), "s") if row["reply_s"] is not None else None,
        open=number("open", numbers.count(row["open"])),
    )  # fmt: skip


def waiting(result: Result, definitions: Definitions, *, people: bool) -> list[Waiting]:
    """Give the reviews that wait, as the verb lists them."""
    rows = [{**row, "text": row["text"] or ""} for row in result.rows]
    return [
        Waiting(
            row["id"], quote, row["title"] or "",
            filters.body_label(definitions, "unit", row["unit"]) if row["unit"] else row["location"] or "",
            words.platform(row["source"]), row["link"] or "",
        )
        for row, quote in zip(rows, quotes.quotes(rows, definitions, people=people), strict=True)
    ]  # fmt: skip


def wholes(definitions: Definitions, names: Mapping[str, str]) -> list[Whole]:
    """Give the ratings of the whole that platforms state, the newest first.

    Parameters
    ----------
    names
        Of competitors, by key; what belongs to nobody of them is the company's own.
    """
    found = sorted(definitions.all("rating").items(), key=lambda one: (str(one[1].get("at", "")), one[0]), reverse=True)
    return [
        Whole(
            of=names.get(str(body.get("unit", "")), "") or str(body.get("name") or body.get("of") or ""),
            platform=words.platform(body.get("source")),
            value=_value(body),
            count=numbers.count(body.get("count")),
            day=str(body.get("at", ""))[:10],
            link=safe_link(str(body.get("link") or "")) or "",
        )
        for _key, body in found
        if isinstance(body.get("value"), int | float)
    ]


def _value(body: Mapping[str, Any]) -> str:
    value, best = float(body["value"]), body.get("best")
    text = numbers.number(value, 2)
    return f"{text} / {best:g}" if isinstance(best, int | float) else text
