"""A part of a touchpoint that is really another: rows that land later follow by a rule, until it ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.collect import catalogue, importing, placement
from heartline.collect.placement import Correction
from heartline.collect.values import BadDefinition
from heartline.core.errors import NotFound
from heartline.store.lake import Lake

RECIPE = """recipe: 1
source: desk
files: {calls: calls.csv}
touchpoints:
  call: {label: Call, stage: use}
  complaint: {label: Complaint, stage: support}
  order: {label: Order, stage: purchase}
units:
  - sql: "select distinct unit as key from calls"
interactions:
  - touchpoint: call
    sql: select id, channel, unit, moment as occurred_at, score, 'stars5' as scale from calls
  - {touchpoint: order, channel: phone, sql: "select id || 'o' as id, moment as occurred_at from calls"}
"""
HEAD = "id,channel,unit,moment,score\n"
BY_PHONE = Correction("call", "complaint", (("channel", ("phone",)),), later=True)


def brought(folder: Path, lines: str) -> Lake:
    """Import these lines by the recipe."""
    (folder / "recipe.yaml").write_text(RECIPE)
    (folder / "calls.csv").write_text(HEAD + lines)
    importing.run(folder / "recipe.yaml", folder / "data")
    return Lake.open(folder / "data")


def placed(lake: Lake) -> dict[str, tuple[Any, ...]]:
    """Give where every row is, by its number."""
    at = lake.at()
    rows = at.execute(at.rows("id", "touchpoint", "stage", "about")).to_pylist()
    return {row["id"].removeprefix("desk:"): (row["touchpoint"], row["stage"], row["about"]) for row in rows}


FIRST = "1,phone,Wien,2024-03-01,\n2,chat,Wien,2024-03-01,2\n"
LATER = FIRST + "3,phone,Graz,2024-03-02,1\n4,chat,Graz,2024-03-02,5\n"
CALL, COMPLAINT = ("call", "use", None), ("complaint", "support", None)


def test_rows_that_land_later_follow_and_what_judges_them_too(tmp_path: Path) -> None:
    lake = brought(tmp_path, FIRST)
    assert placement.correct(lake, BY_PHONE) == (2, 1)
    assert lake.at().definitions.get("touchpoint", "complaint")["takes"] == [
        {"touchpoint": ["call"], "channel": ["phone"]}
    ]
    lake = brought(tmp_path, LATER)
    found = placed(lake)
    assert found["1"] == COMPLAINT
    assert found["3"] == ("complaint", "support", "complaint")
    assert found["2"] == ("call", "use", "call")
    assert found["4"] == ("call", "use", "call")
    assert {found[f"{number}o"] for number in (1, 2, 3, 4)} == {("order", "purchase", None)}


def test_without_the_rule_later_rows_stay_where_their_source_puts_them(tmp_path: Path) -> None:
    lake = brought(tmp_path, FIRST)
    placement.correct(lake, Correction("call", "complaint", (("channel", ("phone",)),)))
    found = placed(brought(tmp_path, LATER))
    assert (found["1"], found["3"]) == (COMPLAINT, ("call", "use", "call"))


@pytest.mark.parametrize(
    ("where", "moved"),
    [
        ((("unit", ("Graz",)),), {"2", "3", "4"}), ((("kind", ("feedback",)),), {"2", "3", "4"}),
        ((("source", ("desk",)), ("channel", ("chat",))), {"2", "4"}), ((("source", ("shop",)),), set()),
    ],
)  # fmt: skip
def test_every_mark_by_which_rows_are_told(tmp_path: Path, where: Any, moved: set[str]) -> None:
    lake = brought(tmp_path, FIRST.replace("2,chat,Wien", "2,chat,Graz"))
    placement.correct(lake, Correction("call", "complaint", where, later=True))
    found = placed(brought(tmp_path, LATER.replace("2,chat,Wien", "2,chat,Graz")))
    assert {key for key, (touchpoint, _, _) in found.items() if touchpoint == "complaint"} == moved


def test_taking_it_back_ends_the_rule_and_so_does_ending_it_alone(tmp_path: Path) -> None:
    lake = brought(tmp_path, FIRST)
    version, _ = placement.correct(lake, BY_PHONE)
    placement.take_back(lake, version)
    assert "takes" not in lake.at().definitions.get("touchpoint", "complaint")
    placement.correct(lake, BY_PHONE)
    ends = placement.without_rule(lake.at().definitions, "complaint", 0)
    catalogue.written(lake, ends, source="page")
    found = placed(brought(tmp_path, LATER))
    assert (found["1"], found["3"]) == (COMPLAINT, ("call", "use", "call"))
    with pytest.raises(NotFound, match="no such rule"):
        placement.without_rule(lake.at().definitions, "complaint", 0)


def test_moving_back_turns_the_rule_round_and_saying_it_twice_keeps_one(tmp_path: Path) -> None:
    lake = brought(tmp_path, FIRST)
    placement.correct(lake, BY_PHONE)
    placement.correct(lake, BY_PHONE)
    assert len(lake.at().definitions.get("touchpoint", "complaint")["takes"]) == 1
    placement.correct(lake, Correction("complaint", "call", (("channel", ("phone",)),), later=True))
    assert not lake.at().definitions.get("touchpoint", "complaint").get("takes")
    found = placed(brought(tmp_path, LATER))
    assert (found["1"], found["3"]) == (CALL, ("call", "use", "call"))


def test_a_merge_takes_rules_along_and_ends_those_about_what_is_gone(tmp_path: Path) -> None:
    lake = brought(tmp_path, FIRST)
    placement.correct(lake, BY_PHONE)
    placement.correct(lake, Correction("complaint", "order"))
    assert lake.at().definitions.get("touchpoint", "order")["takes"] == [{"touchpoint": ["call"], "channel": ["phone"]}]
    assert placed(brought(tmp_path, LATER))["3"][0] == "order"
    placement.correct(lake, Correction("call", "order"))
    assert not lake.at().definitions.get("touchpoint", "order").get("takes")


@pytest.mark.parametrize(
    "rule", [{"channel": ["phone"]}, {"touchpoint": ["call"]}, {"touchpoint": ["call"], "score_from": 3}]
)
def test_a_rule_that_rows_cannot_be_placed_by_is_refused(tmp_path: Path, rule: dict[str, Any]) -> None:
    lake = brought(tmp_path, FIRST)
    change = catalogue.of_values("touchpoint", "complaint", {"label": "Complaint", "takes": [rule]})
    with pytest.raises(BadDefinition, match="cannot take rows"):
        catalogue.checked(lake.at().definitions, [change])
