"""What must hold of every answer, whatever the world."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import heartline
import heartline.workspace  # registers the verbs
from heartline.core.errors import NotFound
from heartline.core.registry import VERBS
from heartline.core.selection import build, to_dict
from heartline.store.tests.world import Event, events
from tests.worlds.questions import DEFINITIONS, PLANTED, asked, worlds

quick = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
ASKED = {name: asked(name) for name in VERBS} | {
    "evidence": [{"of": "scores", "figure": "answers"}, {"of": "touchpoints", "figure": "people", "unit": "berlin"}]
}


@pytest.mark.parametrize("name", sorted(VERBS))
def test_an_answer_as_of_a_version_never_changes(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    """Neither by what lands later, nor by new definitions, nor by compaction."""
    folder = tmp_path_factory.mktemp("as_of")
    lake = events(folder, PLANTED, **DEFINITIONS)
    workspace = heartline.open(folder)
    before = [workspace.call(name, {**spec, "as_of": 1}).to_dict() for spec in ASKED[name]]
    later: list[Event] = [
        ("alice", "shop", "2024-03-28 10:30", {"ref": "o1", "unit": "berlin", "wait_s": 99, "text": "more"}),
        ("bob", "delivery", "2024-05-01", {"ref": "o2", "score": 1, "scale": "stars5"}),
        ("emil", "survey", "2025-01-01", {"score": 1, "scale": "nps"}),
    ]
    moved: dict[str, Any] = {
        "settings": {"company": {"timezone": "Asia/Tokyo"}},
        "touchpoint": {"call": {"expected_wait_s": 1}},
    }
    events(folder, later, **moved, journey={"visit": {"starts": "any", "goal": "call"}}, segment={"callers": {}})
    assert [workspace.call(name, {**spec, "as_of": 1}).to_dict() for spec in ASKED[name]] == before
    lake.compact(force=True)
    again = heartline.open(folder)
    assert [again.call(name, {**spec, "as_of": 1}).to_dict() for spec in ASKED[name]] == before


@pytest.mark.parametrize("name", sorted(VERBS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_spec_survives_json(name: str, data: st.DataObject) -> None:
    words = st.text("abc_äß &=%", min_size=1, max_size=5)
    many = st.one_of(words, st.lists(words, max_size=3))
    shared: dict[str, Any] = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                "period": st.sampled_from(["all", "2017", "2017-03", "2017-03-15", "2017-01-01/", "/2018-01-01"]),
                "as_of": st.one_of(st.integers(0, 99), st.just("2026-01-01T00:00:00Z")),
                "compare": st.sampled_from(["before", "last_year", "unit=berlin&period=2017"]),
                "segment": words,
                **dict.fromkeys(("unit", "channel", "stage", "touchpoint", "product", "category"), many),
            },
        )
    )
    spec = build(VERBS[name].spec, {**data.draw(st.sampled_from(ASKED[name])), **shared})
    once = to_dict(spec)
    assert build(VERBS[name].spec, json.loads(json.dumps(once))) == spec
    assert json.loads(msgspec.json.encode(once)) == once


@quick
@given(rows=worlds(), split=st.sampled_from(["about", "touchpoint", "unit", "channel"]))
def test_scores_of_groups_add_up_to_those_of_all(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Event], split: str
) -> None:
    """By any column and in days of company time: numbers of answers, and the values weighted with them."""
    folder = tmp_path_factory.mktemp("groups")
    events(folder, rows, **DEFINITIONS)
    workspace = heartline.open(folder)
    whole = {(row["scale"], row["measure"]): row for row in workspace.scores().rows}
    for result in (workspace.scores(by=split), workspace.scores(every="day"), workspace.scores(every="week", by=split)):
        for (scale, measure), row in whole.items():
            parts = [part for part in result.rows if (part["scale"], part["measure"]) == (scale, measure)]
            assert sum(part["n"] for part in parts) == row["n"]
            assert sum(part["n"] * part["value"] for part in parts) == pytest.approx(row["n"] * row["value"])
            for part in parts:
                ends = [-100, 100] if measure == "nps" else [0, 1] if measure == "top" else [0, 10]
                assert ends[0] <= part["value"] <= ends[1]
                assert part["low"] is None or part["low"] <= part["value"] + 1e-9
                assert part["high"] is None or part["value"] - 1e-9 <= part["high"]


@quick
@given(rows=worlds())
def test_touchpoints_count_every_interaction_once(tmp_path_factory: pytest.TempPathFactory, rows: list[Event]) -> None:
    """Interactions add up; nobody is missed; good, bad and never there are all the trips that ended with a feeling."""
    folder = tmp_path_factory.mktemp("once")
    events(folder, rows, **DEFINITIONS)
    workspace = heartline.open(folder)
    for journey in (None, "visit", "order"):
        result = workspace.touchpoints(journey=journey)
        figures = {name: figure.value for name, figure in result.figures.items()}
        assert sum(row["interactions"] for row in result.rows) == figures["interactions"]
        for row in result.rows:
            assert 0 <= row["people"] <= figures["people"]
            assert row["share_bad"] is None or 0 <= row["share_bad"] <= 1
            ended = sum(row[f"after_{how}_n"] for how in ("good", "bad", "none"))
            assert ended <= figures["trips"]
            for name in ("feeling", "after_good", "after_bad", "after_none"):
                assert row[name] is None or -1 <= row[name] <= 1


@quick
@given(rows=worlds())
def test_waits_of_touchpoints_add_up_to_all(tmp_path_factory: pytest.TempPathFactory, rows: list[Event]) -> None:
    folder = tmp_path_factory.mktemp("waits")
    events(folder, rows, **DEFINITIONS)
    workspace = heartline.open(folder)
    for journey in (None, "visit", "order"):
        result = workspace.waits(journey=journey)
        assert sum(row["n"] for row in result.rows) == result.figures["waits"].value
        assert sum(row["total_s"] for row in result.rows) == result.figures["total_s"].value
        if journey:
            parts = sum(row["per_trip_s"] or 0 for row in result.rows)
            assert parts == pytest.approx(float(result.figures["per_trip_s"].value or 0))


@quick
@given(rows=worlds())
def test_a_customer_s_money_is_summed_by_currency(tmp_path_factory: pytest.TempPathFactory, rows: list[Event]) -> None:
    folder = tmp_path_factory.mktemp("money")
    events(folder, rows, **DEFINITIONS)
    mine = [(*row, {})[3] for row in rows if row[0] == "alice"]
    workspace = heartline.open(folder)
    try:
        figures = workspace.customer("user_id:alice").figures
    except NotFound:
        assert not mine
        return
    for currency in ("EUR", "CHF"):
        paid = [more["amount"] for more in mine if more.get("currency") == currency]
        assert (f"amount_{currency}" in figures) == bool(paid)
        if paid:
            assert figures[f"amount_{currency}"].value == pytest.approx(sum(paid))
            assert figures[f"amount_{currency}"].n == len(paid)
