"""A front whose inbox is a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .asking import Asked


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Asked]:
    """Give a front that knows one key."""
    asked = Asked(tmp_path)
    yield asked
    asked.inbox.close()
