"""What is written in a data folder is about people: others on the machine see nothing of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline import cli
from heartline.store.lake import Lake
from heartline.store.tests.world import events


@pytest.fixture
def umask() -> Iterator[None]:
    """Begin as most systems do, and end as we were."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("umask")
def test_others_on_the_machine_can_open_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> None:
        events(tmp_path / "data", [("anna", "shop", "2024-03-01")])

    monkeypatch.setattr("heartline.cli.program.run", run)
    cli.main()
    assert Lake.open(tmp_path / "data").at().version == 1
    found = [path for path in (tmp_path / "data", *(tmp_path / "data").rglob("*")) if path.stat().st_mode & 0o007]
    assert found == []
