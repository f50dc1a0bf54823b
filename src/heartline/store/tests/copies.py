"""Worlds that many tests look at, made once a process: each test gets a copy, with the answers given before it.

    with copied(made, tmp_path / "data") as lake: …

Making a world and asking it the same questions again is most of what a test of a page would cost. A copy is the test's
own, to write to and to break. The answers lie in the folder where the product keeps them, and are handed on by the
product's own rule: they are those of this version, of its time and of this code.
"""

from __future__ import annotations

import atexit
import contextlib
import inspect
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from heartline.store.keys import make_key
from heartline.store.lake import Lake

Make = Callable[[Path], object]
RESULTS = Path("cache", "results")


@contextmanager
def copied(make: Make, folder: Path, request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Give a copy of a world in a folder that is not there yet; afterwards keep what was answered for the next copy.

    A test that puts something else in the place of code is told no answers, and tells none: they are not of that code.

    Parameters
    ----------
    make
        Makes the world in a folder, by `events`; a function of a module, so that it is known again.
    """
    first = _made(make)
    shutil.copytree(first, folder, ignore=shutil.ignore_patterns("id", RESULTS.name, "write.lock"))
    make_key(folder)
    lake = Lake.open(folder)
    shares = "monkeypatch" not in inspect.signature(request.function).parameters
    if shares:
        _handed(first / RESULTS, folder / RESULTS)
    before = lake.versions()
    yield lake
    there = (folder / RESULTS).exists() and (folder / "format").exists()  # some tests empty it
    if shares and there and Lake.open(folder).versions() == before:
        _handed(folder / RESULTS, first / RESULTS)


@cache
def _made(make: Make) -> Path:
    """Make a world, once a process."""
    folder = tempfile.mkdtemp(prefix="heartline-world-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    make(Path(folder, "data"))
    return Path(folder, "data")


def _handed(given: Path, taken: Path) -> None:
    """Have what lies in one folder lie in another too: what is there once is never written to again."""
    if not given.exists():
        return
    taken.mkdir(parents=True, exist_ok=True)
    for file in given.glob("*.result"):
        with contextlib.suppress(FileExistsError):
            os.link(file, taken / file.name)
