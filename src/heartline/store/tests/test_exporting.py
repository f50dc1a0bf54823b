"""An export is what questions see at its version, in plain Parquet, whole or not there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from heartline.core.errors import Conflict, NotFound
from heartline.store import exporting
from heartline.store.exporting import export
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests.world import events


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three rows in two months; then one is put elsewhere, and two people turn out to be one."""
    lake = events(
        tmp_path / "data",
        [
            ("anna", "shop", "2024-03-01 10:00", {"amount": 12.5, "currency": "EUR", "themes": ["price"]}),
            ("ben", "shop", "2024-03-02 10:00", {"score": 2.0, "scale": "stars5", "text": "Zu spät"}),
            (None, None, "2024-04-02 10:00"),
        ],
        touchpoint={"shop": {"label": "Shop"}},
    )
    with lake.write("know better") as writer:
        change = {"id": "world:1", "sets": ["touchpoint"], "touchpoint": "desk", "was_touchpoint": "shop", "rule": "r"}
        writer.add("overrides", pa.Table.from_pylist([change]))
        person = {"identifier": "user_id:ben", "customer": "user_id:anna", "was": "user_id:ben"}
        writer.add("customers", pa.Table.from_pylist([person]))
    return lake


def read(folder: Path) -> dict[str, dict[str, object]]:
    rows = pq.read_table(folder / "interactions").to_pylist()
    return {row["id"]: row for row in rows}


@pytest.mark.parametrize("compacted", [False, True])
def test_corrections_and_joined_people_are_entered(tmp_path: Path, lake: Lake, compacted: bool) -> None:
    if compacted:
        lake.compact(force=True)
    done = export(lake, tmp_path / "out" / "now")
    assert (done.version, done.rows) == (2, 3)
    rows = read(tmp_path / "out" / "now")
    assert {name: (row["touchpoint"], row["customer"]) for name, row in rows.items()} == {
        "world:1": ("desk", "user_id:anna"), "world:2": ("shop", "user_id:anna"), "world:3": (None, None)
    }  # fmt: skip
    export(lake, tmp_path / "then", 1)
    assert {name: (row["touchpoint"], row["customer"]) for name, row in read(tmp_path / "then").items()} == {
        "world:1": ("shop", "user_id:anna"), "world:2": ("shop", "user_id:ben"), "world:3": (None, None)
    }  # fmt: skip


def test_every_column_is_as_questions_see_it(tmp_path: Path, lake: Lake) -> None:
    export(lake, tmp_path / "out")
    written = pq.read_table(tmp_path / "out" / "interactions").sort_by("id")
    now = lake.at()
    seen = now.execute(now.rows(*INTERACTIONS.names)).sort_by("id")
    assert written.column_names == INTERACTIONS.names
    assert written.to_pylist() == seen.to_pylist()
    about = msgspec.json.decode((tmp_path / "out" / "about.json").read_bytes())
    assert (about["version"], about["rows"]) == (2, 3)
    assert [column["name"] for column in about["columns"]] == INTERACTIONS.names
    told = msgspec.json.decode((tmp_path / "out" / "definitions.json").read_bytes())
    assert told["touchpoint"]["shop"] == {"label": "Shop"}


def test_an_export_is_whole_or_not_there(tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(Conflict, match="not empty"):
        export(lake, tmp_path / "full")
    with pytest.raises(NotFound):
        export(lake, tmp_path / "out", 99)

    def broken(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(exporting, "copy_out", broken)
    with pytest.raises(RuntimeError):
        export(lake, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "full"]


def test_large_exports_are_several_files(tmp_path: Path) -> None:
    lake = events(tmp_path / "data", [("anna", "shop", "2024-03-01 10:00", {"text": f"{n:08}" * 40}) for n in range(3)])
    with lake.write("many") as writer:
        row = events_of(lake)
        for start in range(0, 200_000, 50_000):
            ids = pa.array([f"many:{start + n}" for n in range(50_000)])
            writer.append(pa.concat_tables([row] * 50_000).combine_chunks().set_column(0, "id", ids))
    done = export(lake, tmp_path / "out", file_bytes=400_000)
    assert done.rows == 200_003
    assert len(list((tmp_path / "out" / "interactions").iterdir())) > 1
    assert pq.read_table(tmp_path / "out" / "interactions", columns=["id"])["id"].unique().__len__() == 200_003


def events_of(lake: Lake) -> pa.Table:
    """Give one row of the lake."""
    now = lake.at()
    return now.execute(now.rows(*INTERACTIONS.names)).slice(0, 1).cast(INTERACTIONS)


def test_an_empty_lake_is_exported(tmp_path: Path) -> None:
    done = export(Lake.create(tmp_path / "data"), tmp_path / "out")
    assert (done.version, done.rows) == (0, 0)
