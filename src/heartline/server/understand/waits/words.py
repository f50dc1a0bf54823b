"""The answer about waits in words, its numbers as doors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.server.shell import filters, numbers
from heartline.server.shell.doors import door
from heartline.store.definitions import Definitions

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Key:
    """A number at a glance: what it is of, itself with its door, how exactly it is known."""

    name: str
    value: str
    link: str
    note: str = ""


def worst(rows: list[Row]) -> Row | None:
    """Choose the touchpoint where most waits are longer than expected; where nothing is, the one with most waiting."""
    return max(rows, key=lambda row: ((row["over"] or 0) * row["n"], row["total_s"]), default=None)


def worst_of_all(rows: Sequence[Row]) -> str:
    """Choose that touchpoint from rows by month; empty where nobody waited."""
    sums: dict[str, tuple[float, float]] = {}
    for row in rows:
        over, total = sums.get(row["touchpoint"], (0.0, 0.0))
        sums[row["touchpoint"]] = (over + (row["over"] or 0) * row["n"], total + row["total_s"])
    return max(sums, key=lambda place: sums[place], default="")


def number(row: Row, column: str, text: str, values: Mapping[str, Any]) -> SafeString:
    """Write a number of a row as a door."""
    link = door("waits", values, row={"touchpoint": row["touchpoint"]}, column=column)
    return format_html('<a class="num" href="{}">{}</a>', link, text)


def sentence(rows: list[Row], values: Mapping[str, Any], definitions: Definitions) -> SafeString | str:
    """Answer the question of the page."""
    row = worst(rows)
    if row is None:
        return _("No waits are known here.")
    said: dict[str, Any] = {
        "place": format_html("<strong>{}</strong>", place(row, definitions)),
        "median": number(row, "median_s", numbers.duration(row["median_s"]), values),
        "slow": number(row, "p90_s", numbers.duration(row["p90_s"]), values),
    }
    if row["over"]:
        said |= {
            "over": number(row, "over", numbers.in_hundred(row["over"]), values),
            "expected": numbers.duration(row["expected_s"]),
        }
        first = format_html(
            _("At {place}, {over} wait longer than the {expected} that are expected. Half wait no longer than {median},"
              " one in ten longer than {slow}."), **said,
        )  # fmt: skip
    else:
        first = format_html(
            _("People wait longest at {place}: half of them no longer than {median}, one in ten longer than {slow}."),
            **said,
        )
    bearing = _bearing(row)
    return format_html("{} {}", first, bearing) if bearing else first


def _bearing(row: Row) -> str:
    """Say how long people bear it there, where that is known."""
    if "knee_s" not in row:
        return ""
    if row["knee_s"] is None:
        return _("How long they bear it cannot be told yet.")
    return _("Longer than %(knee)s, and their mood falls faster.") % {"knee": numbers.duration(row["knee_s"])}


def place(row: Row, definitions: Definitions) -> str:
    """Name a touchpoint."""
    return filters.body_label(definitions, "touchpoint", row["touchpoint"])


def between(low: float | None, high: float | None, *, share: bool = False) -> str:
    """Write an interval; where there is none, say that nothing can be told."""
    if low is None or high is None:
        return _("cannot tell yet")
    if share:
        return _("between %(low)s and %(high)s") % {"low": numbers.share(low), "high": numbers.share(high)}
    return _("%(low)s to %(high)s") % {"low": numbers.duration(low), "high": numbers.duration(high)}


def keys(result: Result, values: Mapping[str, Any], what: str) -> list[Key]:
    """Give the numbers at a glance."""
    figures = result.figures

    def key(figure: str, name: str, write: Any, note: str = "") -> Key:
        return Key(name, write(figures[figure].value), door("waits", values, figure=figure), note)

    made = [
        key("waits", _("Waits"), numbers.count),
        key("median_s", _("Half wait no longer than"), numbers.duration),
        key("p90_s", _("One in ten waits longer than"), numbers.duration),
    ]
    over, trip = figures["over"], figures.get("per_trip_s")
    if over.value is not None:
        made.append(
            key("over", _("Longer than expected"), numbers.share, between(over.low, over.high, share=True))
        )  # fmt: skip
    if trip is not None and trip.value is not None:
        name = _("Waiting in all, on average: %(what)s") % {"what": what}
        made.append(key("per_trip_s", name, numbers.duration, between(trip.low, trip.high)))
    return made
