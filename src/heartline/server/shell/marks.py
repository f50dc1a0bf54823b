"""Marked events - a strike, a price rise, a relaunch - as they stand on every time axis."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from heartline.store.definitions import Definitions

from .names import called


def on(definitions: Definitions, months: Sequence[date], units: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Give the events that touch any of these months, as places on an axis of months.

    Parameters
    ----------
    months
        First days of months, in order.
    units
        The parts of the company that the page is about; events of other parts are left out. None of them: all.
    """
    asked = definitions.units_below(units) if units else set()
    made = []
    for key, body in definitions.all("event").items():
        first, last = _days(body)
        here = [place for place, month in enumerate(months) if first <= _end(month) and last >= month]
        unit = body.get("unit")
        if here and (not unit or not asked or unit in asked):
            days = str(first) if first == last else f"{first} – {last}"
            made.append({"from": here[0], "to": here[-1], "label": called(body, key), "days": days})
    return sorted(made, key=lambda mark: (mark["from"], mark["label"]))


def _days(body: Mapping[str, Any]) -> tuple[date, date]:
    first = date.fromisoformat(str(body["first"]))
    return first, date.fromisoformat(str(body.get("last") or first))


def _end(month: date) -> date:
    """Give the last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])
