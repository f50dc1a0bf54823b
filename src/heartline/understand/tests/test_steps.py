"""The verb `steps`: who comes to a touchpoint of a journey, when, who stops there, and what is next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import heartline
from heartline.core.errors import NotFound
from heartline.store.tests.world import Event, events
from heartline.understand import steps as steps_module
from heartline.understand.steps import COLUMNS
from heartline.workspace import Workspace
from tests.worlds.questions import DEFINITIONS, worlds

ORDER = {"label": "An order", "counted_as": "orders", "starts": ["visit"], "goal": "order", "within_s": 86400}
STORY: list[Event] = [
    ("alice", "visit", "2024-03-01 10:00"),
    ("alice", "page", "2024-03-01 10:05"),
    ("alice", "order", "2024-03-01 10:10"),
    ("bob", "visit", "2024-03-01 10:00"),
    ("bob", "page", "2024-03-01 11:00"),
    ("bob", "page", "2024-03-01 11:05"),
    ("bob", "order", "2024-03-01 11:10"),
    ("carl", "visit", "2024-03-02 10:00"),
    ("carl", "call", "2024-03-02 10:20"),
    ("dora", "visit", "2024-04-03 10:00"),
    ("dora", "call", "2024-04-03 10:20"),
    ("dora", "call", "2024-04-03 10:30"),
    ("dora", "order", "2024-04-03 10:40"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    """Four customers; Carl calls and never orders."""
    events(tmp_path, STORY, journey={"order": ORDER}, touchpoint={"call": {"label": "A call"}})
    return heartline.open(tmp_path)


def test_every_touchpoint_in_the_order_in_which_people_come(shop: Workspace) -> None:
    found = shop.steps("order")
    shown = [[row[name] for name in ("touchpoint", "trips", "customers", "visits", "position")] for row in found.rows]
    assert shown == [["visit", 4, 4, 4, 1], ["call", 2, 2, 3, 2], ["page", 2, 2, 3, 2], ["order", 3, 3, 3, 4]]
    assert [row["first_s"] for row in found.rows] == [0, 1200, 1950, 2400]


def test_who_stops_where_and_what_is_next(shop: Workspace) -> None:
    rows = {row["touchpoint"]: row for row in shop.steps("order").rows}
    assert [rows[key]["left"] for key in ("visit", "page", "call", "order")] == [0, 0, 0.5, 0]
    assert (rows["call"]["left_n"], rows["page"]["reach"], rows["page"]["reach_n"]) == (2, 0.5, 4)
    assert (rows["visit"]["next"], rows["visit"]["next_share"]) == ("call", 0.5)  # of equals, the first by alphabet
    assert (rows["page"]["next"], rows["page"]["next_share"], rows["page"]["next_share_n"]) == (
        "order", pytest.approx(2 / 3), 3,
    )  # fmt: skip
    assert (rows["order"]["next"], rows["order"]["next_share"]) == (None, None)


def test_the_sentence_says_where_most_stop(shop: Workspace) -> None:
    assert str(shop.steps("order").answer) == (
        "4 orders came to 4 touchpoints; most of those that got no further stopped at A call: 50 in 100 of the 2 that "
        "came there."
    )
    assert str(shop.steps("order", period="2023").answer) == "No orders in this period."
    assert str(shop.steps("order", goal="visit").answer) == "4 orders came to 1 touchpoints."


def test_open_trips_are_counted_and_in_no_share(tmp_path: Path) -> None:
    endless = {**ORDER, "within_s": None}
    events(tmp_path, [*STORY[:3], ("emil", "visit", "2024-03-01 10:08")], journey={"order": endless})
    rows = {row["touchpoint"]: row for row in heartline.open(tmp_path).steps("order").rows}
    assert (rows["visit"]["trips"], rows["visit"]["reach_n"], rows["visit"]["left_n"]) == (2, 1, 1)


def test_a_journey_that_is_not_there_is_refused(shop: Workspace) -> None:
    with pytest.raises(NotFound) as caught:
        shop.steps("return")
    assert caught.value.code == "unknown_journey"


def test_the_rows_have_the_columns_that_are_told(shop: Workspace) -> None:
    assert [list(row) for row in shop.steps("order").rows] == [[column.name for column in COLUMNS]] * 4


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=worlds())
def test_steps_reconcile_with_paths_and_graph(tmp_path_factory: pytest.TempPathFactory, rows: list[Event]) -> None:
    folder = tmp_path_factory.mktemp("any")
    events(folder, rows, **DEFINITIONS)
    workspace = heartline.open(folder)
    for journey in ("visit", "order"):
        asked: dict[str, Any] = {"period": "all"}
        found = workspace.steps(journey, **asked)
        graph = workspace.graph(journey, **asked)
        for row in found.rows:
            paths = workspace.paths(journey, through=row["touchpoint"], **asked)
            assert (row["trips"], row["customers"]) == (
                paths.figures["through_trips"].value, paths.figures["through_customers"].value,
            )  # fmt: skip
            out = [edge["count"] for edge in graph.rows if edge["from"] == row["touchpoint"]]
            assert max(out, default=0) == pytest.approx((row["next_share"] or 0) * row["visits"])


@pytest.mark.parametrize("dense", [0, steps_module.DENSE])
def test_sorting_finds_what_the_table_finds(shop: Workspace, dense: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = shop.steps("order", period="all").rows
    monkeypatch.setattr(steps_module, "DENSE", dense)
    assert shop.steps("order", period="2024").rows == expected
