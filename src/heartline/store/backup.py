"""Backup and restore: one published version of a data folder as a tar file, taken beside running writers.

The key under which people are hashed is not in it, and has to be kept apart.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import msgspec

from heartline.core.errors import Conflict, InvalidInput, NotFound

from . import others
from .disk import flush, locked, troubles
from .formats import read_format
from .keys import key_path
from .lake import Lake
from .manifest import Entry
from .recovery import whole
from .table import Table
from .tombstones import lake_list

CONTENTS = "backup.json"
DATABASES = ("heartline.db", "inbox.db")
_PIECE = 1 << 20


@dataclass(frozen=True)
class Backup:
    """What a backup holds: the version, its time, and the checksum of every file by its path in the data folder."""

    version: int
    time: datetime
    made: datetime
    files: dict[str, str]


@troubles()
def backup(lake: Lake, file: Path) -> Backup:
    """Write the newest published version to a tar file (compressed when it is called `.gz`), and read it back.

    Raises
    ------
    Conflict
        `file_exists` when there is a file of that name.
    """
    if file.exists():
        raise Conflict("file_exists", f"{file} is there already.", field="file", remedy="Choose another name.")
    fresh = file.with_name(f".{file.name}.new")
    try:
        with (
            locked(lake.folder / "lake" / "compact.lock"),  # only compaction removes files
            tarfile.open(fresh, "w:gz" if file.suffix in (".gz", ".tgz") else "w") as tar,
            tempfile.TemporaryDirectory() as copies,
        ):
            done = _write(lake, tar, Path(copies))
        _checked(fresh)
        flush([fresh])
        fresh.rename(file)
        flush([file])
    finally:
        fresh.unlink(missing_ok=True)
    return done


@troubles()
def restore(file: Path, folder: Path) -> Backup:
    """Make a data folder of a backup, and read it back.

    Raises
    ------
    NotFound
        `no_backup` when there is no such file.
    Conflict
        `not_empty` when there is something in the folder.
    InvalidInput
        `bad_backup` when the file is no backup of ours, or not whole; `newer_format` when a newer Heartline made it.
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(
            "not_empty", f"{folder} is not empty.", field="data", remedy="Name a folder that is empty or not there yet."
        )
    done = _checked(file)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        with tarfile.open(file, "r:*") as tar:
            for member in tar:
                if member.name in done.files:
                    _unpack(tar, member, fresh)
        _read_back(fresh, done)
        flush((fresh / name for name in done.files), below=fresh.parent)
        fresh.chmod(0o750)
        if folder.exists():
            folder.rmdir()
        fresh.rename(folder)
        flush([folder])
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return done


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of a tar: a plain file below the folder, or nothing. (Python's own filter came in 3.11.4.)"""
    target = folder / member.name
    inside = target.resolve().is_relative_to(folder.resolve())
    data = tar.extractfile(member) if member.isreg() and inside else None
    if data is None:
        raise InvalidInput("bad_backup", f"“{member.name}” is not a plain file below the folder.", field="file")
    target.parent.mkdir(parents=True, exist_ok=True)
    with data, target.open("xb") as file:
        shutil.copyfileobj(data, file, 1 << 20)
    target.chmod(member.mode & 0o750 | 0o600)


def key_advice(folder: Path) -> str:
    """Say in one sentence where the key of a data folder is, or has to be put."""
    path = key_path(folder)
    if path.exists():
        return f"The key is not part of a backup; keep {path} apart from it, in a safe place."
    return f"Its key is not here: copy it to {path}, or nobody in the data is recognised again."


def _write(lake: Lake, tar: tarfile.TarFile, copies: Path) -> Backup:
    """Add everything to the tar file: databases first, since what left the inbox before them is in the lake."""
    files: dict[str, str] = {}
    for name in DATABASES:
        if (lake.folder / name).exists():
            _copy_database(lake.folder / name, copies / name)
            files[name] = _add(tar, copies / name, name)
    newest = _write_lake(lake, tar, copies, files, "")
    if (theirs := others.there(lake)) is not None:  # after ours, which says up to where theirs belongs to it
        with locked(theirs.folder / "lake" / "compact.lock"):
            _write_lake(theirs, tar, copies, files, f"{others.FOLDER}/")
    done = Backup(newest.version, newest.time, datetime.now(UTC), files)
    content = msgspec.json.encode(asdict(done))
    info = tarfile.TarInfo(CONTENTS)
    info.size = len(content)
    tar.addfile(info, io.BytesIO(content))
    return done


def _write_lake(lake: Lake, tar: tarfile.TarFile, copies: Path, files: dict[str, str], where: str) -> Entry:
    """Add the newest published version of one lake; give it."""
    known = lake.manifest.entries()
    newest = known[-1]
    for name in ("format", "lake/id"):
        files[where + name] = _add(tar, lake.folder / name, where + name)
    if lake_list(lake).exists():
        files[f"{where}lake/erased.jsonl"] = _add(tar, lake_list(lake), f"{where}lake/erased.jsonl")
    for name, table in lake.tables.items():
        for path in _table_files(table, newest.tables.get(name, 0)):
            inside = where + str(path.relative_to(lake.folder))
            files[inside] = _add(tar, path, inside)
    lines = b"".join(msgspec.json.encode(entry) + b"\n" for entry in known[1:])  # no line stands for version 0
    (copies / "versions").write_bytes(lines)
    files[f"{where}lake/versions.jsonl"] = _add(tar, copies / "versions", f"{where}lake/versions.jsonl")
    return newest


def _table_files(table: Table, delta: int) -> Iterator[Path]:
    """Give the files that a Delta version of a table consists of: its data, and its log up to there."""
    for file in table.state(delta).files:
        yield table.folder / file.path
    for path in sorted(table.log.iterdir()):
        if path.name[:20].isdigit() and int(path.name[:20]) <= delta:
            yield path
    hint = table.log / "_last_checkpoint"
    if hint.exists() and msgspec.json.decode(hint.read_bytes())["version"] <= delta:
        yield hint


def _copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database as of one moment, whoever is writing to it."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> str:
    """Add a file; give its checksum."""
    with path.open("rb") as content:
        checksum = _sum(content)
        content.seek(0)
        info = tarfile.TarInfo(name)
        info.size = os.fstat(content.fileno()).st_size
        info.mtime = int(path.stat().st_mtime)
        tar.addfile(info, content)
    return checksum


def _checked(file: Path) -> Backup:
    """Read a backup from end to end and compare every file with its checksum."""
    try:
        with tarfile.open(file, "r:*") as tar:
            found, contents = {}, b""
            for member in tar:
                content = tar.extractfile(member)
                if content is not None and member.name == CONTENTS:
                    contents = content.read()
                elif content is not None:
                    found[member.name] = _sum(content)
        done = msgspec.json.decode(contents, type=Backup)
    except FileNotFoundError:
        raise NotFound("no_backup", f"There is no file {file}.", field="file", remedy="Check its name.") from None
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            raise
        raise _bad(file) from None
    if found != done.files:
        raise _bad(file)
    return done


def _read_back(folder: Path, done: Backup) -> None:
    """Open a restored folder and look at every data file."""
    read_format(folder)
    lake = Lake.open(folder)
    newest = lake.manifest.newest()
    _look_at(lake, newest)
    if (theirs := others.there(lake)) is not None:
        _look_at(theirs, theirs.manifest.newest())
    if newest.version != done.version:
        raise _bad(folder)


def _look_at(lake: Lake, newest: Entry) -> None:
    for name, delta in newest.tables.items():
        table = lake.tables[name]
        for file in table.state(delta).files:
            if not whole(table.folder, file):
                raise _bad(lake.folder)


def _sum(content: IO[bytes]) -> str:
    checksum = hashlib.blake2b(digest_size=16)
    while piece := content.read(_PIECE):
        checksum.update(piece)
    return checksum.hexdigest()


def _bad(file: Path) -> InvalidInput:
    return InvalidInput(
        "bad_backup", f"{file} is not a backup, or not whole.", field="file", remedy="Use another backup."
    )
