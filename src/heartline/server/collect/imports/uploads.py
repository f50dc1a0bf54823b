"""Files that come in: streamed into a private folder, never through memory, up to a limit that the page says."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest
from django.utils import timezone

from heartline.core.errors import HeartlineError, InvalidInput

from .models import Import, State, home

MOST_FILES = 20
MOST_BYTES = 1 << 30
KEPT = timedelta(days=1)
"""How long files wait for somebody to go on."""


class TooMuch(HeartlineError):
    """More than is taken at once."""

    status = 413


class Keeper(FileUploadHandler):
    """Writes what comes into a folder, and stops where it is too much."""

    def __init__(self, request: HttpRequest, folder: Path) -> None:
        super().__init__(request)
        self.folder = folder
        self.kept: list[str] = []
        self.bytes = 0
        self.refused: str = ""
        self.out: IO[bytes] | None = None
        self.left = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803  (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Count what is read: where less came than was announced, the upload was cut off, and no file is whole."""
        self.left = content_length
        read = input_data.read

        def counted(*size: int) -> bytes:
            piece: bytes = read(*size)
            self.left -= len(piece)
            return piece

        input_data.read = counted

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open a file for what comes."""
        super().new_file(*args, **kwargs)
        if not self.file_name:
            raise SkipFile
        if len(self.kept) >= MOST_FILES:
            self.refused = "too_many_files"
            raise StopUpload
        title = fitting(self.file_name, self.kept)
        with self._room():
            make(self.folder)
            handle = os.open(self.folder / title, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self.out = os.fdopen(handle, "wb")
        self.kept.append(title)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece."""
        self.bytes += len(raw_data)
        if self.bytes > MOST_BYTES:
            self.refused = "too_large_together"
            self._close()
            raise StopUpload
        with self._room():
            assert self.out
            self.out.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        """Finish a file; forms need nothing of it."""
        with self._room():
            self._close()

    def upload_interrupted(self) -> None:
        """Leave nothing half-written open."""
        self._close()

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Stop the upload where the disk takes no more."""
        try:
            yield
        except OSError:
            self.refused = "no_room"
            self._close()
            raise StopUpload from None

    def _close(self) -> None:
        out, self.out = self.out, None
        with suppress(OSError) if self.refused else nullcontext():
            if out:
                out.close()


def make(folder: Path) -> None:
    """Make a folder that only its owner can enter."""
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def fitting(name: str, others: Sequence[str]) -> str:
    """Give a file's name without its path, and unlike those that are there, whatever their endings."""
    plain = re.sub(r"[\x00-\x1f/\\:*?\"<>|]", "_", name.replace("\\", "/").rpartition("/")[2]).strip(" .")[-120:]
    plain = plain or "file"
    stem, dot, ending = plain.partition(".")
    taken = {other.partition(".")[0].lower() for other in others}
    again, wanted = 1, stem or "file"
    while wanted.lower() in taken:
        again += 1
        wanted = f"{stem or 'file'}_{again}"
    return wanted + dot + ending


def taken(request: HttpRequest, keeper: Keeper) -> list[str]:
    """Read the request, and give the names of the files that came.

    Raises
    ------
    TooMuch
        `too_many_files` or `too_large_together`.
    InvalidInput
        `no_files`, `no_room`, `cut_off`.
    """
    request.POST  # noqa: B018  (reads the body, and by that the files)
    if keeper.left > 0 and not keeper.refused:
        keeper.refused = "cut_off"
    if keeper.refused:
        forget(keeper.folder)
        if keeper.refused == "cut_off":
            raise InvalidInput("cut_off", "The upload was cut off.", field="files", remedy="Send the files again.")
        if keeper.refused == "no_room":
            raise InvalidInput("no_room", "The disk is full.", field="files", remedy="Make room and try again.")
        raise TooMuch(keeper.refused, "These files are too many, or too large together.", field="files")
    if not keeper.kept:
        raise InvalidInput("no_files", "No file came.", field="files", remedy="Choose at least one.")
    return keeper.kept


def forget(folder: Path) -> None:
    """Remove a folder with all it holds."""
    shutil.rmtree(folder, ignore_errors=True)


def forget_all_but(keys: set[str]) -> None:
    """Remove every upload but those of some imports."""
    for folder in home().iterdir() if home().is_dir() else ():
        if folder.name not in keys:
            forget(folder)


def sweep() -> int:
    """Remove the folders of imports that are over, and of those that nobody went on with for a day; give how many."""
    place = home()
    if not place.is_dir():
        return 0
    old = timezone.now() - KEPT
    busy = Import.objects.filter(state__in=(State.READING, State.LANDING))
    waiting = Import.objects.filter(state=State.READY, made_at__gte=old)
    kept = {*busy.values_list("key", flat=True), *waiting.values_list("key", flat=True)}
    removed = 0
    for folder in place.iterdir():
        if folder.name not in kept and folder.stat().st_mtime < old.timestamp():
            forget(folder)
            removed += 1
    return removed
