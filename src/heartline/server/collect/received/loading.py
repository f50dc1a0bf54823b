"""The loader's process: lands what is received, in the data folder as it is now, until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import uuid
from pathlib import Path

from heartline.collect.inbox import named, opened
from heartline.collect.loading.ahead import Process
from heartline.collect.loading.ledger import never
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import EXAMPLE
from heartline.core.errors import HeartlineError
from heartline.listen.text.inline import reader
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake

from .keeping import Desk

log = logging.getLogger("heartline.loader")
PAUSE_S = 0.5


def run() -> None:
    """Land until we are stopped; a folder that is emptied is opened anew."""
    folder = workspace().lake.folder
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    holder = f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    while not stop.is_set():
        try:
            _land(folder, holder, stop)
        except HeartlineError as error:  # the folder is being emptied, the inbox is away
            log.warning("The loader waits: %s", error)
            stop.wait(PAUSE_S)


def _land(folder: Path, holder: str, stop: threading.Event) -> None:
    made = _made(folder)
    lake = Lake.open(folder)
    _warm(lake)
    with opened(named(folder)) as inbox:
        ahead = Process(folder, f"{reader.__module__}:{reader.__name__}")
        loader = Loader(lake, inbox, reader, Desk(), holder, declared=never, ahead=ahead)
        try:
            loader.run(stop, still=lambda: made == _made(folder))
        finally:
            ahead.close()


def _warm(lake: Lake) -> None:
    """Load what reads, so that the first events need not wait for that."""
    try:
        reader(lake)([EXAMPLE])
    except Exception:
        log.exception("What reads events stumbled over an example.")


def _made(folder: Path) -> tuple[int, int] | None:
    """Tell one lake in the folder from one that was put in its place; None while there is none."""
    try:
        seen = (folder / "format").stat()
    except FileNotFoundError:
        return None
    return seen.st_ino, seen.st_mtime_ns
