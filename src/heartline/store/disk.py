"""What the file system must promise: durable means flushed, and one writer at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from heartline.core.errors import Conflict


def flush(paths: Iterable[Path]) -> None:
    """Force files, then the folders that hold them, to the disk (fsync): delta-rs flushes nothing by itself."""
    files = list(paths)
    for path in [*files, *sorted({file.parent for file in files})]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold an advisory lock; it is gone with the process, however that ends.

    Raises
    ------
    Conflict
        `busy` when another process holds it and `wait` is False.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Conflict(
                "busy", f"Another process holds {path.name}.", remedy="Wait for it to end, then try again."
            ) from None
        yield
    finally:
        os.close(handle)
