"""People joined by a person's word and parted again: whoever they were, they are again, and no fact has changed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heartline.collect.explaining import why
from heartline.collect.joining import merge, merging, split, splitting
from heartline.collect.loading.ledger import Ledger
from heartline.collect.tests.conftest import World
from heartline.core.errors import Conflict, NotFound
from heartline.core.ids import identifier
from heartline.store.lake import Lake

SQL = "select nr as id, day as occurred_at, member, email, device from rows"
RECIPE = (
    "recipe: 1\nsource: crm\nfiles: {rows: rows.csv}\nidentifiers: {member: unique}\n"
    f"interactions:\n  - sql: {SQL}\n"
)
HEAD = "nr,day,member,email,device\n"
ROWS = HEAD + (
    "1,2024-01-01,m1,a@x.org,d1\n2,2024-01-02,m2,b@x.org,\n3,2024-01-03,,c@x.org,d2\n4,2024-01-04,,,d3\n"
    "5,2024-01-05,m1,a2@x.org,\n6,2024-01-06,m3,,d3\n7,2024-01-07,,e@x.org,\n8,2024-01-08,m4,,d4\n"
)
SOURCE = "person:admin"


def named(lake: Lake, kind: str, value: str) -> str:
    return identifier(kind, value, lake.key)


def everyone(lake: Lake) -> list[str]:
    """Give one identifier of each person, of different power."""
    pairs = [("member", "m1"), ("member", "m2"), ("email", "c@x.org"), ("device", "d3"), ("email", "e@x.org"),
             ("member", "m4")]  # fmt: skip
    return [named(lake, *pair) for pair in pairs]


def customers(lake: Lake) -> dict[str, str | None]:
    snapshot = lake.at()
    rows = snapshot.execute(snapshot.rows("id", "customer")).to_pylist()
    return {row["id"].removeprefix("crm:"): row["customer"] for row in rows}


def customer_of(lake: Lake, name: str) -> str:
    return why(lake.at(), name).customer


def facts(lake: Lake) -> list[str]:
    return sorted(file.path for file in lake.at().files("interactions"))


def by_ledger(ledger: Ledger) -> dict[str, str]:
    ledger.catch_up()
    persons = ledger.persons
    numbers = np.arange(len(persons))
    names, now = persons.written(numbers), persons.written(persons.customers(numbers))
    return dict(zip(names.to_pylist(), now.to_pylist(), strict=True))


EXAMPLES = int(os.environ.get("HEARTLINE_JOINING_EXAMPLES", "6"))
"""Each is up to seven merges and as many partings, and settles everybody anew after each."""


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World(tmp_path_factory.mktemp("joining"))
    world.land(RECIPE, rows_csv=ROWS)
    return world.data


@given(steps=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=7), data=st.data())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_merged_and_parted_ends_where_it_began(
    steps: Sequence[tuple[int, int]], data: st.DataObject, start: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run") / "data"
    shutil.copytree(start, folder)
    lake = Lake.open(folder)
    people, before, files = everyone(lake), customers(lake), facts(lake)
    followed = Ledger(lake)
    whole = by_ledger(followed)
    held: list[tuple[str, str]] = []
    for one, other in steps:
        if customer_of(lake, people[one]) != customer_of(lake, people[other]):
            _, move = merge(lake, people[one], people[other], source=SOURCE)
            held.append(move.pair)
            assert len(move.after) == 1
        else:
            with pytest.raises(Conflict):
                merge(lake, people[one], people[other], source=SOURCE)
            if held:
                split(lake, *held.pop(data.draw(st.integers(0, len(held) - 1))), source=SOURCE)
        assert by_ledger(followed) == by_ledger(Ledger(lake))
        now = customers(lake)
        known = by_ledger(followed)
        assert {row: known[who] for row, who in now.items() if who} == now
    while held:
        split(lake, *held.pop(data.draw(st.integers(0, len(held) - 1))), source=SOURCE)
    assert customers(lake) == before
    assert {name: who for name, who in by_ledger(followed).items() if name in whole} == whole
    assert facts(lake) == files


def test_two_members_become_one_and_later_events_follow(start: Path, world: World) -> None:
    shutil.copytree(start, world.data)
    lake, before = world.lake, customers(world.lake)
    one, two = named(lake, "member", "m1"), named(lake, "member", "m2")
    foreseen = merging(lake.at(), one, two, SOURCE)
    version, move = merge(lake, one, two, source=SOURCE)
    assert move == foreseen
    assert move.interactions == sum(before[row] != who for row, who in customers(lake).items())
    assert len({customers(lake)[row] for row in "125"}) == 1
    world.land(RECIPE, rows_csv=ROWS + "9,2024-02-01,m2,,d9\n10,2024-02-02,m1,b@x.org,d9\n")
    assert len({customers(lake)[row] for row in ("1", "2", "9", "10")}) == 1
    assert splitting(lake.at(), one, two, SOURCE).fallen, "m1 with the address of m2 was taken as they were one"
    split(lake, one, two, source=SOURCE)
    now = customers(lake)
    assert {row: now[row] for row in before} == before
    assert (now["9"], now["10"]) == (before["2"], before["1"])
    assert by_ledger(Ledger(lake))[named(lake, "email", "b@x.org")] == before["2"]
    assert version + 2 == lake.at().version


def test_any_assertion_can_be_taken_back_and_said_again(start: Path, world: World) -> None:
    shutil.copytree(start, world.data)
    lake, before = world.lake, customers(world.lake)
    member, mail = named(lake, "member", "m1"), named(lake, "email", "a2@x.org")
    split(lake, member, mail, source=SOURCE)
    tree = why(lake.at(), member)
    assert mail not in {branch.name for branch in tree.tree}
    assert [word.pair for word in tree.parted] == [tuple(sorted((member, mail)))]
    merge(lake, mail, member, source=SOURCE)
    assert customers(lake) == before
    again = why(lake.at(), mail)
    assert again.parted == ()
    assert next(branch.word for branch in again.tree if branch.name == mail).source == SOURCE  # type: ignore[union-attr]


def test_the_tree_begins_with_the_oldest_and_names_who_said_what(start: Path) -> None:
    lake = Lake.open(start)
    member = named(lake, "member", "m1")
    found = why(lake.at(), named(lake, "device", "d1"))
    assert found.customer == found.tree[0].name == member
    assert [branch.depth for branch in found.tree] == [0, 1, 1, 1]
    assert {branch.name.partition(":")[0]: branch.power for branch in found.tree} == {
        "member": "unique", "email": "strong", "device": "weak",
    }  # fmt: skip
    assert {branch.word.source for branch in found.tree if branch.word} == {"crm"}
    assert all(branch.word.version in found.at for branch in found.tree if branch.word)


def test_nobody_is_merged_with_nobody(start: Path) -> None:
    lake = Lake.open(start)
    member = named(lake, "member", "m1")
    with pytest.raises(NotFound) as caught:
        merging(lake.at(), member, "member:" + "0" * 32, SOURCE)
    assert caught.value.code == "unknown_customer"
    with pytest.raises(NotFound) as caught:
        splitting(lake.at(), member, named(lake, "email", "b@x.org"), SOURCE)
    assert caught.value.code == "not_joined"
