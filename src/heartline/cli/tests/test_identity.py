"""`heartline identity`: show, join and part people."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa

from heartline.store.tests.world import events

from .conftest import Program


def test_people_are_shown_joined_and_parted(tmp_path: Path, program: Program) -> None:
    lake = events(
        tmp_path / "data", [("anna", "shop", "2024-01-01 10:00"), ("ben", "shop", "2024-01-02 10:00")]
    )  # fmt: skip
    one, two = "user_id:anna", "user_id:ben"

    def heartline(*words: str) -> tuple[int, str]:
        return program("identity", *words, HEARTLINE_DATA=str(lake.folder))

    code, said = heartline("merge", one, two)
    assert code == 0, said
    assert ("1 interaction would change hands" in said, "--yes does it" in said) == (True, True)
    assert lake.at().version == 1
    assert heartline("merge", one, two, "--yes")[0] == 0
    code, said = heartline("show", two, "--json")
    assert (code, json.loads(said)["customer"]) == (0, one)
    code, said = heartline("show", two)
    assert "person:command_line says: as user_id:anna" in said
    code, said = heartline("split", one, "1", "--yes")
    assert (code, "1 interaction would change hands" in said) == (0, True)
    snapshot = lake.at()
    assert sorted(snapshot.execute(snapshot.rows("customer"))["customer"].to_pylist()) == [one, two]
    code, said = heartline("split", one, "1")
    assert (code, "no identifier number 1" in said) == (2, True)
    with lake.write("test") as writer:
        table = {"left": [one, two], "right": ["device:d1"] * 2, "why": ["weak_between"] * 2, "source": ["app"] * 2}
        writer.add("refusals", pa.table(table))
    code, said = heartline("show", one)
    assert (code, "Not joined by device:d1 (weak between): user_id:ben" in said) == (0, True)
