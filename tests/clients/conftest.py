"""A front on a real port, and clients that send to it."""

from __future__ import annotations

import pytest

from heartline.server.front.tests.fronts import front

from . import ground

__all__ = ["front"]


@pytest.fixture(scope="session", autouse=True)
def _clients() -> None:
    if not ground.whole():
        pytest.skip("the clients are not installed: ./test clients installs them")
