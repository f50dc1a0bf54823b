"""The loader lands what was received exactly once, on the right customer, whatever comes between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from heartline.collect.inbox import Inbox, named, opened
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.tests.wire import request, take
from heartline.collect.parting import part
from heartline.core.errors import Unavailable
from heartline.store import steps
from heartline.store.lake import Lake


class Book:
    """Keeps what it is told, by number."""

    def __init__(self) -> None:
        self.batches: dict[int, Kept] = {}

    def keep(self, batch: Kept) -> None:
        self.batches[batch.number] = batch

    def landed(self, number: int, version: int, seconds: dict[str, float], lag_s: float) -> None:
        assert set(seconds) >= {"read", "settle", "keep", "wait", "write", "publish"}
        assert lag_s >= 0


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.create(tmp_path / "data")


@pytest.fixture
def inbox(tmp_path: Path, lake: Lake) -> Iterator[Inbox]:
    with opened(named(tmp_path / "data")) as made:
        yield made


def loader(lake: Lake, inbox: Inbox, book: Book | None = None) -> Loader:
    return Loader(Lake.open(lake.folder), inbox, take, book or Book(), "test")


def landed(lake: Lake) -> dict[str, Any]:
    """Give the customer of every row by its id; none is there twice."""
    now = lake.at()
    rows = now.execute(now.rows("id", "customer"))
    ids = rows["id"].to_pylist()
    assert len(set(ids)) == len(ids)
    return dict(zip(ids, rows["customer"].to_pylist(), strict=True))


def test_what_was_received_is_in_the_lake_and_no_longer_in_the_inbox(lake: Lake, inbox: Inbox) -> None:
    inbox.put([request({"id": "1", "user_id": "anna"}, {"id": "2"}), request({"id": "3", "user_id": "anna"})])
    assert not loader(lake, inbox).turn()
    found = landed(lake)
    assert set(found) == {"shop:1", "shop:2", "shop:3"}
    assert found["shop:1"] == found["shop:3"] != found["shop:2"] is None
    assert inbox.backlog().requests == 0
    assert not loader(lake, inbox).turn()
    assert len(lake.versions()) == 2


def test_an_id_that_came_before_lands_once_and_is_counted(lake: Lake, inbox: Inbox) -> None:
    book = Book()
    first = loader(lake, inbox, book)
    inbox.put([request({"id": "1"}, {"id": "1"}), request({"id": "2"})])
    first.turn()
    inbox.put([request({"id": "2"}, {"id": "3"}), request({"id": "2"}, source="desk")])
    loader(lake, inbox, book).turn()
    assert set(landed(lake)) == {"shop:1", "shop:2", "shop:3", "desk:2"}
    assert [one.again for one in book.batches.values()] == [Counter(shop=1), Counter(shop=1)]
    assert book.batches[2].landed == Counter(shop=1, desk=1)


def test_people_are_joined_by_events_that_only_say_who_they_are(lake: Lake, inbox: Inbox) -> None:
    some = loader(lake, inbox)
    inbox.put([request({"id": "1", "anonymous_id": "x"}, {"id": "2", "email": "a@b.de"})])
    some.turn()
    before = landed(lake)
    assert len(set(before.values())) == 2
    inbox.put(
        [
            request(
                {"only": 1, "user_id": "anna", "anonymous_id": "x"}, {"only": 1, "user_id": "anna", "email": "a@b.de"}
            )
        ]
    )
    some.turn()
    after = landed(lake)
    assert len(set(after.values())) == 1
    assert set(after.values()) <= set(before.values())
    fresh = loader(lake, inbox)
    inbox.put([request({"id": "3", "user_id": "anna"})])
    fresh.turn()
    assert len(set(landed(lake).values())) == 1


def test_what_others_write_about_people_holds_at_once(lake: Lake, inbox: Inbox) -> None:
    some = loader(lake, inbox)
    inbox.put([request({"id": "1", "user_id": "anna", "email": "a@b.de"}, {"id": "2", "email": "a@b.de"})])
    some.turn()
    assert len(set(landed(lake).values())) == 1
    edge = [row for row in lake.at().table("identities").to_pylist() if row["left"] != row["right"]]
    part(lake, edge[0]["left"], edge[0]["right"], source="test")
    inbox.put([request({"id": "3", "user_id": "anna", "email": "a@b.de"}, {"id": "4", "email": "a@b.de"})])
    some.turn()
    found = landed(lake)
    assert found["shop:1"] == found["shop:3"] != found["shop:2"] == found["shop:4"]


def test_others_may_write_about_people_between_settling_and_appending(lake: Lake, inbox: Inbox) -> None:
    some = loader(lake, inbox)
    inbox.put([request({"id": "1", "user_id": "anna"}, {"id": "2", "email": "a@b.de"})])
    some.turn()
    names = [row["left"] for row in lake.at().table("identities").to_pylist()]
    inbox.put([request({"id": "3", "user_id": "anna"}, {"id": "4", "email": "a@b.de"})])
    once = iter([True])

    def meanwhile(name: str) -> None:
        if name == "loader: kept" and next(once, False):
            with lake.write("somebody else") as writer:
                said = {"left": names[:1], "right": names[1:], "same": [True], "source": ["hand"]}
                writer.add("identities", pa.table(said))
                writer.add("customers", pa.table({"identifier": names[1:], "customer": names[:1], "was": names[1:]}))

    steps.listener = meanwhile
    try:
        some.turn()
    finally:
        steps.listener = None
    assert len(set(landed(lake).values())) == 1


def test_values_that_name_nobody_join_nobody(lake: Lake, inbox: Inbox) -> None:
    book = Book()
    inbox.put(
        [
            request(
                {"id": "1", "user_id": "anna", "email": "null"},
                {"id": "2", "email": "null"},
                {"id": "3", "email": "Test@x.de"},
            )
        ]
    )
    loader(lake, inbox, book).turn()
    found = landed(lake)
    assert found["shop:1"] is not None
    assert found["shop:2"] is found["shop:3"] is None
    assert book.batches[1].left_out == Counter(nobody=3)


def test_a_request_on_which_we_stumble_holds_up_nobody(lake: Lake, inbox: Inbox) -> None:
    book = Book()
    some = [request({"id": str(number)}, "not an event") for number in range(9)]
    inbox.put([*some[:4], request({"id": "stumble"}), *some[4:]])
    loader(lake, inbox, book).turn()
    assert len(landed(lake)) == 9
    refused = Counter((one.received, one.code) for one in book.batches[1].refused)
    assert refused == Counter([(4, "internal"), *((at, "not_an_object") for at in (0, 1, 2, 3, 5, 6, 7, 8, 9))])


def test_a_keeper_that_is_away_holds_the_batch_and_nothing_is_lost(lake: Lake, inbox: Inbox) -> None:
    class Away(Book):
        times = 2

        def keep(self, batch: Kept) -> None:
            self.times -= 1
            if self.times >= 0:
                raise Unavailable("away", "Away.", remedy="Wait.")
            super().keep(batch)

    some = loader(lake, inbox, Away())
    inbox.put([request({"id": "1", "user_id": "anna"})])
    for _ in range(2):
        with pytest.raises(Unavailable):
            some.turn()
        some._number = None
    inbox.put([request({"id": "2", "user_id": "anna"})])
    some.turn()
    assert set(landed(lake)) == {"shop:1", "shop:2"}
    assert len(set(landed(lake).values())) == 1
    assert lake.at().table("identities").num_rows == 1


def test_a_batch_larger_than_one_is_cut(lake: Lake, inbox: Inbox) -> None:
    some = loader(lake, inbox)
    some.tempo.most_bytes = 300
    inbox.put([request({"id": str(number), "user_id": f"u{number % 3}"}) for number in range(40)])
    turns = 1
    while some.turn():
        turns += 1
    while inbox.backlog().requests:
        some.turn()
    assert turns > 2
    assert len(landed(lake)) == 40
    assert len(set(landed(lake).values())) == 3
