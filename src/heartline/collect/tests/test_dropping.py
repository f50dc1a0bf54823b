"""Files that are dropped beside a recipe: imported when whole, once, and moved with a word on what became of them."""

from __future__ import annotations

from pathlib import Path

from heartline.collect.dropping import QUIET_S, sweep
from heartline.core.errors import InvalidInput


def test_a_whole_file_is_imported_once_and_moved(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "recipe.yaml").write_text("source: calls")
    taken: list[str] = []

    def take(recipe: Path, work: Path) -> str:
        (only,) = work.iterdir()
        text = only.read_text()
        if text == "bad":
            raise InvalidInput("no_columns", "It has no columns.", remedy="Export it again.")
        taken.append(f"{recipe.parent.name}/{only.name}: {text}")
        return "1 row landed."

    def drop(name: str, text: str) -> float:
        (folder / name).write_text(text)
        return (folder / name).stat().st_mtime

    at = drop("a.csv", "x")
    assert sweep(tmp_path, at + QUIET_S - 1, take) == 0
    assert sweep(tmp_path, at + QUIET_S, take) == 1
    assert (folder / "done" / "a.csv.txt").read_text() == "1 row landed.\n"
    at = drop("b.csv", "x")
    drop("c.csv", "bad")
    assert sweep(tmp_path, at + QUIET_S + 1, take) == 2
    assert taken == ["calls/a.csv: x"]
    assert "imported before" in (folder / "done" / "b.csv.txt").read_text()
    assert (folder / "failed" / "c.csv.txt").read_text() == "It has no columns. Export it again.\n"
    assert (folder / "failed" / "c.csv").read_text() == "bad"
    at = drop("a.csv", "y")
    assert sweep(tmp_path, at + QUIET_S + 1, take) == 1
    assert len(list((folder / "done").glob("*a.csv"))) == 2
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["recipe.yaml"]
