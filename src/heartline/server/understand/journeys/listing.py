"""The list of journeys: each with how many make it, how many arrive, and its heart line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.server.shell import filters, heart, names, numbers
from heartline.server.shell.doors import door
from heartline.store.definitions import Definitions

DRAWN = 10
"""Journeys whose heart line is drawn in the list; more of them would make one wait."""


@dataclass(frozen=True)
class Line:
    """A journey in the list."""

    label: str
    link: str
    what: str
    goal: str
    cells: Mapping[str, tuple[str, str]]
    between: str
    beats: tuple[heart.Beat, ...]


def line(row: Mapping[str, Any], felt: Result | None, known: Definitions, values: Mapping[str, Any]) -> Line:
    """Make a journey's line."""
    key = row["journey"]
    body = known.get("journey", key)
    writers = {
        "trips": numbers.count, "goal_share": numbers.in_hundred, "median_s": numbers.duration,
        "open_trips": numbers.count,
    }  # fmt: skip
    cells = {
        name: (write(row[name]), door("journeys", values, row={"journey": key}, column=name))
        for name, write in writers.items()
        if row[name] is not None
    }
    query = filters.address(values)
    between = ""
    if row["low"] is not None:
        ends = {"low": numbers.share(row["low"]), "high": numbers.share(row["high"])}
        between = _("between %(low)s and %(high)s") % ends
    return Line(
        names.called(body, key), reverse("journey", args=[key]) + (f"?{query}" if query else ""), names.counted_as(row),
        filters.body_label(known, "touchpoint", row["goal"]) if row["goal"] else "", cells, between,
        _beats(body, felt, known),
    )  # fmt: skip


def _beats(body: Mapping[str, Any], felt: Result | None, known: Definitions) -> tuple[heart.Beat, ...]:
    """Give the line of feeling: the designed touchpoints in their order, then the others that people speak about."""
    rows = {row["touchpoint"]: row for row in felt.rows} if felt else {}
    order = dict.fromkeys([*(body.get("designed") or ()), *(key for key, row in rows.items() if row["feeling_n"])])
    return tuple(heart.beat(rows.get(key, {}), filters.body_label(known, "touchpoint", key)) for key in order)


def sentence(result: Result, known: Definitions) -> SafeString | str:
    """Say how many journeys there are, and which most people make."""
    if not result.rows:
        return _("No journey is described yet.")
    most = max(result.rows, key=lambda row: row["trips"])
    if not most["trips"]:
        return _("Nobody has made any of these journeys in this period.")
    number = ngettext("%(number)s journey", "%(number)s journeys", len(result.rows)) % {"number": len(result.rows)}
    values = {
        "number": number,
        "label": filters.body_label(known, "journey", most["journey"]),
        "trips": numbers.count(most["trips"]),
        "what": names.counted_as(most),
    }
    if most["goal_share"] is None:
        return format_html(_("{number}; most often made is <strong>{label}</strong>: {trips} {what}."), **values)
    return format_html(
        _("{number}; most often made is <strong>{label}</strong>: {trips} {what}, and {share} of those that are over"
          " arrived."),
        **values, share=numbers.in_hundred(most["goal_share"]),
    )  # fmt: skip


def how() -> Sequence[tuple[str, str]]:
    """Explain the list's numbers in plain words."""
    return (
        (_("Arrived"), _("Of those that are over: how many reached what the journey is for. What may still go on is in"
                         " no share.")),
        (_("Feeling"), _("The heart line: the mean feeling about each touchpoint from left to right; above the middle"
                         " is content, below is not. Where nothing is known it has a gap.")),
    )  # fmt: skip
