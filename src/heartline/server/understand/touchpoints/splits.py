"""For whom a touchpoint is good and for whom bad, and how it moves from month to month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any

from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.server.shell import filters, heart, marks, numbers, trends
from heartline.store.definitions import Definitions

from .cells import UNSURE, Cell, Cells, Row, people

MOST = 12
"""Groups that are listed; of the rest it is said how many they are."""
SEGMENTS = 6
"""Segments that are asked one by one."""


@dataclass(frozen=True)
class Group:
    """A group of people: how they fare against all, and how sure that is."""

    name: str
    unhappy: Cell | None
    feeling: Cell | None
    n: str
    verdict: str
    tone: str


@dataclass(frozen=True)
class Groups:
    """The groups that something can be told of, and how many are left out because too little is known."""

    listed: list[Group]
    unsure: int


def kinds(definitions: Definitions) -> dict[str, str]:
    """Give what people can be split by, as far as anything of it is defined."""
    found = {}
    if len(definitions.all("unit")) > 1:
        found["unit"] = _("Part of the company")
    found["channel"] = _("Channel")
    if len({body.get("category") for body in definitions.all("product").values()} - {None}) > 1:
        found["category"] = _("Category of product")
    if definitions.all("segment"):
        found["segment"] = _("People")
    return found


def groups(
    rows: Iterable[tuple[str | None, Row, Mapping[str, Any], Row]], overall: Row, name: Mapping[str | None, str]
) -> Groups:
    """Give how groups fare: those of whom it is clear first, the worst at the top.

    Parameters
    ----------
    rows
        Each group with its row, what was asked for it, and what names its row.
    overall
        The row of all together.
    """
    everyone = list(rows)
    sure = [one for one in everyone if _told(one[1])]
    wider = _wider(len(sure))
    made = [
        (row, _group(row, Cells("touchpoints", asked, row, keys), name.get(group, str(group)), overall, wider))
        for group, row, asked, keys in sure
    ]
    made.sort(key=lambda pair: (not pair[1].tone, -pair[0]["share_bad"]))
    listed = [group for _row, group in made]
    return Groups(listed[:MOST], len(everyone) - len(sure) + max(0, len(listed) - MOST))


def _told(row: Row) -> bool:
    """Tell whether enough is known of a group to say how many are unhappy."""
    share, low, high = (row.get(f"share_bad{end}") for end in ("", "_low", "_high"))
    return share is not None and low is not None and high is not None and high - low <= UNSURE


def _wider(number: int) -> float:
    """Give how much wider intervals must be so that of so many groups none differs by chance (Bonferroni)."""
    usual = NormalDist().inv_cdf(0.975)
    return NormalDist().inv_cdf(1 - 0.025 / max(1, number)) / usual


def _group(row: Row, cells: Cells, name: str, overall: Row, wider: float) -> Group:
    all_of_them, share = overall.get("share_bad"), row["share_bad"]
    tone, verdict = "", _("no clear difference")
    if all_of_them is not None and share - wider * (share - row["share_bad_low"]) > all_of_them:
        tone, verdict = "bad", _("worse than for all")
    elif all_of_them is not None and share + wider * (row["share_bad_high"] - share) < all_of_them:
        tone, verdict = "good", _("better than for all")
    feeling = cells.of("feeling", heart.signed) if row.get("feeling_low") is not None else None
    return Group(name, cells.share("share_bad"), feeling, people(row["people"]), verdict, tone)


def named(kind: str, definitions: Definitions, rows: Sequence[Row]) -> dict[str | None, str]:
    """Name the groups for people."""
    if kind == "unit":
        names: dict[str | None, str] = {
            key: filters.body_label(definitions, "unit", key) for key in definitions.all("unit")
        }
    elif kind == "segment":
        names = {key: filters.body_label(definitions, "segment", key) for key in definitions.all("segment")}
    elif kind == "channel":
        names = {row[kind]: filters.channel(definitions, row[kind]) for row in rows if row.get(kind)}
    else:
        names = {row[kind]: str(row[kind]).replace("_", " ").capitalize() for row in rows if row.get(kind)}
    return {**names, None: _("not known")}


@dataclass(frozen=True)
class Line:
    """A line over months as chart data, and as its table."""

    title: str
    chart: dict[str, Any]
    table: list[tuple[str, Cell]]


def months(
    result: Result, key: str, asked: Mapping[str, Any], definitions: Definitions, units: Sequence[str]
) -> list[Line]:
    """Give how a touchpoint's feeling and its unhappy people move, where at least two months are known."""
    rows = {trends.first_of(row["period"]): row for row in result.rows if row["touchpoint"] == key}
    lines = [
        _months(rows, "share_bad", _("Unhappy"), asked, definitions, units),
        _months(rows, "feeling", _("Feeling"), asked, definitions, units),
    ]
    return [line for line in lines if line is not None]


def _months(
    rows: Mapping[date, Row], column: str, title: str, asked: Mapping[str, Any], definitions: Definitions,
    units: Sequence[str],
) -> Line | None:  # fmt: skip
    known = sorted(month for month, row in rows.items() if row.get(column) is not None)
    if len(known) < 2:
        return None
    axis = trends.months_between(known[0], known[-1])
    write, exact = (numbers.in_hundred, numbers.share) if column == "share_bad" else (heart.signed, heart.signed)
    cells: dict[date, Cell] = {}
    for month in known:
        keys = {"touchpoint": rows[month]["touchpoint"], "period": rows[month]["period"]}
        cell = Cells("touchpoints", {**asked, "every": "month"}, rows[month], keys).of(column, write, exact)
        assert cell is not None
        cells[month] = cell
    here = [rows.get(month, {}) for month in axis]
    chart = {
        "measured_in": "share" if column == "share_bad" else "feeling",
        "labels": [trends.month_name(month) for month in axis],
        "values": [row.get(column) for row in here],
        "low": [row.get(f"{column}_low") for row in here],
        "high": [row.get(f"{column}_high") for row in here],
        "tips": [_tip(month, cells.get(month)) for month in axis],
        "links": [cells[month].link if month in cells else None for month in axis],
        "min": 0 if column == "share_bad" else None,
        "marks": marks.on(definitions, axis, units),
    }
    return Line(title, chart, [(trends.month_name(month), cells[month]) for month in known])


def _tip(month: date, cell: Cell | None) -> str:
    if cell is None:
        return f"{trends.month_name(month)}\n{_('not known')}"
    return "\n".join(part for part in (trends.month_name(month), cell.text, cell.between) if part)


def beats(result: Result, key: str) -> tuple[heart.Beat, ...]:
    """Give a touchpoint's feeling month by month as a small heart line."""
    rows = {trends.first_of(row["period"]): row for row in result.rows if row["touchpoint"] == key}
    if not any(row["feeling"] is not None for row in rows.values()):
        return ()
    axis = trends.months_between(min(rows), max(rows))
    made = []
    for month in axis:
        row = rows.get(month, {})
        one_line = {**row, "contrast_low": None, "contrast_high": None}  # branches of every month are too many
        made.append(heart.beat(one_line, trends.month_name(month)))
    return tuple(made)
