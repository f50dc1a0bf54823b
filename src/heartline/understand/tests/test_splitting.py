"""Touchpoints split by time or by what rows carry: each part is what one would find by asking for it alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

import heartline
from heartline.core.errors import InvalidInput
from heartline.store.tests.world import Event, events
from heartline.understand.splitting import Split
from heartline.workspace import Workspace
from tests.worlds.questions import DEFINITIONS, worlds

KEYS = {"unit", "channel", "product", "category", "stage", "source", "period"}
STORY: list[Event] = [
    ("alice", "delivery", "2024-03-30", {"unit": "berlin", "product": "lamp", "succeeded": True}),
    ("alice", "survey", "2024-04-02", {"unit": "berlin", "product": "lamp", "about": "delivery", "feeling": 0.6}),
    ("bob", "delivery", "2024-03-31", {"unit": "wien", "product": "sofa", "succeeded": False}),
    ("bob", "delivery", "2024-04-05", {"unit": "wien", "product": "lamp", "succeeded": True}),
    ("carl", "delivery", "2024-04-06", {"unit": "berlin", "product": "chair", "succeeded": False}),
    (None, "delivery", "2024-04-07", {"unit": "berlin", "succeeded": False}),
]
PRODUCTS = {"lamp": {"category": "light"}, "sofa": {"category": "seats"}, "chair": {"category": "seats"}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    events(tmp_path, STORY, product=PRODUCTS)
    return heartline.open(tmp_path)


def delivery(workspace: Workspace, key: str, *names: str, **values: Any) -> dict[Any, Any]:
    rows = [row for row in workspace.touchpoints(period="all", **values).rows if row["touchpoint"] == "delivery"]
    return {row[key]: tuple(row[name] for name in names) for row in rows}


def test_by_unit_an_experience_is_what_was_lived_there(workspace: Workspace) -> None:
    """In Vienna Bob's two deliveries are one experience, and a bad one; in Berlin Carl's and that of nobody known."""
    found = delivery(workspace, "unit", "interactions", "people", "share_bad", "share_bad_n", by="unit")
    assert found == {"berlin": (3, 2, pytest.approx(2 / 3), 3), "wien": (2, 1, 1.0, 1)}


def test_a_category_is_its_products_and_what_has_none_is_said_apart(workspace: Workspace) -> None:
    found = delivery(workspace, "category", "interactions", "share_bad", by="category")
    assert found == {"light": (2, 0.0), "seats": (2, 1.0), None: (1, 1.0)}


def test_by_month_each_is_a_trip_of_its_own(workspace: Workspace) -> None:
    found = delivery(workspace, "period", "interactions", "feeling", "share_bad", "after_none", every="month")
    assert found == {"2024-03": (2, None, 0.5, None), "2024-04": (3, 0.6, pytest.approx(2 / 4), None)}


def test_weeks_begin_as_the_company_s_do(tmp_path: Path) -> None:
    weeks = {"settings": {"company": {"week_start": "sunday", "timezone": "Europe/Berlin"}}}
    events(tmp_path, [("alice", "shop", "2024-03-30T22:59"), ("bob", "shop", "2024-03-30T23:01")], **weeks)
    rows = heartline.open(tmp_path).touchpoints(every="week").rows
    assert [(row["period"], row["people"]) for row in rows] == [
        ("2024-03-24/2024-03-31", 1), ("2024-03-31/2024-04-07", 1),
    ]  # fmt: skip


def test_one_thing_at_a_time(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as caught:
        workspace.touchpoints(every="month", by="unit")
    assert caught.value.code == "two_splits"


def test_the_sentence_says_into_what_it_is_split(workspace: Workspace) -> None:
    assert str(workspace.touchpoints(by="unit", period="all").answer) == "2 touchpoints, split into 2 by unit."


def test_a_moment_before_all_stretches_is_in_the_first() -> None:
    split = Split(starts=(10, 20), names=("a", "b"))
    assert split.when(np.array([5, 10, 19, 20, 99])).tolist() == [0, 0, 0, 1, 1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=worlds())
def test_a_month_is_what_one_finds_by_asking_for_it_alone(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Event]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    events(folder, rows, **DEFINITIONS)
    workspace = heartline.open(folder)
    for journey in (None, "visit", "order"):
        asked: dict[str, Any] = {"journey": journey}
        split = workspace.touchpoints(period="all", every="month", **asked).rows
        for month in {row["period"] for row in split}:
            alone = workspace.touchpoints(period=month, **asked).rows
            here = [row for row in split if row["period"] == month]
            assert sorted(map(told, here)) == sorted(map(told, alone))


def told(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Give what must agree, as text, since floats are added in another order."""
    left_out = {"period", "after_none", "after_none_low", "after_none_high", "after_none_n"}
    return [
        (name, f"{value:.9f}" if isinstance(value, float) else str(value))
        for name, value in sorted(row.items())
        if name not in left_out
    ]
