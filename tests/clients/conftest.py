"""A front on a real port, and clients that send to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.server.front.tests.fronts import front

from . import ground

__all__ = ["front"]

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what needs the whole server, in one of the processes that test: it takes longest."""
    whole = [item for item in items if item.path == HERE / "test_whole.py"]
    for item in whole:
        item.add_marker(pytest.mark.xdist_group("whole"))
    items[:] = whole + [item for item in items if item not in whole]


@pytest.fixture(scope="session", autouse=True)
def _clients() -> None:
    if not ground.whole():
        pytest.skip("the clients are not installed: ./test clients installs them")
