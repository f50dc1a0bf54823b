"""What every inbox promises: what was put is there, in explicit sets, until it is forgotten."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heartline.collect.inbox import Backlog, Inbox, Received, opened
from heartline.core.errors import Conflict, InvalidInput, Unavailable

from .rows import die_at, numbers, row


def test_what_was_put_is_stamped_in_its_order_and_byte_by_byte(inbox: Inbox) -> None:
    odd = Received(5, "Läden", "import", b'{"a":"\xff\x00"}', 7, '{"agent":"ü"}'.encode())
    inbox.put([row(1), odd])
    inbox.put([row(2)])
    got = inbox.stamp(1, 10_000)
    assert [(one.source, one.kind, one.body, one.events, one.about, one.at_us) for one in got] == [
        ("shop", "track", row(1).body, 1, b"{}", 1_000_001),
        ("Läden", "import", odd.body, 7, odd.about, 5),
        ("shop", "track", row(2).body, 1, b"{}", 1_000_002),
    ]
    assert [one.id for one in got] == sorted({one.id for one in got})
    assert got[0].id > 0


def test_a_stamp_binds_an_exact_set_for_good(inbox: Inbox) -> None:
    inbox.put([row(number, size=100) for number in range(5)])
    assert numbers(inbox.stamp(7, 250)) == [0, 1]
    inbox.put([row(5, size=100)])
    assert numbers(inbox.stamp(9, 399)) == [2, 3, 4]
    assert numbers(inbox.stamp(10, 1)) == [5]
    assert inbox.stamp(11, 1_000) == []
    assert inbox.stamped() == [7, 9, 10]
    assert numbers(inbox.batch(7)) == [0, 1]
    inbox.forget(9)
    assert inbox.stamped() == [7, 10]
    assert (numbers(inbox.batch(7)), inbox.batch(9), numbers(inbox.batch(10))) == ([0, 1], [], [5])
    inbox.put([row(6)])
    assert numbers(inbox.stamp(11, 1_000)) == [6]


def test_a_number_is_stamped_once(inbox: Inbox) -> None:
    inbox.put([row(1), row(2)])
    inbox.stamp(1, 10)
    with pytest.raises(Conflict) as refused:
        inbox.stamp(1, 10)
    assert refused.value.code == "batch_stamped"
    assert (numbers(inbox.batch(1)), numbers(inbox.stamp(2, 10))) == ([1], [2])


def test_forgetting_twice_or_what_never_was_is_nothing(inbox: Inbox) -> None:
    inbox.put([row(1)])
    inbox.stamp(1, 10)
    for number in (1, 1, 99):
        inbox.forget(number)
    assert (inbox.stamped(), inbox.backlog()) == ([], Backlog())


def test_ids_never_come_back(inbox: Inbox) -> None:
    inbox.put([row(1)])
    (before,) = inbox.stamp(1, 10)
    inbox.forget(1)
    inbox.put([row(2)])
    assert inbox.stamp(2, 10)[0].id > before.id


def test_the_backlog_counts_what_has_not_landed(inbox: Inbox) -> None:
    assert inbox.backlog() == Backlog()
    inbox.put([row(1, size=100, events=3), row(2, size=50)])
    inbox.put([row(3, size=10, events=10)])
    assert inbox.backlog() == Backlog(requests=3, events=14, bytes=160, oldest_us=1_000_001)
    inbox.stamp(1, 100)
    assert inbox.backlog().requests == 3
    inbox.forget(1)
    assert inbox.backlog() == Backlog(requests=2, events=11, bytes=60, oldest_us=1_000_002)


def test_a_batch_larger_than_a_slice_is_forgotten_whole(inbox: Inbox) -> None:
    inbox.put([row(number, size=900_000) for number in range(10)])
    assert len(inbox.stamp(1, 8_100_000)) == 9
    inbox.forget(1)
    assert (inbox.stamped(), inbox.backlog().requests) == ([], 1)
    assert numbers(inbox.stamp(2, 10)) == [9]


def test_one_loader_holds_the_lease(inbox: Inbox, address: str) -> None:
    with opened(address) as other:
        assert inbox.lease("a", 30)
        assert not other.lease("b", 30)
        assert inbox.lease("a", 0.2)
        time.sleep(0.3)
        assert other.lease("b", 30)
        assert not inbox.lease("a", 30)
        inbox.release("a")
        assert not inbox.lease("a", 30)
        other.release("b")
        assert inbox.lease("a", 30)


def test_keys_are_set_and_dropped(inbox: Inbox, address: str) -> None:
    inbox.set_key("h1", "shop")
    inbox.set_key("h2", "app")
    inbox.set_key("h2", "mobile app")
    inbox.drop_key("h1")
    inbox.drop_key("h1")
    with opened(address) as other:
        assert other.keys() == {"h2": "mobile app"}


def test_threads_and_processes_put_at_once_and_nothing_is_lost(inbox: Inbox, address: str) -> None:
    def put(start: int, into: Inbox) -> None:
        for number in range(start, start + 25):
            into.put([row(2 * number), row(2 * number + 1)])

    with opened(address) as other:
        threads = [
            threading.Thread(target=put, args=(100 * which, inbox if which % 2 else other)) for which in range(6)
        ]
        for thread in threads:
            thread.start()
        got: list[Received] = []
        batch = 0
        while len(got) < 300:
            batch += 1
            got += inbox.stamp(batch, 500)
            inbox.forget(batch)
        for thread in threads:
            thread.join()
    assert sorted(numbers(got)) == [
        2 * (100 * which + n) + more for which in range(6) for n in range(25) for more in (0, 1)
    ]
    assert len({one.id for one in got}) == 300
    assert (inbox.stamp(10_000, 10), inbox.backlog()) == ([], Backlog())


@pytest.mark.parametrize(("step", "kept"), [("inbox: put", 0), ("inbox: kept", 3)])
def test_a_kill_while_putting_keeps_all_or_nothing(inbox: Inbox, address: str, step: str, kept: int) -> None:
    die_at(step, address, "put")
    assert inbox.backlog().requests == kept
    inbox.put([row(1)])
    assert numbers(inbox.stamp(1, 10_000)) == [*range(100, 100 + kept), 1]


@pytest.mark.parametrize(("step", "stamped"), [("inbox: stamp", []), ("inbox: stamped", [1])])
def test_a_kill_while_stamping_binds_all_or_nothing(inbox: Inbox, address: str, step: str, stamped: list[int]) -> None:
    inbox.put([row(1), row(2)])
    die_at(step, address, "stamp")
    assert inbox.stamped() == stamped
    assert numbers(inbox.batch(1) or inbox.stamp(1, 10_000)) == [1, 2]


@pytest.mark.parametrize("step", ["inbox: forget", "inbox: forgetting", "inbox: forgotten"])
def test_a_kill_while_forgetting_touches_no_other_row(inbox: Inbox, address: str, step: str) -> None:
    inbox.put([row(number, size=1_000_000) for number in range(9)])
    inbox.stamp(1, 9_000_000)
    if step != "inbox: forgetting" or address.startswith("/"):  # only files forget in slices
        die_at(step, address, "forget")
    inbox.put([row(50)])
    inbox.forget(1)
    assert (inbox.stamped(), inbox.backlog().requests) == ([], 1)
    assert numbers(inbox.stamp(2, 10)) == [50]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_the_order_of_work_nothing_is_lost_or_doubled(inbox: Inbox, data: st.DataObject) -> None:
    """Draw puts, stamps and forgettings; each row is in exactly one batch, and the backlog is what is left."""
    for number in inbox.stamped():
        inbox.forget(number)
    while inbox.stamp(1, 10**9):
        inbox.forget(1)
    waiting: list[int] = []
    bound: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    for turn in range(data.draw(st.integers(1, 12))):
        work = data.draw(st.sampled_from(["put", "stamp", "forget"]))
        if work == "put":
            new = [1000 * turn + number for number in range(data.draw(st.integers(0, 3)))]
            sizes |= {number: data.draw(st.integers(8, 60)) for number in new}
            inbox.put([row(number, size=sizes[number]) for number in new])
            waiting += new
        elif work == "stamp":
            got = numbers(inbox.stamp(turn + 1, data.draw(st.integers(1, 100))))
            assert got == waiting[: len(got)]
            assert bool(got) == bool(waiting)
            waiting = waiting[len(got) :]
            bound |= {turn + 1: got} if got else {}
        elif bound:
            number = data.draw(st.sampled_from(sorted(bound)))
            inbox.forget(number)
            del bound[number]
        left = waiting + [number for rows in bound.values() for number in rows]
        assert {number: numbers(inbox.batch(number)) for number in inbox.stamped()} == bound
        assert inbox.backlog().requests == len(left)
        assert inbox.backlog().bytes == sum(sizes[number] for number in left)


@pytest.mark.about_files
def test_what_was_forgotten_leaves_no_byte_in_the_file(tmp_path: Path) -> None:
    """Once the log of writes is folded in, which SQLite does by itself after some pages."""
    with opened(tmp_path) as inbox:
        inbox.put([replace(row(number), body=b"Nina Neu " * 2_000) for number in range(5)])
        inbox.stamp(1, 10**9)
        inbox.forget(1)
    for path in tmp_path.iterdir():
        assert b"Nina Neu" not in path.read_bytes(), path


def test_an_address_of_something_else_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        opened("mysql://localhost/x")
    assert refused.value.code == "bad_address"


def test_opening_the_inbox_loads_neither_django_nor_an_engine(tmp_path: object) -> None:
    heavy = ("django", "duckdb", "ibis", "pyarrow", "numpy", "msgspec", "psycopg")
    code = (
        f"from heartline.collect.inbox import opened; opened({str(tmp_path)!r}).close()\n"
        f"import sys; print([name for name in {heavy} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout == "[]\n"


@pytest.mark.about_files
def test_a_folder_that_is_not_there_is_said(tmp_path: object) -> None:
    with pytest.raises(Unavailable) as refused:
        opened(f"{tmp_path}/nowhere")
    assert refused.value.code == "inbox_away"
