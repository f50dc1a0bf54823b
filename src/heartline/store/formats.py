"""The format number of a data folder, and the steps from one to the next.

Reading accepts every number up to ours. Whoever opens to write brings an older folder up first, under the write lock:
each step is a function that may be interrupted and run again, and the number is raised after it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from heartline.core.errors import InvalidInput, NotFound

from .disk import flush
from .steps import step

if TYPE_CHECKING:
    from .lake import Lake

FORMAT = 3


def add_tables(lake: Lake) -> None:
    """Make the tables that are not there: from 1 those of later knowledge, from 2 that of refusals."""
    for table in lake.tables.values():
        table.create()


STEPS: dict[int, Callable[[Lake], None]] = {1: add_tables, 2: add_tables}
"""By the number they start from."""


def read_format(folder: Path) -> int:
    """Read a data folder's format number.

    Raises
    ------
    NotFound
        `no_data_folder` when there is none.
    InvalidInput
        `newer_format` when a newer Heartline wrote it; `bad_format` when the number is no number.
    """
    path = folder / "format"
    try:
        text = path.read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(
            "no_data_folder", f"There is no Heartline data in {folder}.", field="data",
            remedy="Import something into it first, or name another folder.",
        ) from None  # fmt: skip
    if not text.isdigit():
        raise InvalidInput(
            "bad_format", f"{path} does not hold a format number.", field="data",
            remedy=f"Restore it from a backup; this Heartline writes {FORMAT}.",
        )  # fmt: skip
    if int(text) > FORMAT:
        raise InvalidInput(
            "newer_format",
            f"{folder} was written by a newer Heartline (format {text}; this one reads up to {FORMAT}).",
            field="data",
            remedy="Update Heartline.",
        )
    return int(text)


def write_format(folder: Path, number: int, *, below: Path | None = None) -> None:
    """Write the format number, at once or not at all."""
    fresh = folder / "format.new"
    fresh.write_text(f"{number}\n")
    flush([fresh])
    fresh.replace(folder / "format")
    flush([folder / "format"], below=below)


def upgrade(lake: Lake) -> None:
    """Bring an older folder up to our format, step by step; under the write lock."""
    number = read_format(lake.folder)
    while number < FORMAT:
        STEPS[number](lake)
        step("format: step done")
        number += 1
        write_format(lake.folder, number)
