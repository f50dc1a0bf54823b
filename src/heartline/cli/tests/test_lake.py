"""The commands about the data folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from heartline.cli.program import app
from heartline.core.errors import Conflict
from heartline.store import others
from heartline.store.tests.world import events


def heartline(*words: object) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_back_up_restore_compact_and_list_versions(tmp_path: Path) -> None:
    for day in range(3):
        events(tmp_path / "data", [("anna", "shop", f"2024-03-0{day + 1}")])
    said = heartline("compact", "--data", tmp_path / "data", "--force").output
    assert said == "1 month rewritten: 3 files became 1; 0 old files removed.\n"
    said = heartline("backup", tmp_path / "copy.tar.gz", "--data", tmp_path / "data").output
    assert "Version 3 of" in said
    assert "reads back" in said
    assert "key is not part of a backup" in said
    said = heartline("restore", tmp_path / "copy.tar.gz", "--data", tmp_path / "new").output
    assert "holds version 3" in said
    with pytest.raises(Conflict, match="not empty"):
        heartline("restore", tmp_path / "copy.tar.gz", "--data", tmp_path / "new")
    rows = json.loads(heartline("versions", "--data", tmp_path / "new", "--json").output)
    assert [(row["version"], row["why"]) for row in rows] == [(3, "world"), (2, "world"), (1, "world")]
    said = heartline("versions", "--data", tmp_path / "new", "--newest", "1").output
    assert "       3  20" in said
    assert "and 2 older ones" in said


def test_compacting_rewrites_what_is_known_of_competitors_too(tmp_path: Path) -> None:
    lake = events(tmp_path / "data", [("anna", "shop", "2024-03-01")])
    for day in range(3):
        others.made(lake)
        events(tmp_path / "data" / others.FOLDER, [(None, "shop", f"2024-03-0{day + 1}")])
    said = heartline("compact", "--data", tmp_path / "data", "--force").output.splitlines()
    assert said[1] == "Of competitors: 1 month rewritten: 3 files became 1; 0 old files removed."
    assert others.noted(lake.at()) == 3, "as of which answers of ours compare"
    assert len(heartline("compact", "--data", tmp_path / "data").output.splitlines()) == 2
