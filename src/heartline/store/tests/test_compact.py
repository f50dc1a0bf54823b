"""Compaction: fewer, sorted files; the same answers; beside readers and writers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.core.errors import Conflict
from heartline.store import compact as compaction
from heartline.store import steps
from heartline.store.disk import locked
from heartline.store.lake import Lake
from heartline.store.recovery import recover
from heartline.store.tests.world import events, interactions


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    yield
    steps.listener = None


def many_files(folder: Path, number: int = 4) -> Lake:
    """A lake with two months and a few versions, each with a file in either."""
    for day in range(number):
        lake = events(
            folder,
            [("bob", "call", f"2024-03-0{9 - day} 10:00"), ("anna", "shop", f"2024-04-0{9 - day} 10:00")],
            touchpoint={"shop": {"label": f"Shop {day}"}},
        )
    return lake


def ids(lake: Lake) -> list[str]:
    now = lake.at()
    return sorted(now.execute(now.rows("id"))["id"].to_pylist())


def test_a_month_becomes_one_file_sorted_by_customer_and_time(tmp_path: Path) -> None:
    lake = many_files(tmp_path)
    events(tmp_path, [("anna", "shop", "2024-03-20"), (None, "shop", "2024-03-01")])
    before, time_before = ids(lake), lake.at().time
    done = lake.compact(force=True)
    assert (done.months, done.files_before, done.files_after) == (2, 4 + 9, 3)
    [march] = [file for file in lake.at().files("interactions") if file.partition["month"] == "2024-03"]
    assert (march.rows, march.landed) == (6, (1, 5))
    rows = pq.read_table(lake.interactions.folder / march.path, partitioning=None)
    assert rows["customer"].to_pylist() == ["user_id:anna", *["user_id:bob"] * 4, None]
    assert rows["id"].to_pylist() == ["world:9", "world:7", "world:5", "world:3", "world:1", "world:10"]
    assert ids(lake) == ids(Lake.open(tmp_path)) == before
    assert (lake.at().version, lake.at().time) == (5, time_before)
    assert [lake.at(version).months() for version in (0, 1)] == [[], ["2024-03", "2024-04"]]
    assert len(lake.at(2).table("definitions")) == 2


def test_nothing_is_done_where_nothing_is_to_be_gained(tmp_path: Path) -> None:
    lake = many_files(tmp_path)
    assert lake.compact().months == 0
    for _ in range(compaction.ENOUGH_FILES - 4):
        events(tmp_path, [("anna", "shop", "2024-03-01")])
    assert lake.compact().months == 1
    assert lake.compact(force=True).months == 1
    done = lake.compact(force=True)
    assert (done.months, done.files_before) == (0, done.files_after)


def test_a_month_that_is_too_large_becomes_several_files_that_are_sorted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "FILE_BYTES", 200_000)
    names = [os.urandom(16).hex() for _ in range(200_000)]
    rows = interactions([("anna", "shop", "2024-03-01")]).take(pa.array([0] * len(names)))
    rows = rows.set_column(0, "id", pa.array(names))
    lake = Lake.create(tmp_path)
    with lake.write("large") as writer:
        writer.append(rows)
    lake.compact()
    files = lake.at().files("interactions")
    assert len(files) > 1
    parts = [pq.read_table(lake.interactions.folder / file.path, columns=["id"], partitioning=None) for file in files]
    found = sorted((part["id"].to_pylist() for part in parts), key=lambda part: part[0])
    assert [name for part in found for name in part] == sorted(names)


@pytest.mark.parametrize("moment", ["compact: month written", "compact: files flushed"])
def test_an_append_in_between_succeeds_and_stays(tmp_path: Path, moment: str) -> None:
    lake = many_files(tmp_path)

    def listener(name: str) -> None:
        if name == moment:
            steps.listener = None
            events(tmp_path, [("carl", "shop", "2024-03-02")])

    steps.listener = listener
    before = ids(lake)
    assert lake.compact(force=True).months == 2
    assert ids(lake) == sorted([*before, "world:9"])
    assert ids(Lake.open(tmp_path)) == ids(lake)
    assert [file.rows for file in lake.at().files("interactions") if file.partition["month"] == "2024-03"] == [4, 1]


def test_a_reader_of_an_old_snapshot_is_not_disturbed(tmp_path: Path) -> None:
    lake = many_files(tmp_path)
    old = lake.at()
    question = old.rows("id", "touchpoint")
    before = old.execute(question).sort_by("id")
    lake.compact(force=True)
    assert old.execute(question).sort_by("id").equals(before)
    assert old.execute(old.rows("id", "touchpoint")).sort_by("id").equals(before)


def test_old_files_stay_an_hour_and_then_go(tmp_path: Path) -> None:
    lake = many_files(tmp_path)
    for path in lake.interactions.folder.rglob("*.parquet"):
        os.utime(path, (0, 0))  # written long ago, but needed until now
    assert lake.compact(force=True).removed == 0
    orphan = lake.interactions.folder / "month=2024-03" / "part-of-a-crash.parquet"
    orphan.write_bytes(b"")
    files = [path for name in lake.tables for path in lake.tables[name].folder.rglob("part-*.parquet")]
    past = time.time() - compaction.KEPT_S - 60
    for path in files:
        os.utime(path, (past, past))
    with locked(tmp_path / "lake" / "write.lock"):
        assert lake.compact().removed == 0
    # 4 files in each of two months, 4 of definitions, what the crash left; the gathered definitions are needed
    assert lake.compact().removed == 8 + 4 + 1
    assert len(ids(lake)) == 8
    assert lake.at(2).definitions.get("touchpoint", "shop") == {"label": "Shop 1"}


def test_folding_writes_changes_into_the_files_and_spares_the_join(tmp_path: Path) -> None:
    lake = many_files(tmp_path, 2)
    with lake.write("rule") as writer:
        change = {"id": "world:1", "sets": ["stage"], "stage": "use", "was_stage": None, "rule": "r"}
        writer.add("overrides", pa.Table.from_pylist([change]))
    with lake.write("merge") as writer:
        change = {"identifier": "user_id:bob", "customer": "user_id:anna", "was": "user_id:bob"}
        writer.add("customers", pa.Table.from_pylist([change]))
    assert lake.compact().folded == 0
    shown = [rows(lake, version) for version in range(5)]
    assert joins(lake, 4) == 2
    assert lake.compact(force=True).folded == 4
    assert [joins(lake, version) for version in (4, 3, 2)] == [0, 2, 2]
    assert [rows(lake, version) for version in range(5)] == shown
    assert shown[4][0] == {"id": "world:1", "customer": "user_id:anna", "stage": "use"}
    assert shown[2][0] == {"id": "world:1", "customer": "user_id:bob", "stage": None}
    [march] = [file for file in lake.at().files("interactions") if file.partition["month"] == "2024-03"]
    table = pq.read_table(lake.interactions.folder / march.path, partitioning=None)
    assert set(table["customer"].to_pylist()) == {"user_id:anna"}


def rows(lake: Lake, version: int) -> list[dict[str, object]]:
    snapshot = lake.at(version)
    found: list[dict[str, object]] = snapshot.execute(snapshot.rows("id", "customer", "stage")).to_pylist()
    return sorted(found, key=lambda row: str(row["id"]))


def joins(lake: Lake, version: int) -> int:
    return str(ibis.to_sql(lake.at(version).rows("id", "customer", "stage"), dialect="duckdb")).count("JOIN")


@pytest.mark.parametrize("died", ["compact: files flushed", "compact: log flushed", "compact: published"])
def test_a_compaction_follows_one_that_was_killed_while_it_gathered_a_small_table(tmp_path: Path, died: str) -> None:
    """Its files may be in the table's log and not yet in the list of versions; they are not replaced again."""
    lake = events(tmp_path, [("alice", "shop", "2024-03-01")], touchpoint={"shop": {"label": "Shop"}})
    lake.compact(force=True)
    with lake.write("test") as writer:
        writer.define("touchpoint", "web", {"label": "Web"})

    def killed(name: str) -> None:
        if name == died:
            raise KeyboardInterrupt

    steps.listener = killed
    with pytest.raises(KeyboardInterrupt):
        lake.compact(force=True)
    steps.listener = None
    again = Lake.open(tmp_path)
    again.compact(force=True)
    assert len(again.at().files("definitions")) == 1
    assert set(again.at().definitions.all("touchpoint")) == {"shop", "web"}


