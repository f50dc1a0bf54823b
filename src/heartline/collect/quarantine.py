"""Rows that were dropped, kept as they came: CSV files to mend, and a recipe that imports what was mended."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import yaml

from heartline.store.engine.landing import Reading

from .recipe import Recipe

WHY = "dropped_because"


class Quarantine:
    """A folder for one import's dropped rows: made with the first of them, readable by its owner only.

    Columns that a recipe gives a meaning stand in the file under their names, all others as JSON in `properties`, so
    that nothing changes its type on the way back. Without a home nothing is kept.
    """

    def __init__(self, home: Path | None, recipe: Recipe, now: datetime) -> None:
        self.folder = home / f"{recipe.source}-{now:%Y%m%d-%H%M%S-%f}" if home else None
        self._recipe = recipe
        self._files: dict[int, tuple[IO[str], Any, Reading]] = {}

    def keep(self, number: int, reading: Reading, rows: Sequence[tuple[str, str]]) -> None:
        """Keep dropped rows of an entry: their reason, and their columns as JSON."""
        if not rows or not self.folder:
            return
        if number not in self._files:
            self._files[number] = self._opened(number, reading)
        writer = self._files[number][1]
        for why, raw in rows:
            row = msgspec.json.decode(raw)
            made = {name: _cell(row.pop(name)) for name in list(row) if name in writer.fieldnames}
            others = {name: row[name] for name in reading.properties if name in row}
            if others:
                made["properties"] = msgspec.json.encode(others).decode()
            writer.writerow({WHY: why, **made})

    def close(self) -> Path | None:
        """Finish the files and write the recipe beside them; give the folder, None without any row."""
        if not self._files or not self.folder:
            return None
        for file, _writer, _reading in self._files.values():
            file.close()
        (self.folder / "recipe.yaml").write_text(
            yaml.safe_dump(self._mending(), sort_keys=False, allow_unicode=True), encoding="utf-8"
        )
        return self.folder

    def forget(self) -> None:
        """Remove what was kept: the import that dropped it came to nothing."""
        for file, _writer, _reading in self._files.values():
            file.close()
        if self._files and self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._files.clear()

    def _opened(self, number: int, reading: Reading) -> tuple[IO[str], Any, Reading]:
        assert self.folder
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{entry_file(number)}.text.csv"
        names = dict.fromkeys([WHY, *reading.fields.values(), *reading.identifiers.values()])
        if reading.properties:
            names["properties"] = None
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = os.fdopen(handle, "w", encoding="utf-8", newline="")
        writer = csv.DictWriter(file, list(names))
        writer.writeheader()
        return file, writer, reading

    def _mending(self) -> dict[str, Any]:
        recipe = self._recipe
        head: dict[str, Any] = {"recipe": 1, "source": recipe.source, "timezone": recipe.timezone}
        if recipe.competitor:
            head["competitor"] = recipe.competitor
        if recipe.currency:
            head["currency"] = recipe.currency
        if recipe.identifiers:
            head["identifiers"] = dict(recipe.identifiers)
        entries = []
        for number in sorted(self._files):
            entry = recipe.interactions[number]
            body: dict[str, Any] = {**entry.constants}
            if entry.period:
                body["occurred_at"] = {"from": entry.period[0], "to": entry.period[1]}
            entries.append({**body, "sql": f"select * exclude ({WHY}) from {entry_file(number)}"})
        files = {entry_file(number): f"{entry_file(number)}.text.csv" for number in sorted(self._files)}
        return {**head, "files": files, "interactions": entries}


def entry_file(number: int) -> str:
    """Name the file of an entry's dropped rows."""
    return f"entry_{number + 1}"


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value
