"""A data folder says how it is written: newer ones are refused, older ones brought up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from heartline.core.errors import InvalidInput, NotFound
from heartline.store import formats
from heartline.store.lake import Lake
from heartline.store.tests.world import events


def test_a_newer_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    events(tmp_path, [("anna", "shop", "2024-03-01")])
    (tmp_path / "format").write_text("99\n")
    for door in (Lake.open, Lake.create):
        with pytest.raises(
            InvalidInput, match=rf"newer Heartline \(format 99; this one reads up to {formats.FORMAT}\)"
        ):
            door(tmp_path)


def test_a_folder_without_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no Heartline data in"):
        Lake.open(tmp_path / "nowhere")
    (tmp_path / "format").write_text("three")
    with pytest.raises(InvalidInput, match="does not hold a format number"):
        Lake.open(tmp_path)


def test_format_1_is_read_as_it_is_and_brought_up_by_the_first_writer(tmp_path: Path) -> None:
    events(tmp_path, [("anna", "shop", "2024-03-01")])
    for name in ("identities", "refusals", "customers", "overrides"):  # format 1 did not have them
        shutil.rmtree(tmp_path / "lake" / name)
    (tmp_path / "format").write_text("1\n")
    lake = Lake.open(tmp_path)
    assert lake.at().table("identities").num_rows == 0
    assert lake.at().execute(lake.at().rows("id", "stage", "customer")).num_rows == 1
    with lake.write("ledger") as writer:
        writer.add("identities", pa.Table.from_pylist([{"left": "a:1", "right": "a:2", "same": True}]))
    assert (tmp_path / "format").read_text() == f"{formats.FORMAT}\n"
    assert lake.at().table("identities")["right"].to_pylist() == ["a:2"]


def test_format_2_gets_the_table_of_refusals(tmp_path: Path) -> None:
    events(tmp_path, [("anna", "shop", "2024-03-01")])
    shutil.rmtree(tmp_path / "lake" / "refusals")
    (tmp_path / "format").write_text("2\n")
    lake = Lake.open(tmp_path)
    assert lake.at().table("refusals").num_rows == 0
    with lake.write("said") as writer:
        writer.add("refusals", pa.Table.from_pylist([{"left": "a:1", "right": "a:2", "why": "two_unique"}]))
    assert lake.at().table("refusals")["why"].to_pylist() == ["two_unique"]


def test_every_older_format_has_a_step() -> None:
    assert sorted(formats.STEPS) == list(range(1, formats.FORMAT))
