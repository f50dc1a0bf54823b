"""The lake as plain Parquet: every row as questions see it, with later knowledge entered, for whatever other tool."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from heartline.core.errors import Conflict

from .disk import flush, troubles
from .engine.copy_out import copy_out
from .engine.duck import DuckEngine
from .lake import Lake
from .schema import INTERACTION, INTERACTIONS

FILE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Exported:
    """What was written: of which version, and how many rows."""

    version: int
    time: datetime
    rows: int


@troubles()
def export(lake: Lake, folder: Path, as_of: int | str | None = None, *, file_bytes: int = FILE_BYTES) -> Exported:
    """Write interactions as of a version to a folder, with the definitions and what the columns mean.

    `interactions/*.parquet` has one row an interaction in the columns of the lake, where touchpoints, stages, feelings
    and customers are those of the version: corrections and people who were joined or parted later are entered.
    `definitions.json` names what keys mean, `about.json` the version, its time and every column. Memory is bounded
    whatever the number of rows.

    Parameters
    ----------
    folder
        Empty, or not there yet.
    as_of
        A version, or a moment; default: the newest.

    Raises
    ------
    Conflict
        `not_empty` when something is in the folder.
    NotFound
        `unknown_version`.

    Privacy
    -------
    People are pseudonyms, as everywhere in the lake; texts are as people wrote them.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Conflict("not_empty", f"{folder} is not empty.", field="folder", remedy="Name a folder that is.")
    if not isinstance(lake.engine, DuckEngine):
        plain = Lake.open(lake.folder)
        plain.engine = DuckEngine(lake.folder / "cache" / "spill")
        lake = plain
    snapshot = lake.at(as_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        (draft / "interactions").mkdir(parents=True)
        assert isinstance(lake.engine, DuckEngine)
        expression = snapshot.rows(*INTERACTIONS.names)
        rows = copy_out(lake.engine, expression, draft / "interactions", "part", file_bytes)
        columns = [{"name": field.name, "type": str(field.type), "meaning": field.meaning} for field in INTERACTION]
        about = {"version": snapshot.version, "time": snapshot.time, "rows": rows, "columns": columns}
        for name, said in (("about", about), ("definitions", snapshot.definitions.by_kind)):
            (draft / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n")
        flush([path for path in draft.rglob("*") if path.is_file()])
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Exported(snapshot.version, snapshot.time, rows)
