"""Who is one person: connected identifiers, and never two people in silence."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect import people
from heartline.collect.identity import components
from heartline.core.ids import identifier
from heartline.store.schema import IDENTITIES

POWERS = {"user_id": "unique", "email": "strong", "phone": "strong", "anonymous_id": "weak"}
Pairs = list[tuple[str, str]]


class Ledger:
    """A ledger that grows by landings, and the customers written inline, as an import does it."""

    def __init__(self) -> None:
        self.rows = IDENTITIES.empty_table()
        self.version = 0
        self.customer: dict[str, str] = {}
        self.refused = 0

    def land(self, pairs: Pairs, alone: list[str] | None = None) -> people.Ties:
        """Land assertions; give what they came to."""
        self.version += 1
        table = pa.table(
            {
                "left": pa.array([a for a, _ in pairs], pa.string()),
                "right": pa.array([b for _, b in pairs], pa.string()),
            }
        )
        ties = people.tie(self.rows, table, POWERS, self.version)
        names = sorted({name for pair in pairs for name in pair} | set(alone or []))
        fresh = people.first_seen(self.rows, names)
        added = people.additions(ties, fresh, "test")
        landed = pa.array([self.version] * added.num_rows, pa.int64())
        self.rows = pa.concat_tables([self.rows, added.append_column("landed", landed).cast(IDENTITIES)])
        for name in fresh.to_pylist():
            self.customer[name] = ties.customer_of.get(name, name)
        assert ties.changed is not None
        for row in ties.changed.to_pylist():
            assert self.customer[row["identifier"]] == row["was"]
            self.customer[row["identifier"]] = row["customer"]
        self.refused += ties.refused.num_rows
        return ties

    @property
    def groups(self) -> set[frozenset[str]]:
        """Give the sets of identifiers that are one person."""
        found: dict[str, set[str]] = {}
        for name, customer in self.customer.items():
            found.setdefault(customer, set()).add(name)
        return {frozenset(group) for group in found.values()}


def test_a_customer_is_the_oldest_identifier() -> None:
    ledger = Ledger()
    ledger.land([], ["anonymous_id:9"])
    ledger.land([("user_id:5", "anonymous_id:9"), ("user_id:5", "email:3")])
    assert set(ledger.customer.values()) == {"anonymous_id:9"}


def test_within_one_landing_the_strongest_then_the_first_hash() -> None:
    ledger = Ledger()
    ledger.land([("email:1", "user_id:9"), ("email:1", "anonymous_id:0")])
    assert set(ledger.customer.values()) == {"user_id:9"}
    other = Ledger()
    other.land([("phone:2", "email:7"), ("phone:3", "email:7")])
    assert set(other.customer.values()) == {"phone:2"}


def test_a_later_merge_says_who_it_was_before() -> None:
    ledger = Ledger()
    ledger.land([("email:1", "phone:1")])
    ledger.land([("email:2", "phone:2")])
    ties = ledger.land([("phone:1", "phone:2")])
    assert ties.changed is not None
    assert sorted(ties.changed.to_pylist(), key=str) == [
        {"identifier": "email:2", "customer": "email:1", "was": "email:2"},
        {"identifier": "phone:2", "customer": "email:1", "was": "email:2"},
    ]


def test_two_unique_ids_never_join_in_silence() -> None:
    ledger = Ledger()
    ledger.land([("user_id:1", "email:1")])
    ties = ledger.land([("user_id:2", "email:1")])
    assert (ties.refused.num_rows, ties.edges.num_rows) == (1, 0)
    assert ledger.groups == {frozenset({"user_id:1", "email:1"}), frozenset({"user_id:2"})}


def test_nor_by_a_chain_of_others() -> None:
    ledger = Ledger()
    ties = ledger.land([("user_id:1", "email:1"), ("email:1", "phone:1"), ("phone:1", "user_id:2")])
    assert ties.refused.num_rows == 1
    assert ledger.customer["user_id:1"] != ledger.customer["user_id:2"]


def test_a_shared_device_does_not_make_two_people_one() -> None:
    ledger = Ledger()
    ties = ledger.land([("email:1", "anonymous_id:1"), ("email:2", "anonymous_id:1")])
    assert ties.refused.num_rows == 1
    assert ledger.groups == {frozenset({"email:1", "anonymous_id:1"}), frozenset({"email:2"})}
    again = ledger.land([("phone:5", "anonymous_id:1")])
    assert again.refused.num_rows == 1
    assert frozenset({"phone:5"}) in ledger.groups


def test_what_somebody_undid_is_not_asserted_again() -> None:
    ledger = Ledger()
    ledger.land([("email:1", "phone:1")])
    undone = pa.table({"left": ["email:1"], "right": ["phone:1"], "same": [False], "source": ["a page"], "landed": [2]})
    ledger.rows = pa.concat_tables([ledger.rows, undone.cast(IDENTITIES)])
    ledger.version = 2
    ties = ledger.land([("phone:1", "email:1")])
    assert (ties.edges.num_rows, dict(ties.customer_of)) == (0, {})


def test_hashes_are_those_of_core_and_hashed_once() -> None:
    hashes = people.Hashes(b"k" * 32)
    codes = hashes.codes("email", pa.array(["a@x.org", None, "b@x.org", "a@x.org"]))
    assert codes.tolist() == [0, -1, 1, 0]
    assert hashes.names == [identifier("email", value, b"k" * 32) for value in ("a@x.org", "b@x.org")]
    lo, hi = hashes.bits(codes)
    assert (lo[1], hi[1], lo[0] == lo[3]) == (0, 0, True)
    assert hashes.codes("email", pa.array(["b@x.org"])).tolist() == [1]


names = st.tuples(st.sampled_from(sorted(POWERS)), st.integers(0, 5)).map(lambda one: f"{one[0]}:{one[1]}")
pairs = st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), max_size=14)


@settings(max_examples=150)
@given(asserted=pairs, order=st.randoms(use_true_random=False))
def test_order_never_matters(asserted: Pairs, order: object) -> None:
    shuffled = [pair if order.random() < 0.5 else pair[::-1] for pair in asserted]  # type: ignore[attr-defined]
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Ledger(), Ledger()
    one.land(asserted)
    other.land(shuffled)
    assert one.customer == other.customer
    assert one.refused == other.refused


@settings(max_examples=150)
@given(landings=st.lists(pairs, max_size=4))
def test_twice_is_once_and_incremental_equals_rebuilt(landings: list[Pairs]) -> None:
    ledger = Ledger()
    for landing in landings:
        ledger.land(landing)
        before = dict(ledger.customer)
        assert ledger.land(landing).edges.num_rows == 0
        assert ledger.customer == before
    rebuilt = people.tie(ledger.rows, people.pair([], people.Hashes(b"")), POWERS, ledger.version + 1)
    assert {name: rebuilt.customer_of.get(name, name) for name in ledger.customer} == ledger.customer


@settings(max_examples=150)
@given(landings=st.lists(pairs, max_size=4))
def test_no_person_has_two_unique_ids_and_no_device_binds_two(landings: list[Pairs]) -> None:
    ledger = Ledger()
    for landing in landings:
        ledger.land(landing)
    for group in ledger.groups:
        assert sum(name.startswith("user_id:") for name in group) <= 1
    firm = Ledger()
    two = ledger.rows.filter(pa.compute.not_equal(ledger.rows["left"], ledger.rows["right"]))
    kept = list(zip(two["left"].to_pylist(), two["right"].to_pylist(), strict=True))
    firm.land(
        [pair for pair in kept if not any(name.startswith("anonymous_id") for name in pair)], list(ledger.customer)
    )
    better = {frozenset(n for n in group if not n.startswith("anonymous_id")) for group in ledger.groups} - {
        frozenset()
    }
    assert better == {group for group in firm.groups if not next(iter(group)).startswith("anonymous_id")}


@settings(max_examples=100)
@given(count=st.integers(1, 40), data=st.data())
def test_components_are_those_of_a_walk(count: int, data: st.DataObject) -> None:
    node = st.integers(0, count - 1)
    edges = data.draw(st.lists(st.tuples(node, node), max_size=40))
    left = np.array([a for a, _ in edges], np.int64)
    right = np.array([b for _, b in edges], np.int64)
    near: dict[int, set[int]] = {one: {one} for one in range(count)}
    for a, b in edges:
        near[a].add(b)
        near[b].add(a)
    expected = []
    for one in range(count):
        reached, todo = {one}, [one]
        while todo:
            for other in near[todo.pop()] - reached:
                reached.add(other)
                todo.append(other)
        expected.append(min(reached))
    assert components(count, left, right).tolist() == expected


def test_a_long_chain_is_one_component() -> None:
    chain = np.array(list(pairwise(np.random.default_rng(1).permutation(100_000))), np.int64)
    assert set(components(100_000, chain[:, 0], chain[:, 1]).tolist()) == {0}


@pytest.mark.parametrize("rows", [0, 1])
def test_no_assertions_no_ties(rows: int) -> None:
    ledger = Ledger()
    for _ in range(rows):
        ledger.land([], ["email:1"])
    assert ledger.land([]).edges.num_rows == 0
