"""The flow drawing: what is drawn, in which order, and where."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.server.understand.paths import flow


def way(one: str, other: str, count: int) -> dict[str, Any]:
    return {"from": one, "to": other, "count": count}


def test_touchpoints_stand_as_most_people_pass_them() -> None:
    rows = [way("cart", "pay", 80), way("shop", "cart", 90), way("cart", "shop", 30), way("pay", "pay", 5)]
    assert flow.order(rows) == ["shop", "cart", "pay"]


def test_only_the_strongest_ways_among_few_touchpoints_are_drawn_and_the_goal_stays() -> None:
    rows = [way(f"a{number}", f"a{number + 1}", 1000 - number) for number in range(12)]
    rows += [way("a0", "goal", 900), way("a1", "a0", 1)]
    chosen = flow.strongest(rows, "goal")
    assert rows[-2] in chosen
    assert rows[-1] not in chosen  # a hair beside the strongest
    assert len({name for row in chosen for name in (row["from"], row["to"])}) == flow.BOXES


def test_straight_on_lies_on_the_line_skipping_above_it_and_going_back_below() -> None:
    rows = [way("a", "b", 100), way("b", "c", 50), way("a", "c", 10), way("c", "a", 10), way("b", "b", 10)]
    drawn = flow.drawing(rows, {"a": "First", "b": "Second one", "c": "Third"}, flow.WIDE)
    heights = {(one.row["from"], one.row["to"]): one.y for one in drawn.ways}
    top, bottom = drawn.boxes[0].y, drawn.boxes[0].y + drawn.boxes[0].height
    assert heights["a", "c"] < heights["b", "b"] < top < heights["b", "c"] < bottom < heights["c", "a"]
    widths = {(one.row["from"], one.row["to"]): one.width for one in drawn.ways}
    assert widths["a", "b"] == 2 * widths["b", "c"] == 10 * widths["a", "c"]
    assert [one.lines[0][0] for one in drawn.boxes] == ["First", "Second one", "Third"]


@given(
    st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"), st.integers(1, 1000)), min_size=1,
             unique_by=lambda one: one[:2]),
    st.sampled_from([flow.WIDE, flow.UPRIGHT]),
)  # fmt: skip
def test_everything_is_within_the_frame(found: list[tuple[str, str, int]], size: flow.Size) -> None:
    rows = sorted((way(*one) for one in found), key=lambda row: -row["count"])
    drawn = flow.drawing(rows, {}, size)
    assert len(drawn.ways) == len(rows)
    for box in drawn.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawn.width
        assert box.y >= 0
        assert box.y + box.height <= drawn.height
    for one in drawn.ways:
        assert 0 <= one.x <= drawn.width
        assert 8 <= one.y <= drawn.height


@pytest.mark.parametrize(
    ("text", "lines"),
    [("Pay", ["Pay"]), ("Take in charge ticket", ["Take in", "charge", "ticket"]), ("Unpronounceable", ["Unpronou…"])],
)
def test_names_are_broken_into_lines(text: str, lines: list[str]) -> None:
    assert flow._wrapped(text, 8, 3) == lines
