"""Rows follow what is corrected about them, and go back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from heartline.collect import catalogue, following, importing, placement
from heartline.collect.placement import Correction
from heartline.core.errors import InvalidInput, NotFound
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.supposing import Supposition
from heartline.store.tests.world import events
from heartline.workspace import Workspace

TOUCHPOINTS: dict[str, dict[str, Any]] = {
    "shop": {"label": "Shop", "stage": "purchase"},
    "call": {"label": "Call", "stage": "use", "expected_wait_s": 60.0},
    "hotline": {"label": "Hotline", "stage": "support"},
}
JOURNEY: dict[str, dict[str, Any]] = {
    "help": {
        "label": "Help",
        "starts": ["shop"],
        "goal": "hotline",
        "designed": ["shop", "call", "hotline"],
        "within_s": 864_000.0,
    }
}
SEGMENT = {"callers": {"label": "Callers", "any": [{"touchpoint": "call"}]}}
ROWS: list[Any] = [
    ("anna", "shop", "2024-03-01 10:00"),
    ("anna", "call", "2024-03-01 11:00", {"channel": "phone", "wait_s": 90.0, "stage": "use"}),
    ("ben", "shop", "2024-03-01 10:00"),
    ("ben", "call", "2024-03-01 12:00", {"channel": "chat", "stage": "support"}),
    ("cleo", "hotline", "2024-03-01 12:00", {"channel": "phone"}),
    ("cleo", "survey", "2024-03-02 12:00", {"score": 2.0, "scale": "stars5", "about": "call"}),
]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return events(tmp_path, ROWS, touchpoint=TOUCHPOINTS, journey=JOURNEY, segment=SEGMENT)


def placed(snapshot: Snapshot) -> list[tuple[Any, ...]]:
    rows = snapshot.execute(snapshot.rows("id", "touchpoint", "stage", "about").order_by("id")).to_pylist()
    return [(row["touchpoint"], row["stage"], row["about"]) for row in rows]


def answers(lake: Lake) -> list[Any]:
    opened = Workspace(lake)
    found = [opened.call(verb, {"period": "all"}) for verb in ("journeys", "touchpoints", "scores", "waits")]
    return [[result.rows, result.figures] for result in found]


def test_a_merge_takes_rows_journeys_and_segments_along(lake: Lake) -> None:
    assert placement.correct(lake, Correction("call", "hotline")) == (2, 3)
    assert placed(lake.at()) == [
        ("shop", "purchase", None), ("hotline", "support", None),
        ("shop", "purchase", None), ("hotline", "support", None),
        ("hotline", "support", None), ("survey", None, "hotline"),
    ]  # fmt: skip
    defined = lake.at().definitions
    assert "call" not in defined.all("touchpoint")
    assert defined.all("touchpoint")["hotline"]["also"] == ["call"]
    assert defined.all("journey")["help"]["designed"] == ["shop", "hotline"]
    assert defined.all("segment")["callers"]["any"] == [{"touchpoint": "hotline"}]
    (row,) = Workspace(lake).journeys(period="all").rows
    assert row["goal_share"] == 1.0


def test_before_it_is_made_it_answers_as_it_will_answer_after(lake: Lake) -> None:
    for correction in (Correction("call", "hotline", (("channel", ("phone",)),)), Correction("call", "hotline")):
        foreseen = answers(lake.supposing(placement.supposed(lake.at().definitions, correction)))
        before = answers(lake)
        placement.correct(lake, correction)
        assert answers(lake) == foreseen != before


def test_some_rows_move_alone_and_nothing_else_is_renamed(lake: Lake) -> None:
    assert placement.correct(lake, Correction("call", "hotline", (("channel", ("phone",)),))) == (2, 1)
    assert [row[0] for row in placed(lake.at())] == ["shop", "hotline", "shop", "call", "hotline", "survey"]
    assert lake.at().definitions == lake.at(1).definitions
    assert placed(lake.at())[5] == ("survey", None, "call")  # written on the web, so not about the phone


def test_taken_back_everything_is_as_it_was(lake: Lake) -> None:
    before = answers(lake)
    version, _ = placement.correct(lake, Correction("call", "hotline"))
    assert placement.corrections(lake.at()) == {2: 3}
    assert placement.take_back(lake, version) == (3, 3)
    assert answers(lake) == before
    assert placed(lake.at()) == placed(lake.at(1))
    assert dict(lake.at().definitions.all("touchpoint")) == TOUCHPOINTS
    assert placement.corrections(lake.at()) == {}
    with pytest.raises(NotFound, match="no such correction"):
        placement.take_back(lake, version)


def test_what_was_changed_since_is_not_taken_back(lake: Lake) -> None:
    first, _ = placement.correct(lake, Correction("call", "hotline", (("channel", ("phone", "chat")),)))
    placement.correct(lake, Correction("hotline", "shop", (("channel", ("chat",)),)))
    assert placement.take_back(lake, first) == (4, 1)
    assert [row[0] for row in placed(lake.at())] == ["shop", "call", "shop", "shop", "hotline", "survey"]


def test_a_compaction_between_changes_nothing(lake: Lake) -> None:
    version, _ = placement.correct(lake, Correction("call", "hotline"))
    lake.compact(force=True)
    placement.take_back(lake, version)
    assert placed(lake.at()) == placed(lake.at(1))


@pytest.mark.parametrize(
    ("correction", "code"),
    [
        (Correction("call", "nowhere"), "unknown_touchpoint"),
        (Correction("call", "call"), "same_touchpoint"),
        (Correction("call", "shop", (("text", ("x",)),)), "bad_value"),
    ],
)
def test_what_cannot_be_corrected_is_refused(lake: Lake, correction: Correction, code: str) -> None:
    with pytest.raises((InvalidInput, NotFound)) as refused:
        placement.correct(lake, correction)
    assert refused.value.code == code
    assert lake.versions()[-1].version == 1


def test_a_touchpoint_moves_to_another_stage_with_the_rows_that_had_its_own(lake: Lake) -> None:
    change = catalogue.of_values("touchpoint", "call", {**TOUCHPOINTS["call"], "stage": "delivery"})
    catalogue.written(lake, [change], source="page")
    assert [row[1] for row in placed(lake.at()) if row[0] == "call"] == ["delivery", "support"]
    catalogue.written(lake, [catalogue.of_values("touchpoint", "call", TOUCHPOINTS["call"])], source="page")
    assert placed(lake.at()) == placed(lake.at(1))


def test_answers_feel_otherwise_when_the_ends_of_their_scale_change(lake: Lake) -> None:
    body = {"low": 1, "high": 3, "measure": "mean"}
    catalogue.written(lake, [catalogue.of_values("scale", "stars5", body)], source="page")
    snapshot = lake.at()
    feelings = snapshot.execute(snapshot.rows("feeling"))["feeling"].drop_null().to_pylist()
    assert feelings == [0.0]


STAGED = st.sampled_from(["purchase", "use", "support"])
BODIES = st.fixed_dictionaries({}, optional={"stage": STAGED, "expected_wait_s": st.sampled_from([30.0, 99.0])})


@settings(max_examples=4, deadline=None)
@example(call={"stage": "support"}, hotline={"stage": "purchase", "expected_wait_s": 30.0}, low=0.0)
@given(call=BODIES, hotline=BODIES, low=st.sampled_from([0.0, 1.0]))
def test_any_change_is_foreseen_exactly(
    tmp_path_factory: pytest.TempPathFactory, call: dict[str, Any], hotline: dict[str, Any], low: float
) -> None:
    lake = events(tmp_path_factory.mktemp("lake"), ROWS, touchpoint=TOUCHPOINTS, journey=JOURNEY)
    changes = [
        catalogue.of_values("touchpoint", "call", call),
        catalogue.of_values("touchpoint", "hotline", hotline),
        catalogue.of_values("scale", "stars5", {"low": low, "high": 5, "measure": "mean"}),
    ]
    before = lake.at().definitions
    then = foreseen(before, catalogue.checked(before, changes))
    supposed = answers(lake.supposing(then)), placed(lake.supposing(then).at())
    catalogue.written(lake, changes, source="page")
    assert (answers(lake), placed(lake.at())) == supposed


def foreseen(before: Definitions, after: Definitions) -> Supposition:
    return following.supposition(before, after)


def test_what_is_imported_after_a_merge_follows_it(tmp_path: Path) -> None:
    recipe = """
