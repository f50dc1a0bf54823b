"""Names are numbered in their order, found again, and forgotten from the end."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.collect.loading.names import Names, split, written

NAMES = st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=30), max_size=8)

Batches = list[list[tuple[int, int]]]


def halves(some: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([lo for lo, _ in some], np.uint64), np.array([hi for _, hi in some], np.uint64)


@given(NAMES)
def test_a_name_keeps_the_number_of_its_first_coming(batches: list[list[tuple[int, int]]]) -> None:
    names, numbered = Names(room=2), dict[tuple[int, int], int]()
    for some in batches:
        assert names.find(*halves(some)).tolist() == [numbered.get(name, -1) for name in some]
        want = [numbered.setdefault(name, len(numbered)) for name in some]
        assert names.add(*halves(some)).tolist() == want
        assert len(names) == len(numbered)
    assert names.find(*halves(list(numbered))).tolist() == list(numbered.values())


@given(NAMES, NAMES)
def test_forgetting_the_newest_leaves_the_others(kept: Batches, gone: Batches) -> None:
    names, before = Names(), [name for some in kept for name in some]
    first = names.add(*halves(before)).tolist()
    count = len(names)
    for some in gone:
        names.add(*halves(some))
    names.shrink(count)
    assert names.find(*halves(before)).tolist() == first
    later = [name for some in gone for name in some if name not in before]
    assert set(names.find(*halves(later)).tolist()) <= {-1}


def test_many_names_are_all_found() -> None:
    dice = np.random.default_rng(1)
    lo, hi = dice.integers(0, 1 << 62, (2, 300_000), dtype=np.uint64)
    names = Names()
    for start in range(0, 300_000, 70_000):
        names.add(lo[start : start + 70_000], hi[start : start + 70_000])
    assert (names.find(lo, hi) == np.arange(300_000)).all()
    assert (names.find(hi, lo) == -1).all()


def test_identifiers_are_read_and_written_alike() -> None:
    text = ["user_id:00112233445566778899aabbccddeeff", "e:ffeeddccbbaa99887766554433221100"]
    kinds, lo, hi = split(pa.array(text))
    assert [written(kind, *bits) for kind, *bits in zip(kinds.to_pylist(), lo, hi, strict=True)] == text
    with pytest.raises(ValueError, match="32 digits"):
        split(pa.array(["user_id:anna"]))
