"""Scores of a lake, weighed: beside what was answered stands what it would be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import heartline
from heartline.core.result import Result
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace

BEGIN = datetime(2024, 3, 1, tzinfo=UTC)


def weighted(who: str, score: float, weight: Any, **more: Any) -> Event:
    said = {"weight": weight} if weight is not None else {}
    return (
        who, "survey", "2024-03-02",
        {"score": score, "scale": "nps", "properties": msgspec.json.encode(said).decode(), **more},
    )  # fmt: skip


def ask(folder: Path, rows: list[Event], **values: Any) -> Result:
    events(folder, rows)
    return heartline.open(folder).scores(period="all", **values)


def test_answers_weigh_what_their_survey_says(tmp_path: Path) -> None:
    """9 weighs 3, 0 weighs 1: (3 − 1) / 4 = 50; effective (3+1+1+1)² / (9+1+1+1) = 3; a passive weighs 1, twice."""
    rows = [weighted("a", 9, 3), weighted("b", 0, "1"), weighted("c", 7, 1.0), weighted("d", 8, 1)]
    result = ask(tmp_path, rows, weighted=True)
    figure = result.figures["nps_weighted"]
    assert figure.value == pytest.approx(100 * 2 / 6)
    assert figure.n == 4
    assert result.figures["nps"].value == 0.0
    assert result.figures["nps_weighted_effective"].value == pytest.approx(36 / 12)
    assert figure.low is not None
    assert figure.low < 0 < 100 * 2 / 6 < (figure.high or 0)
    assert "weights that the survey came with" in figure.method
    assert result.rows[0]["weighted"] == figure.value
    assert any("4 of 4 answers came with a weight" in str(note) for note in result.notes)


def test_without_weights_nothing_is_made_up(tmp_path: Path) -> None:
    result = ask(tmp_path, [weighted("a", 9, None), weighted("b", 3, "heavy"), weighted("c", 3, -1)], weighted=True)
    figure = result.figures["nps_weighted"]
    assert (figure.value, figure.low, figure.n) == (None, None, 0)
    assert figure.method == "no answer came with a weight"


def test_weights_say_who_counts_more_within_a_source_and_never_which_source(tmp_path: Path) -> None:
    """One source weighs by people stood for, the other by shares: each counts as often as it has answers."""
    rows = [
        weighted("a", 9, 5000, source="big"), weighted("b", 0, 5000, source="big"),
        weighted("c", 9, 1.5, source="small"), weighted("d", 9, 0.5, source="small"), weighted("e", 0, None),
    ]  # fmt: skip
    assert ask(tmp_path, rows, weighted=True).figures["nps_weighted"].value == pytest.approx(100 * (3 - 2) / 5)


def test_equal_weights_give_what_was_answered_with_the_same_interval(tmp_path: Path) -> None:
    rows = [weighted(f"p{number % 25}", score, 2) for number, score in enumerate([0, 5, 7, 8, 9, 10, 10, 3] * 5)]
    figures = ask(tmp_path, rows, weighted=True).figures
    raw, same = figures["nps"], figures["nps_weighted"]
    assert [same.value, same.low, same.high] == pytest.approx([raw.value, raw.low, raw.high])
    assert same.n == raw.n


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """1,200 customers; a third had a late delivery, and is unhappy and silent. All were sent the survey by mail."""
    folder = tmp_path_factory.mktemp("shop")
    events(folder, list(bought(np.random.default_rng(1))), touchpoint={"delivery": {"expected_wait_s": 100}})
    return heartline.open(folder)


def bought(dice: np.random.Generator) -> list[Event]:
    rows: list[Event] = []
    for number in range(1_200):
        who, at = f"c{number}", BEGIN + timedelta(hours=int(dice.integers(0, 400)))
        late = number % 3 == 0
        rows.append((who, "shop", at.isoformat(), {"amount": int(dice.integers(5, 90)), "currency": "EUR"}))
        rows.append((who, "delivery", (at + timedelta(days=2)).isoformat(), {"wait_s": 300.0 if late else 50.0}))
        named = {"properties": '{"survey":"after"}'}
        rows.append((who, "mail", (at + timedelta(days=3)).isoformat(), {"kind": "message", **named}))
        if dice.random() < (0.12 if late else 0.5):
            score = int(dice.choice([2, 5, 7]) if late else dice.choice([7, 9, 10]))
            judged = {"score": score, "scale": "nps", "about": "delivery", "unit": f"u{number % 5}", **named}
            rows.append((who, "survey", (at + timedelta(days=4)).isoformat(), judged))
    return rows


def test_those_who_were_late_count_as_many_as_they_are(shop: Workspace) -> None:
    """Of the late two in three are detractors, of the others two in three promoters: 100·(2·⅔ − ⅔)/3 = 22."""
    result = shop.scores(corrected=True, period="all")
    raw, mended = result.figures["nps"], result.figures["nps_corrected"]
    assert float(raw.value or 0) > 40
    assert mended.low is not None
    assert mended.low < 22.2 < (mended.high or 0)
    assert mended.n == raw.n
    assert float(mended.high or 0) < float(raw.value or 0)
    assert result.figures["nps_asked"].value == 1_200
    assert result.figures["nps_asked"].method.startswith("people whom an invitation reached")
    assert result.figures["nps_response"].value == (raw.n or 0) / 1_200
    assert float(result.figures["nps_corrected_effective"].value or 0) < (raw.n or 0)
    assert any("people answered; corrected" in str(note) for note in result.notes)


def test_rows_are_corrected_by_the_same_weights(shop: Workspace) -> None:
    result = shop.scores(corrected=True, weighted=True, by="unit", period="all")
    assert len(result.rows) == 5
    assert all(row["corrected_low"] < row["corrected"] < row["corrected_high"] for row in result.rows)
    assert all(row["corrected"] < row["value"] and row["corrected_n"] == row["n"] for row in result.rows)
    assert all(row["weighted"] is None for row in result.rows)


def test_every_number_opens_its_answers_with_their_weights(shop: Workspace) -> None:
    spec = {"corrected": True, "pooled": True, "by": ["unit"], "period": "all"}
    result = shop.call("scores", spec)
    key = {name: result.rows[0][name] for name in ("scale", "measure", "unit")}
    for column in ("corrected", "corrected_n", "corrected_effective", "pooled", "pooled_n"):
        found = shop.evidence("scores", spec=result.spec, row=key, column=column, limit=None)
        assert found.figures["value"].value == pytest.approx(result.rows[0][column]), column
    for figure in ("nps_corrected", "nps_corrected_effective", "nps_asked", "nps_response"):
        found = shop.evidence("scores", spec=result.spec, figure=figure, limit=None)
        assert found.figures["value"].value == pytest.approx(result.figures[figure].value), figure
        assert found.figures["n"].value == result.figures[figure].n


def test_behind_a_corrected_number_nobody_is_told(shop: Workspace) -> None:
    spec = {"corrected": True, "weighted": True, "by": ["unit"], "period": "all"}
    result = shop.call("scores", spec)
    key = {name: result.rows[0][name] for name in ("scale", "measure", "unit")}
    for which in ({"row": key, "column": "corrected"}, {"figure": "nps_corrected"}):
        found = shop.evidence("scores", spec=result.spec, limit=None, **which)
        assert {column.name for column in found.columns} == {"touchpoint", "unit", "value", "weight"}
        pairs = [(row["value"], row["weight"]) for row in found.rows]
        assert pairs == sorted(pairs)
    assert not {"weight", "chance", "propensity"} & {column.name for column in shop.customers(limit=1).columns}


def test_where_nobody_was_invited_all_who_lived_it_could_have_answered(tmp_path: Path) -> None:
    rows = [row for row in bought(np.random.default_rng(2)) if row[1] != "mail"]
    events(tmp_path, rows, touchpoint={"delivery": {"expected_wait_s": 100}})
    figures = heartline.open(tmp_path).scores(corrected=True, about="delivery", period="all").figures
    assert figures["nps_asked"].value == 1_200
    assert figures["nps_asked"].method.startswith("people with an interaction")
    assert float(figures["nps_corrected"].value or 0) < float(figures["nps"].value or 0) - 15


def test_those_of_whom_only_answers_are_known_cannot_be_corrected(tmp_path: Path) -> None:
    rows = [weighted(f"p{number}", 9, None) for number in range(200)]
    result = ask(tmp_path, [*rows, ("q", "shop", "2024-03-02")], corrected=True)
    figure = result.figures["nps_corrected"]
    assert (figure.value, figure.n) == (None, 0)
    assert "nothing else is known" in figure.method
    assert result.rows[0]["corrected"] is None
    assert any("nps is not corrected" in str(note) for note in result.notes)


def test_without_being_asked_for_nothing_is_weighed(shop: Workspace) -> None:
    result = shop.scores(period="all")
    assert list(result.figures) == ["nps", "answers"]
    assert list(result.rows[0]) == ["scale", "measure", "value", "low", "high", "n"]
