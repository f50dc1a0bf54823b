"""Everything out: nothing is left to ask for, nobody is confused, and what comes next starts afresh."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.store import recovery, steps
from heartline.store.compact import remove_old
from heartline.store.emptying import empty
from heartline.store.lake import Lake
from heartline.store.tests.world import events

ROWS = [
    ("alice", "shop", "2024-03-01 10:00", {"ref": "o1"}),
    ("alice", "delivery", "2024-03-03 10:00", {"ref": "o1"}),
    ("bob", "shop", "2024-04-01 10:00", {"ref": "o2"}),
]
JOURNEY = {"order": {"per": "ref", "starts": ["shop"], "goal": "delivery"}}


def rows(lake: Lake, as_of: int | None = None) -> int:
    snapshot = lake.at(as_of)
    return snapshot.execute(snapshot.rows("id")).num_rows


def test_nothing_is_left_not_even_in_older_versions(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS, journey=JOURNEY)
    before, key = lake.at().version, lake.key
    assert empty(lake, "demo removed") == before + 1
    for seen in (lake, Lake.open(tmp_path)):
        assert rows(seen) == 0
        assert rows(seen, before) == 0
        assert seen.at().definitions.by_kind == {}
        assert seen.at(before).definitions.by_kind == {}
        assert seen.at().table("identities").num_rows == 0
        assert seen.key == key
    assert lake.versions()[-1].why == "demo removed"


def test_an_empty_lake_stays_as_it_is(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path)
    assert empty(lake, "again") == 0
    events(tmp_path, ROWS)
    first = empty(lake, "once")
    assert empty(lake, "twice") == first


def test_whoever_has_it_open_sees_what_comes_next_and_nothing_of_before(tmp_path: Path) -> None:
    events(tmp_path, ROWS, journey=JOURNEY)
    reader = Lake.open(tmp_path)
    assert (rows(reader), list(reader.at().definitions.all("journey"))) == (3, ["order"])
    empty(Lake.open(tmp_path), "demo removed")
    assert rows(reader) == 0
    events(tmp_path, [("carol", "visit", "2024-05-01 10:00")], journey={"visit": {"starts": ["visit"], "goal": "buy"}})
    assert (rows(reader), list(reader.at().definitions.all("journey"))) == (1, ["visit"])
    found = reader.at().execute(reader.at().rows("customer"))["customer"].to_pylist()
    assert found == ["user_id:carol"]


def test_questions_that_run_find_their_files_for_an_hour_and_then_they_go(tmp_path: Path) -> None:
    lake = events(tmp_path, ROWS)
    running = lake.at().rows("id")
    snapshot = lake.at()
    running = snapshot.rows("id")
    empty(lake, "demo removed")
    assert snapshot.execute(running).num_rows == 3
    assert remove_old(lake) == 0
    assert remove_old(lake, kept_s=-1) > 0
    assert not list((tmp_path / "lake" / "interactions").rglob("part-*.parquet"))


@pytest.mark.parametrize("at", ["definitions: logged", "interactions: logged", "line written"])
def test_a_crash_in_between_leaves_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    lake = events(tmp_path, ROWS, journey=JOURNEY)
    full = rows(lake)

    class Crash(BaseException):
        pass

    def strike(name: str) -> None:
        if name == at:
            raise Crash

    for module in ("table", "manifest"):
        monkeypatch.setattr(f"heartline.store.{module}.step", strike)
    with pytest.raises(Crash):
        empty(lake, "demo removed")
    monkeypatch.setattr("heartline.store.table.step", steps.step)
    monkeypatch.setattr("heartline.store.manifest.step", steps.step)
    after = Lake.open(tmp_path)
    with after.write("next") as writer:
        writer.define("event", "e", {"label": "E", "first": "2024-01-01"})
    kept = list(after.at().definitions.all("journey"))
    assert (rows(after), kept) in ((full, ["order"]), (0, []))
    assert recovery.recover(after) is None
