"""Keys of test lakes go to a folder of the test; the longest tests come first."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def keys(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for keys, apart from the data."""
    folder = tmp_path_factory.mktemp("keys")
    monkeypatch.setenv("HEARTLINE_KEYS", str(folder))
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the kill loops, whatever else is tested: they take a minute, and all would wait at the end."""
    items.sort(key=lambda item: not item.path.stem.endswith("kills"))
