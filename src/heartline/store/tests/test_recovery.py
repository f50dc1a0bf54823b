"""After a crash the next writer publishes what is whole, and takes back what is not; readers notice nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from heartline.core.errors import Conflict
from heartline.store import steps
from heartline.store.lake import Lake
from heartline.store.tests.world import events, interactions
from heartline.store.writer import Writer


class Died(BaseException):
    """Stands for the end of the process: nothing after it runs."""


@pytest.fixture
def die_at(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let the writer end at a step, without tidying up after itself."""
    monkeypatch.setattr(Writer, "discard", lambda writer: None)
    yield monkeypatch
    steps.listener = None


def half_written(folder: Path, step: str) -> Lake:
    """Write a second version with a definition, a ledger line and a row of a new month; die at a step of it."""
    lake = events(folder, [("anna", "shop", "2024-03-01")], touchpoint={"shop": {"label": "Shop"}})

    def listener(name: str) -> None:
        if name == step:
            raise Died

    steps.listener = listener
    with contextlib.suppress(Died):
        write_second(lake)
    steps.listener = None
    return Lake.open(folder)


def write_second(lake: Lake) -> None:
    with lake.write("second") as writer:
        assert writer.batch("inbox", 7)
        writer.define("touchpoint", "shop", {"label": "Store"})
        writer.add("identities", pa.Table.from_pylist([{"left": "a:1", "right": "a:1", "same": True}]))
        writer.append(interactions([("bob", "call", "2024-05-01")], first=2))


def seen(lake: Lake) -> tuple[int, list[str], str, int, int]:
    """What a reader is shown: version, row ids, the shop's label, ledger lines, the inbox's batch."""
    now = lake.at()
    ids = sorted(now.execute(now.rows("id"))["id"].to_pylist())
    label = now.definitions.get("touchpoint", "shop")["label"]
    return now.version, ids, label, now.table("identities").num_rows, lake.batch_number("inbox")


FIRST = (1, ["world:1"], "Shop", 0, -1)
SECOND = (2, ["world:1", "world:2"], "Store", 1, 7)

UNPUBLISHED = [
    "files written",
    "files flushed",
    "definitions: logged",
    "definitions: log flushed",
    "identities: logged",
    "identities: log flushed",
]
WHOLE = ["interactions: logged", "interactions: log flushed"]


@pytest.mark.parametrize("step", UNPUBLISHED)
def test_a_version_of_which_a_table_is_missing_never_was(tmp_path: Path, step: str, die_at: pytest.MonkeyPatch) -> None:
    lake = half_written(tmp_path, step)
    assert seen(lake) == FIRST
    with lake.write("third") as writer:
        assert writer.version == 2
        assert writer.batch("inbox", 7)
        writer.append(interactions([("bob", "call", "2024-05-01")], first=3))
    assert seen(lake) == (2, ["world:1", "world:3"], "Shop", 0, 7)
    assert seen(Lake.open(tmp_path)) == seen(lake)


@pytest.mark.parametrize("step", WHOLE)
def test_a_version_that_is_whole_is_published_by_the_next_writer(
    tmp_path: Path, step: str, die_at: pytest.MonkeyPatch
) -> None:
    lake = half_written(tmp_path, step)
    assert seen(lake) == FIRST
    with lake.write("again") as writer:
        assert not writer.batch("inbox", 7)
        writer.append(interactions([("bob", "call", "2024-05-01")], first=2))
    assert seen(lake) == SECOND
    assert lake.versions()[-1].why == "second"
    assert seen(Lake.open(tmp_path)) == SECOND


def test_a_published_version_stays(tmp_path: Path, die_at: pytest.MonkeyPatch) -> None:
    lake = half_written(tmp_path, "published")
    assert seen(lake) == SECOND
    with lake.write("nothing"):
        pass
    assert seen(lake) == SECOND


