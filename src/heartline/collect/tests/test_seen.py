"""Names of rows: written and read alike, numbered over batches, found in the lake."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect.seen import Lake, Occurrences, from_hex, mixed, to_hex

words = st.lists(st.integers(min_value=0, max_value=2**64 - 1), min_size=1, max_size=20)


def u64(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.uint64)


def test_a_name_is_written_as_md5_writes_it() -> None:
    digest = hashlib.md5(b"a")
    lo, hi = (u64([int.from_bytes(part, "little")]) for part in (digest.digest()[:8], digest.digest()[8:]))
    assert to_hex(lo, hi).tobytes().decode() == digest.hexdigest()


@given(lo=words)
def test_what_is_written_is_read_again(lo: list[int]) -> None:
    hi = list(reversed(lo))
    again_lo, again_hi = from_hex(to_hex(u64(lo), u64(hi)))
    assert (again_lo.tolist(), again_hi.tolist()) == (lo, hi)


@settings(max_examples=50)
@given(batches=st.lists(st.lists(st.integers(0, 12), max_size=30), max_size=8))
def test_occurrences_are_numbered_over_batches(batches: list[list[int]]) -> None:
    seen: Counter[int] = Counter()
    occurrences = Occurrences()
    for batch in batches:
        expected = []
        for one in batch:
            seen[one] += 1
            expected.append(seen[one])
        assert occurrences.number(u64(batch)).tolist() == expected


def test_the_lake_knows_how_often_it_has_a_name() -> None:
    lake = Lake(u64([5, 3, 5, 5]), u64([1, 1, 1, 2]))
    assert lake.count(u64([5, 5, 3, 4]), u64([1, 2, 1, 1])).tolist() == [2, 1, 1, 0]
    assert Lake(u64([]), u64([])).count(u64([1]), u64([1])).tolist() == [0]


def test_other_people_make_another_name() -> None:
    people = u64(list(range(10_000)))
    same = np.full(10_000, 7, np.uint64)
    lo, hi = mixed(same, same, people, people)
    assert len(set(lo.tolist())) == len(set(hi.tolist())) == 10_000
