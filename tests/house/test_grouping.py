"""Tests that share something dear are run by one process: their group stands in their names."""

from __future__ import annotations

import copy

import pytest

from tests import grouping


def again(request: pytest.FixtureRequest, *marks: pytest.MarkDecorator) -> pytest.Item:
    """Give this test as if it were another one, with marks."""
    item: pytest.Item = copy.copy(request.node)
    item.own_markers = [mark.mark for mark in marks]
    return item


def test_the_group_stands_behind_the_name_once(request: pytest.FixtureRequest) -> None:
    item, alone = again(request, pytest.mark.xdist_group("shop")), again(request)
    for _ in range(2):
        grouping.name([item, alone])
    assert item.nodeid == f"{request.node.nodeid.partition('@')[0]}@shop"
    assert alone.nodeid == request.node.nodeid


def test_neighbours_stay_together_apart_from_those_that_leave_nothing_behind(request: pytest.FixtureRequest) -> None:
    quiet, loud = again(request, pytest.mark.django_db), again(request, pytest.mark.django_db(transaction=True))
    grouping.by_file([quiet, loud])
    groups = [item.get_closest_marker("xdist_group") for item in (quiet, loud)]
    assert [mark.args for mark in groups if mark] == [
        ("tests/house/test_grouping.py",), ("tests/house/test_grouping.py emptied",),
    ]  # fmt: skip


def test_browsers_come_last() -> None:
    paths = ["tests/e2e/test_axe.py", "src/heartline/core/tests/test_say.py", "tests/doors/test_strangers.py"]
    assert sorted(paths, key=grouping.place) == paths[::-1]
