"""A small company with reviews on two platforms, and a competitor whose reviews are kept apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from heartline.store import others
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events, interactions

RIVAL = {"unit": {"rival": {"name": "Rival & Co.", "kind": "competitor"}}}


def review(number: int, at: str, stars: float | None, *, source: str = "google_reviews", **more: Any) -> Event:
    """Give one review, as a platform's recipe writes it."""
    rated = {} if stars is None else {"score": stars, "scale": "stars5"}
    return (
        more.pop("who", None), "google_review", at,
        {"id": f"{source}:review-{number}", "source": source, "event": "review", "kind": "feedback", **rated, **more},
    )  # fmt: skip


def answer(number: int, at: str, *, source: str = "google_reviews") -> Event:
    """Give the company's answer to a review, as a platform's recipe writes it."""
    return (
        None, "review_answer", at,
        {"id": f"{source}:answer-{number}", "source": source, "event": "answer", "kind": "message"},
    )  # fmt: skip


OURS: list[Event] = [
    review(1, "2024-05-02 09:00", 5, text="lovely and quick", themes=["delivery"], who="alice"),
    review(2, "2024-05-03 09:00", 1, text="far too late", themes=["delivery", "waiting"],
           properties='{"link":"https://maps.example/r/2","title":"Late","location":"Kiel"}'),
    review(3, "2024-05-04 09:00", 2, text="late again", themes=["waiting"], who="bob"),
    review(4, "2024-05-05 09:00", 4, source="trustpilot", text="fair price", themes=["price"]),
    answer(2, "2024-05-03 21:00"),
    (None, "post", "2024-05-06 09:00", {"event": "post", "text": "they are fine", "kind": "feedback", "themes": [],
                                        "source": "feed"}),
    ("alice", "survey", "2024-05-07 09:00", {"score": 9, "scale": "nps", "text": "no review", "themes": ["price"]}),
    review(5, "2024-04-10 09:00", 5, text="a month before", themes=[]),
]  # fmt: skip
THEIRS: list[Event] = [
    review(1, "2024-05-09 09:00", 2, text="their late parcel", themes=["delivery"], unit="rival"),
    review(2, "2024-05-10 09:00", 5, text="their fine shop", themes=[], unit="rival"),
    review(3, "2024-06-10 09:00", 1, text="in a month that we have nothing of", themes=["delivery"], unit="rival"),
    review(4, "2024-05-11 09:00", 3, source="tripadvisor", text="on another platform", themes=[], unit="rival"),
]


def company(folder: Path, ours: list[Event] | None = None, theirs: list[Event] | None = None, **more: Any) -> Lake:
    """Make the company's lake, and that of others beside it."""
    lake = events(folder, OURS if ours is None else ours, **more)
    beside(lake, THEIRS if theirs is None else theirs)
    return lake


def beside(lake: Lake, rows: list[Event], **definitions: Any) -> None:
    """Put rows of competitors beside a company."""
    theirs = others.made(lake)
    with theirs.write("world") as writer:
        for kind, bodies in {**RIVAL, **definitions}.items():
            for key, body in bodies.items():
                writer.define(kind, key, dict(body))
        writer.append(interactions(rows))
    others.note(lake)
