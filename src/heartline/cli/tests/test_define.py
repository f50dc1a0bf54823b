"""Definitions in and out by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from heartline.cli.program import app
from heartline.core.errors import InvalidInput, NotFound
from heartline.store.lake import Lake

SHOP = "definitions: 1\nstages:\n  purchase: {label: Buying}\ntouchpoints:\n  order: {label: Order, stage: purchase}\n"


def heartline(*words: object) -> Result:
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_a_file_goes_in_and_comes_out_alike(tmp_path: Path) -> None:
    file, data = tmp_path / "shop.yaml", tmp_path / "data"
    file.write_text(SHOP)
    assert heartline("define", file, "--data", data).output == (
        "add stage purchase\nadd touchpoint order\nThis is version 1.\n"
    )
    assert heartline("definitions", "--data", data).output == SHOP
    assert heartline("definitions", "stage", "--data", data).output == "".join(SHOP.splitlines(True)[:3])
    assert heartline("define", file, "--data", data).output == "Nothing was new.\n"


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    file, data = tmp_path / "shop.yaml", tmp_path / "data"
    file.write_text(SHOP)
    assert "add stage purchase" in heartline("define", file, "--data", data, "--dry-run").output
    assert not data.exists()
    heartline("define", file, "--data", data)
    file.write_text("definitions: 1\ntouchpoints: {order: {label: Sale}}\nremove: {stages: [purchase]}\n")
    said = heartline("define", file, "--data", data, "--dry-run").output
    assert said == "change touchpoint order\nremove stage purchase\nNothing was written.\n"
    assert Lake.open(data).versions()[-1].version == 1


def test_what_cannot_be_names_the_line_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP + "  call: {stage: nowhere}\n")
    with pytest.raises(InvalidInput, match="no stage") as refused:
        heartline("define", file, "--data", tmp_path / "data")
    assert refused.value.field == f"{file}:6"
    with pytest.raises(InvalidInput, match="cannot be read"):
        heartline("define", tmp_path / "nothing.yaml", "--data", tmp_path / "data")
    with pytest.raises(NotFound, match="no kind called"):
        heartline("definitions", "colour", "--data", tmp_path / "data")
