"""Stages begin as soon as they may: what chooses by the notes of another one waits for it, and no other does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.order import Order


def test_a_stage_waits_for_the_one_before_and_others_begin_meanwhile() -> None:
    order = Order(["postgres", "unit", "docs"], {"postgres": "unit"})
    assert [order.next(), order.next()] == ["unit", "docs"]
    order.over("docs")
    with ThreadPoolExecutor(1) as pool:
        begins = pool.submit(order.next)
        assert not begins.done()
        order.over("unit")
        assert begins.result(60) == "postgres"
    assert order.next() is None


def test_where_the_other_one_does_not_run_nobody_waits() -> None:
    order = Order(["postgres", "docs"], {"postgres": "unit"})
    assert [order.next(), order.next(), order.next()] == ["postgres", "docs", None]


def test_whoever_asks_while_the_last_one_waits_is_answered_when_it_has_begun() -> None:
    order = Order(["unit", "postgres"], {"postgres": "unit"})
    assert order.next() == "unit"
    said: list[str | None] = []
    asking = [threading.Thread(target=lambda: said.append(order.next())) for _ in range(2)]
    for thread in asking:
        thread.start()
    order.over("unit")
    for thread in asking:
        thread.join(60)
    assert sorted(said, key=str) == [None, "postgres"]
