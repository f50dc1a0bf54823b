"""Have the server use a data folder for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from heartline.server.shell import opened
from heartline.store.lake import Lake
from heartline.store.tests.copies import Make, copied


@contextmanager
def serving(make: Make, request: pytest.FixtureRequest) -> Iterator[Lake]:
    """Have the server use a copy of a world that is made once a process; see `copied`."""
    settings: Any = request.getfixturevalue("settings")
    folder: Path = request.getfixturevalue("tmp_path") / "data"
    with copied(make, folder, request) as lake:
        settings.DATA = folder
        opened._opened.cache_clear()
        yield lake
        opened._opened.cache_clear()
