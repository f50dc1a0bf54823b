"""Somebody who is in every place that hearing people has goes from all of them, to the last byte; others stay."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from heartline.collect import person as persons
from heartline.store.lake import Lake
from heartline.store.tests.test_erasing import bytes_of, holding
from tests.forking import HOUSE, forking, without_settings

from .planting_process import NAME, ORDER, WHO, WORD

PLANTING = "heartline.server.people.privacy.tests.planting_process:run"
ENCRYPTED = {NAME, WHO["phone"]}
"""What stands nowhere as it is, also before."""
OTHERS = ("Words of Ben stay", "keep me", "ben@other.example")


def containing(folder: Path, sealed: list[bytes]) -> set[str]:
    """Name the files in which something encrypted stands."""
    return {name for name, content in bytes_of(folder).items() if any(one in content for one in sealed)}


@pytest.mark.about_files
def test_no_byte_of_somebody_who_was_heard_everywhere_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "data"
    monkeypatch.setenv("HEARTLINE_KEYS", str(tmp_path / "keys"))
    environment = {**without_settings(os.environ), "HEARTLINE_DATA": str(folder), "HEARTLINE_RESULT_CACHE": "1"}
    here = {"folder": str(tmp_path), "env": environment}
    with forking(HOUSE, **environment) as fork:
        planted = fork(PLANTING, str(folder), **here)
        planted.communicate()
        assert planted.returncode == 0, planted.stderr.decode()
        names = persons.find(Lake.open(folder), "email:" + WHO["email"]).names
        theirs = [*WHO.values(), NAME, WORD, ORDER, *names, *(name.partition(":")[2] for name in names)]
        sealed = [bytes.fromhex(line) for line in folder.with_suffix(".sealed").read_text().splitlines()]
        assert {value for value, _ in holding(folder, theirs)} == set(theirs) - ENCRYPTED
        assert {name for name in containing(folder, sealed) if name.startswith("heartline.db")}
        words = ("person", "erase", "email:" + WHO["email"], "--yes", "--data", str(folder))
        erased = fork("heartline.cli.program:run", *words, **here)
        said = erased.communicate()[0].decode()
        assert erased.returncode == 0, erased.stderr.decode()
    assert "The database was written over." in said
    assert holding(folder, theirs) == set()
    assert containing(folder, sealed) == set()
    assert {value for value, _ in holding(folder, OTHERS)} == set(OTHERS)
