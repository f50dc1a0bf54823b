"""How complete and how new the data are."""

from __future__ import annotations

from pathlib import Path

import heartline
from heartline.store.tests.world import events, moment


def test_each_source_says_how_complete_and_how_new_it_is(tmp_path: Path) -> None:
    events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-01 10:00", {"source": "till"}),
            ("bob", "shop", "2024-03-05 23:30", {"source": "till"}),
            (None, "shop", "2024-03-03 10:00", {"source": "till"}),
            ("bob", "survey", "2024-03-09 10:00", {"source": "survey", "score": 9, "scale": "nps", "text": "good"}),
            (None, "survey", "2024-03-02 10:00", {"source": "survey", "text": ""}),
        ],
        settings={"company": {"timezone": "Europe/Berlin"}},
    )
    result = heartline.open(tmp_path).freshness()
    assert result.rows[1] == {
        "source": "till", "interactions": 3, "known_customer": 2 / 3, "known_feeling": 0.0, "texts": 0,
        "first": moment("2024-03-01 10:00"), "last": moment("2024-03-05 23:30"),
    }  # fmt: skip
    assert [(row["source"], row["known_feeling"], row["texts"]) for row in result.rows[:1]] == [("survey", 0.5, 1)]
    assert {name: figure.value for name, figure in result.figures.items()} == {
        "interactions": 5, "known_customer": 0.6, "known_feeling": 0.2, "texts": 1,
        "first": "2024-03-01", "last": "2024-03-09",
    }  # fmt: skip
    assert str(result.answer) == (
        "5 interactions from 2 sources: 60 in 100 of a known customer, 20 in 100 with a known feeling."
    )


def test_nothing_is_unknown_of_nothing(tmp_path: Path) -> None:
    events(tmp_path, [])
    result = heartline.open(tmp_path).freshness()
    assert (result.rows, str(result.answer)) == ([], "Nothing happened here.")
    assert result.figures["known_customer"].value is None
    assert "last" not in result.figures
