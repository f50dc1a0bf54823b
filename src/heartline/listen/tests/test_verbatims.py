"""What people said is found again, whole and in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heartline.core.errors import InvalidInput, NotFound
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


def test_typical_texts_lie_in_the_middle_of_all_about_a_touchpoint(tmp_path: Path) -> None:
    told: list[tuple[str, float | None]] = [
        ("Awful", -1.0),
        ("It was all right", 0.4),
        ("It was all right, and then it was not, and so on", 0.4),
    ]
    told += [("Fine, in all, I would say", 0.4), ("Wonderful", 1.0), ("unknown of feeling", None)]
    rows = [("bob", "shop", f"2024-03-0{day}", {"text": text, "feeling": feeling, "about": "delivery"})
            for day, (text, feeling) in enumerate(told, 1)]  # fmt: skip
    lake = events(tmp_path, [*rows, ("eve", "call", "2024-03-09", {"text": "Only one", "feeling": -1.0})])
    result = ask(lake, typical=1)
    assert [(row["about"], row["text"]) for row in result.rows] == [
        ("call", "Only one"), ("delivery", "It was all right"),
    ]  # fmt: skip
    assert result.figures["verbatims"].value == 7  # counted are all of them
    assert [row["text"] for row in ask(lake, typical=2, about="delivery").rows] == [told[3][0], told[1][0]]
    assert [row["text"] for row in ask(lake, typical=1, about="delivery", feeling="bad").rows] == ["Awful"]
