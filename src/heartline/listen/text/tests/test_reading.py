"""Texts are read as they land, again and better in the background, and anew when the models change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from heartline.core.scales import SCALES
from heartline.listen.text import embedding, keeping, refining, studying
from heartline.listen.text.embedder import Vectors
from heartline.listen.text.inline import with_readings
from heartline.listen.text.reader import Reader, rounded, scored
from heartline.listen.text.refining import behind, hear, mark, refine
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests.world import Event, events

from .toy import Toy, said, toy

PRAISE = "The staff were friendly, everything went perfectly and I love it."
BLAME = "The room was dirty and the staff were rude, a horrible and expensive stay."


def some(*texts: tuple[str, dict[str, object]]) -> list[Event]:
    return [("alice", "shop", f"2024-03-{1 + n // 1400:02d} {n // 60 % 24:02d}:{n % 60:02d}", {"text": text, **more})
            for n, (text, more) in enumerate(texts)]  # fmt: skip


def read(lake: Lake) -> list[tuple[str | None, float | None]]:
    snapshot = lake.at()
    rows = snapshot.execute(snapshot.rows("id", "seq", "language", "feeling")).sort_by("seq").to_pylist()
    return [(row["language"], row["feeling"]) for row in rows]


def reader(lake: Lake) -> Reader:
    return Reader(lake.at().definitions, lake.folder, toy)


def test_texts_are_read_once_and_scores_keep_their_feeling(tmp_path: Path) -> None:
    english = {"settings": {"reading": {"languages": ["en", "de"]}}}
    scored_bad = {"score": 1, "scale": "stars5"}
    unknown_scale = {"score": 1, "scale": "nobody", "feeling": None}
    rows = some((PRAISE, {}), (BLAME, {}), (PRAISE, scored_bad), (BLAME, unknown_scale), ("  ", {}), ("ok", {}))
    lake = events(tmp_path, rows, **english)
    assert behind(lake, reader(lake)) == 5
    steps: list[tuple[int, int]] = []
    done = refine(lake, reader(lake), progress=lambda done, of: steps.append((done, of)))
    assert (done.texts, steps) == (5, [(5, 5)])
    praised, blamed, starred, unscaled, blank, _ok = read(lake)
    assert praised[0] == blamed[0] == starred[0] == "en"
    assert (praised[1] or 0) > 0.3 > -0.3 > (blamed[1] or 0)
    assert starred[1] == -1
    assert unscaled[1] == blamed[1]
    assert blank == (None, None)
    before = lake.at().version
    assert refine(lake, reader(lake)).texts == behind(lake, reader(lake)) == 0
    assert lake.at().version == before
    overrides = lake.at().table("overrides")
    assert set(overrides["rule"].to_pylist()) == {f"text {reader(lake).name}"}
    assert read_as_of(lake, 1) == [None, None]
    events(tmp_path, some(("Terrible, it arrived late and broken.", {})))
    assert refine(lake, reader(lake)).texts == 1


def read_as_of(lake: Lake, version: int) -> list[float | None]:
    snapshot = lake.at(version)
    found = snapshot.execute(snapshot.rows("seq", "feeling")).sort_by("seq")
    values: list[float | None] = found["feeling"].to_pylist()[:2]
    return values


def test_what_an_employee_tells_has_a_language_and_no_feeling(tmp_path: Path) -> None:
    lake = events(tmp_path, some((BLAME, {"kind": "note"}), (BLAME, {})))
    refine(lake, reader(lake))
    told, said = read(lake)
    assert told == ("en", None)
    assert (said[1] or 0) < 0


def test_what_somebody_put_right_stays(tmp_path: Path) -> None:
    lake = events(tmp_path, some((BLAME, {"feeling": 0.9}), (BLAME, {})))
    refine(lake, reader(lake), fixed=["world:1"])
    right, ours = read(lake)
    assert right[1] == 0.9
    assert (ours[1] or 0) < 0


def test_a_company_teaches_its_reader(tmp_path: Path) -> None:
    texts = said(600)
    answers = {1.0: {"score": 5, "scale": "stars5"}, -1.0: {"score": 1, "scale": "stars5"}}
    rows = some(*((text, answers[side] if number < 400 else {}) for number, (text, side) in enumerate(texts)))
    lake = events(tmp_path, rows, settings={"reading": {"languages": ["en"]}})
    first = reader(lake)
    assert studying.due(lake, first)
    refine(lake, first)
    card = studying.study(lake, first)
    assert (card.texts, card.ratings) == (600, 400)
    blend = card.blends["en"]
    assert blend.how == "stack"
    assert blend.measured is not None
    assert blend.measured.auc is not None
    assert blend.measured.rho is not None
    value, low, high = blend.measured.auc
    assert 0.9 < low <= value <= high <= 1
    assert blend.measured.n == 400
    second = reader(lake)
    assert second.name != first.name
    assert not studying.due(lake, second)
    assert studying.due(lake, second, datetime.now(UTC) + timedelta(days=1))
    assert refine(lake, second).texts == 600
    felt = np.array([feeling for _, feeling in read(lake)][400:], float)
    truth = np.array([side for _, side in texts[400:]])
    assert (np.sign(felt) == truth).mean() > 0.85
    now = mark(lake.folder)
    assert now is not None
    assert now.reader == second.name
    fast = second.read_fast([PRAISE, BLAME, ""])
    assert fast.feelings[0] > 0 > fast.feelings[1]
    kept = keeping.load(lake.folder)
    assert kept is not None
    assert kept[1] == card


def test_texts_are_read_as_they_land(tmp_path: Path) -> None:
    lake = events(tmp_path, [], settings={"reading": {"languages": ["en", "pt", "de", "nl"]}})
    record: dict[str, Any] = {"text": PRAISE, "language": None, "feeling": None, "score": None, "scale": None,
                              "kind": "feedback"}  # fmt: skip
    given = [record, {**record, "text": BLAME, "score": 5.0, "scale": "stars5", "feeling": 1.0},
             {**record, "text": None},
             {**record, "text": "Produto péssimo, chegou quebrado e não recomendo.", "language": "pt"},
             {**record, "text": "Die Lieferung kam zu spät und war kaputt."},
             {**record, "kind": "note"},
             {**record, "text": "De levering kwam twee dagen later dan beloofd."},
             {**record, "text": "Could you send me the lovely blue one, please?", "kind": "message"},
             {**record, "text": PRAISE, "kind": "message"}]  # fmt: skip
    names = list(record)
    rows = pa.Table.from_pylist(given, schema=pa.schema([INTERACTIONS.field(name) for name in names]))
    found: list[dict[str, Any]] = with_readings(rows, lake.at().definitions, lake.folder).to_pylist()
    assert [row["language"] for row in found] == ["en", "en", None, "pt", "de", "en", "nl", "en", "en"]
    assert found[0]["feeling"] > 0.1
    assert found[1]["feeling"] == 1.0
    assert found[3]["feeling"] < -0.1
    assert found[4]["feeling"] < -0.1
    assert found[2]["feeling"] is found[6]["feeling"] is None, "no lexicon of Dutch: it is read in the background"
    assert found[5]["feeling"] is None, "an employee tells it: feeling is a customer's"
    assert found[7]["feeling"] is None, "friendly words, but a question: its meaning is read in the background"
    assert found[8]["feeling"] == found[0]["feeling"]
    assert [row["text"] for row in found] == [row["text"] for row in given]


def test_who_asks_for_something_is_neither_content_nor_unhappy(tmp_path: Path) -> None:
    question = "Hello, when will the green chair be in stock again? Many thanks."
    thanks = "Many thanks, you helped me greatly."
    texts: list[tuple[str, dict[str, object]]] = [(text, {"kind": kind}) for text in (question, thanks, BLAME)
                                                  for kind in ("message", "feedback")]  # fmt: skip
    lake = events(tmp_path, some(*texts))
    by = Reader(lake.at().definitions, lake.folder, lambda _: embedding.named("use"))
    hear(lake, by)
    assert [felt is not None for _, felt in read(lake)] == [False, True, True, True, True, True]
    refine(lake, by)
    felt = {pair: one or 0.0 for pair, (_, one) in zip(("asked", "answered", "thanked", "glad", "unhappy", "bad"),
                                                       read(lake), strict=True)}  # fmt: skip
    assert felt["asked"] == 0.0
    assert felt["answered"] > 0.1
    assert felt["thanked"] == felt["glad"] > 0.1
    assert felt["unhappy"] == felt["bad"] < -0.1


def test_a_stumble_stops_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = events(tmp_path, [])
    rows = pa.table({name: pa.array(["words"] if name == "text" else [None], INTERACTIONS.field(name).type)
                     for name in ("text", "language", "feeling", "score", "scale", "kind")})  # fmt: skip

    def stumbles(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(Reader, "read_fast", stumbles)
    assert with_readings(rows, lake.at().definitions, lake.folder) is rows


def test_feelings_near_the_middle_are_neither() -> None:
    found = rounded(np.array([0.094, -0.06, 0.104, -0.5551, np.nan]))
    assert found[:4].tolist() == [0.0, 0.0, 0.1, -0.56]
    assert np.isnan(found[4])
    assert scored([5, 9, None, 3], ["stars5", "stars5", "stars5", "x"], SCALES).tolist() == [True, False, False, False]


def test_everybody_is_heard_before_anybody_is_read_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that no loader read are read by words at once; then the encoder begins with what came last."""
    monkeypatch.setattr(refining, "PIECE", 2)
    monkeypatch.setattr(refining, "LARGEST", 2)
    languages = {"settings": {"reading": {"languages": ["en", "nl"]}}}
    told: list[tuple[str, dict[str, object]]] = [
        (BLAME, {"feeling": 0.9}),
        (PRAISE, {"kind": "note"}),
        ("De levering kwam twee dagen later dan beloofd.", {}),
    ]
    lake = events(tmp_path, some((BLAME, {}), (PRAISE, {}), *told), **languages)
    encoded: list[str] = []

    class Watched(Toy):
        def vectors(self, texts: Sequence[str]) -> Vectors:
            encoded.extend(texts)
            return super().vectors(texts)

    now = Reader(lake.at().definitions, lake.folder, lambda _name: Watched())
    assert hear(lake, now) == 5
    assert not encoded, "nobody waits for the encoder"
    found = read(lake)
    assert [language for language, _ in found] == ["en", "en", "en", "en", "nl"]
    assert (found[0][1] or 0) < 0 < (found[1][1] or 0)
    assert [feeling for _, feeling in found[2:]] == [0.9, None, None], "what was said stays; no lexicon of Dutch"
    late = "A terrible day, and nobody helped."

    steps: list[tuple[int, int, bool]] = []

    def progress(done: int, of: int) -> None:
        if not steps:
            events(tmp_path, some((late, {})))
        steps.append((done, of, late in encoded))

    assert refine(lake, now, progress=progress).texts == 6
    assert steps == [(2, 5, False), (4, 6, True), (6, 6, True)], "what came meanwhile is read next"
    assert read(lake)[4][1] is not None, "what words could not tell, the encoder did"
    assert refine(lake, now).texts == behind(lake, now) == 0
    events(tmp_path, some((late, {}), (late, {}), (late, {})))
    assert refine(lake, now, stop=lambda: True).texts == 0, "there is something to learn first"
    assert behind(lake, now) == 3
