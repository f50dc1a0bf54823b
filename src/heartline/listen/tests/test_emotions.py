"""Shares of the emotions that many texts show, with the texts behind each."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.core.registry import Which
from heartline.listen.emotions import EmotionsSpec, emotions_evidence
from heartline.listen.text import embedding, reader, showing
from heartline.listen.text.refining import refine
from heartline.store.lake import Lake
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace

JOY = ["We are so happy, this made our day", "What a delight, hooray", "I love it, it makes me smile"]
ANGER = ["I am furious about this", "This makes me so angry", "What an outrage, I am fed up"]
NOTHING = ["I ordered it on Monday", "The shop is next to the station", "My number is in the form"]


def said(*texts: str) -> list[Event]:
    return [(f"p{n}", "shop", f"2024-03-01 {n // 60:02d}:{n % 60:02d}", {"text": text}) for n, text in enumerate(texts)]


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    return events(tmp_path, said(*(text for text in (*JOY, *JOY, *ANGER, *NOTHING) for _ in range(4))))


def read(lake: Lake) -> None:
    refine(lake, reader.company(lake.at().definitions, lake.folder))


def test_what_no_encoder_read_is_said(lake: Lake) -> None:
    found = Workspace(lake).emotions()
    assert str(found.answer) == "No text has been read for emotions yet."
    assert (found.figures["texts"].value, found.figures["read"].value, found.rows) == (48, 0, [])
    assert str(found.notes[1]) == "48 of 48 texts were not read for emotions yet."


def test_shares_of_emotions_and_the_texts_behind_them(lake: Lake) -> None:
    read(lake)
    found = Workspace(lake).emotions()
    first, second = found.rows[:2]
    assert (first["emotion"], first["texts"], first["share"]) == ("joy", 24, 0.5)
    assert first["low"] < 0.5 < first["high"]
    assert (second["emotion"], second["texts"]) == ("anger", 12)
    assert found.rows[-1] == {**found.rows[-1], "emotion": "none", "texts": 12}
    assert str(found.answer).startswith("The emotion shown most is joy: 50")
    behind = emotions_evidence(lake, EmotionsSpec(), Which(row={"emotion": "anger"}, column="texts"))
    assert behind.rows.page(None, None, 0).num_rows == 12
    some = Workspace(lake).emotions(newest=20)
    assert some.figures["read"].value == 20
    assert all(row["share"] is None for row in some.rows)


def test_what_people_put_right_is_learnt(lake: Lake) -> None:
    read(lake)
    now = reader.company(lake.at().definitions, lake.folder)
    wrong = {f"world:{n}": "surprise" for n in range(37, 49)}
    assert showing.put_right(lake.folder, now, wrong | {"gone": "joy"}) == 12
    snapshot = lake.at()
    shown = showing.emotions_of(snapshot, ["world:40", "world:1", "gone"], [NOTHING[0], JOY[0], "x"])
    assert shown == ["surprise", "joy", None]
    assert embedding.usual() == "use"
