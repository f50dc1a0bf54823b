"""A backup is one version, whole, taken beside writers; a restored folder answers as the first one did."""

from __future__ import annotations

import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from heartline.core.errors import Conflict, HeartlineError, InvalidInput, NotFound
from heartline.store.backup import backup, key_advice, restore
from heartline.store.lake import Lake
from heartline.store.tests.world import events, interactions


def ids(lake: Lake, version: int | None = None) -> list[str]:
    snapshot = lake.at(version)
    return sorted(snapshot.execute(snapshot.rows("id"))["id"].to_pylist())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three versions, compacted in between, with a batch number."""
    events(tmp_path / "data", [("anna", "shop", "2024-03-01")], touchpoint={"shop": {"label": "Shop"}})
    lake = events(tmp_path / "data", [("bob", "shop", "2024-03-02")])
    lake.compact(force=True)
    with lake.write("inbox") as writer:
        writer.batch("inbox", 5)
        writer.append(interactions([("carl", "shop", "2024-04-02")], first=3))
    return lake


@pytest.mark.parametrize("name", ["copy.tar", "copy.tar.gz"])
def test_a_restored_folder_answers_as_the_first_did(tmp_path: Path, lake: Lake, name: str) -> None:
    done = backup(lake, tmp_path / name)
    assert (done.version, done.time) == (3, lake.at().time)
    events(tmp_path / "data", [("dora", "shop", "2024-05-01")])
    assert restore(tmp_path / name, tmp_path / "new") == done
    found = Lake.open(tmp_path / "new")
    assert found.versions() == lake.versions()[:-1]
    for version in range(4):
        assert ids(found, version) == ids(lake, version)
        assert found.at(version).definitions.by_kind == lake.at(version).definitions.by_kind
    assert found.batch_number("inbox") == 5
    assert found.key == lake.key
    with found.write("on") as writer:
        writer.append(interactions([("eve", "shop", "2024-06-01")], first=4))
    assert ids(found) == ["world:1", "world:2", "world:3", "world:4"]
    assert "keep" in key_advice(tmp_path / "new")


def test_the_key_is_not_in_it_and_its_place_is_said(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(lake, tmp_path / "copy.tar")
    assert lake.key.hex().encode() not in (tmp_path / "copy.tar").read_bytes()
    monkeypatch.setenv("HEARTLINE_KEYS", str(tmp_path / "elsewhere"))
    restore(tmp_path / "copy.tar", tmp_path / "new")
    assert f"copy it to {tmp_path}/elsewhere/" in key_advice(tmp_path / "new")


@pytest.mark.about_files
def test_databases_are_taken_along_as_of_one_moment(tmp_path: Path, lake: Lake) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "inbox.db")) as database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table row (body text)")
        database.execute("insert into row values ('one')")
        database.commit()
        database.execute("insert into row values ('not committed')")
        backup(lake, tmp_path / "copy.tar")
    restore(tmp_path / "copy.tar", tmp_path / "new")
    with closing(sqlite3.connect(tmp_path / "new" / "inbox.db")) as database:
        assert database.execute("select body from row").fetchall() == [("one",)]


def test_it_is_whole_beside_a_writer_and_compaction(tmp_path: Path, lake: Lake) -> None:
    stop = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        number = 10
        try:
            while not stop.is_set():
                with Lake.open(tmp_path / "data").write("more") as writer:
                    writer.append(interactions([("fred", "shop", "2024-03-05")] * 2, first=number))
                number += 2
                if number % 8 == 0:
                    lake.compact(force=True)
        except Conflict:
            pass
        except BaseException as error:  # noqa: BLE001  (told in the test below)
            failed.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    made = [backup(lake, tmp_path / f"{number}.tar") for number in range(4)]
    stop.set()
    thread.join()
    assert failed == []
    for number, done in enumerate(made):
        restore(tmp_path / f"{number}.tar", tmp_path / f"new {number}")
        assert ids(Lake.open(tmp_path / f"new {number}")) == ids(lake, done.version)


def test_nothing_is_overwritten(tmp_path: Path, lake: Lake) -> None:
    backup(lake, tmp_path / "copy.tar")
    with pytest.raises(Conflict, match="is there already"):
        backup(lake, tmp_path / "copy.tar")
    with pytest.raises(Conflict, match="not empty"):
        restore(tmp_path / "copy.tar", tmp_path / "data")
    (tmp_path / "empty").mkdir()
    restore(tmp_path / "copy.tar", tmp_path / "empty")
    assert ids(Lake.open(tmp_path / "empty")) == ids(lake)


@pytest.mark.parametrize("damage", ["one byte", "short", "text", "no contents"])
def test_a_damaged_backup_is_refused_and_nothing_is_made(tmp_path: Path, lake: Lake, damage: str) -> None:
    file = tmp_path / "copy.tar"
    backup(lake, file)
    content = file.read_bytes()
    middle = content.index(b"PAR1") + 50
    match damage:
        case "one byte":
            file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        case "short":
            file.write_bytes(content[: len(content) // 2])
        case "text":
            file.write_text("hello")
        case _:
            with tarfile.open(file, "w") as tar:
                tar.add(tmp_path / "data" / "format", "format")
    with pytest.raises(InvalidInput) as refused:
        restore(file, tmp_path / "new")
    assert refused.value.code == "bad_backup"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.tar", "data"]


def test_a_backup_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no file .*nothing\.tar"):
        restore(tmp_path / "nothing.tar", tmp_path / "new")


def test_a_backup_of_a_newer_heartline_is_refused(tmp_path: Path, lake: Lake) -> None:
    (tmp_path / "data" / "format").write_text("99\n")
    backup(lake, tmp_path / "copy.tar")
    with pytest.raises(HeartlineError, match="newer Heartline"):
        restore(tmp_path / "copy.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()
