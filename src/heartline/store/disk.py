"""What the file system must promise: durable means flushed, and one writer at a time."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from heartline.core.errors import Conflict, Forbidden, HeartlineError, Unavailable

_AT_ONCE = 8


def flush(paths: Iterable[Path], *, below: Path | None = None) -> None:
    """Force files, then the folders that hold them, to the disk (fsync): delta-rs flushes nothing by itself.

    Parameters
    ----------
    below
        Also flush the folders between these and the files, and it, innermost first: a new folder is lost with its
        files when the one above it was not flushed.
    """
    files = sorted(set(paths))
    if len(files) > 1:
        with ThreadPoolExecutor(_AT_ONCE) as pool:  # the file system's journal takes many flushes in one
            list(pool.map(_fsync, files))
    elif files:
        _fsync(files[0])
    folders = {folder for file in files for folder in _above(file, below)}
    for folder in sorted(folders, key=lambda path: (-len(path.parts), path)):
        _fsync(folder)


def _above(file: Path, below: Path | None) -> list[Path]:
    """Give the folders above a file, up to one of them; only its own when none is named."""
    folders = list(file.parents)
    return folders[: folders.index(below) + 1] if below else folders[:1]


def _fsync(path: Path) -> None:
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


def prepare_lock(folder: Path) -> Path:
    """Say which lock keeps files that no log names yet from being removed; it is taken before `write.lock`."""
    return folder / "lake" / "prepare.lock"


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def troubles() -> Iterator[None]:
    """Turn what the operating system refuses into coded errors, whichever library was told so.

    Raises
    ------
    Unavailable
        `disk_full` when there is no room left, or a quota or a limit of file sizes is reached.
    Forbidden
        `no_permission` when a file or folder may not be written.
    """
    try:
        yield
    except HeartlineError:
        raise
    except Exception as error:
        explained = _explained(error)
        if explained is None:
            raise
        raise explained from error


def _explained(error: Exception) -> HeartlineError | None:
    """Recognise a refusal by its number, else by the words that libraries pass on."""
    number = error.errno if isinstance(error, OSError) else None
    if number is None:
        said = str(error)
        number = next((code for code in (*_FULL, *_FORBIDDEN) if os.strerror(code) in said), None)
    if number in _FULL:
        return Unavailable(
            "disk_full", f"Writing stopped: {os.strerror(number).lower()}.",
            remedy="Free some space, then try again; nothing that was there before is touched.",
        )  # fmt: skip
    if number in _FORBIDDEN:
        where = f" {error.filename}" if isinstance(error, OSError) and error.filename else ""
        return Forbidden(
            "no_permission", f"Writing{where} is not permitted ({os.strerror(number).lower()}).",
            remedy="Allow this user to write to the data folder, or name another.",
        )  # fmt: skip
    return None
