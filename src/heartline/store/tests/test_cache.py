"""Answers are kept by version, question and code; torn ones are asked again; there is a limit."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.sentence import Sentence
from heartline.store import cache, emptying
from heartline.store.cache import ResultCache
from heartline.store.tests.world import events

RESULT = Result(
    "scores",
    {"period": "2024", "unit": ["berlin"]},
    AsOf(3, datetime(2024, 3, 1, 9, 40, tzinfo=UTC)),
    Sentence("Of {n} people, {share} came back.", {"n": 3, "share": "33 %"}),
    {"share": Figure(1 / 3, 0.1, None, 3, "share"), "none": Figure(None), "whole": Figure(2)},
    (Column("path", "list", "touchpoints", "the path"),),
    [
        {"path": ("shop", "call"), "steps": [1, 2], "day": date(2024, 3, 1), "amount": Decimal("1.2300")},
        {
            "path": None,
            "at": datetime(2024, 3, 1, tzinfo=UTC),
            "clock": datetime.fromisoformat("2024-03-01"),
            "odd": float("inf"),
        },
    ],
    (Sentence("{day} was missing.", {"day": date(2024, 1, 1)}),),
)


@pytest.fixture(autouse=True)
def _on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(cache.VARIABLE, raising=False)


def counting() -> tuple[list[int], Callable[[], Result]]:
    made = [0]

    def make() -> Result:
        made[0] += 1
        return RESULT

    return made, make


def test_a_kept_result_is_the_result(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path)
    kept.put("k", RESULT)
    assert kept.get("k") == RESULT
    assert kept.get("other") is None


def test_the_same_question_is_answered_once_a_version(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    made, make = counting()
    for spec in ({"unit": ["a"], "period": "all"}, {"period": "all", "unit": ["a"]}):
        assert lake.cached("scores", spec, make) == RESULT
    assert made == [1]
    lake.cached("scores", {"period": "all"}, make)
    lake.cached("paths", {"period": "all"}, make)
    assert made == [3]
    lake.compact(force=True)
    lake.cached("paths", {"period": "all"}, make)
    assert made == [3]
    events(tmp_path, [("anna", "shop", "2024-03-01")])
    lake.cached("paths", {"period": "all"}, make)
    assert made == [4]


def test_an_answer_as_of_a_version_is_kept_whatever_lands_later(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    made, make = counting()
    spec = {"period": "all", "as_of": lake.versions()[-1].version}
    lake.cached("paths", spec, make)
    events(tmp_path, [("bob", "shop", "2024-03-01")])
    lake.cached("paths", spec, make)
    assert made == [1]


def test_a_version_of_an_emptied_folder_is_not_taken_for_a_new_one_of_its_number(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    made, make = counting()
    spec = {"period": "all", "as_of": lake.versions()[-1].version}
    lake.cached("paths", spec, make)
    shutil.copytree(tmp_path / "cache", tmp_path / "kept")
    emptying.empty(tmp_path)
    shutil.copytree(tmp_path / "kept", tmp_path / "cache", dirs_exist_ok=True)
    again = events(tmp_path, [("bob", "shop", "2024-03-01")])
    assert again.versions()[-1].version == spec["as_of"]
    again.cached("paths", spec, make)
    assert made == [2]


def test_new_code_and_another_engine_ask_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {cache.key_of((1, "noon"), "duckdb", "scores", {}), cache.key_of((1, "noon"), "spark", "scores", {})}
    monkeypatch.setattr(cache, "code_version", lambda: "new")
    keys.add(cache.key_of((1, "noon"), "duckdb", "scores", {}))
    assert len(keys) == 3


def test_switched_off_every_question_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    monkeypatch.setenv(cache.VARIABLE, "off")
    made, make = counting()
    lake.cached("scores", {}, make)
    lake.cached("scores", {}, make)
    assert made == [2]
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("damage", [b"", b"short", None])
def test_a_torn_file_is_thrown_away(tmp_path: Path, damage: bytes | None) -> None:
    kept = ResultCache(tmp_path)
    kept.put("k", RESULT)
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] if damage is None else damage)
    assert kept.get("k") is None
    assert not file.exists()


def test_a_file_under_another_name_is_no_answer(tmp_path: Path) -> None:
    kept = ResultCache(tmp_path)
    kept.put("k", RESULT)
    (tmp_path / "k.result").rename(tmp_path / "other.result")
    assert kept.get("other") is None


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    size = len(cache.pack(RESULT)) + 16
    kept = ResultCache(tmp_path, limit=10 * size)
    for number in range(10):
        kept.put(str(number), RESULT)
        os.utime(tmp_path / f"{number}.result", (number, number))
    assert kept.get("0") == RESULT  # used now
    kept.put("10", RESULT)
    kept.trim()
    left = {path.stem for path in tmp_path.iterdir()}
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 9 * size
    assert left == {"0", "3", "4", "5", "6", "7", "8", "9", "10"}


def test_it_stays_about_its_size_by_itself(tmp_path: Path) -> None:
    size = len(cache.pack(RESULT)) + 16
    kept = ResultCache(tmp_path, limit=100 * size)
    for number in range(500):
        kept.put(str(number), RESULT)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 120 * size


def test_what_cannot_be_kept_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ResultCache(tmp_path / "file").put("k", RESULT)
    ResultCache(tmp_path / "small", limit=100).put("k", RESULT)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_readers_and_writers_side_by_side_see_whole_results(tmp_path: Path) -> None:
    size = len(cache.pack(RESULT)) + 16
    wrong: list[Any] = []

    def work(seed: int) -> None:
        kept = ResultCache(tmp_path, limit=20 * size)
        for number in range(150):
            key = str((seed * 7 + number) % 40)
            found = kept.get(key)
            if found not in (None, RESULT):
                wrong.append(found)
            kept.put(key, RESULT)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert not list(tmp_path.glob("*.new"))
