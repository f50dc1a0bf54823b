"""What is refused is kept once, so many of a value, and explains who was not joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from heartline.collect import person
from heartline.collect.importing import run
from heartline.collect.joining import merge, split
from heartline.collect.keeping_apart import Apart, apart
from heartline.collect.loading.names import split as bits
from heartline.collect.person_export import ledger
from heartline.collect.refusing import Refusals, kept
from heartline.core.ids import identifier
from heartline.store.lake import Lake

RECIPE = """recipe: 1
source: shop
files: {rows: rows.csv}
identifiers: {device: weak}
interactions:
  - {touchpoint: shop, sql: "select user_id, email, device, day as occurred_at from rows"}
"""
ROWS = """user_id,email,device,day
ann,ann@shop.example,d1,2026-03-01 10:00
ben,ben@shop.example,d1,2026-03-02 10:00
cem,ann@shop.example,,2026-03-03 10:00
"""
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda two: two[0] != two[1]), max_size=60)


def name(number: int) -> str:
    return identifier("device", str(number), b"key")


def told(pairs: list[tuple[int, int]]) -> pa.Table:
    left, right = ([name(two[side]) for two in pairs] for side in (0, 1))
    return pa.table({"left": pa.array(left, pa.string()), "right": pa.array(right, pa.string()),
                     "why": pa.array(["weak_between"] * len(pairs), pa.string())})  # fmt: skip


def fresh(refusals: Refusals, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    table = told(pairs)
    sides = (bits(table[side].combine_chunks())[1:] for side in ("left", "right"))
    return [pairs[at] for at in refusals.fresh(*sides).tolist()]


@given(PAIRS, st.integers(0, 60))
def test_the_same_is_kept_however_it_is_cut(pairs: list[tuple[int, int]], cut: int) -> None:
    one, two = Refusals(each=3), Refusals(each=3)
    assert fresh(one, pairs) == fresh(two, pairs[:cut]) + fresh(two, pairs[cut:])
    assert len({frozenset(pair) for pair in fresh(Refusals(), pairs)}) == len({frozenset(pair) for pair in pairs})


@given(PAIRS, PAIRS)
def test_what_was_noted_can_be_taken_back_exactly(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, other = Refusals(each=3), Refusals(each=3)
    fresh(one, first)
    fresh(other, first)
    one.begin()
    fresh(one, second)
    one.undo()
    assert len(one) == len(other)
    assert fresh(one, second) == fresh(other, second)


@given(PAIRS, PAIRS)
def test_what_stands_in_the_lake_is_known_again(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    live = Refusals(each=3)
    stands = told(fresh(live, first))
    anew = Refusals(each=3)
    anew.know(stands)
    assert fresh(anew, second) == fresh(live, second)


def test_no_more_of_one_value_and_altogether_than_was_said() -> None:
    refusals = Refusals(each=2, most=3)
    assert fresh(refusals, [(0, 1), (2, 0), (0, 3)]) == [(0, 1), (2, 0)]
    assert fresh(refusals, [(1, 0), (4, 5), (5, 6)]) == [(4, 5)]
    assert np.array_equal(refusals.fresh(*[bits(pa.array([], pa.string()))[1:]] * 2), [])
    assert kept(told([]), told([]), "shop").num_rows == 0


def imported(folder: Path) -> Lake:
    (folder / "rows.csv").write_text(ROWS)
    (folder / "shop.yaml").write_text(RECIPE)
    run(folder / "shop.yaml", folder / "data")
    return Lake.open(folder / "data")


def apart_of(lake: Lake, who: str) -> tuple[person.Person, tuple[Apart, ...]]:
    found = person.find(lake, who)
    return found, apart(lake.at(), found.customer, found.names)


def test_an_import_keeps_what_it_refuses_once_and_says_with_whom_one_was_not_joined(tmp_path: Path) -> None:
    lake = imported(tmp_path)
    rows = lake.at().table("refusals")
    assert sorted(rows["why"].to_pylist()) == ["two_unique", "weak_between"]
    run(tmp_path / "shop.yaml", tmp_path / "data")
    assert lake.at().table("refusals").num_rows == 2
    people = {who: apart_of(lake, f"user_id:{who}") for who in ("ann", "ben", "cem")}
    ids = {who: found.customer for who, (found, _) in people.items()}
    assert len(set(ids.values())) == 3
    said = {who: {(one.why, one.name.partition(":")[0], one.others) for one in why} for who, (_, why) in people.items()}
    device = "weak_between", "device"
    mail = "two_unique", "email"
    holder = next(who for who in ("ann", "ben") if any(n.startswith("device") for n in people[who][0].names))
    other = "ben" if holder == "ann" else "ann"
    assert (*device, (ids[holder],)) in said[other]
    assert (*device, (ids[other],)) in said[holder]
    owner = next(who for who in ("ann", "cem") if len([n for n in people[who][0].names if n.startswith("email")]))
    guest = "cem" if owner == "ann" else "ann"
    assert (*mail, (ids[owner],)) in said[guest]
    assert (*mail, (ids[guest],)) in said[owner]
    assert {one.source for _, why in people.values() for one in why} == {"shop"}


def test_who_is_one_person_by_a_word_is_not_apart_until_it_is_taken_back(tmp_path: Path) -> None:
    lake = imported(tmp_path)
    (ann, before), (cem, _) = (apart_of(lake, f"user_id:{who}") for who in ("ann", "cem"))
    merge(lake, ann.customer, cem.customer, source="person:admin")
    assert {one.why for one in apart_of(lake, "user_id:ann")[1]} <= {"weak_between"}
    split(lake, ann.customer, cem.customer, source="person:admin")
    after = apart_of(lake, "user_id:ann")
    assert after == (ann, before)
    assert lake.at().table("refusals").num_rows == 2


def test_refusals_are_exported_with_a_person_and_go_with_them(tmp_path: Path) -> None:
    lake = imported(tmp_path)
    ben, apart_ = apart_of(lake, "user_id:ben")
    said = ledger(lake.at(), ben)
    (row,) = [row for row in said if row.get("why") == "weak_between"]
    assert row["identifier"] in ben.names
    assert row["same"] is False
    assert row["with"] in {"device", "user_id"}  # of the other one only the kind
    assert apart_
    person.erase(lake, ben)
    left = lake.at().table("refusals")
    assert not {*left["left"].to_pylist(), *left["right"].to_pylist()} & ben.names
    assert left["why"].to_pylist() == ["two_unique"]
