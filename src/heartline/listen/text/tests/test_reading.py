"""Texts are read as they land, again and better in the background, and anew when the models change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from heartline.core.scales import SCALES
from heartline.listen.text import keeping, studying
from heartline.listen.text.inline import with_readings
from heartline.listen.text.reader import Reader, rounded, scored
from heartline.listen.text.refining import behind, mark, refine
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests.world import Event, events

from .toy import said, toy

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
    lake = events(tmp_path, [], settings={"reading": {"languages": ["en", "pt", "de"]}})
    record: dict[str, Any] = {"text": PRAISE, "language": None, "feeling": None, "score": None, "scale": None}
    given = [record, {**record, "text": BLAME, "score": 5.0, "scale": "stars5", "feeling": 1.0},
             {**record, "text": None},
             {**record, "text": "Produto péssimo, chegou quebrado e não recomendo.", "language": "pt"},
             {**record, "text": "Die Lieferung kam zu spät und war kaputt."}]  # fmt: skip
    names = list(record)
    rows = pa.Table.from_pylist(given, schema=pa.schema([INTERACTIONS.field(name) for name in names]))
    found: list[dict[str, Any]] = with_readings(rows, lake.at().definitions, lake.folder).to_pylist()
    assert [row["language"] for row in found] == ["en", "en", None, "pt", "de"]
    assert found[0]["feeling"] > 0.1
    assert found[1]["feeling"] == 1.0
    assert found[3]["feeling"] < -0.1
    assert found[2]["feeling"] is found[4]["feeling"] is None, "no lexicon of German: it is read in the background"
    assert [row["text"] for row in found] == [row["text"] for row in given]


def test_a_stumble_stops_no_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = events(tmp_path, [])
    rows = pa.table({name: pa.array(["words"] if name == "text" else [None], INTERACTIONS.field(name).type)
                     for name in ("text", "language", "feeling", "score", "scale")})  # fmt: skip

    def stumbles(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(Reader, "read_fast", stumbles)
    assert with_readings(rows, lake.at().definitions, lake.folder) is rows


def test_feelings_near_the_middle_are_neither() -> None:
    found = rounded(np.array([0.094, -0.06, 0.104, -0.5551, np.nan]))
    assert found[:4].tolist() == [0.0, 0.0, 0.1, -0.56]
    assert np.isnan(found[4])
    assert scored([5, 9, None, 3], ["stars5", "stars5", "stars5", "x"], SCALES).tolist() == [True, False, False, False]