recipe: 1
source: calls
files: {calls: calls.csv}
stages: [use, support]
touchpoints: {call: {label: Call, stage: use}, hotline: {label: Hotline, stage: support}}
interactions: [{sql: "select touchpoint, occurred_at::timestamp as occurred_at, user_id from calls"}]
"""
    (tmp_path / "calls.yaml").write_text(recipe)
    (tmp_path / "calls.csv").write_text("touchpoint,occurred_at,user_id\nCall,2024-03-01 10:00:00,anna\n")
    importing.run(tmp_path / "calls.yaml", tmp_path / "data")
    lake = Lake.open(tmp_path / "data")
    placement.correct(lake, Correction("call", "hotline"))
    (tmp_path / "calls.csv").write_text(
        "touchpoint,occurred_at,user_id\nCall,2024-03-01 10:00:00,anna\nCall,2024-03-02 10:00:00,ben\n"
    )
    importing.run(tmp_path / "calls.yaml", tmp_path / "data")
    assert placed(lake.at()) == [("hotline", "support", None), ("hotline", "support", None)]
    assert "call" not in lake.at().definitions.all("touchpoint")


def test_what_is_imported_after_a_move_has_the_new_stage(tmp_path: Path) -> None:
    (tmp_path / "calls.yaml").write_text(
        "recipe: 1\nsource: calls\nfiles: {calls: calls.csv}\nstages: [use, support]\n"
        "touchpoints: {call: {label: Call, stage: use}}\n"
        "interactions: [{touchpoint: call, sql: 'select occurred_at::timestamp as occurred_at, user_id from calls'}]\n"
    )
    (tmp_path / "calls.csv").write_text("occurred_at,user_id\n2024-03-01 10:00:00,anna\n")
    importing.run(tmp_path / "calls.yaml", tmp_path / "data")
    lake = Lake.open(tmp_path / "data")
    catalogue.written(
        lake, [catalogue.of_values("touchpoint", "call", {"label": "Call", "stage": "support"})], source="page"
    )
    (tmp_path / "calls.csv").write_text("occurred_at,user_id\n2024-03-02 10:00:00,ben\n")
    importing.run(tmp_path / "calls.yaml", tmp_path / "data")
    assert [row[1] for row in placed(lake.at())] == ["support", "support"]