@pytest.mark.parametrize("damage", ["gone", "short", "zeros", "torn entry", "empty entry"])
def test_what_a_power_cut_has_torn_is_taken_back(tmp_path: Path, damage: str, die_at: pytest.MonkeyPatch) -> None:
    lake = half_written(tmp_path, "interactions: logged")
    [file] = lake.interactions.folder.glob("month=2024-05/*.parquet")
    entry = lake.interactions.log / f"{2:020d}.json"
    match damage:
        case "gone":
            file.unlink()
        case "short":
            file.write_bytes(file.read_bytes()[:-10])
        case "zeros":
            file.write_bytes(bytes(file.stat().st_size))
        case "torn entry":
            entry.write_bytes(entry.read_bytes()[:-40])
        case _:
            entry.write_bytes(b"")
    assert seen(Lake.open(tmp_path)) == FIRST
    with lake.write("third") as writer:
        writer.append(interactions([("bob", "call", "2024-05-01")], first=3))
    assert seen(lake) == (2, ["world:1", "world:3"], "Shop", 0, -1)
    assert seen(Lake.open(tmp_path)) == seen(lake)


@pytest.mark.parametrize("times", [1, 100])
def test_a_line_that_a_crash_cut_short_is_no_version(tmp_path: Path, times: int) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    whole = lake.manifest.path.read_bytes()
    lake.manifest.path.write_bytes(whole + (whole[:-20] * 100)[: 100 * times].replace(b"\n", b" "))
    assert Lake.open(tmp_path).at().version == 1
    events(tmp_path, [("bob", "shop", "2024-03-01")])
    assert [entry.version for entry in Lake.open(tmp_path).versions()] == [0, 1, 2]
    assert [entry.version for entry in lake.versions()] == [0, 1, 2]


def test_a_batch_is_landed_once(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    assert lake.batch_number("inbox") == -1
    for number, lands in ((1, True), (1, False), (3, True), (2, False)):
        with lake.write("inbox") as writer:
            writer.append(interactions([("bob", "call", "2024-04-01")], first=10 + number))
            assert writer.batch("inbox", number) is lands
    assert seen_ids(lake) == ["world:1", "world:11", "world:13"]
    assert lake.batch_number("inbox") == Lake.open(tmp_path).batch_number("inbox") == 3
    assert lake.batch_number("other") == -1
    assert len(list(lake.interactions.folder.rglob("*.parquet"))) == 3


def seen_ids(lake: Lake) -> list[str]:
    now = lake.at()
    return sorted(now.execute(now.rows("id"))["id"].to_pylist())


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    rows = interactions([("bob", "call", "2024-05-01")], first=2)
    with pytest.raises(ZeroDivisionError), lake.write("bad") as writer:
        writer.append(rows) and 1 / 0
    assert seen_ids(lake) == ["world:1"]
    assert len(list(lake.interactions.folder.rglob("*.parquet"))) == 1


def test_an_entry_of_another_program_is_not_touched(tmp_path: Path) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    lake.interactions.open().alter.set_table_properties({"delta.appendOnly": "false"})
    with pytest.raises(Conflict) as refused, lake.write("more"):
        pass
    assert refused.value.code == "foreign_entry"
    assert seen_ids(lake) == ["world:1"]


def test_a_creation_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    Lake.create(tmp_path)
    (tmp_path / "format").unlink()
    (tmp_path / "lake" / "customers" / "_delta_log" / f"{0:020d}.json").write_bytes(b"")
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    assert seen_ids(lake) == ["world:1"]
    (tmp_path / "format").unlink()
    with pytest.raises(Conflict, match="format"):
        Lake.create(tmp_path)


@pytest.mark.parametrize("torn", [f"{1:020d}.checkpoint.parquet", "_last_checkpoint"])
def test_a_summary_of_the_log_that_was_torn_bars_nobody(tmp_path: Path, torn: str) -> None:
    lake = events(tmp_path, [("anna", "shop", "2024-03-01")])
    lake.interactions.checkpoint(1)
    (lake.interactions.log / torn).write_bytes(b"torn")
    assert seen_ids(Lake.open(tmp_path)) == ["world:1"]
    lake = events(tmp_path, [("bob", "shop", "2024-03-01")])
    assert seen_ids(Lake.open(tmp_path)) == ["world:1", "world:2"]
