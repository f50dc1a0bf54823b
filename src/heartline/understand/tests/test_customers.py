"""Who was there, the latest first; and whose an order is."""

from __future__ import annotations

from pathlib import Path

import pytest

import heartline
from heartline.core.errors import NotFound
from heartline.store.tests.world import events, moment
from heartline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01 10:00", {"ref": "o1", "unit": "berlin"}),
            ("alice", "call", "2024-03-09 10:00", {"ref": "o1"}),
            ("bob", "shop", "2024-03-05 10:00", {"ref": "o2"}),
            ("charlie", "shop", "2024-03-05 10:00", {"ref": "o2"}),
            (None, "shop", "2024-03-20 10:00", {"ref": "o3"}),
        ],
        unit={"berlin": {}},
    )
    return heartline.open(tmp_path)


def test_the_latest_come_first_and_nobody_known_is_nobody(workspace: Workspace) -> None:
    result = workspace.customers()
    assert [row["customer"] for row in result.rows] == ["user_id:alice", "user_id:bob", "user_id:charlie"]
    assert result.rows[0] == {
        "customer": "user_id:alice", "interactions": 2,
        "first": moment("2024-03-01 10:00"), "last": moment("2024-03-09 10:00"),
    }  # fmt: skip
    assert {name: figure.value for name, figure in result.figures.items()} == {"customers": 3, "interactions": 4}
    assert str(result.answer) == "3 customers were here, in 4 interactions."


def test_pages_count_everybody(workspace: Workspace) -> None:
    result = workspace.customers(limit=1, offset=1)
    assert [row["customer"] for row in result.rows] == ["user_id:bob"]
    assert result.figures["customers"].value == 3


def test_an_order_has_its_customers(workspace: Workspace) -> None:
    assert [row["customer"] for row in workspace.customers(ref="o2").rows] == ["user_id:bob", "user_id:charlie"]
    assert str(workspace.customers(ref="o3").answer) == "No known customer was here."
    assert workspace.customers(unit="berlin").rows[0]["interactions"] == 1


def test_what_is_misspelt_is_said(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.customers(unit="berlni")
