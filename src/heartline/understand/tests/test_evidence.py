"""Any number opens its rows: a page of them in any order, bounded by what the asker may see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.core.errors import HeartlineError
from heartline.store.tests.world import events
from heartline.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    events(
        tmp_path,
        [
            ("alice", "survey", "2024-03-01", {"score": 9, "scale": "nps", "unit": "berlin"}),
            ("bob", "survey", "2024-03-02", {"score": 2, "scale": "nps", "unit": "paris"}),
            ("bob", "survey", "2024-03-03", {"score": 7, "scale": "nps", "unit": "berlin"}),
            ("charlie", "survey", "2023-03-03", {"score": 0, "scale": "nps", "unit": "paris"}),
        ],
        unit={"germany": {}, "berlin": {"parent": "germany"}, "france": {}, "paris": {"parent": "france"}},
    )
    return heartline.open(tmp_path)


def opened(workspace: Workspace, **values: Any) -> list[str]:
    """Give the ids behind the NPS, or what was asked."""
    found = workspace.evidence(**{"of": "scores", "figure": "nps", **values})
    return [row["id"].removeprefix("world:") for row in found.rows]


def test_the_rows_of_a_figure_come_newest_first(workspace: Workspace) -> None:
    found = workspace.evidence("scores", figure="nps")
    assert [row["value"] for row in found.rows] == [7, 2, 9, 0]
    assert (found.figures["n"].value, found.figures["value"].value) == (4, -25)
    assert str(found.answer) == "4 interactions stand behind this number."


def test_a_page_in_any_order(workspace: Workspace) -> None:
    assert opened(workspace, order="value") == ["4", "2", "3", "1"]
    assert opened(workspace, order="-value", limit=2) == ["1", "3"]
    assert opened(workspace, limit=2, offset=3) == ["4"]
    assert opened(workspace, limit=0) == []
    assert opened(workspace, limit=None) == ["3", "2", "1", "4"]


def test_a_row_opens_by_its_key_and_column(workspace: Workspace) -> None:
    spec = {"by": ["unit"], "period": "2024"}
    row = {"scale": "nps", "measure": "nps", "unit": "berlin"}
    assert opened(workspace, figure=None, spec=spec, row=row, column="value") == ["3", "1"]


def test_both_sides_of_a_comparison_open(workspace: Workspace) -> None:
    spec = {"period": "2024-03", "compare": "period=2023"}
    assert opened(workspace, spec=spec) == ["3", "2", "1"]
    assert opened(workspace, spec=spec, figure="nps_before") == ["4"]
    with pytest.raises(HeartlineError) as error:
        opened(workspace, spec=spec, figure="nps_change")
    assert error.value.code == "no_evidence"


def test_what_surrounds_an_answer_fills_its_spec(workspace: Workspace) -> None:
    assert opened(workspace, period="2024-03-02") == ["2"]
    assert opened(workspace, period="2024-03-02", spec={"period": "2024-03-01"}) == ["1"]


def test_units_around_an_answer_bound_it(workspace: Workspace) -> None:
    """Who may see France only cannot open Berlin by asking about it, nor Germany; of all they see France."""
    assert opened(workspace, unit="france") == ["2", "4"]
    assert opened(workspace, unit="france", spec={"unit": ["berlin", "paris"]}) == ["2", "4"]
    for spec in ({"unit": "berlin"}, {"unit": ["germany"]}):
        with pytest.raises(HeartlineError) as error:
            opened(workspace, unit="france", spec=spec)
        assert (error.value.code, error.value.status) == ("foreign_unit", 403)
    assert opened(workspace, unit="germany", spec={"unit": "berlin"}) == ["3", "1"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"of": "scroes"}, "unknown_verb"),
        ({"of": "evidence"}, "no_evidence"),
        ({"figure": "npps"}, "unknown_figure"),
        ({"figure": None}, "bad_value"),
        ({"row": {"scale": "nps", "measure": "nps"}, "column": "value"}, "bad_value"),
        ({"figure": None, "row": {"scale": "nps", "measure": "nps"}, "column": "low"}, "no_evidence"),
        ({"order": "colour"}, "unknown_column"),
        ({"spec": {"colour": "red"}}, "unknown_field"),
    ],
)
def test_what_cannot_be_opened_is_said(workspace: Workspace, values: dict[str, Any], code: str) -> None:
    with pytest.raises(HeartlineError) as error:
        opened(workspace, **values)
    assert error.value.code == code
