"""Kernels over the path index: every owner whole and in order, whatever became of the lake since the index was made."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput
from heartline.core.selection import Selection
from heartline.store.compact import remove_old
from heartline.store.engine import fold as fold_module
from heartline.store.engine.index import Indexes
from heartline.store.kernel import Columns, Kernel
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .world import events

Told = dict[str, list[Any]]


def told(columns: Columns, *, extra: Sequence[str] = ()) -> Told:
    """Spell every owner's rows."""
    names = {name: [*columns.names(name), None] for name in ("touchpoint", *extra) if name not in ("picked", "member")}
    found: Told = {}
    owners = columns.owners(columns.owner)
    ids = columns.ids(np.arange(len(columns)))
    for row, owner in enumerate(owners):
        cells = [
            names[name][getattr(columns, name)[row]] if name in names else bool(getattr(columns, name)[row])
            for name in ("touchpoint", *extra)
        ]
        found.setdefault(owner, []).append((ids[row].removeprefix("world:"), *cells))
    return found


def merged(one: Told, other: Told) -> Told:
    """Join what was told of different owners; nobody may be told of twice."""
    assert not set(one) & set(other)
    return {**one, **other}


def tell(snapshot: Snapshot, *extra: str, per: str = "customer", selection: Selection | None = None) -> Told:
    """Tell every owner's rows through a kernel: id, touchpoint and further columns."""
    kernel = Kernel(("touchpoint", "id", *extra), lambda columns: told(columns, extra=extra), merged)
    found = snapshot.fold(kernel, per=per, selection=selection)
    return {owner.removeprefix("user_id:"): rows for owner, rows in found.items()}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Alice and Bob, who did things in another order than we heard of them."""
    return events(
        tmp_path,
        [
            ("alice", "shop", "2024-03-02 10:00", {"ref": "o1", "channel": "store"}),
            ("bob", "web", "2024-01-01 10:00", {"ref": "o2"}),
            ("alice", "web", "2024-03-01 10:00", {"ref": "o1"}),
            (None, "web", "2024-03-01 11:00", {"ref": "o1"}),
            ("alice", None, "2024-03-03 10:00", {"text": "so late", "about": "shop"}),
            ("alice", None, "2024-03-03 10:00"),
            ("alice", "gift", "2024-03-04 10:00", {"kind": "assignment"}),
        ],
    )


def test_owners_rows_come_in_order_and_only_steps_and_judgements(lake: Lake) -> None:
    """Nobody's row has no customer to own it; a text about the shop is carried, and is no step."""
    assert tell(lake.at()) == {"alice": [("3", "web"), ("1", "shop"), ("5", None)], "bob": [("2", "web")]}


def test_a_ref_owns_rows_without_customer_too(lake: Lake) -> None:
    """Times decide between people."""
    assert tell(lake.at(), per="ref") == {"o1": [("3", "web"), ("4", "web"), ("1", "shop")], "o2": [("2", "web")]}


def test_nothing_is_folded_too(tmp_path: Path) -> None:
    """An empty lake has one empty partial."""
    assert tell(events(tmp_path, []).at(), "channel") == {}


def test_a_tie_in_time_is_broken_by_seq_then_id(tmp_path: Path) -> None:
    """Whatever the order in which rows came."""
    at = "2024-03-01 10:00"
    rows = [
        ("alice", name, at, {"id": f"world:{name}", "seq": seq})
        for name, seq in (("c", 2), ("b", 2), ("a", 3), ("d", 1))
    ]
    assert [row[0] for row in tell(events(tmp_path, rows).at())["alice"]] == ["d", "b", "c", "a"]


def test_an_unknown_owner_is_refused(lake: Lake) -> None:
    """And the error says what there is."""
    with pytest.raises(InvalidInput, match="customer, ref"):
        tell(lake.at(), per="unit")


