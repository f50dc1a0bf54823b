"""Who was erased does not come back by what waited; who comes again is somebody new."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline.collect import person
from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.tests.test_loader import Book, landed
from heartline.collect.loading.tests.wire import request, take
from heartline.core.ids import identifier
from heartline.store import steps
from heartline.store.lake import Lake
from heartline.store.tests.test_erasing import holding

HOUR_US = 3_600_000_000


@pytest.fixture
def some(tmp_path: Path) -> Iterator[Loader]:
    """A loader that has landed Ada, who goes by two identifiers, and Ben."""
    lake = Lake.create(tmp_path / "data")
    with opened(named(tmp_path / "data")) as inbox:
        made = Loader(lake, inbox, take, Book(), "test")
        inbox.put([request({"id": "a1", "user_id": "ada", "email": "ada@x.org"}, {"id": "b1", "user_id": "ben"})])
        made.turn()
        yield made


def ada(lake: Lake) -> list[str]:
    return [identifier("user_id", "ada", lake.key), identifier("email", "ada@x.org", lake.key)]


def test_what_waited_when_somebody_was_erased_stays_out(some: Loader) -> None:
    some.inbox.put([request({"id": "a2", "user_id": "ada"}, {"id": "b2", "user_id": "ben"})])
    person.erase(some.lake, person.find(some.lake, "user_id:ada"))
    some.turn()
    assert set(landed(some.lake)) == {"shop:b1", "shop:b2"}
    assert holding(some.lake.folder / "lake", ada(some.lake)) == set()


def test_who_comes_again_is_a_new_customer_without_the_old_names(some: Loader) -> None:
    old = landed(some.lake)["shop:a1"]
    person.erase(some.lake, person.find(some.lake, "user_id:ada"))
    some.inbox.put([request({"id": "a3", "email": "ada@x.org"}, {"id": "a0", "email": "ada@x.org", "at": HOUR_US})])
    some.turn()
    mail = identifier("email", "ada@x.org", some.lake.key)
    assert landed(some.lake)["shop:a3"] == mail
    assert old not in landed(some.lake).values()
    assert "shop:a0" not in landed(some.lake)
    assert holding(some.lake.folder / "lake", [identifier("user_id", "ada", some.lake.key)]) == set()
    found = person.find(some.lake, "ada@x.org")
    assert found.names == {mail}


@pytest.mark.parametrize("when", ["loader: settled", "loader: kept"])
def test_who_is_erased_while_a_batch_is_on_its_way_stays_out(
    some: Loader, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    some.inbox.put([request({"id": "a2", "user_id": "ada"}, {"id": "b2", "user_id": "ben"})])
    times = [0]

    def listener(now: str) -> None:
        if now == when and not times[0]:
            times[0] += 1
            time.sleep(0.01)
            person.erase(Lake.open(some.lake.folder), person.find(some.lake, "user_id:ada"))

    monkeypatch.setattr(steps, "listener", listener)
    some.turn()
    assert times == [1]
    assert set(landed(some.lake)) == {"shop:b1", "shop:b2"}
    assert holding(some.lake.folder / "lake", ada(some.lake)) == set()
