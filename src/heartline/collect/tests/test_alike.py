"""Likely duplicates: those that were planted come first, with what speaks for and against; those denied never again."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from heartline.collect.alike import TOLD, Likely, likely
from heartline.collect.joining import merge, split
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS
from heartline.store.tests.world import events

MANY = 100_000


def world(folder: Path, count: int) -> Lake:
    """Make people with an order and a visit each; every 1000th came again under another name, with the next order."""
    lake = events(folder, [("seed", "shop", "2024-01-01 10:00")])
    rng = np.random.default_rng(7)
    own = [f"user_id:{number:032x}" for number in range(count)]
    at = 1_704_067_200_000_000 + rng.integers(0, 300 * 86_400_000_000, count)
    columns = {name: pa.nulls(count, kind) for name, kind in zip(INTERACTIONS.names, INTERACTIONS.types, strict=True)}
    refs = [f"o{number - 1 if number % 1000 == 1 else number}" for number in range(count)]
    columns |= {
        "id": pa.array([f"w:{number}" for number in range(count)]),
        "occurred_at": pa.array(at).cast(INTERACTIONS.field("occurred_at").type),
        "seq": pa.array(np.arange(count)), "identifier": pa.array(own), "customer": pa.array(own),
        "ref": pa.array(refs), "unit": pa.array([f"store{number}" for number in rng.integers(0, 40, count)]),
        "kind": pa.array(["event"] * count), "source": pa.array(["w"] * count),
    }  # fmt: skip
    with lake.write("many") as writer:
        writer.append(pa.table(columns).select(INTERACTIONS.names).cast(INTERACTIONS))
    return lake


def told(count: int) -> pa.Table:
    """Everybody has a name, one in thousand of each; those who came again have the same rare one."""
    people = [f"user_id:{number:032x}" for number in range(count)]
    names = [f"rare {number // 1000}" if number % 1000 in (0, 1) else f"name {number % 997}" for number in range(count)]
    return pa.table(dict(zip(TOLD, (people, ["name"] * count, names), strict=True)))


def pairs(found: list[Likely]) -> set[tuple[int, int]]:
    return {(int(one.left.partition(":")[2], 16), int(one.right.partition(":")[2], 16)) for one in found}


def test_those_who_came_twice_are_found_among_many_in_seconds(tmp_path: Path) -> None:
    lake = world(tmp_path / "data", MANY)
    began = time.process_time()  # of the processor: how long others make us wait is not ours
    found = likely(lake.at(), told(MANY), most=MANY // 1000)
    took = time.process_time() - began
    assert pairs(found) == {(number, number + 1) for number in range(0, MANY, 1000)}
    assert took < 60, f"{took:.1f} s"  # two seconds here; to compare everybody with everybody takes hours
    assert [one.field for one in found[0].evidence] == ["name", "ref", "account"]
    assert [one.agrees for one in found[0].evidence] == [True, True, False]
    assert found[0].chance > 0.5


def test_an_order_alone_is_no_proof_and_what_differs_speaks_against(tmp_path: Path) -> None:
    lake = world(tmp_path / "data", 5_000)
    assert likely(lake.at()) == []
    names = told(5_000)
    before = {(one.left, one.right): one for one in likely(lake.at(), names)}
    phones = [str(number) for number in range(5_000)]
    differing = pa.table(dict(zip(TOLD, (names["identifier"], ["phone"] * 5_000, phones), strict=True)))
    after = {(one.left, one.right): one for one in likely(lake.at(), pa.concat_tables([names, differing]))}
    assert len(before) == len(after) == 5
    for pair, one in after.items():
        assert one.weight < before[pair].weight
        assert one.chance < before[pair].chance
        assert any(not piece.agrees and piece.field == "phone" for piece in one.evidence)


def test_who_was_denied_or_parted_is_not_shown_again(tmp_path: Path) -> None:
    lake = world(tmp_path / "data", 5_000)
    first = likely(lake.at(), told(5_000))
    assert len(first) == 5
    one, two = (first[0].left, first[0].right), (first[1].left, first[1].right)
    merge(lake, *two, source="person:admin")
    assert two not in {(pair.left, pair.right) for pair in likely(lake.at(), told(5_000))}
    split(lake, *two, source="person:admin")
    rest = {(pair.left, pair.right) for pair in likely(lake.at(), told(5_000), never=[one])}
    assert rest == {(pair.left, pair.right) for pair in first[2:]}


def test_an_empty_lake_has_nobody_alike(tmp_path: Path) -> None:
    assert likely(Lake.create(tmp_path / "data").at()) == []


def test_what_two_gave_or_used_and_were_not_joined_by_speaks_for_one_person_by_how_seldom_it_is(tmp_path: Path) -> None:
    lake = world(tmp_path / "data", 5_000)
    one, two, three = (f"user_id:{number:032x}" for number in (0, 1, 2))
    shop = "anonymous_id:till"
    said = [(one, "email:a", "two_unique"), (two, "email:a", "two_unique"), (three, "email:test", "nobody")]
    said += [(name, "anonymous_id:phone", "weak_between") for name in (one, two)]
    said += [(f"user_id:{number:032x}", shop, "weak_between") for number in range(3_000, 3_020)]
    with lake.write("said") as writer:
        left, right, why = (list(column) for column in zip(*said, strict=True))
        writer.add("refusals", pa.table({"left": left, "right": right, "why": why}))
        ties = {"left": [one, two, three], "right": ["anonymous_id:phone", "email:a", shop], "same": [True] * 3}
        writer.add("identities", pa.table(ties))
    found = likely(lake.at())
    assert [(pair.left, pair.right) for pair in found] == [(one, two)]
    said_of = {piece.field: piece for piece in found[0].evidence}
    assert {"shared", "device", "ref", "account"} == set(said_of)
    assert said_of["shared"].weight > said_of["device"].weight > 5
    assert said_of["device"].carriers == 2
