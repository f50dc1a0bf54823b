"""Assertions settled as they come: however they are cut into batches, and as reading the whole ledger says."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from heartline.collect import people
from heartline.collect.loading.ledger import build
from heartline.collect.loading.names import I64
from heartline.collect.loading.persons import Persons

POWERS = {"user_id": "unique", "card": "unique", "email": "strong", "anonymous_id": "weak"}
KINDS = tuple(POWERS)
WHO = st.tuples(st.integers(0, 3), st.integers(0, 5))
SAID = st.lists(st.tuples(WHO, WHO), max_size=40)
Said = list[tuple[tuple[int, int], tuple[int, int]]]


def bits(kind: int, value: int) -> tuple[np.ndarray, np.ndarray]:
    """Give an identifier whose order by name is not that of its number."""
    mixed = (kind * 97 + value * 31 + 7) * 0x9E3779B97F4A7C15 % (1 << 64)
    return np.array([mixed], np.uint64), np.array([kind * 1000 + value], np.uint64)


def met(persons: Persons, who: tuple[int, int], version: int) -> int:
    return int(persons.meet(persons.kind_number(KINDS[who[0]]), *bits(*who), version)[0])


def told(persons: Persons, said: Said, version: int) -> tuple[list[tuple[str, str]], Any]:
    """Tell a batch; give the pairs that hold and who changed, by name."""
    before = persons.begin()
    pairs = np.array([[met(persons, a, version), met(persons, b, version)] for a, b in said], np.int64).reshape(-1, 2)
    held, _ = persons.join(pairs[:, 0], pairs[:, 1])
    changed = [persons.written(part).to_pylist() for part in persons.changed(before)]
    rows = persons.written(pairs[held].ravel()).to_pylist()
    persons.keep(version)
    return list(zip(rows[::2], rows[1::2], strict=True)), list(zip(*changed, strict=True))


def everybody(persons: Persons) -> dict[str, str]:
    numbers: I64 = np.arange(len(persons))
    whose = persons.written(persons.customers(numbers)).to_pylist()
    return dict(zip(persons.written(numbers).to_pylist(), whose, strict=True))


def sets(persons: Persons) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, customer in everybody(persons).items():
        found.setdefault(customer, set()).add(name)
    return {frozenset(some) for some in found.values()}


@given(SAID, st.lists(st.integers(0, 40), max_size=5))
def test_the_sets_are_the_same_however_the_assertions_are_cut(said: Said, cuts: list[int]) -> None:
    one, many = Persons(POWERS), Persons(POWERS)
    told(one, said, 1)
    ends = sorted({0, *(cut for cut in cuts if cut < len(said)), len(said)})
    for version, (start, end) in enumerate(pairwise(ends), 1):
        told(many, said[start:end], version)
    assert sets(many) == sets(one)


@given(st.lists(SAID, max_size=4))
def test_reading_the_ledger_anew_gives_the_same_customers(batches: list[Said]) -> None:
    live, rows = Persons(POWERS), []
    for version, said in enumerate(batches, 1):
        before = len(live)
        pairs, _ = told(live, said, version)
        fresh = live.written(np.arange(before, len(live))).to_pylist()
        rows += [(name, name, version) for name in fresh] + [(*pair, version) for pair in pairs]
    anew = Persons(POWERS)
    columns: list[list[int]] = [[], [], [], []]
    for left, right, version in rows:
        ends = [_again(anew, name, version) for name in (left, right)]
        if left != right:
            for column, value in zip(columns, (*ends, 1, version), strict=True):
                column.append(value)
    left, right, same, landed = (np.array(column, np.int64) for column in columns)
    build(anew, left, right, same.astype(bool), landed)
    assert everybody(anew) == everybody(live)
    for name in ("size", "firm"):
        roots_live, roots_anew = (np.unique(some.roots(np.arange(len(some)))) for some in (live, anew))
        assert sorted(live.of[name][roots_live].tolist()) == sorted(anew.of[name][roots_anew].tolist())
    assert _ledger_of(rows) == everybody(live)


def _again(persons: Persons, name: str, version: int) -> int:
    kind, _, text = name.partition(":")
    lo, hi = np.frombuffer(bytes.fromhex(text), "<u8")
    return int(persons.meet(persons.kind_number(kind), np.array([lo]), np.array([hi]), version)[0])


def _ledger_of(rows: list[tuple[str, str, int]]) -> dict[str, str]:
    """Resolve the ledger as an import does."""
    left, right = [row[0] for row in rows], [row[1] for row in rows]
    landed = [row[2] for row in rows]
    ledger = pa.table(
        {"left": pa.array(left, pa.string()), "right": pa.array(right, pa.string()),
         "same": pa.array([True] * len(rows), pa.bool_()), "source": pa.array(["s"] * len(rows), pa.string()),
         "landed": pa.array(landed, pa.int64())}
    )  # fmt: skip
    none = pa.table({"left": pa.array([], pa.string()), "right": pa.array([], pa.string())})
    ties = people.tie(ledger, none, POWERS, 99)
    return {name: ties.customer_of.get(name, name) for name in left + right}


@given(SAID, SAID)
def test_what_was_told_can_be_taken_back_exactly(first: Said, second: Said) -> None:
    persons = Persons(POWERS)
    told(persons, first, 1)
    before, count = everybody(persons), len(persons)
    persons.begin()
    pairs = np.array([[met(persons, a, 2), met(persons, b, 2)] for a, b in second], np.int64).reshape(-1, 2)
    persons.join(pairs[:, 0], pairs[:, 1])
    persons.undo()
    assert everybody(persons) == before
    assert len(persons) == count
    other = Persons(POWERS)
    told(other, first, 1)
    assert told(persons, second, 2) == told(other, second, 2)
    assert everybody(persons) == everybody(other)


@given(st.lists(SAID, min_size=2, max_size=3))
def test_who_changes_is_said_once_with_whom_they_belonged_to(batches: list[Said]) -> None:
    persons = Persons(POWERS)
    for version, said in enumerate(batches, 1):
        before = everybody(persons)
        _, changed = told(persons, said, version)
        after = everybody(persons)
        assert sorted(changed) == sorted((who, after[who], was) for who, was in before.items() if after[who] != was)


def test_no_two_of_a_unique_kind_and_no_bridge_by_a_device_and_no_more_than_a_ceiling() -> None:
    persons = Persons(POWERS, most=3)
    persons.begin()

    def say(a: tuple[int, int], b: tuple[int, int]) -> dict[str, int]:
        left, right = (np.array([met(persons, who, 1)]) for who in (a, b))
        return dict(Counter(persons.join(left, right)[1].values()))

    user, other, mail, device = (0, 1), (0, 2), (2, 1), (3, 1)
    assert say(user, mail) == {}
    assert say(other, mail) == {"two_unique": 1}
    assert say(user, device) == {}
    assert say(other, device) == {"weak_between": 1}
    assert say(user, (2, 5)) == {"too_many": 1}
    assert say(user, mail) == {}
