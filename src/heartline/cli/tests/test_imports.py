"""`heartline import`: what a person sees of an import."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from heartline.cli.program import app, run

RECIPE = """\
recipe: 1
source: shop
files: {rows: rows.csv}
interactions:
  - {touchpoint: review, sql: "select who as user_id, day as occurred_at, stars as score, 'stars5' as scale from rows"}
"""
ROWS = "who,day,stars\nu1,2024-01-01,5\n,2024-01-02,3\nu2,2024-01-03,7\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Give a recipe with its file."""
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


def told(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["import", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0
    return " ".join(done.output.split())


def test_it_says_what_became_of_every_row(recipe: Path, tmp_path: Path) -> None:
    said = told(recipe, "--data", tmp_path / "data")
    assert "rows read 3 landed 2 already there 0 dropped 1" in said
    assert "score_out_of_range: has a score beyond the ends of its scale 1" in said
    assert "customer known 50.0 %" in said
    assert "This is version 1." in said
    mending = next((tmp_path / "data" / "quarantine").glob("*/recipe.yaml"))
    assert f"heartline import {mending}" in said
    again = told(recipe, "--data", tmp_path / "data")
    assert "landed 0 already there 2" in again
    assert "Nothing was new." in again


def test_a_rehearsal_shows_rows_and_writes_nothing(recipe: Path, tmp_path: Path) -> None:
    said = told(recipe, "--data", tmp_path / "data", "--dry-run")
    assert "row 2 id: shop:" in said
    assert "would land 2" in said
    assert said.endswith("Nothing was written.")
    assert not (tmp_path / "data").exists()


def test_files_may_stand_elsewhere_and_the_report_is_json_when_asked(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "rows.csv").rename(tmp_path / "elsewhere" / "rows.csv")
    said = told(recipe, "--files", tmp_path / "elsewhere", "--data", tmp_path / "data", "--json")
    report = json.loads(said)
    assert (report["read"], report["landed"], report["dropped"]) == (3, 2, {"score_out_of_range": 1})


def test_what_is_wrong_ends_in_a_sentence_with_file_and_line(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recipe.write_text(RECIPE.replace("stars as score", "points as score"), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["heartline", "import", str(recipe), "--data", str(tmp_path / "data")])
    with pytest.raises(SystemExit) as ended:
        run()
    assert ended.value.code == 2
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"{recipe}:5: ")
    assert '"points" not found' in said
    assert said.endswith("The files have: rows (who, day, stars).")
