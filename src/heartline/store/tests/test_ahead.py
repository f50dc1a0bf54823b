"""Items made ahead: in order, errors in their place, and no thread left when they are given up."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from heartline.store.engine.ahead import ahead


def test_items_come_in_order_and_an_error_in_its_place() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise ValueError("the sixth")

    numbers = ahead(items(), 2, lambda: None)
    assert [next(numbers) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="the sixth"):
        next(numbers)


def test_no_more_than_a_few_are_made_ahead_and_giving_up_ends_the_thread() -> None:
    made: list[int] = []
    closed = threading.Event()

    def items() -> Iterator[int]:
        number = 0
        while not closed.is_set():
            made.append(number)
            yield number
            number += 1

    numbers = ahead(items(), 3, closed.set)
    assert next(numbers) == 0
    numbers.close()  # type: ignore[attr-defined]
    assert closed.is_set()
    assert len(made) <= 3 + 4  # those that wait, one in hand, one being made, and those let go by while giving up
    assert not [thread for thread in threading.enumerate() if thread.name == "ahead"]
