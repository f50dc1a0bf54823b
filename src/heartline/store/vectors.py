"""Vectors of what people wrote, kept beside the lake: a cache, made anew when it is lost, and pruned by erasures.

Each model has a folder of its own, since vectors of different models have nothing to do with each other. A text has as
many vectors as it has sentences; they are kept in half precision.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .disk import flush, locked

if TYPE_CHECKING:
    from .lake import Lake

Vectors = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

MANY = 24
"""Files of a model before they are made one."""
TURNS = 5
"""How often files are opened anew because some were made one meanwhile, before writers are waited for."""


class Shelf:
    """The vectors of one model.

    Parameters
    ----------
    folder
        The data folder.
    label
        The model, with its version.
    dimensions
        Numbers of a vector.
    home
        Where the files are; default: where an erasure prunes them.
    """

    def __init__(self, folder: Path, label: str, dimensions: int, home: Path | None = None) -> None:
        self.home = home or homes(folder) / label
        self.dimensions = dimensions

    def keep(self, ids: Sequence[str], counts: Counts, vectors: Vectors) -> None:
        """Keep the vectors of texts, which are not kept yet: `counts` of them for each, one after the other."""
        if not len(ids):
            return
        self.home.mkdir(parents=True, exist_ok=True)
        values = pa.FixedSizeListArray.from_arrays(pa.array(vectors.astype(np.float16).ravel()), self.dimensions)
        ends = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        table = pa.table(
            {"id": pa.array(ids, pa.string()), "vectors": pa.ListArray.from_arrays(pa.array(ends), values)}
        )
        with locked(self.home / "lock"):
            files = _files(self.home)
            _write(table, self.home / f"{_number(files):08d}.arrow")
            if len(files) + 1 >= MANY:
                self._made_one()

    def known(self, ids: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Tell which texts have vectors here."""
        found = np.zeros(len(ids), np.bool_)
        asked = pa.array(ids, pa.string())
        for table in self._tables(only_ids=True):
            found |= pc.is_in(asked, value_set=table["id"].combine_chunks()).to_numpy(zero_copy_only=False)
        return found

    def read(self, ids: Sequence[str]) -> tuple[Counts, Vectors]:
        """Give how many vectors each text has, 0 where none is kept, and all of them in the order of the texts."""
        asked = pa.array(ids, pa.string())
        counts = np.zeros(len(ids), np.int64)
        places: list[npt.NDArray[np.int64]] = []
        parts: list[Vectors] = []
        for one in self._tables():
            table = one.combine_chunks()
            at = pc.index_in(asked, value_set=table["id"].combine_chunks())
            mine = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False) & (counts == 0))
            if not len(mine):
                continue
            taken = table["vectors"].combine_chunks().take(at.take(pa.array(mine)))
            lengths = pc.list_value_length(taken).to_numpy(zero_copy_only=False)
            counts[mine] = lengths
            flat = taken.flatten().flatten().to_numpy(zero_copy_only=False)
            parts.append(flat.astype(np.float32).reshape(-1, self.dimensions))
            places.append(np.repeat(mine, lengths))
        if not parts:
            return counts, np.zeros((0, self.dimensions), np.float32)
        order = np.argsort(np.concatenate(places), kind="stable")
        return counts, np.concatenate(parts)[order]

    def state(self) -> str:
        """Name what is kept: others are named otherwise."""
        seen = []
        for path in _files(self.home):
            with contextlib.suppress(FileNotFoundError):  # made one with others just now
                found = path.stat()
                seen.append((path.name, found.st_size, found.st_mtime_ns))
        return hashlib.blake2b(repr(seen).encode(), digest_size=8).hexdigest()

    def _tables(self, *, only_ids: bool = False) -> list[pa.Table]:
        """Read all files; where some were made one meanwhile, all anew."""
        for _turn in range(TURNS):
            with contextlib.suppress(FileNotFoundError):
                return [_read(path, only_ids=only_ids) for path in _files(self.home)]
        with locked(self.home / "lock"):
            return [_read(path, only_ids=only_ids) for path in _files(self.home)]

    def _made_one(self) -> None:
        files = _files(self.home)
        whole = pa.concat_tables([_read(path) for path in files]).combine_chunks()
        _write(whole, self.home / f"{_number(files):08d}.arrow")
        for path in files:
            path.unlink()


def homes(folder: Path) -> Path:
    """Say where a data folder's vectors are."""
    return folder / "cache" / "vectors"


def prune(lake: Lake) -> int:
    """Forget the vectors of texts that are not in the lake any more; give how many texts.

    Privacy
    -------
    From a vector one can tell what somebody wrote about: it goes with the text.
    """
    gone = 0
    for shelf in sorted(path for path in homes(lake.folder).glob("*") if path.is_dir()):
        with locked(shelf / "lock"):
            for path in _files(shelf):
                gone += _pruned(lake, path)
    return gone


def _pruned(lake: Lake, path: Path) -> int:
    table = _read(path)
    snapshot = lake.at()
    asked = lake.engine.memory(pa.table({"id": table["id"]}))
    there = snapshot.execute(snapshot.rows("id").semi_join(asked, "id"))["id"].combine_chunks()
    stays = pc.is_in(table["id"], value_set=there)
    kept = table.filter(stays)
    gone = int(table.num_rows - kept.num_rows)
    if gone:
        _write(kept.combine_chunks(), path)
    return gone


def _files(shelf: Path) -> list[Path]:
    return sorted(shelf.glob("*.arrow"))


def _number(files: Sequence[Path]) -> int:
    return int(files[-1].stem) + 1 if files else 0


def _read(path: Path, *, only_ids: bool = False) -> pa.Table:
    options = pa.ipc.IpcReadOptions(included_fields=[0]) if only_ids else None
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file, options=options) as reader:
        return reader.read_all()


def _write(table: pa.Table, path: Path) -> None:
    """Write a file as a whole or not at all."""
    beside = path.with_suffix(".new")
    with pa.OSFile(str(beside), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    flush([beside])
    beside.replace(path)
