"""Alice, Bob and Charlie answer; the scores say exactly what they said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.core.errors import InvalidInput, NotFound
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.listen.scores import ScoresSpec, scores
from heartline.store.lake import Lake
from heartline.store.tests.world import events


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Five NPS answers (Bob twice), three stars about the shop, one of nobody known."""
    return events(
        tmp_path,
        [
            ("alice", "survey", "2024-03-01 10:00", {"score": 10, "scale": "nps", "unit": "berlin"}),
            ("bob", "survey", "2024-03-31 21:59", {"score": 9, "scale": "nps", "unit": "berlin"}),
            ("bob", "survey", "2024-03-31 22:30", {"score": 3, "scale": "nps", "unit": "paris"}),
            ("charlie", "survey", "2024-04-02 10:00", {"score": 8, "scale": "nps", "unit": "paris"}),
            (None, "survey", "2024-04-03 10:00", {"score": 0, "scale": "nps"}),
            ("alice", "review", "2024-04-04 10:00", {"score": 5, "scale": "stars5", "about": "shop"}),
            ("bob", "review", "2024-04-05 10:00", {"score": 4, "scale": "stars5", "about": "shop"}),
            (None, "review", "2024-04-06 10:00", {"score": 1, "scale": "stars5", "about": "delivery"}),
            ("alice", "shop", "2024-04-07 10:00"),
        ],
        settings={"company": {"timezone": "Europe/Berlin"}},
        unit={"germany": {}, "berlin": {"parent": "germany"}, "paris": {}},
    )


def ask(lake: Lake, **values: Any) -> Result:
    return scores(lake, build(ScoresSpec, values))


def brief(result: Result, *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in result.rows]


def test_each_scale_has_its_measures(lake: Lake) -> None:
    result = ask(lake)
    assert brief(result, "scale", "measure", "value", "n") == [
        ("nps", "nps", 0.0, 5),
        ("stars5", "mean", pytest.approx(10 / 3), 3),
        ("stars5", "top", pytest.approx(2 / 3), 3),
    ]
    assert list(result.figures) == ["nps", "stars5_mean", "stars5_top", "answers"]
    assert result.figures["nps"].value == 0.0
    assert "detractors (0–6)" in result.figures["nps"].method
    assert "5 answers of 4 people" in result.figures["nps"].method
    assert result.figures["answers"].value == 8
    assert result.spec == {"period": "2024-03-01/2024-05-01"}


def test_the_zero_of_nps_is_an_answer(lake: Lake) -> None:
    assert ask(lake, scale="nps", period="2024-04-03").figures["nps"].value == -100


def test_a_month_ends_at_midnight_of_company_time(lake: Lake) -> None:
    """21:59 UTC on 31 March is 23:59 in Berlin, where summer time began that day; 22:30 is April."""
    rows = brief(ask(lake, scale="nps", every="month"), "period", "value", "n")
    assert rows == [("2024-03", 100.0, 2), ("2024-04", pytest.approx(-200 / 3), 3)]


@pytest.mark.parametrize(
    ("every", "periods"),
    [
        ("day", ["2024-03-01", "2024-03-31", "2024-04-01", "2024-04-02", "2024-04-03"]),
        ("week", ["2024-02-26/2024-03-04", "2024-03-25/2024-04-01", "2024-04-01/2024-04-08"]),
        ("quarter", ["2024-01-01/2024-04-01", "2024-04-01/2024-07-01"]),
        ("year", ["2024"]),
    ],
)
def test_periods_are_written_as_a_selection_reads_them(lake: Lake, every: str, periods: list[str]) -> None:
    result = ask(lake, scale="nps", every=every)
    assert [row["period"] for row in result.rows] == periods
    for row in result.rows:
        assert ask(lake, scale="nps", period=row["period"]).figures["nps"].value == row["value"]


def test_by_splits_and_keeps_those_nobody_placed(lake: Lake) -> None:
    rows = brief(ask(lake, scale="nps", by="unit"), "unit", "value", "n")
    assert rows == [(None, -100.0, 1), ("berlin", 100.0, 2), ("paris", -50.0, 2)]


def test_a_unit_stands_for_all_below_it(lake: Lake) -> None:
    assert ask(lake, unit="germany").figures["nps"].value == 100


def test_about_finds_answers_wherever_they_were_given(lake: Lake) -> None:
    assert ask(lake, about="shop").figures["stars5_mean"].value == 4.5
    assert ask(lake, touchpoint="review").figures["stars5_mean"].n == 3


def test_answers_outside_the_scale_are_none(tmp_path: Path) -> None:
    lake = events(tmp_path, [("alice", "survey", "2024-03-01 10:00", {"score": 11, "scale": "nps", "feeling": None})])
    assert ask(lake).figures["answers"].value == 0


def test_a_scale_that_runs_the_other_way_has_its_best_answers_below(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [
            ("alice", "call", "2024-03-01", {"score": 1, "scale": "ces1"}),
            ("bob", "call", "2024-03-01", {"score": 5, "scale": "ces1"}),
        ],
        scale={"ces1": {"low": 1, "high": 5, "measure": "mean", "top_from": 2, "low_is_good": True}},
    )
    figures = ask(lake).figures
    assert (figures["ces1_mean"].value, figures["ces1_top"].value) == (3.0, 0.5)


def test_a_scale_without_boxes_has_its_mean_alone(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [("alice", "call", "2024-03-01", {"score": 30, "scale": "points"})],
        scale={"points": {"low": 0, "high": 100, "measure": "mean"}},
    )
    assert brief(ask(lake, scale="points"), "measure", "value") == [("mean", 30.0)]


def test_an_empty_lake_answers_that_nobody_has(tmp_path: Path) -> None:
    result = ask(events(tmp_path, []))
    assert str(result.answer) == "Nobody has answered here yet."
    assert result.rows == []
    assert result.figures["answers"].value == 0


def test_what_cannot_be_asked_is_said(lake: Lake) -> None:
    with pytest.raises(NotFound) as error:
        ask(lake, scale="nsp")
    assert error.value.code == "unknown_scale"
    with pytest.raises(InvalidInput) as refused:
        ask(lake, by="colour")
    assert refused.value.field == "by"
    with pytest.raises(NotFound) as missing:
        ask(lake, touchpoint="shopp")
    assert missing.value.code == "unknown_touchpoint"
    assert "shop" in missing.value.remedy


def test_the_sentence_names_the_scale_with_most_answers(lake: Lake) -> None:
    assert str(ask(lake).answer) == "NPS is 0.0, between -57.5 and 57.5, from 5 answers."
