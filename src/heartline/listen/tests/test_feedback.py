"""Every answer and every text, newest first: what is listed, what is counted, what is left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.core.errors import HeartlineError
from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import POLL, facts
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace

SAID: list[Event] = [
    ("anna", "shop", "2024-03-01 10:00", {"score": 9, "scale": "nps", "unit": "berlin"}),
    ("ben", "shop", "2024-03-01 11:00", {"score": 2, "scale": "nps", "text": "Slow", "themes": ["waiting"],
                                         "unit": "wien"}),
    ("cleo", "call", "2024-03-02 09:00", {"text": "Nobody has read this", "feeling": 0.4, "unit": "berlin"}),
    ("anna", "shop", "2024-03-02 10:00", {"amount": 5, "currency": "EUR"}),
    ("dora", "call", "2024-03-02 11:00", {"text": ""}),
    (None, "shop", "2024-03-04 10:00", {"score": 4, "scale": "stars5", "text": "Fine", "themes": []}),
]  # fmt: skip
UNITS: dict[str, dict[str, str]] = {"berlin": {}, "wien": {}}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    events(tmp_path, SAID, unit=UNITS, survey={"poll": codebook.body([POLL])})
    return heartline.open(tmp_path)


def said(workspace: Workspace, **asked: Any) -> list[tuple[float | None, str | None]]:
    return [(row["score"], row["text"]) for row in workspace.call("feedback", {"period": "all", **asked}).rows]


def test_answers_and_texts_are_pieces_and_nothing_else_is(workspace: Workspace) -> None:
    assert said(workspace) == [(4.0, "Fine"), (None, "Nobody has read this"), (2.0, "Slow"), (9.0, None)]
    figures = workspace.feedback(period="all").figures
    assert {name: figure.value for name, figure in figures.items()} == {
        "feedback": 4, "texts": 3, "scored": 3, "good": 3, "bad": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "texts"),
    [
        ({"only": "texts"}, ["Fine", "Nobody has read this", "Slow"]),
        ({"only": "low"}, ["Slow"]),
        ({"only": "unread"}, ["Nobody has read this"]),
        ({"theme": "waiting"}, ["Slow"]),
        ({"feeling": "good"}, ["Fine", "Nobody has read this", None]),
        ({"scale": "stars5"}, ["Fine"]),
        ({"about": "call"}, ["Nobody has read this"]),
        ({"unit": "berlin"}, ["Nobody has read this", None]),
        ({"channel": "web", "limit": 1, "offset": 1}, ["Nobody has read this"]),
    ],
)
def test_what_narrows_them(workspace: Workspace, asked: dict[str, Any], texts: list[str | None]) -> None:
    assert [text for _, text in said(workspace, **asked)] == texts


def test_only_what_landed_since_a_version(workspace: Workspace, tmp_path: Path) -> None:
    before = workspace.lake.at().version
    assert said(workspace, since=before) == []
    events(tmp_path, [("emil", "shop", "2024-03-01 10:30", {"score": 10, "scale": "nps"})])
    assert said(workspace, since=before) == [(10.0, None)]
    (row,) = workspace.feedback(period="all", since=before).rows
    assert said(workspace, ids=row["id"]) == [(10.0, None)]


def test_an_answer_to_a_survey_says_what_it_answers(workspace: Workspace, tmp_path: Path) -> None:
    events(tmp_path, facts(POLL, "r1", {"likely": 3, "why": "kind"}, "2024-03-08", "anna"))
    rows = workspace.feedback(period="2024-03-08").rows
    assert {(row["survey"], row["question"], row["response"]) for row in rows} == {
        ("poll", "likely", "r1"), ("poll", "why", "r1")
    }  # fmt: skip
    assert {(row["survey"], row["response"]) for row in workspace.feedback(period="2024-03-01").rows} == {(None, None)}


def test_what_cannot_be_asked_is_said(workspace: Workspace) -> None:
    for asked, code in (({"theme": "odd"}, "unknown_theme"), ({"only": "odd"}, "bad_value"),
                        ({"scale": "odd"}, "unknown_scale"), ({"since": -1}, "bad_value")):  # fmt: skip
        with pytest.raises(HeartlineError) as caught:
            workspace.call("feedback", asked)
        assert caught.value.code == code


def test_days_with_their_feeling(workspace: Workspace) -> None:
    rows = {row["period"]: row for row in workspace.heard(period="all").rows}
    assert list(rows) == ["2024-03-01", "2024-03-02", "2024-03-04"]
    assert {day: (row["feedback"], row["texts"], row["scored"]) for day, row in rows.items()} == {
        "2024-03-01": (2, 1, 2), "2024-03-02": (1, 1, 0), "2024-03-04": (1, 1, 1)
    }  # fmt: skip
    first, second = rows["2024-03-01"], rows["2024-03-02"]
    assert (first["unhappy"], first["feeling_n"]) == (0.5, 2)
    assert first["unhappy_low"] == pytest.approx(0.0945, abs=1e-4)  # Wilson for 1 of 2
    assert (second["feeling"], second["feeling_low"]) == (0.4, None)  # one person alone


def test_weeks_and_the_whole(workspace: Workspace) -> None:
    result = workspace.heard(period="all", every="week")
    assert [(row["period"], row["feedback"]) for row in result.rows] == [
        ("2024-02-26/2024-03-04", 3), ("2024-03-04/2024-03-11", 1)
    ]  # fmt: skip
    assert (result.figures["feedback"].value, result.figures["unhappy"].value) == (4, 0.25)
    assert workspace.heard(period="1999").rows == []
    assert workspace.heard(period="1999").figures["feeling"].value is None
