"""Who was erased, and when: keyed hashes of identifiers' pseudonyms, so that nobody comes back by mistake.

A restored backup and a late import bring back what was erased. Each identifier of an erased person leaves one mark: the
HMAC of its pseudonym under the folder's key, which tells nobody anything who does not bring the identifier along. The
list is kept twice: in the lake, where it says which erasures its files have seen, and beside the key, where it outlives
the data folder.

What happened before an erasure stays out; what a person does afterwards makes them a new customer.
"""

from __future__ import annotations

import hmac
import os
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from .disk import flush
from .keys import key_path

if TYPE_CHECKING:
    from .lake import Lake

_LABEL = b"erased\0"
_HEX = 32


class Line(msgspec.Struct, frozen=True):
    """One erasure: when it began, and the marks of the identifiers that it concerned."""

    at: datetime
    names: list[str]


def mark(key: bytes, name: str) -> str:
    """Give the mark of an identifier (`kind:hex`)."""
    return hmac.digest(key, _LABEL + name.encode(), "sha256").hex()[:_HEX]


def lake_list(lake: Lake) -> Path:
    """Say where the lake keeps its list."""
    return lake.folder / "lake" / "erased.jsonl"


def key_list(lake: Lake) -> Path:
    """Say where the list beside the key is."""
    return key_path(lake.folder).with_suffix(".erased")


def bury(lake: Lake, names: Iterable[str], at: datetime) -> None:
    """Put identifiers on both lists, before anything of theirs is removed; first on the one that outlives the other."""
    line = Line(at, sorted(mark(lake.key, name) for name in set(names)))
    if not line.names:
        return
    for path in (key_list(lake), lake_list(lake)):
        _append(path, [line])


def _append(path: Path, lines: Iterable[Line]) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        there = os.pread(handle, os.fstat(handle).st_size, 0)
        whole = there.rfind(b"\n") + 1
        os.ftruncate(handle, whole)
        os.pwrite(handle, b"".join(msgspec.json.encode(line) + b"\n" for line in lines), whole)
        os.fsync(handle)
    finally:
        os.close(handle)
    flush([path])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _read(path: Path) -> list[Line]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    whole = content[: content.rfind(b"\n") + 1]
    return [msgspec.json.decode(line, type=Line) for line in whole.splitlines()]


class Tombstones:
    """The list of a lake, read again when it grew."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self._guard = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._at: dict[str, datetime] = {}

    def known(self) -> dict[str, datetime]:
        """Give the moment of the last erasure by mark; not to be changed."""
        sizes = self._sizes()
        with self._guard:
            if sizes != self._seen:
                found: dict[str, datetime] = {}
                for line in (*_read(lake_list(self.lake)), *_read(key_list(self.lake))):
                    for name in line.names:
                        found[name] = max(line.at, found.get(name, line.at))
                self._at, self._seen = found, sizes
            return self._at

    def grew(self) -> bool:
        """Tell whether the list is another one than `known` gave last."""
        return self._sizes() != self._seen

    def _sizes(self) -> tuple[int, int]:
        one, other = (_size(path) for path in (lake_list(self.lake), key_list(self.lake)))
        return one, other

    def erased_at(self, name: str) -> datetime | None:
        """Give when the person of an identifier was erased; None when that never happened."""
        known = self.known()
        return known.get(mark(self.lake.key, name)) if known else None

    def moments(self, names: pa.Array) -> npt.NDArray[np.int64]:
        """Give, for identifiers, the microsecond of their erasure; the least number where there was none."""
        found = np.full(len(names), np.iinfo(np.int64).min, np.int64)
        known = self.known()
        if not known:
            return found
        for place, name in enumerate(names.to_pylist()):
            at = known.get(mark(self.lake.key, name)) if name else None
            if at is not None:
                found[place] = int(at.timestamp() * 1e6)
        return found


def missed(lake: Lake) -> list[Line]:
    """Give the erasures that this lake's files have not seen: it was restored from a backup made before them."""
    seen = {(line.at, tuple(line.names)) for line in _read(lake_list(lake))}
    return [line for line in _read(key_list(lake)) if (line.at, tuple(line.names)) not in seen]


def note_seen(lake: Lake, lines: Iterable[Line]) -> None:
    """Take note that the lake's files are clean of these erasures."""
    _append(lake_list(lake), lines)


def names_among(lake: Lake, marks: frozenset[str]) -> frozenset[str]:
    """Give the identifiers of the lake, by its ledger and its rows, that have one of these marks."""
    snapshot = lake.at()
    ledger, rows = snapshot.ledger(), snapshot.rows("identifier", "customer")
    some = (ledger.left, ledger.right, rows.identifier, rows.customer)
    here = [snapshot.execute(column.name("name").as_table().distinct())["name"] for column in some]
    distinct = {name for part in here for name in part.to_pylist() if name}
    return frozenset(name for name in distinct if mark(lake.key, name) in marks)
