"""Marked events stand on the months they touch, to the last day, and for the parts of the company they are about."""

from __future__ import annotations

from datetime import date

from heartline.server.shell import marks
from heartline.store.definitions import Definitions

MONTHS = [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]


def known(**events: dict[str, str]) -> Definitions:
    return Definitions({"event": events, "unit": {"north": {}, "oslo": {"parent": "north"}, "south": {}}})


def test_an_event_of_a_months_last_day_stands_on_it() -> None:
    made = marks.on(
        known(fair={"label": "Fair", "first": "2024-01-31"}, leap={"label": "Leap day", "first": "2024-02-29"}), MONTHS
    )
    assert [(mark["label"], mark["from"], mark["to"]) for mark in made] == [("Fair", 0, 0), ("Leap day", 1, 1)]


def test_an_event_over_months_covers_those_that_are_shown() -> None:
    (mark,) = marks.on(known(strike={"label": "Strike", "first": "2023-12-20", "last": "2024-02-02"}), MONTHS)
    assert (mark["from"], mark["to"], mark["days"]) == (0, 1, "2023-12-20 – 2024-02-02")


def test_an_event_of_another_part_of_the_company_is_left_out() -> None:
    events = known(
        snow={"label": "Snow", "first": "2024-02-01", "unit": "oslo"},
        flood={"label": "Flood", "first": "2024-02-01", "unit": "south"},
        law={"label": "New law", "first": "2024-02-01"},
    )
    assert [mark["label"] for mark in marks.on(events, MONTHS, ["north"])] == ["New law", "Snow"]
    assert len(marks.on(events, MONTHS)) == 3
