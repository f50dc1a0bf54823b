"""What somebody chose to keep, such as quotes of interviews, is shown, and counts in no share and no mean."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import heartline
from heartline.store.lake import Lake
from heartline.store.tests.world import events

SAID: list[Any] = [
    ("ann", "order", "2024-03-01 08:00"),
    ("ann", "delivery", "2024-03-01 10:00", {"text": "late", "feeling": -0.5, "themes": ["waiting"], "ref": "o1"}),
    ("bea", "delivery", "2024-03-02 10:00", {"text": "fine", "feeling": 0.5, "themes": ["price"]}),
    (None, "delivery", "2024-03-03 10:00", {"score": 5.0, "scale": "stars5", "text": "nice", "themes": []}),
]
CHOSEN: list[Any] = [
    (who, None, "2024-03-02 12:00", {"text": "awful", "feeling": -1.0, "themes": ["waiting"], "about": "delivery",
                                     "kind": "interview", "source": "interviews", "ref": "o1"})
    for who in ("ann", "cem", None, "ann", "ann")
]  # fmt: skip
JOURNEY = {"buy": {"starts": ["order"], "goal": "delivery", "per": "customer"}}
QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("themes", {"quotes": 3}), ("themes", {"by": ("about",)}), ("emotions", {}), ("scores", {}), ("heard", {}),
    ("feedback", {}), ("touchpoints", {}), ("touchpoints", {"journey": "buy"}), ("journeys", {}), ("waits", {}),
    ("paths", {"journey": "buy"}), ("graph", {"journey": "buy"}), ("funnel", {"journey": "buy"}),
    ("customer_trips", {"customer": "user_id:ann"}),
]  # fmt: skip


@pytest.fixture
def lakes(tmp_path: Path) -> tuple[Lake, Lake]:
    """The same company twice; in the second somebody held interviews."""
    return events(tmp_path / "a", SAID, journey=JOURNEY), events(tmp_path / "b", [*SAID, *CHOSEN], journey=JOURNEY)


@pytest.mark.parametrize(("verb", "values"), QUESTIONS)
def test_no_answer_changes_by_interviews(lakes: tuple[Lake, Lake], verb: str, values: dict[str, Any]) -> None:
    without, with_them = (heartline.open(lake.folder).call(verb, {"period": "all", **values}) for lake in lakes)
    assert with_them.rows == without.rows
    assert with_them.figures == without.figures


def test_they_are_read_and_searched_among_texts(lakes: tuple[Lake, Lake]) -> None:
    found = heartline.open(lakes[1].folder).verbatims(period="all", search="awful")
    assert (found.figures["verbatims"].value, len(found.rows)) == (5, 5)
    assert {row["about"] for row in found.rows} == {"delivery"}
