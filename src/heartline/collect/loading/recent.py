"""Ids of live events of the last thirty days: what comes again is known, over batches and restarts, in bounded memory.

The newest are in a hash table; when that is full they go, sorted, to a file in `cache/seen` that is memory-mapped. The
lake is the truth: after a restart only what landed since the newest file is read from it, and without the files all of
the thirty days.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from heartline.store.disk import flush
from heartline.store.lake import Lake

from .names import I64, U64, Names

WHY = "received "
"""How the reason of a version begins that the loader made."""
DAYS = 30
HELD = 1 << 20
"""Ids in memory; beyond that they go to a file. Some 40 MB."""
BITS = 28
"""Flags, as a power of two, that say "perhaps in a file": 32 MB of them."""
FILES = 12
"""Files of one age that are merged into one."""
_DAY_US = 86_400_000_000


class Run:
    """A file of ids, sorted; it covers the lake up to a version, and was received up to a moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        version, until, _ = path.stem.split("-")
        self.version, self.until = int(version), int(until)
        both = np.load(path, mmap_mode="r")
        self.lo, self.hi = both[0], both[1]

    def has(self, lo: U64, hi: U64) -> npt.NDArray[np.bool_]:
        """Tell which ids are in it."""
        order = np.argsort(lo)
        at = np.empty(len(lo), np.int64)
        at[order] = np.searchsorted(self.lo, lo[order])
        met = np.zeros(len(lo), bool)
        open_ = np.arange(len(lo))
        while len(open_):  # once, unless two ids share their first half
            open_ = open_[at[open_] < len(self.lo)]
            open_ = open_[self.lo[at[open_]] == lo[open_]]
            met[open_] |= self.hi[at[open_]] == hi[open_]
            open_ = open_[~met[open_]]
            at[open_] += 1
        return met


