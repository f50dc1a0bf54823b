"""Recipes written inline, and real files imported once for all tests that look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heartline.collect.importing import Report, run
from heartline.store.engine.sandbox import Limits
from heartline.store.lake import Lake

RECIPES = Path(__file__).resolve().parents[4] / "recipes"
SMALL = Limits(seconds=60, threads=1)


@dataclass
class World:
    """A folder with a recipe and its files, and the data folder that they are imported into."""

    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def lake(self) -> Lake:
        return Lake.open(self.data)

    def write(self, recipe: str, **files: str) -> Path:
        """Write a recipe and its files, `name_csv` as `name.csv`."""
        for name, text in files.items():
            (self.folder / ".".join(name.rsplit("_", 1))).write_text(text, encoding="utf-8")
        path = self.folder / "recipe.yaml"
        path.write_text(recipe, encoding="utf-8")
        return path

    def land(self, recipe: str, **options: Any) -> Report:
        """Import a recipe; files are keyword arguments like `rows_csv`."""
        files = {name: options.pop(name) for name in list(options) if isinstance(options[name], str)}
        return run(self.write(recipe, **files), self.data, limits=options.pop("limits", SMALL), **options)

    def rows(self, *columns: str) -> list[dict[str, Any]]:
        """Give the lake's rows in the order of their source."""
        snapshot = self.lake.at()
        wanted = tuple(dict.fromkeys((*columns, "seq", "landed")))
        table: pa.Table = snapshot.execute(snapshot.rows(*wanted))
        found: list[dict[str, Any]] = table.sort_by([("landed", "ascending"), ("seq", "ascending")]).to_pylist()
        return [{name: row[name] for name in columns} for row in found]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give an empty folder to import from and into."""
    return World(tmp_path)


Shipped = Callable[[str, str], tuple[Lake, Report]]
_SHIPPED: dict[str, tuple[Lake, Report]] = {}
"""What was imported already in this process, whichever folder of tests asked for it; nobody writes to it."""


@pytest.fixture(scope="session")
def shipped(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    """Give what a shipped recipe makes of real files, imported once in this run."""

    def imported(recipe: str, folder: str) -> tuple[Lake, Report]:
        if recipe not in _SHIPPED:
            data = tmp_path_factory.mktemp(recipe)
            report = run(RECIPES / f"{recipe}.yaml", data, folder=shared_data / folder)
            _SHIPPED[recipe] = (Lake.open(data), report)
        return _SHIPPED[recipe]

    return imported
