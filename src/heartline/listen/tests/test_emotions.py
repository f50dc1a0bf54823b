"""Shares of the emotions that many texts show, with the texts behind each."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.core.errors import HeartlineError
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


def test_by_month_and_by_what_is_judged_with_texts_that_stand_for_them(lake: Lake) -> None:
    read(lake)
    anger = [
        (f"q{n % 8}", "shop", f"2024-04-02 10:{n:02d}", {"text": ANGER[n % 3], "about": "delivery"}) for n in range(40)
    ]
    events(lake.folder, anger)
    read(lake)
    opened = Workspace(lake)
    months = {(row["month"], row["emotion"]): row for row in opened.emotions(by="month", period="all", quotes=2).rows}
    assert (months["2024-03", "joy"]["share"], months["2024-04", "anger"]["share"]) == (0.5, 1.0)
    said = months["2024-04", "anger"]["quotes"]
    assert len(said) == 2
    assert all(one["about"] == "delivery" for one in said)
    assert months["2024-04", "anger"]["low"] < 0.8, "of eight people"
    about = {(row["about"], row["emotion"]): row["texts"] for row in opened.emotions(by="about", period="all").rows}
    assert about["delivery", "anger"] == 40
    assert about["shop", "joy"] == 24
    which = Which(row={"emotion": "anger", "about": "delivery"}, column="share")
    behind = emotions_evidence(lake, EmotionsSpec(by=("about",), period="all"), which)
    assert behind.rows.page(None, None, 0).num_rows == 40
    with pytest.raises(HeartlineError, match="split"):
        opened.emotions(by="customer")


def test_an_answer_is_made_anew_where_texts_were_read_meanwhile(lake: Lake) -> None:
    version = lake.at().version
    assert Workspace(lake).emotions(as_of=version).figures["read"].value == 0
    read(lake)
    assert Workspace(lake).emotions(as_of=version).figures["read"].value == 48


def test_of_a_few_people_nothing_is_said(lake: Lake) -> None:
    events(lake.folder, [(f"q{n % 4}", "mail", f"2024-04-02 10:{n:02d}", {"text": JOY[n % 3]}) for n in range(40)])
    read(lake)
    rows = Workspace(lake).emotions(touchpoint="mail", period="all").rows
    assert (rows[0]["emotion"], rows[0]["texts"], rows[0]["share"]) == ("joy", 40, None)
    which = Which(row={"emotion": "joy"}, column="share")
    behind = emotions_evidence(lake, EmotionsSpec(touchpoint=("mail",), period="all"), which)
    assert behind.rows.page(None, None, 0).num_rows == 0