def test_a_selection_marks_rows_and_people(lake: Lake) -> None:
    """`picked` by the row's own values, `member` by its customer's."""
    with lake.write("test") as writer:
        writer.define("segment", "walkers", {"any": [{"channel": "store"}]})
    chosen = Selection(channel=("store",), segment="walkers")
    assert tell(lake.at(), "picked", "member", selection=chosen) == {
        "alice": [("3", "web", False, True), ("1", "shop", True, True), ("5", None, False, True)],
        "bob": [("2", "web", False, False)],
    }
    assert tell(lake.at(), "picked", "member", per="ref", selection=chosen)["o1"] == [
        ("3", "web", False, True), ("4", "web", False, False), ("1", "shop", True, True),
    ]  # fmt: skip


def folders(lake: Lake) -> dict[str, bool]:
    """Give the index folders by name, and whether each is a patch."""
    home = lake.folder / "cache" / "index" / "customer"
    return {
        folder.name: b'"base":"' in (folder / "meta.json").read_bytes() for folder in home.iterdir() if folder.is_dir()
    }


def test_new_rows_are_patched_in_and_many_make_a_new_base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The earlier version goes on to be answered, from the same index."""
    many = [(f"p{number}", "web", f"2024-01-{1 + number % 28:02d}") for number in range(100)]
    lake = events(tmp_path, many)
    before = tell(lake.at(), "channel")
    events(tmp_path, [("p7", "shop", "2023-12-31", {"channel": "store"}), ("new", "fair", "2024-05-01")])
    after = tell(lake.at(), "channel")
    assert after["p7"] == [("101", "shop", "store"), ("8", "web", "web")]
    assert after["new"] == [("102", "fair", "web")]
    assert len(after) == 101
    assert sorted(folders(lake).values()) == [False, True]
    assert tell(lake.at(1), "channel") == before
    events(tmp_path, [(f"p{number}", "shop", "2024-06-01") for number in range(50)])
    assert tell(lake.at())["p7"] == [("101", "shop"), ("8", "web"), ("110", "shop")]
    assert list(folders(lake).values()).count(False) == 2


def test_a_definition_alone_needs_no_new_index(lake: Lake) -> None:
    """Nothing about order has changed."""
    tell(lake.at())
    with lake.write("test") as writer:
        writer.define("touchpoint", "web", {"label": "Web"})
    tell(lake.at())
    assert len(folders(lake)) == 1


def test_people_who_became_one_are_one_owner_from_then_on(lake: Lake) -> None:
    """And were two before."""
    before = tell(lake.at(), "channel")
    with lake.write("test") as writer:
        one = {"identifier": "user_id:bob", "customer": "user_id:alice", "was": "user_id:bob"}
        writer.add("customers", pa.Table.from_pylist([one]))
    after = tell(lake.at(), "channel")
    assert [row[0] for row in after["alice"]] == ["2", "3", "1", "5"]
    assert list(after) == ["alice"]
    assert tell(lake.at(1), "channel") == before
    assert tell(lake.at(1)) == {owner: [row[:2] for row in rows] for owner, rows in before.items()}


def test_an_override_moves_a_row_and_columns_follow_by_id(lake: Lake) -> None:
    """A column that is asked for later is aligned although a join now lies between files and rows."""
    tell(lake.at())
    with lake.write("test") as writer:
        change = {"id": "world:3", "sets": ["touchpoint"], "touchpoint": "mobile", "was_touchpoint": "web", "rule": "r"}
        writer.add("overrides", pa.Table.from_pylist([change], schema=writer.lake.tables["overrides"].rows_schema))
    assert tell(lake.at(), "channel")["alice"] == [("3", "mobile", "web"), ("1", "shop", "store"), ("5", None, "web")]
    assert tell(lake.at(1), "channel")["alice"][0] == ("3", "web", "web")


def test_an_index_whose_files_are_gone_is_made_again(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compaction leaves old files for an hour; an index that was read from them cannot grow columns afterwards."""
    tell(lake.at())
    files = [lake.folder / "lake" / "interactions" / file.path for file in lake.at().files("interactions")]
    old = [file.rename(file.with_suffix(".gone")) for file in files]
    real = Indexes.forget

    def forget(self: Indexes, folder: Path) -> None:
        for file in old:
            file.rename(file.with_suffix(".parquet"))
        real(self, folder)

    monkeypatch.setattr(Indexes, "forget", forget)
    assert tell(Lake.open(lake.folder).at(), "channel")["bob"] == [("2", "web", "web")]
    assert files[0].exists()