def test_a_compaction_waits_until_a_writer_has_settled_what_a_killed_one_began(tmp_path: Path) -> None:
    """A writer that was given the lock first settles it; until then the files of the lake are not known."""
    lake = many_files(tmp_path, 1)

    def killed(name: str) -> None:
        if name == "compact: log flushed":
            raise KeyboardInterrupt

    steps.listener = killed
    with pytest.raises(KeyboardInterrupt):
        lake.compact(force=True)
    steps.listener = None
    again = Lake.open(tmp_path)
    done: list[int] = []
    with locked(tmp_path / "lake" / "write.lock"):
        compaction = threading.Thread(target=lambda: done.append(again.compact(force=True).months))
        compaction.start()
        compaction.join(0.3)
        assert compaction.is_alive()
        recover(Lake.open(tmp_path))
    compaction.join(30)
    assert done == [1]  # of two months: the other one is as the killed compaction wrote it


def test_one_compaction_at_a_time(tmp_path: Path) -> None:
    lake = many_files(tmp_path, 1)
    with locked(tmp_path / "lake" / "compact.lock"), pytest.raises(Conflict, match=r"compact\.lock"):
        lake.compact()


def test_files_that_are_gone_meanwhile_are_not_compacted(tmp_path: Path) -> None:
    lake = many_files(tmp_path)
    files = lake.at().files("interactions")[:1]
    lake.compact(force=True)
    with pytest.raises(Conflict, match="changed while"):
        compaction.replace(lake, "interactions", files, files)
