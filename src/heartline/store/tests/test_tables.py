"""Later knowledge about earlier rows: what a snapshot shows, and when it has to join for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from heartline.core.errors import InvalidInput, NotFound, Unavailable
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot
from heartline.store.tests.world import events

VISIT = ("anna", "shop", "2024-03-01 10:00")
CALL = ("bob", "call", "2024-04-01 10:00")


def values(snapshot: Snapshot, *columns: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = snapshot.execute(snapshot.rows("id", *columns)).to_pylist()
    return sorted(rows, key=lambda row: str(row["id"]))


def override(lake: Lake, row: str, **changes: Any) -> int:
    """Change columns of a row as a rule would, with what was there before; give the new version."""
    before = next(item for item in values(lake.at(), *changes) if item["id"] == row)
    was = {f"was_{name}": before[name] for name in changes}
    with lake.write("rule") as writer:
        writer.add(
            "overrides", pa.Table.from_pylist([{"id": row, "sets": list(changes), "rule": "r1"} | changes | was])
        )
    return lake.at().version


def joins(snapshot: Snapshot, *columns: str) -> int:
    return str(ibis.to_sql(snapshot.rows(*columns), dialect="duckdb")).count("JOIN")


def test_an_override_changes_its_columns_from_its_version_on(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT, CALL])
    assert override(lake, "world:1", stage="purchase", feeling=0.5) == 2
    assert override(lake, "world:1", stage=None) == 3
    stages = [[row["stage"] for row in values(lake.at(version), "stage")] for version in (1, 2, 3)]
    feelings = [[row["feeling"] for row in values(lake.at(version), "feeling")] for version in (1, 2, 3)]
    assert stages == [[None, None], ["purchase", None], [None, None]]
    assert feelings == [[None, None], [0.5, None], [0.5, None]]


def test_overrides_are_joined_only_for_columns_that_they_change(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT, CALL])
    override(lake, "world:1", stage="purchase", feeling=0.5)
    newest = lake.at()
    assert joins(newest, "stage") == 1
    assert joins(newest, "stage", "feeling", "customer") == 1
    assert joins(newest, "touchpoint", "themes", "customer", "score") == 0
    assert joins(lake.at(1), "stage") == 0


def test_people_who_turn_out_to_be_one_are_one_from_then_on(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT, CALL, (None, "shop", "2024-04-02")])
    with lake.write("merge") as writer:
        change = {"identifier": "user_id:bob", "customer": "user_id:anna", "was": "user_id:bob"}
        writer.add("customers", pa.Table.from_pylist([change]))
    customers = [[row["customer"] for row in values(lake.at(version), "customer")] for version in (1, 2)]
    assert customers == [["user_id:anna", "user_id:bob", None], ["user_id:anna", "user_id:anna", None]]
    assert joins(lake.at(), "customer") == 1
    assert joins(lake.at(), "identifier", "stage") == 0
    assert joins(lake.at(1), "customer") == 0


def test_a_table_is_read_as_of_a_version(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT])
    for right in ("card:2", "card:3"):
        with lake.write("ledger") as writer:
            ledger = {"left": "user_id:anna", "right": right, "same": True, "source": "shop"}
            assert writer.add("identities", pa.Table.from_pylist([ledger])) == 1
    assert [lake.at(version).table("identities")["right"].to_pylist() for version in (1, 2, 3)] == [
        [],
        ["card:2"],
        ["card:2", "card:3"],
    ]
    assert lake.at().table("identities")["landed"].to_pylist() == [2, 3]


def test_months_come_from_the_folders(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT])
    events(tmp_path, [CALL, ("bob", "call", "2024-03-31T23:30-02:00"), ("bob", "call", "2023-12-31 23:59")])
    assert lake.at().months() == ["2023-12", "2024-03", "2024-04"]
    assert lake.at(1).months() == ["2024-03"]
    assert lake.at(0).months() == []


def test_definitions_that_are_there_alike_are_not_written_again(tmp_path: Path) -> None:
    lake = events(tmp_path, [], touchpoint={"shop": {"label": "Shop", "stage": "purchase"}})
    events(tmp_path, [], touchpoint={"shop": {"stage": "purchase", "label": "Shop"}})
    assert lake.at().version == 1
    events(tmp_path, [], touchpoint={"shop": {"label": "Store"}, "call": {"label": "Call"}})
    assert lake.at().table("definitions")["key"].to_pylist() == ["shop", "shop", "call"]
    with lake.write("same") as writer:
        writer.define("touchpoint", "shop", None)
        writer.define("touchpoint", "shop", {"label": "Store"})
        writer.define("touchpoint", "nowhere", None)
    assert lake.at().version == 2


@pytest.mark.parametrize(
    ("name", "rows", "code"),
    [
        ("customers", [{"identifier": "a:1", "customer": "a:2"}] * 2, "changed_twice"),
        ("overrides", [{"id": "1", "sets": ["stage"]}, {"id": "1", "sets": ["kind", "stage"]}], "changed_twice"),
        ("overrides", [{"id": "1", "sets": ["score"]}], "unknown_column"),
        ("overrides", [{"id": "1", "sets": []}], "unknown_column"),
        ("identities", [{"left": "a:1", "rite": "a:1"}], "unknown_column"),
    ],
)
def test_what_cannot_be_told_later_is_refused(tmp_path: Path, name: str, rows: list[Any], code: str) -> None:
    lake = events(tmp_path, [VISIT])
    with pytest.raises(InvalidInput) as refused, lake.write("bad") as writer:
        writer.add(name, pa.Table.from_pylist(rows))
    assert refused.value.code == code
    assert lake.at().version == 1


def test_a_row_without_a_time_is_refused(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT])
    rows = lake.at().execute(lake.at().rows(*lake.interactions.rows_schema.names))
    timeless = rows.set_column(1, rows.schema.field(1), pa.nulls(1, rows.schema.field(1).type))
    with pytest.raises(InvalidInput, match="when they happened"), lake.write("bad") as writer:
        writer.append(timeless)
    assert len(list(lake.interactions.folder.rglob("*.parquet"))) == 1


def test_versions_are_found_by_number_and_by_moment(tmp_path: Path) -> None:
    lake = events(tmp_path, [VISIT])
    first = lake.at().time
    events(tmp_path, [CALL])
    assert lake.at("1").version == 1
    assert lake.at(first).version == 1
    assert lake.at("1999-01-01").version == 0
    for missing in (3, -1):
        with pytest.raises(NotFound, match=r"no version.*newest is 2"):
            lake.at(missing)
    with pytest.raises(InvalidInput):
        lake.at("yesterday")


def test_the_key_is_made_with_the_lake_and_kept_apart(tmp_path: Path, keys: Path) -> None:
    lake = Lake.create(tmp_path)
    assert len(lake.key) == 32
    assert Lake.create(tmp_path).key == lake.key
    assert (keys / f"{(tmp_path / 'lake' / 'id').read_text()}.key").stat().st_mode & 0o777 == 0o600
    for file in keys.iterdir():
        file.unlink()
    with pytest.raises(Unavailable, match="not at"):
        _ = Lake.create(tmp_path).key