class Recent:
    """The ids of a lake's live rows of the last thirty days.

    Parameters
    ----------
    held
        Ids kept in memory.
    """

    def __init__(self, lake: Lake, held: int = HELD) -> None:
        self.lake = lake
        self.held = held
        self.folder = lake.folder / "cache" / "seen"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names = Names()
        self.version = 0
        self._flags = np.zeros(1 << (BITS - 3), np.uint8)
        self.runs = self._opened()
        self.version = max((run.version for run in self.runs), default=0)
        self._read_back()

    def _opened(self) -> list[Run]:
        newest = self.lake.manifest.newest().version
        runs = []
        for path in sorted(self.folder.glob("*.npy")):
            try:
                run = Run(path)
            except (ValueError, OSError, EOFError):  # a power cut left it torn
                path.unlink(missing_ok=True)
                continue
            if run.version > newest or self._old(run):  # of a folder that was emptied, or too old
                path.unlink()
                continue
            self._flag(np.asarray(run.lo))
            runs.append(run)
        return runs

    @staticmethod
    def _old(run: Run) -> bool:
        return run.until < time.time() * 1e6 - DAYS * _DAY_US

    def _read_back(self) -> None:
        """Read what landed live since the newest file; imports know their own rows."""
        since = pa.scalar(datetime.now(UTC) - timedelta(days=DAYS), pa.timestamp("us", tz="UTC"))
        live = [one.version for one in self.lake.versions() if one.why.startswith(WHY) and one.version > self.version]
        wanted, snapshot = pa.array(live, pa.int64()), self.lake.at()
        for file in snapshot.files("interactions"):
            if file.landed[1] <= self.version:
                continue
            with pq.ParquetFile(self.lake.interactions.folder / file.path) as rows:
                for batch in rows.iter_batches(1 << 17, columns=["id", "received_at", "landed"]):
                    found = pc.and_(
                        pc.is_in(batch["landed"], value_set=wanted), pc.greater(batch["received_at"], since)
                    )
                    self.names.add(*digests(batch["id"].filter(found)))
                    if len(self.names) >= self.held:
                        self._spill(self.version)
        self.version = snapshot.version

    def fresh(self, lo: U64, hi: U64) -> npt.NDArray[np.bool_]:
        """Tell which ids are new: neither in the lake nor earlier in this batch."""
        new = self.names.find(lo, hi) < 0
        maybe = np.flatnonzero(new & self._flagged(lo))
        if len(maybe):
            for run in self.runs:
                new[maybe] &= ~run.has(lo[maybe], hi[maybe])
        new[repeated(lo, hi)] = False
        return new

    def add(self, lo: U64, hi: U64, version: int) -> None:
        """Take in ids that were fresh and landed in a version; those before it are all here."""
        self.names.extend(lo, hi)
        self.version = version
        if len(self.names) >= self.held:
            self._spill(version)

    def _spill(self, version: int) -> None:
        """Write the ids in memory to a file; a crash in between costs reading them from the lake."""
        lo, hi = self.names.lo[: len(self.names)], self.names.hi[: len(self.names)]
        self.runs.append(self._written(lo, hi, version, int(time.time() * 1e6)))
        self._flag(lo)
        self.names = Names()
        self.runs = [run for run in self.runs if not self._dropped(run)]
        young = [run for run in self.runs if len(run.lo) < FILES * self.held // 2]
        if len(young) >= FILES:
            self._merge(young)

    def _dropped(self, run: Run) -> bool:
        if self._old(run):
            run.path.unlink(missing_ok=True)
            return True
        return False

    def _merge(self, some: list[Run]) -> None:
        lo, hi = (np.concatenate([getattr(run, half) for run in some]) for half in ("lo", "hi"))
        made = self._written(lo, hi, max(run.version for run in some), max(run.until for run in some))
        self.runs = [*(run for run in self.runs if run not in some), made]
        for run in some:
            run.path.unlink(missing_ok=True)

    def _written(self, lo: U64, hi: U64, version: int, until: int) -> Run:
        order = np.lexsort((hi, lo))
        path = self.folder / f"{version:012d}-{until}-{len(lo)}.npy"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            np.save(file, np.stack((lo[order], hi[order])))
        flush([fresh])  # a file of the right length may still be empty after a power cut
        fresh.replace(path)
        return Run(path)

    def _flag(self, lo: U64) -> None:
        for start in range(0, len(lo), 1 << 20):
            at = lo[start : start + (1 << 20)] >> np.uint64(64 - BITS)
            np.bitwise_or.at(self._flags, (at >> np.uint64(3)).astype(np.int64), _bit(at))

    def _flagged(self, lo: U64) -> npt.NDArray[np.bool_]:
        at = lo >> np.uint64(64 - BITS)
        flagged: npt.NDArray[np.bool_] = (self._flags[(at >> np.uint64(3)).astype(np.int64)] & _bit(at)) != 0
        return flagged


def repeated(lo: U64, hi: U64) -> I64:
    """Give the places of names that stand at an earlier place as well."""
    order = np.argsort(lo, kind="stable")
    alike = np.flatnonzero(lo[order][1:] == lo[order][:-1])
    some = order[np.union1d(alike, alike + 1)]  # the few that share a first half
    some = some[np.lexsort((some, hi[some], lo[some]))]
    again = (lo[some][1:] == lo[some][:-1]) & (hi[some][1:] == hi[some][:-1])
    places: I64 = some[1:][again]
    return places


def _bit(at: U64) -> npt.NDArray[np.uint8]:
    return (np.uint8(1) << (at & np.uint64(7)).astype(np.uint8)).astype(np.uint8)


def digests(ids: pa.Array) -> tuple[U64, U64]:
    """Give 128 bits of each id."""
    empty = hashlib.blake2b(digest_size=16)  # to copy it takes less time than to make one
    made: list[bytes] = []
    for text in ids.to_pylist():
        one = empty.copy()
        one.update(text.encode())
        made.append(one.digest())
    both: I64 = np.frombuffer(b"".join(made), "<u8").reshape(-1, 2)
    return both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64)
