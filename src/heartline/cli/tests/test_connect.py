"""`heartline connect`: once, with the secret of the environment; `heartline import` says what fetches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heartline.cli import connect, imports
from heartline.core.errors import InvalidInput

RECIPE = """
recipe: 1
source: tills
connect: {{kind: files, url: {folder}, tables: {{sold: {{glob: "*.csv"}}}}}}
interactions:
  - touchpoint: purchase
    sql: select number as id, card, day::timestamp as occurred_at from sold
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """Give a recipe of a folder with one file."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.csv").write_text("number,card,day\n1,c1,2026-03-01\n2,c2,yesterday\n3,c1,2026-03-03\n")
    path = tmp_path / "tills.yaml"
    path.write_text(RECIPE.format(folder=tmp_path / "out").replace("day::timestamp", "day"))
    return path


def test_it_asks_once_and_says_what_came(recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connect.connect(recipe, tmp_path / "data", once=True, json=True)
    assert json.loads(capsys.readouterr().out) == {
        "fetched": {"sold": 3}, "landed": 2, "there": 0, "dropped": {"unreadable_time": 1},
    }  # fmt: skip
    connect.connect(recipe, tmp_path / "data", once=False, json=False)
    said = capsys.readouterr().out
    assert "0 interactions landed" in said, "without a schedule it does not go on either"


def test_a_secret_that_is_not_there_is_said(recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(recipe.read_text().replace("kind: files", "kind: files, secret: TILLS"))
    with pytest.raises(InvalidInput) as error:
        connect.connect(recipe, tmp_path / "data", once=True)
    assert "HEARTLINE_SECRET_TILLS" in str(error.value)


def test_an_import_says_what_fetches(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as error:
        imports.import_(recipe, None, tmp_path / "data")
    assert error.value.code == "fetched"
    assert "heartline connect" in str(error.value)
