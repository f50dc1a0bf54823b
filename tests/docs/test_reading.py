"""What `docs/how-to/read-the-lake.md` says of reading the tables directly gives what Heartline itself sees."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .documents import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "read-the-lake.md"
ROWS: list[Any] = [("anna", "shop", "2024-03-01"), ("ben", "shop", "2024-03-02"), (None, "shop", "2024-04-02")]


def know_better(lake: Lake, customer: str, was: str, touchpoint: str | None, before: str | None) -> None:
    with lake.write("know better") as writer:
        change = {"id": "world:1", "sets": ["touchpoint"], "touchpoint": touchpoint, "was_touchpoint": before}
        writer.add("overrides", pa.Table.from_pylist([{**change, "rule": "r"}]))
        moved = {"identifier": "user_id:ben", "customer": customer, "was": was}
        writer.add("customers", pa.Table.from_pylist([moved]))


@pytest.mark.parametrize("compacted", ["never", "between", "at the end"])
def test_the_last_word_wins_as_it_does_in_heartline(tmp_path: Path, compacted: str) -> None:
    lake = events(tmp_path / "data", ROWS)
    for block in blocks(PAGE):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    tables = runpy.run_path(str(tmp_path / "tables.py"))["tables"]

    def check() -> None:
        now = lake.at()
        seen = now.execute(now.rows("id", "customer", "touchpoint")).to_pylist()
        found = tables(str(tmp_path / "data" / "lake")).sql((tmp_path / "now.sql").read_text())
        read = found.project("id, customer, touchpoint").fetchall()
        assert sorted(read) == sorted((row["id"], row["customer"], row["touchpoint"]) for row in seen)

    check()
    know_better(lake, "user_id:anna", "user_id:ben", "desk", "shop")
    check()
    if compacted == "between":
        lake.compact(force=True)
        check()
    know_better(lake, "user_id:ben", "user_id:anna", None, "desk")
    if compacted == "at the end":
        lake.compact(force=True)
    check()
    assert sorted(lake.at().execute(lake.at().rows("customer"))["customer"].to_pylist(), key=str) == [
        None, "user_id:anna", "user_id:ben"
    ]  # fmt: skip
