"""Lines that were dropped: listed, downloaded, mended, and imported again."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from heartline.collect.guessing import loose
from heartline.collect.quarantine import WHY
from heartline.core.errors import InvalidInput, NotFound
from heartline.server.shell.tables import FORMULA, safe

from .models import Import

RECIPE = "recipe.yaml"
_ENTRY = re.compile(r"entry_(\d+)")


def folder(one: Import) -> Path | None:
    """Give the folder of an import's dropped lines: of what was taken in, else of the last rehearsal."""
    if one.report and one.report.get("quarantine"):
        path = Path(one.report["quarantine"])
    elif one.checked and one.checked.get("quarantine"):
        path = Path(one.checked["quarantine"])
    else:
        return None
    return path if path.is_dir() else None


def entries(one: Import) -> dict[str, str]:
    """Give the files of dropped lines: their names, and the touchpoint each is about (empty where lines name it)."""
    home = folder(one)
    if home is None:
        return {}
    made = yaml.safe_load((home / RECIPE).read_text(encoding="utf-8"))
    listed = zip(made["files"], made["interactions"], strict=True)
    return {name: str(entry.get("touchpoint") or entry.get("about") or "") for name, entry in listed}


def lines(one: Import, entry: str) -> Iterator[dict[str, str]]:
    """Give the dropped lines of one file.

    Raises
    ------
    NotFound
        `unknown_entry`.
    """
    home = folder(one)
    if home is None or entry not in entries(one):
        raise NotFound("unknown_entry", "There are no such lines.", field="entry")
    csv.field_size_limit(1 << 30)
    with (home / f"{entry}.text.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def download(one: Import, entry: str, why: str = "") -> Iterator[str]:
    """Give the dropped lines of one file as CSV that no spreadsheet will run, to be mended and brought back.

    Parameters
    ----------
    why
        Only lines that were dropped for this reason.
    """
    writer = csv.writer(_Echo())
    rows = (line for line in lines(one, entry) if not why or line[WHY] == why)
    first = next(rows, None)
    if first is None:
        return
    yield "\ufeff" + writer.writerow(list(first))
    for row in _both(first, rows):
        yield writer.writerow([safe(cell) for cell in row.values()])


def _both(first: dict[str, str], rows: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    yield first
    yield from rows


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        """Give the text."""
        return text


def prepare(one: Import) -> None:
    """Put mended lines where the recipe of the dropped ones finds them.

    Raises
    ------
    InvalidInput
        `does_not_fit` for a file that is not of these lines.
    """
    before = one.before
    home = folder(before) if before else None
    if before is None or home is None:
        raise InvalidInput("does_not_fit", "The lines that these mend are no longer here.", field="files")
    recipe: dict[str, Any] = yaml.safe_load((home / RECIPE).read_text(encoding="utf-8"))
    kept: dict[str, str] = {}
    for file in one.files:
        name = _entry(file["title"], list(recipe["files"]))
        told = loose.strict(one.folder / file["title"], one.folder / "strict.csv", name=file["title"])
        file["rows"] = told.rows
        there = _header(home / f"{name}.text.csv") if name else []
        if name is None or not set(there) - {WHY} <= set(told.columns):
            raise InvalidInput("does_not_fit", f"{file['title']} is not of these lines.", field="files")
        _rewrite(one.folder / "strict.csv", one.folder / f"{name}.text.csv", there)
        kept[name] = f"{name}.text.csv"
    wanted = [entry for name, entry in zip(recipe["files"], recipe["interactions"], strict=True) if name in kept]
    text = yaml.safe_dump({**recipe, "files": kept, "interactions": wanted}, sort_keys=False, allow_unicode=True)
    (one.folder / RECIPE).write_text(text, encoding="utf-8")
    one.recipe = text


def _entry(title: str, known: list[str]) -> str | None:
    found = _ENTRY.search(title)
    if found:
        return found[0] if found[0] in known else None
    return known[0] if len(known) == 1 else None


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _rewrite(source: Path, target: Path, columns: list[str]) -> None:
    """Write the lines as they were dropped: a sign that kept a spreadsheet from running a cell is taken off again."""
    csv.field_size_limit(1 << 30)
    with source.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(columns)
        for row in csv.DictReader(file):
            writer.writerow([_bare(row.get(name) or "") for name in columns])
    source.unlink()


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell
