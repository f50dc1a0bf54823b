"""Try a source before it is used: what comes first, what it is taken for, and what it would become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from heartline.collect import importing
from heartline.collect import recipe as recipes
from heartline.collect.guessing import guess, writing
from heartline.core.errors import InvalidInput
from heartline.store.engine.sandbox import Limits

from . import fetching, folders
from .running import check_ids, connection

ROWS = 500
"""Rows of each table that are fetched to be looked at."""
SHOWN = 10
LONGEST = 200
"""Characters of a value that are shown."""
SECONDS = 120.0


@dataclass
class Looked:
    """The first rows of a table as they come."""

    name: str
    columns: list[str]
    rows: list[list[str]]
    total: int


def fetch(recipe: Path, folder: Path, *, secret: str, private: bool, allowed: tuple[Path, ...] | None) -> list[Looked]:
    """Fetch the first rows of every table into a folder, and give the very first.

    Raises
    ------
    NotFetched, Forbidden
        As in `running.run`.
    """
    connect = connection(recipes.read(recipe))
    folders.check(connect, allowed)
    found = fetching.fetch(connect, folder, {}, secret=secret, private=private, limit=ROWS, seconds=SECONDS, tries=2)
    return [_looked(folder / f"{name}.parquet", name, rows) for name, (rows, _after) in found.items()]


def _looked(path: Path, name: str, total: int) -> Looked:
    table = pq.read_table(path).slice(0, SHOWN)
    rows = [["" if value is None else str(value)[:LONGEST] for value in row.values()] for row in table.to_pylist()]
    return Looked(name, table.column_names, rows, total)


def proposed(recipe: str, looked: list[Looked], folder: Path, known: guess.Known) -> str:
    """Write a recipe for a source that has none yet, by what its columns are taken for.

    The files of the folder are then called as the recipe calls its tables.

    Raises
    ------
    InvalidInput
        `nothing_there` where no table has a row; `nothing_happens` where no column says when something happened.
    """
    values = yaml.safe_load(recipe)
    full = [one for one in looked if one.total]
    if not full:
        raise InvalidInput("nothing_there", "There is nothing yet.", remedy="Try again when there is something.")
    brought = [
        guess.Brought(f"{one.name}.parquet", folder / f"{one.name}.parquet", "parquet", f"{one.name}.parquet")
        for one in full
    ]
    plan = guess.plan(brought, source=values["source"], known=known)
    plan.export = ""  # columns of a tool's export file, not of its interface
    plan.currency = values.get("currency") or plan.currency
    plan.timezone = values.get("timezone") or plan.timezone
    if not writing.tells(plan):
        raise InvalidInput("nothing_happens", "No column says when something happened, or what was thought.")
    names = {table.file.removesuffix(".parquet"): table.name for table in plan.tables}
    for name, new in names.items():
        (folder / f"{name}.parquet").rename(folder / f"{new}.draft")
    for draft in list(folder.glob("*.draft")):
        draft.rename(draft.with_suffix(".parquet"))
    return joined(values["connect"], writing.recipe(plan), names)


def joined(connect: Mapping[str, Any], written: str, names: Mapping[str, str]) -> str:
    """Put a source in place of the files of a recipe; its tables are called as the queries call them."""
    tables = {names.get(name, name): body for name, body in (connect.get("tables") or {}).items()}
    made = dict(connect) | ({"tables": tables} if tables else {})
    block = yaml.safe_dump({"connect": made}, sort_keys=False, allow_unicode=True, width=110)
    body = re.sub(r"\A(?:#.*\n)+", "", written)
    return re.sub(r"^files:\n(?:  .*\n)+", lambda _: block, body, count=1, flags=re.MULTILINE)


def rehearse(recipe: Path, folder: Path, data: Path, limits: Limits | None = None) -> importing.Report:
    """Do everything but write with what was fetched.

    Raises
    ------
    InvalidInput
        As in `running.run`.
    """
    made = recipes.read(recipe)
    check_ids(made, folder)
    return importing.run(recipe, data, folder=folder, dry_run=True, confined=True, limits=limits)
