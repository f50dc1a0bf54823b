"""Files that are dropped beside a recipe: imported when whole, once, and moved with a word on what became of them."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from heartline.collect import dropping
from heartline.collect.dropping import QUIET_S, bind, forget, journal, look, release, sweep
from heartline.collect.person_files import Matcher, without
from heartline.core.errors import InvalidInput, Unavailable

ONE = "recipe: 1\nsource: calls\nfiles: {calls: calls.csv}\ninteractions:\n  - {sql: select 1 from calls}\n"
LOOSE = ONE.replace("calls.csv", "calls.text.csv")
TWO = (
    "recipe: 1\nsource: shop\nfiles: {orders: orders.csv, lines: lines.csv}\ninteractions:\n"
    "  - {sql: select 1 from orders}\n"
)
REPORT = {"landed": 2, "there": 1, "dropped": {"no_time": 1}, "known": 2}


class Desk:
    """Takes files and says what came."""

    def __init__(self, home: Path, recipe: str = ONE, key: str = "calls") -> None:
        self.home = home
        self.folder = bind(home, key, recipe)
        self.taken: list[dict[str, str]] = []

    def drop(self, name: str, text: str = "x") -> None:
        (self.folder / name).write_text(text)

    def take(self, recipe: Path, work: Path) -> Mapping[str, Any]:
        assert recipe == self.folder / "recipe.yaml"
        found = {str(path.relative_to(work)): path.read_text() for path in sorted(work.rglob("*")) if path.is_file()}
        if "bad" in found.values():
            raise InvalidInput("no_columns", "It has no columns.", remedy="Export it again.")
        if "ours" in found.values():
            raise ZeroDivisionError
        if "full" in found.values():
            raise Unavailable("disk_full", "No room.")
        self.taken.append(found)
        return REPORT

    def sweep(self, after: float = QUIET_S + 1) -> int:
        return sweep(self.home, time.time() + after, self.take)

    def there(self, where: str = "") -> list[str]:
        return sorted(path.name for path in (self.folder / where).iterdir() if path.is_file() and path.name[0] != ".")


def test_a_whole_file_is_imported_once_and_moved_with_its_report(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("monday.csv")
    assert desk.sweep(QUIET_S - 1) == 0
    assert desk.sweep() == 1
    assert desk.taken == [{"calls.csv": "x"}]
    said = (desk.folder / "done" / "monday.csv.txt").read_text()
    assert "2 rows landed, 1 were there already, 1 could not be used (1 no_time)." in said
    assert desk.there() == ["recipe.yaml"]
    (line,) = journal(desk.folder)
    assert (line.file, line.report, line.error) == ("monday.csv", REPORT, None)
    assert not (desk.folder / ".work").exists()


def test_the_same_bytes_are_taken_once_whatever_they_are_called(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("a.csv")
    desk.sweep()
    desk.drop("b.csv")
    desk.drop("a.csv", "y")
    assert desk.sweep() == 2
    assert desk.taken == [{"calls.csv": "x"}, {"calls.csv": "y"}]
    assert "imported before" in (desk.folder / "done" / "b.csv.txt").read_text()
    assert len([name for name in desk.there("done") if name.endswith("a.csv")]) == 2
    forget(desk.home)
    desk.drop("c.csv")
    assert desk.sweep() == 1
    assert len(desk.taken) == 3


def test_what_fails_lies_in_failed_with_the_reason_and_holds_up_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    for name, text in (("a.csv", "bad"), ("b.csv", "ours"), ("c.csv", "good"), ("d.xml", "x")):
        desk.drop(name, text)
    assert desk.sweep() == 4
    assert desk.taken == [{"calls.csv": "good"}]
    assert (desk.folder / "failed" / "a.csv.txt").read_text() == "It has no columns. Export it again.\n"
    assert "our side" in (desk.folder / "failed" / "b.csv.txt").read_text()
    assert "end in .csv" in (desk.folder / "failed" / "d.xml.txt").read_text()
    assert (desk.folder / "failed" / "a.csv").read_text() == "bad"
    assert [line.error and line.error["code"] for line in journal(desk.folder)] == [
        "no_columns", "internal", None, "unknown_kind",
    ]  # fmt: skip


def test_a_good_file_waits_where_there_is_no_room(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("a.csv", "full")
    assert desk.sweep() == 0
    assert desk.there() == ["a.csv", "recipe.yaml"]


@pytest.mark.parametrize("name", ["a.csv.part", ".a.csv", "~a.csv", "a.csv.tmp", "a.csv.filepart", "a.csv.CRDOWNLOAD"])
def test_a_file_that_is_still_being_written_is_left_alone_until_it_is_renamed(tmp_path: Path, name: str) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop(name)
    assert desk.sweep() == 0
    (desk.folder / name).rename(desk.folder / "a.csv")
    assert desk.sweep() == 1


def test_a_time_that_was_set_back_does_not_make_a_file_whole(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("a.csv")
    os.utime(desk.folder / "a.csv", (0, 0))
    assert desk.sweep(0) == 0


def test_a_link_is_followed_nowhere(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    (tmp_path / "secret.csv").write_text("secret")
    (desk.folder / "a.csv").symlink_to(tmp_path / "secret.csv")
    assert desk.sweep() == 0


def test_files_that_belong_together_are_taken_together(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop", TWO, "shop")
    desk.drop("orders-2026-11.csv", "o")
    assert desk.sweep() == 0
    assert look(desk.home)[0].waiting == ("orders-2026-11.csv",)
    desk.drop("Lines 3.csv", "l")
    desk.drop("linesman.csv", "?")
    assert desk.sweep() == 2
    assert desk.taken == [{"lines.csv": "l", "orders.csv": "o"}]
    assert desk.there() == ["linesman.csv", "recipe.yaml"]


@pytest.mark.parametrize(
    ("name", "ending"),
    [("export.csv", ".csv"), ("export.XLSX", ".xlsx"), ("2026.11.22.tsv", ".tsv"), ("export.csv.gz", ".csv.gz"),
     ("calls.txt", ".txt")],
)  # fmt: skip
def test_a_guided_imports_recipe_takes_any_table(tmp_path: Path, name: str, ending: str) -> None:
    desk = Desk(tmp_path / "drop", LOOSE)
    desk.drop(name)
    assert desk.sweep() == 1
    assert desk.taken == [{f"calls{ending}": "x"}]


def test_a_recipe_that_cannot_be_read_is_said_and_files_wait(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    (desk.folder / "recipe.yaml").write_text("recipe: 2")
    desk.drop("a.csv")
    assert desk.sweep() == 0
    (found,) = look(desk.home)
    assert (found.key, found.source, found.waiting) == ("calls", "", ("a.csv",))
    assert found.error is not None
    release(desk.home, "calls")
    (found,) = look(desk.home)
    assert (found.error, found.source) == (None, "")


@pytest.mark.parametrize("key", ["", "..", "a/b", "A", "-a", "x" * 64])
def test_a_folder_is_named_plainly(tmp_path: Path, key: str) -> None:
    with pytest.raises(InvalidInput):
        bind(tmp_path / "drop", key, ONE)
    assert not (tmp_path / "drop").exists()


def test_a_sweep_that_was_cut_short_is_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("a.csv")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(dropping, "_write", cut)
    with pytest.raises(KeyboardInterrupt):
        desk.sweep()
    monkeypatch.undo()
    assert desk.sweep() == 1
    assert len(desk.taken) == 2
    assert desk.there("done") == ["a.csv", "a.csv.txt"]


def test_one_sweep_at_a_time(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    desk.drop("a.csv")
    seen: list[int] = []

    def take(_recipe: Path, _work: Path) -> Mapping[str, Any]:
        seen.append(desk.sweep())
        return REPORT

    assert sweep(desk.home, time.time() + QUIET_S + 1, take) == 1
    assert seen == [0]


def test_who_is_erased_goes_from_dropped_files_and_what_came_stays_known(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "drop")
    (desk.folder / "a.csv").write_text("who,what\nanna,x\nben,y\n")
    (desk.folder / "b.csv.gz").write_bytes(gzip.compress(b"who\nanna\n"))
    desk.sweep()
    gone = without(tmp_path / "drop", Matcher(b"k", [], ["anna"], [], lambda _kind, value: value))
    assert gone.removed == 2
    assert (desk.folder / "done" / "a.csv").read_text() == "who,what\nben,y\n"
    assert len(journal(desk.folder)) == 2
    (desk.folder / "again.csv").write_text("who,what\nanna,x\nben,y\n")
    desk.sweep()
    assert len(desk.taken) == 1
