"""The past placed again: as it would have been with the rules of today, and by hand where somebody said so."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect import catalogue, placement
from heartline.collect.events import decode, placed
from heartline.collect.events.again import again, caught
from heartline.collect.events.past import days, events, place_again, windows
from heartline.collect.events.rules import one
from heartline.collect.ruling import PLACEMENT
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

from .landed import land
from .sent import batch, page, request, track
from .test_laws import EVENTS
from .test_rules import RULES, TOUCHPOINTS

BEGIN, END = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Give a lake with a few events that came before anybody wrote a rule."""
    made = Lake.create(tmp_path)
    with made.write("test") as writer:
        for key, body in TOUCHPOINTS.items():
            writer.define("touchpoint", key, dict(body))
    sent = [
        track("Wheel Spun", {"prize": "car", "ms": 4000}, messageId="m1", timestamp="2026-11-20T10:00:00Z"),
        track("Wheel Spun", {"prize": "none"}, messageId="m2", timestamp="2026-11-21T10:00:00Z"),
        page("/wheel/7", messageId="m3", timestamp="2026-11-21T11:00:00Z"),
        track("Product Viewed", {}, messageId="m4", timestamp="2026-11-21T12:00:00Z"),
    ]
    land(made, placed(decode([batch(*sent)]), made.at().definitions))
    return made


def _where(lake: Lake) -> dict[str, Any]:
    rows = events(lake.at(), BEGIN, END).to_pylist()
    return {row["id"].removeprefix("shop:"): (row["touchpoint"], row["stage"], row["wait_s"]) for row in rows}


def _rule(lake: Lake, body: dict[str, Any], key: str = "wheel") -> None:
    catalogue.written(lake, [catalogue.of_values("rule", key, body)], source="test")


def test_a_new_rule_moves_the_past(lake: Lake) -> None:
    """Touchpoint, stage and wait follow; others stay; a second time nothing changes."""
    _rule(lake, {"when": {"event": "wheel spun"}, "touchpoint": "wheel", "wait_s": {"property": "ms", "times": 0.001}})
    told: list[tuple[int, int, int]] = []
    outcome = place_again(lake, lambda *step: told.append(step))
    assert (outcome.checked, outcome.changed) == (4, 2)
    assert told == [(0, 4, 0), (4, 4, 2)]
    assert _where(lake) == {
        "m1": ("wheel", "loyalty", 4.0),
        "m2": ("wheel", "loyalty", None),
        "m3": ("website", "awareness", None),
        "m4": ("product_page", "consideration", None),
    }
    assert outcome.unplaced.total() == 0
    assert place_again(lake).changed == 0


def test_what_was_corrected_by_hand_stays(lake: Lake) -> None:
    """Somebody knew better; a rule does not."""
    where = (("source", ("shop",)),)
    placement.correct(lake, placement.Correction("product_page", "till", where))
    _rule(lake, {"when": {"event": "Product Viewed"}, "touchpoint": "wheel"})
    assert place_again(lake).changed == 0
    assert _where(lake)["m4"][0] == "till"


def test_a_removed_rule_lets_rows_go_back(lake: Lake) -> None:
    """What no rule places is not placed."""
    _rule(lake, {"when": {"event": "wheel spun"}, "touchpoint": "wheel"})
    place_again(lake)
    catalogue.written(lake, [catalogue.without("rule", "wheel")], source="test")
    outcome = place_again(lake)
    assert _where(lake)["m1"] == (None, None, None)
    assert {name.event: number for (name, _day), number in outcome.unplaced.items() if number} == {"Wheel Spun": 2}


def test_touchpoints_that_turn_up_are_defined(lake: Lake) -> None:
    """A touchpoint that was removed comes back with what is at it."""
    catalogue.written(lake, [catalogue.without("touchpoint", "product_page")], source="test")
    _rule(lake, {"when": {"event": "wheel spun"}, "touchpoint": "wheel"})
    place_again(lake)
    assert set(lake.at().definitions.all("touchpoint")) >= {"wheel", "website"}


def test_the_days_of_events_are_cut_into_pieces(lake: Lake) -> None:
    """Large days into several pieces, small ones together, none left out."""
    assert days(lake.at()) == [(date(2026, 11, 20), 1), (date(2026, 11, 21), 3)]
    found = windows([(date(2026, 11, 1), 5), (date(2026, 11, 2), 4), (date(2026, 11, 3), 25)], piece=10)
    assert [number for _, _, number in found] == [9, 8, 8, 8]
    assert (found[0][0], found[-1][1]) == (datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 4, tzinfo=UTC))
    assert all(one[1] == other[0] for one, other in itertools.pairwise(found))


def test_what_a_rule_would_catch(lake: Lake) -> None:
    """By name, page and property, among the events of some days."""
    rows = events(lake.at(), BEGIN, END)
    definitions = lake.at().definitions

    def ids(when: dict[str, Any]) -> set[str]:
        marks = caught(rows, one("r", {"when": when}), definitions)
        return {name.removeprefix("shop:") for name, mark in zip(rows["id"].to_pylist(), marks, strict=True) if mark}

    assert ids({"event": ["wheel*"], "properties": [{"property": "prize", "is": "car"}]}) == {"m1"}
    assert ids({"path": ["/wheel/*"]}) == {"m3"}
    assert ids({"source": ["desk"]}) == set()


@settings(max_examples=100, deadline=None)
@given(st.lists(EVENTS, max_size=5), st.lists(RULES, max_size=3))
def test_placing_again_is_placing_now(events_: list[Any], bodies: list[dict[str, Any]]) -> None:
    """Events that came before a rule and are placed again are where they would have been had it been there."""
    rules = {f"r{place}": body for place, body in enumerate(bodies)}
    before = Definitions({"touchpoint": TOUCHPOINTS})
    after = Definitions({"touchpoint": TOUCHPOINTS, "rule": rules})
    came = placed(decode([request({"batch": events_})]), before).rows
    wanted = placed(decode([request({"batch": events_})]), after).rows
    made = again(came, after)
    for name in PLACEMENT:
        assert made.columns[name].to_pylist() == wanted[name].to_pylist(), name


def test_what_was_said_about_pages_moves_with_their_rule(lake: Lake) -> None:
    """Waits of a page are where its views are, also when the past is placed again."""
    told = [
        track("Page Loaded", {"wait_s": 1.5}, messageId=f"v{at}", timestamp="2026-11-21T12:30:00Z",
              context={"page": {"path": path}})
        for at, path in enumerate(("/wheel/7", "/cart"))
    ]  # fmt: skip
    land(lake, placed(decode([batch(*told)]), lake.at().definitions))
    assert _where(lake)["v0"] == ("website", "awareness", 1.5)
    _rule(lake, {"when": {"type": "page", "path": "/wheel/*"}, "touchpoint": "wheel"})
    place_again(lake)
    now = _where(lake)
    assert (now["v0"], now["m3"][0], now["v1"]) == (("wheel", "loyalty", 1.5), "wheel", ("basket", "purchase", 1.5))
