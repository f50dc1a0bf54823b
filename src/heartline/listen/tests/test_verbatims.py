"""What people said is found again, whole and in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.listen.verbatims import VerbatimsSpec, verbatims
from heartline.store.lake import Lake
from heartline.store.tests.world import events, moment


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return events(
        tmp_path,
        [
            ("alice", "review", "2024-03-01", {"score": 5, "scale": "stars5", "text": "So QUICK", "about": "delivery"}),
            ("bob", "call", "2024-03-02", {"text": "50 % of it was missing", "feeling": -0.4, "channel": "phone"}),
            (None, "chat", "2024-03-03", {"text": "hello"}),
            ("bob", "review", "2024-03-04", {"score": 3, "scale": "stars5", "text": "quick enough"}),
            ("bob", "review", "2024-03-05", {"score": 1, "scale": "stars5"}),
            ("bob", "review", "2024-03-05", {"score": 1, "scale": "stars5", "text": ""}),
        ],
    )


def ask(lake: Lake, **values: Any) -> Result:
    return verbatims(lake, build(VerbatimsSpec, values))


def ids(result: Result) -> list[int]:
    return [int(row["id"].removeprefix("world:")) for row in result.rows]


def test_texts_come_newest_first_and_rows_without_words_do_not(lake: Lake) -> None:
    result = ask(lake)
    assert ids(result) == [4, 3, 2, 1]
    assert {name: figure.value for name, figure in result.figures.items()} == {"verbatims": 4, "good": 1, "bad": 1}
    assert str(result.answer) == "People left 4 texts: 1 of them content, 1 not."
    assert result.rows[-1] == {
        "id": "world:1",
        "occurred_at": moment("2024-03-01"),
        "customer": "user_id:alice",
        "channel": "web",
        "touchpoint": "review",
        "about": "delivery",
        "text": "So QUICK",
        "score": 5.0,
        "scale": "stars5",
        "feeling": 1.0,
        "told_by": "customer",
        "way": "review",
        "language": None,
    }


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"search": "quick"}, [4, 1]),
        ({"search": "50 %"}, [2]),
        ({"search": "_"}, []),
        ({"feeling": "bad"}, [2]),
        ({"feeling": "good"}, [1]),
        ({"feeling": "neutral"}, [4]),
        ({"feeling": "unknown"}, [3]),
        ({"about": "delivery"}, [1]),
        ({"about": "call"}, [2]),
        ({"scale": "stars5"}, [4, 1]),
        ({"channel": "phone"}, [2]),
        ({"limit": 2, "offset": 1}, [3, 2]),
        ({"limit": 0}, []),
    ],
)
def test_texts_are_narrowed(lake: Lake, values: dict[str, Any], found: list[int]) -> None:
    assert ids(ask(lake, **values)) == found


def test_the_figures_count_all_and_not_the_page(lake: Lake) -> None:
    assert ask(lake, limit=1).figures["verbatims"].value == 4


def test_silence_is_said(lake: Lake) -> None:
    assert str(ask(lake, search="nothing like it").answer) == "Nobody has written or said anything here."


def test_what_cannot_be_asked_is_said(lake: Lake) -> None:
    with pytest.raises(NotFound):
        ask(lake, about="shop")
    with pytest.raises(InvalidInput) as error:
        ask(lake, limit=-1)
    assert error.value.field == "limit"


def test_typical_texts_stand_for_all_about_a_touchpoint(tmp_path: Path) -> None:
    told: list[tuple[str, str]] = [
        ("The parcel came late and nobody told me", "feedback"),
        ("The parcel came late, and it was wet", "feedback"),
        ("The parcel came late again, a week late", "feedback"),
        ("The driver was friendly and helped to carry", "feedback"),
        ("Where can I buy a bicycle for my daughter?", "event"),
        ("The parcel came late, the parcel came late", "interview"),
    ]
    rows = [("bob", "shop", f"2024-03-0{day}", {"text": text, "kind": kind, "about": "delivery"})
            for day, (text, kind) in enumerate(told, 1)]  # fmt: skip
    lake = events(tmp_path, [*rows, ("eve", "call", "2024-03-09", {"text": "Only one", "feeling": -1.0})])
    result = ask(lake, typical=1)
    assert [(row["about"], row["text"]) for row in result.rows] == [("call", "Only one"), ("delivery", told[2][0])]
    assert result.figures["verbatims"].value == 7  # counted are all of them
    two = [row["text"] for row in ask(lake, typical=2, about="delivery").rows]
    assert two == [told[2][0], told[1][0]]
    assert [row["text"] for row in ask(lake, typical=1, about="call", feeling="bad").rows] == ["Only one"]


def test_ways_languages_and_what_landed_since_narrow_them(tmp_path: Path) -> None:
    rows: list[Any] = [
        ("ann", "shop", "2024-03-01", {"text": "answered", "language": "en"}),
        ("bob", "review", "2024-03-02", {"text": "reviewed", "event": "review", "language": "de"}),
        ("cem", "ticket", "2024-03-03", {"text": "written", "kind": "event"}),
        (None, None, "2024-03-04", {"text": "noted", "kind": "note"}),
    ]
    lake = events(tmp_path, rows)
    before = lake.at().version
    events(tmp_path, [(None, None, "2024-03-05", {"text": "quoted", "kind": "interview", "language": "de"})])
    found = ask(lake)
    assert [(row["text"], row["way"]) for row in found.rows] == [
        ("quoted", "interview"), ("noted", "note"), ("written", "message"), ("reviewed", "review"),
        ("answered", "survey"),
    ]  # fmt: skip
    assert ids(ask(lake, way="interview")) == [5]
    assert ids(ask(lake, way=("review", "note"))) == [4, 2]
    assert ids(ask(lake, language="de")) == [5, 2]
    assert ids(ask(lake, since=before)) == [5]
    assert ask(lake, way=("survey",)).figures["verbatims"].value == 1
    with pytest.raises(HeartlineError) as error:
        ask(lake, emotion="boredom")
    assert error.value.code == "unknown_emotion"
    with pytest.raises(HeartlineError):
        ask(lake, way="smoke")


def test_what_employees_tell_is_told_apart(tmp_path: Path) -> None:
    lake = events(
        tmp_path,
        [
            ("bob", "chat", "2024-03-01", {"text": "slow", "feeling": -0.5}),
            (None, None, "2024-03-02", {"text": "many find it slow", "kind": "note", "about": "chat"}),
        ],
    )
    assert [(row["id"], row["told_by"], row["feeling"]) for row in ask(lake).rows] == [
        ("world:2", "employee", None), ("world:1", "customer", -0.5)
    ]  # fmt: skip
    assert ids(ask(lake, told_by="employees")) == [2]
    assert ids(ask(lake, told_by="customers")) == [1]
    assert ask(lake, told_by="employees", about="chat").figures["verbatims"].value == 1