def test_columns_that_were_not_asked_for_say_so(lake: Lake) -> None:
    """The message names what there is."""

    def partial(columns: Columns) -> int:
        assert "touchpoint" in columns
        assert "score" not in columns
        with pytest.raises(AttributeError, match="“score”; there are owner, time, touchpoint"):
            columns.score  # noqa: B018
        return len(columns)

    assert lake.at().fold(Kernel(("touchpoint",), partial, lambda one, other: one + other)) == 4


def test_numbers_come_with_their_own_signs_for_unknown(tmp_path: Path) -> None:
    """nan for measures, −1 for `succeeded` and customers."""
    lake = events(
        tmp_path,
        [
            ("alice", "web", "2024-03-01", {"ref": "o1", "score": 9, "scale": "nps", "succeeded": True}),
            (None, "web", "2024-03-02", {"ref": "o1", "wait_s": 60.5, "succeeded": False}),
            (None, "web", "2024-03-03", {"ref": "o1"}),
        ],
    )

    def partial(columns: Columns) -> Mapping[str, Any]:
        names = ("score", "feeling", "wait_s", "succeeded", "customer")
        return {name: getattr(columns, name).tolist() for name in names} | {"who": columns.customers(columns.customer)}

    kernel = Kernel(
        ("score", "feeling", "wait_s", "succeeded", "customer"), partial, lambda one, other: {**one, **other}
    )
    found = lake.at().fold(kernel, per="ref")
    assert str(found["score"]) == "[9.0, nan, nan]"
    assert str(found["feeling"]) == "[0.8, nan, nan]"
    assert str(found["wait_s"]) == "[nan, 60.5, nan]"
    assert found["succeeded"] == [1, 0, -1]
    assert found["who"] == ["user_id:alice", None, None]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9), st.sampled_from("xyz")), max_size=40),
    st.integers(1, 5),
    st.integers(1, 7),
)
def test_pieces_and_patches_never_change_an_answer(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, int, str]], writes: int, piece: int
) -> None:
    """Rows land in several versions, pieces are tiny; every version tells what a sort in Python tells."""
    folder = tmp_path_factory.mktemp("lake")
    moved = [(f"p{owner}", touchpoint, f"2024-03-01 10:0{minute}") for owner, minute, touchpoint in rows]
    lake = events(folder, [])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fold_module, "_LARGEST", piece)
        patch.setattr(fold_module, "_SMALLEST", piece)
        patch.setattr("heartline.store.engine.index._LARGEST_PATCH", 2)
        size = -(-len(moved) // writes)
        for first in range(0, len(moved), size or 1):
            events(folder, moved[first : first + size])
            tell(lake.at())
        newest = lake.at().version
        for version in range(newest + 1):
            expected: Told = {}
            order = sorted(enumerate(moved[: size * version]), key=lambda item: (item[1][0], item[1][2], item[0]))
            for number, (owner, touchpoint, _) in order:
                expected.setdefault(owner, []).append((str(number + 1), touchpoint))
            assert tell(lake.at(version)) == expected


def test_many_builders_at_once_make_one_index(lake: Lake) -> None:
    """Whoever comes first builds; the others wait and read it."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: tell(Lake.open(lake.folder).at(), "channel"), range(8)))
    assert answers == [tell(lake.at(), "channel")] * 8
    assert list(folders(lake).values()) == [False]


def test_compaction_changes_no_answer_and_takes_no_index_away(lake: Lake) -> None:
    """Further columns are read from the old files while they are there; when they are gone, all is made again."""
    before = tell(lake.at())
    lake.compact(force=True)
    assert tell(lake.at()) == before
    assert tell(lake.at(), "channel")["bob"] == [("2", "web", "web")]
    assert list(folders(lake).values()) == [False]
    remove_old(lake, kept_s=0)
    assert tell(Lake.open(lake.folder).at(), "channel", "kind")["bob"] == [("2", "web", "web", "event")]
    assert list(folders(lake).values()) == [False]


def test_a_lake_that_nobody_holds_any_more_closes_its_files(tmp_path: Path) -> None:
    tell(events(tmp_path, [("anna", "shop", "2024-03-01")]).at())
    gc.collect()
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert str(tmp_path) not in mapped
