"""Answers that were given before: kept in the data folder by version, question and code, bounded, checked when read.

A file holds a checksum and one Result as MessagePack. It appears by renaming, so that readers see all of it or none;
one that is torn or from elsewhere is thrown away and the question asked again. Losing the folder costs time only.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.result import Result

VARIABLE = "HEARTLINE_RESULT_CACHE"
BYTES = 256 * 2**20
LOOK_EVERY = 64
_SUM = 16
CLOCKS_S = 60
"""How far the clock of files may be behind that of versions."""


class ResultCache:
    """A folder of results, the least recently used removed when they grow beyond a number of bytes."""

    def __init__(self, folder: Path, limit: int = BYTES) -> None:
        self.folder = folder
        self.limit = limit
        self._guard = threading.Lock()
        self._written = 0

    def get(self, key: str) -> Result | None:
        """Give the result kept under a key, and mark it as used; None when there is none, or a broken one."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        checksum, packed = content[:_SUM], content[_SUM:]
        if checksum != _checksum(key, packed):
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return unpack(packed)

    def put(self, key: str, result: Result) -> None:
        """Keep a result; where that cannot be (no space, no permission, too large) it is not kept."""
        packed = pack(result)
        if len(packed) > self.limit // 8:
            return
        path = self._path(key)
        fresh = path.with_name(f"{uuid.uuid4().hex}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(_checksum(key, packed) + packed)
            fresh.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                fresh.unlink()
            return
        self._tidy(len(packed))

    def forget(self, key: str) -> None:
        """Forget one result."""
        self._path(key).unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget everything."""
        for path in self._files():
            path.unlink(missing_ok=True)

    def forget_since(self, moment: datetime) -> int:
        """Forget the results as of versions since a moment; give how many.

        Only files that were written or used since are opened: the others were there before.
        """
        gone = 0
        for path in self._files():
            with contextlib.suppress(OSError):
                if path.stat().st_mtime >= moment.timestamp() - CLOCKS_S:
                    found = self.get(path.stem)
                    if found is None or found.as_of.time >= moment:
                        path.unlink(missing_ok=True)
                        gone += 1
        return gone

    def trim(self) -> None:
        """Remove what was not used for longest until a tenth of the room is free again."""
        found = []
        for path in self._files():
            with contextlib.suppress(OSError):
                seen = path.stat()
                found.append((seen.st_mtime_ns, seen.st_size, path))
        total = sum(size for _, size, _ in found)
        if total <= self.limit:
            return
        for _, size, path in sorted(found):
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size
            if total <= self.limit * 9 // 10:
                return

    def _tidy(self, size: int) -> None:
        """Look at the folder's size now and then: at the first result of a process and after some more."""
        with self._guard:
            due = self._written == 0 or self._written > self.limit // 16
            self._written = 1 if due else self._written + size + self.limit // 16 // LOOK_EVERY
        if due:
            self.trim()

    def _files(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.exists() else []

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.result"


def key_of(version: tuple[int, str], engine: str, name: str, spec: Mapping[str, Any]) -> str:
    """Make the key of an answer: its version and its time, the engine, the verb, the spec and the code that answers."""
    question = msgspec.json.encode([*version, engine, name, dict(spec), code_version()], order="deterministic")
    return hashlib.blake2b(question, digest_size=20).hexdigest()


@cache
def code_version() -> str:
    """Give a mark of the installed code: it changes with what any of its files says, and is one on all machines."""
    root = Path(__file__).resolve().parents[1]
    seen = hashlib.blake2b(digest_size=8)
    for path in sorted(root.rglob("*.py")):
        seen.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return seen.hexdigest()


def enabled() -> bool:
    """Tell whether results are kept: not with HEARTLINE_RESULT_CACHE=off."""
    return os.environ.get(VARIABLE, "").strip().lower() != "off"


def cached(folder: Path, key: str, make: Callable[[], Result], good: Callable[[], bool] = lambda: True) -> Result:
    """Give the result kept under a key, else make and keep it.

    Parameters
    ----------
    good
        Asked after a result was kept: if it is not good any more (rows were erased meanwhile), it is not kept. Who
        erases says so before it empties the folder, so no such result stays.
    """
    if not enabled():
        return make()
    results = _opened(folder)
    found = results.get(key)
    if found is None:
        found = make()
        results.put(key, found)
        if not good():
            results.forget(key)
    return found


@cache
def _opened(folder: Path) -> ResultCache:
    return ResultCache(folder)


def _checksum(key: str, packed: bytes) -> bytes:
    """Sum up content and key: a file under a wrong name is not an answer either."""
    return hashlib.blake2b(packed, digest_size=_SUM, key=key.encode()[:64]).digest()


def pack(result: Result) -> bytes:
    """Write a result as MessagePack."""
    sentence = result.answer
    return msgspec.msgpack.encode(
        replace(
            result,
            spec=_marked(result.spec),
            rows=_marked(result.rows),
            answer=replace(sentence, values=_marked(sentence.values)),
            notes=tuple(replace(note, values=_marked(note.values)) for note in result.notes),
        )
    )


def unpack(packed: bytes) -> Result:
    """Read what `pack` wrote."""
    return _DECODER.decode(packed)


def _marked(value: Any) -> Any:
    """Mark what MessagePack would turn into something else: days, decimals, tuples, times without a zone."""
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, tuple):
        return msgspec.msgpack.Ext(_TUPLE, msgspec.msgpack.encode([_marked(item) for item in value]))
    if isinstance(value, Decimal):
        return msgspec.msgpack.Ext(_DECIMAL, str(value).encode())
    if isinstance(value, datetime):
        return value if value.tzinfo else msgspec.msgpack.Ext(_NAIVE, value.isoformat().encode())
    if isinstance(value, date):
        return msgspec.msgpack.Ext(_DAY, value.isoformat().encode())
    return value


def _unmarked(mark: int, content: memoryview) -> Any:
    if mark == _TUPLE:
        return tuple(msgspec.msgpack.decode(content, ext_hook=_unmarked))
    readers: dict[int, Callable[[str], Any]] = {
        _DECIMAL: Decimal,
        _NAIVE: datetime.fromisoformat,
        _DAY: date.fromisoformat,
    }
    return readers[mark](bytes(content).decode())


_DAY, _DECIMAL, _TUPLE, _NAIVE = range(1, 5)
_DECODER = msgspec.msgpack.Decoder(Result, ext_hook=_unmarked)
