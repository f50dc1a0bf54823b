"""Whatever is written, changed, merged and compacted later: a version shows for ever what it showed first."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS, OVERRIDES
from heartline.store.tests.world import interactions

PEOPLE = ["user_id:anna", "user_id:bob", "card:1", "card:2"]
MONTHS = ["2024-01-31 23:59", "2024-02-01 00:00", "2024-02-02", "2025-01-01"]
VALUES: dict[str, list[Any]] = {
    "touchpoint": ["shop", "call", None],
    "stage": ["use", None],
    "feeling": [0.5, -1.0, None],
    "themes": [["late"], ["late", "rude"], [], None],
    "succeeded": [True, False, None],
}

row = st.tuples(st.sampled_from([*PEOPLE, None]), st.sampled_from(["shop", "call"]), st.sampled_from(MONTHS))
changes = st.dictionaries(st.sampled_from(sorted(VALUES)), st.integers(0, 3), min_size=1, max_size=3)
operation = st.one_of(
    st.tuples(st.just("append"), st.lists(row, min_size=1, max_size=4)),
    st.tuples(st.just("override"), st.lists(st.tuples(st.integers(0, 99), changes), min_size=1, max_size=3)),
    st.tuples(st.just("merge"), st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))),
    st.tuples(st.just("define"), st.integers(0, 2)),
    st.tuples(st.just("compact"), st.booleans()),
)


class World:
    """A lake, and beside it, in plain Python, what it has to show."""

    def __init__(self, folder: Path) -> None:
        self.lake = Lake.create(folder)
        self.rows: dict[str, dict[str, Any]] = {}
        self.customers = {name: name for name in PEOPLE}
        self.shop: dict[str, Any] | None = None
        self.shown = {0: self.expected()}

    def append(self, events: list[Any]) -> None:
        table = interactions(events, first=1 + len(self.rows))
        records = table.to_pylist()
        with self.lake.write("append") as writer:
            for record in records:
                record["customer"] = self.customers.get(record["identifier"])
                record["landed"] = writer.version
            writer.append(pa.Table.from_pylist(records, schema=INTERACTIONS))
        self.rows |= {record["id"]: record for record in records}

    def override(self, wanted: list[tuple[int, dict[str, int]]]) -> None:
        found: dict[str, dict[str, Any]] = {}
        for place, columns in wanted if self.rows else []:
            key = sorted(self.rows)[place % len(self.rows)]
            found[key] = {name: VALUES[name][value % len(VALUES[name])] for name, value in columns.items()}
        records = [
            {"id": key, "sets": list(new), "rule": "r"} | new | {f"was_{name}": self.rows[key][name] for name in new}
            for key, new in found.items()
        ]
        kinds = pa.schema([field for field in OVERRIDES if field.name != "landed"])
        with self.lake.write("rule") as writer:
            writer.add("overrides", pa.Table.from_pylist(records, schema=kinds))
        for key, new in found.items():
            self.rows[key] = self.rows[key] | new

    def merge(self, pair: tuple[str, str]) -> None:
        keep, join = pair
        changed = [name for name in PEOPLE if self.customers[name] == self.customers[join]]
        if self.customers[keep] == self.customers[join]:  # undone again: everybody of them alone
            new = {name: name for name in changed if self.customers[name] != name}
        else:
            new = dict.fromkeys(changed, self.customers[keep])
        records = [{"identifier": name, "customer": to, "was": self.customers[name]} for name, to in new.items()]
        if records:
            with self.lake.write("merge") as writer:
                writer.add("customers", pa.Table.from_pylist(records))
        self.customers |= new
        for key, record in self.rows.items():
            self.rows[key] = record | {"customer": self.customers.get(record["identifier"])}

    def define(self, label: int) -> None:
        with self.lake.write("define") as writer:
            writer.define("touchpoint", "shop", {"label": label} if label else None)
        self.shop = {"label": label} if label else None

    def compact(self, force: bool) -> None:
        before = self.lake.at().version
        self.lake.compact(force=force)
        assert self.lake.at().version == before

    def expected(self) -> tuple[pa.Table, dict[str, Any] | None]:
        rows = sorted(self.rows.values(), key=lambda record: str(record["id"]))
        return pa.Table.from_pylist(rows, schema=INTERACTIONS), self.shop

    def seen(self, version: int) -> tuple[pa.Table, dict[str, Any] | None]:
        snapshot = self.lake.at(version)
        rows = snapshot.execute(snapshot.rows(*INTERACTIONS.names)).cast(INTERACTIONS).sort_by("id")
        return rows, snapshot.definitions.all("touchpoint").get("shop")


@settings(max_examples=6, deadline=None)
@given(st.lists(operation, min_size=3, max_size=9))
def test_a_version_shows_for_ever_what_it_showed_first(operations: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        for name, argument in operations:
            getattr(world, name)(argument)
            world.shown[world.lake.at().version] = world.expected()
        world.lake.compact(force=True)
        for version, (rows, shop) in world.shown.items():
            seen, defined = world.seen(version)
            assert seen.to_pylist() == rows.to_pylist(), f"as of {version}"
            assert seen.equals(rows)
            assert defined == shop
        assert Lake.open(folder).at().version == max(world.shown)
