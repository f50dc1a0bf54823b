"""What the page shows of waits: the table by touchpoint, how long people bear it, and the months."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.shell import marks, numbers, trends
from heartline.server.shell.doors import door
from heartline.server.shell.names import department
from heartline.store.definitions import Definitions

from . import words
from .words import Row

UNITS = ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes"), (1.0, "seconds"))


@dataclass(frozen=True)
class Number:
    """A number: as people read it, its door, how exactly it is known."""

    text: str
    link: str
    between: str = ""


@dataclass(frozen=True)
class Place:
    """A touchpoint's waits."""

    name: str
    page: str
    median: Number
    slow: Number
    over: Number | None
    n: Number
    expected: str
    bar: SafeString
    interval: tuple[float, float, float] | None
    department: str


@dataclass(frozen=True)
class Borne:
    """What waiting at a touchpoint adds up to, and how long people bear it."""

    name: str
    per_trip: Number
    knee: Number | None
    n: Number


def places(rows: Sequence[Row], values: Mapping[str, Any], definitions: Definitions) -> list[Place]:
    """Give a line for each touchpoint, the one with most waiting first."""
    return [_place(row, values, definitions) for row in rows]


def _place(row: Row, values: Mapping[str, Any], definitions: Definitions) -> Place:
    number = _numbers(row, values)
    try:
        page = reverse("touchpoint", args=[row["touchpoint"]])
    except NoReverseMatch:  # not part of this installation
        page = ""
    over = None
    if row["over"] is not None:
        between = words.between(row["over_low"], row["over_high"], share=True)
        over = number("over", numbers.share(row["over"]), between)
    return Place(
        words.place(row, definitions),
        page,
        number("median_s", numbers.duration(row["median_s"])),
        number("p90_s", numbers.duration(row["p90_s"])),
        over,
        number("n", numbers.count(row["n"])),
        numbers.duration(row["expected_s"]) if row["expected_s"] is not None else "",
        bar(row),
        (row["over_low"], row["over"], row["over_high"]) if row["over_low"] is not None else None,
        department(definitions.all("touchpoint").get(row["touchpoint"], {})),
    )


def _numbers(row: Row, values: Mapping[str, Any]) -> Callable[..., Number]:
    def number(column: str, text: str, between: str = "") -> Number:
        keys = {name: row[name] for name in ("touchpoint", "period") if name in row}
        return Number(text, door("waits", values, row=keys, column=column), between)

    return number


def bar(row: Row) -> SafeString:
    """Draw what half wait and what nine in ten wait, and a mark at what is expected; each row has its own scale."""
    most = max(row["p90_s"], row["expected_s"] or 0.0) or 1.0
    half, slow = (156 * row[name] / most for name in ("median_s", "p90_s"))
    late = row["expected_s"] is not None and row["median_s"] > row["expected_s"]
    mark = SafeString("")
    if row["expected_s"] is not None:
        mark = format_html(
            '<rect class="expected" x="{}" y="0" width="2" height="14"/>', _xy(156 * row["expected_s"] / most)
        )
    return format_html(
        '<svg class="wait{}" viewBox="0 0 160 14" aria-hidden="true"><rect class="all" y="4" width="158" height="6"'
        ' rx="3"/><rect class="slow" y="4" width="{}" height="6" rx="3"/><rect class="half" y="4" width="{}" height="6"'
        ' rx="3"/>{}</svg>',
        " late" if late else "", _xy(slow), _xy(max(half, 3.0)), mark,
    )  # fmt: skip


def _xy(value: float) -> str:
    return f"{value:.1f}"


def borne(rows: Sequence[Row], values: Mapping[str, Any], definitions: Definitions) -> list[Borne]:
    """Give what waiting adds up to in a journey, and how long people bear it, by touchpoint."""
    lines = []
    for row in rows:
        if not row.get("per_trip_s"):  # nobody waits there in this journey
            continue
        number = _numbers(row, values)
        knee = None
        if row["knee_s"] is not None:
            between = words.between(row["knee_s_low"], row["knee_s_high"])
            knee = Number(numbers.duration(row["knee_s"]), "", between)
        mean = words.between(row["per_trip_s_low"], row["per_trip_s_high"])
        lines.append(
            Borne(
                words.place(row, definitions),
                number("per_trip_s", numbers.duration(row["per_trip_s"]), mean),
                knee,
                number("knee_s_n", numbers.count(row["knee_s_n"])),
            )
        )
    return lines


@dataclass(frozen=True)
class Month:
    """A month's number with its interval and how many waits it rests on."""

    name: str
    value: Number
    n: Number


def by_month(rows: Sequence[Row], place: str) -> dict[date, Row]:
    """Give a touchpoint's rows by the first day of their month."""
    return {trends.first_of(row["period"]): row for row in rows if row["touchpoint"] == place}


def trend(
    found: Mapping[date, Row], values: Mapping[str, Any], definitions: Definitions
) -> tuple[dict[str, Any], list[Month]]:
    """Give the months as chart data and as its table: the share that waits too long, else the average wait."""
    share = any(row["over"] is not None for row in found.values())
    name, write = ("over", numbers.share) if share else ("mean_s", numbers.duration)
    scale, unit = (1.0, "") if share else _unit(max(row[name] for row in found.values()))
    axis = trends.months_between(min(found), max(found))
    lines: list[Month] = []
    tips: list[str] = []
    links: list[str | None] = []
    for first in axis:
        row, label = found.get(first), trends.month_name(first)
        if row is None or row[name] is None:
            tips.append(f"{label}\n{_('no waits known')}")
            links.append(None)
            continue
        number = _numbers(row, values)
        between = words.between(row[f"{name}_low"], row[f"{name}_high"], share=share)
        line = Month(label, number(name, write(row[name]), between), number("n", numbers.count(row["n"])))
        lines.append(line)
        waits = ngettext("%(number)s wait", "%(number)s waits", row["n"]) % {"number": line.n.text}
        tips.append(f"{label}\n{line.value.text}\n{between}\n{waits}")
        links.append(line.value.link)
    rows: list[Row] = [found.get(first, {}) for first in axis]
    data = {
        "measured_in": "share" if share else "number",
        "unit": unit,
        "labels": [trends.month_name(first) for first in axis],
        **{
            key: [None if row.get(column) is None else row[column] / scale for row in rows]
            for key, column in (("values", name), ("low", f"{name}_low"), ("high", f"{name}_high"))
        },
        "tips": tips,
        "links": links,
        "min": 0,
        "marks": marks.on(definitions, axis, values.get("unit", ())),
    }
    return data, lines


def _unit(largest: float) -> tuple[float, str]:
    """Choose what the axis of a chart of seconds is written in."""
    names = {"days": _("days"), "hours": _("hours"), "minutes": _("minutes"), "seconds": _("seconds")}
    scale, name = next(((scale, name) for scale, name in UNITS if largest >= 2 * scale), UNITS[-1])
    return scale, names[name]
