"""Wherever a run is killed, the next one loses nothing and doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from heartline.collect import recipe as recipes
from heartline.collect.connecting import fetching, folders, running
from heartline.collect.connecting.keeping import Keeping, State
from heartline.collect.connecting.rows import Texts, flat
from heartline.core.errors import Conflict, Forbidden

from .conftest import landed

RECIPE = """
recipe: 1
source: tills
connect: {kind: files, url: /tills, tables: {sold: {glob: "*.csv"}}}
interactions:
  - touchpoint: purchase
    sql: select number as id, card, sold_at::timestamp as occurred_at from sold
"""
KILLED = """
import os, signal, sys
from pathlib import Path
from heartline.collect.connecting import fetching, running
from heartline.collect.connecting.tests.test_keeping import fetch
from heartline.store import steps
fetching.fetch = fetch
steps.listener = lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == sys.argv[3] else None
running.run(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def fetch(connect, folder, cursors, **_options):  # type: ignore[no-untyped-def]
    """Stand in for a till that sells three things between two times, and tells the last one before again."""
    start = int(cursors.get("sold", {}).get("cursor", 0))
    with Texts(folder / "sold.parquet") as table:
        for number in range(max(start, 1), start + 4):
            table.add(flat({"number": number, "card": f"card {number}", "sold_at": f"2026-03-01 10:{number:02}:00"}))
    return {"sold": (table.rows, {"cursor": start + 3})}


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the till's recipe."""
    monkeypatch.setattr(fetching, "fetch", fetch)
    path = tmp_path / "tills.yaml"
    path.write_text(RECIPE)
    return path


@pytest.mark.parametrize("step", ["fetched", "kept", "files flushed", "line written", "landed", "noted"])
def test_killed_between_fetching_and_landing(recipe: Path, tmp_path: Path, step: str) -> None:
    data = tmp_path / "data"
    running.run(recipe, data)
    child = subprocess.run([sys.executable, "-c", KILLED, recipe, data, step], check=False, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()[-2000:]
    for _ in range(2):
        running.run(recipe, data)
    cursor = Keeping(data, "tills").state().tables["sold"]["cursor"]
    assert cursor >= 9
    assert landed(data) == {"purchase": cursor}


def test_what_waits_lands_first_and_with_the_recipe_as_it_is_now(recipe: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    recipe.write_text(RECIPE.replace("number as id", "numbr as id"))
    with pytest.raises(Exception, match="numbr"):
        running.run(recipe, data)
    assert Keeping(data, "tills").state() == State()
    recipe.write_text(RECIPE)
    outcome = running.run(recipe, data)
    assert [one.landed for one in outcome.reports] == [3, 3]
    assert landed(data) == {"purchase": 6}


def test_one_at_a_time(recipe: Path, tmp_path: Path) -> None:
    with Keeping(tmp_path / "data", "tills").alone(), pytest.raises(Conflict) as error:
        running.run(recipe, tmp_path / "data")
    assert error.value.code == "busy"


def test_only_folders_that_are_allowed(recipe: Path, tmp_path: Path) -> None:
    made = running.connection(recipes.read(recipe))
    folders.check(made, None)
    folders.check(made, (Path("/tills"),))
    with pytest.raises(Forbidden):
        folders.check(made, (tmp_path,))
