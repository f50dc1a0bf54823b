"""A loader that sleeps while another one takes over, and wakes up: nothing is lost and nothing lands twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from heartline.collect.inbox import Inbox, named, opened
from heartline.collect.loading.keeping import Nobody
from heartline.collect.loading.loader import Loader, Tempo
from heartline.core.errors import Conflict
from heartline.store import steps
from heartline.store.lake import Lake

from .wire import request, take

SHORT_S = 0.001
"""A lease that is over as soon as it is looked at again."""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake.create(tmp_path / "data")


@pytest.fixture
def inbox(lake: Lake) -> Iterator[Inbox]:
    with opened(named(lake.folder)) as made:
        yield made


def loader(lake: Lake, inbox: Inbox, holder: str) -> Loader:
    """Make a loader that goes by leases, as one that runs does."""
    made = Loader(Lake.open(lake.folder), inbox, take, Nobody(), holder, Tempo(lease_s=SHORT_S))
    made._leased = holder
    return made


def turn(some: Loader) -> None:
    """Do what a running loader does in a turn."""
    while not some.inbox.lease(some.holder, SHORT_S):
        pass
    some.turn()


def landed(lake: Lake) -> Counter[str]:
    now = Lake.open(lake.folder).at()
    return Counter(now.execute(now.rows("id"))["id"].to_pylist())


@pytest.mark.parametrize(
    "moment",
    ["inbox: stamped", "loader: stamped", "loader: settled", "loader: kept", "loader: landed", "loader: forgotten"],
)
def test_who_sleeps_in_the_middle_of_a_batch_lands_it_no_second_time(
    moment: str, lake: Lake, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper, other = loader(lake, inbox, "sleeper"), loader(lake, inbox, "other")
    inbox.put([request({"id": f"{number}", "user_id": "u"}) for number in range(3)])

    def sleeps(name: str) -> None:
        if name == moment:
            monkeypatch.setattr(steps, "listener", None)
            turn(other)
            inbox.put([request({"id": "later", "user_id": "u"})])
            turn(other)
            other.inbox.release("other")

    monkeypatch.setattr(steps, "listener", sleeps)
    refused = None
    try:
        turn(sleeper)
    except Conflict as error:
        refused, sleeper._number = error.code, None  # as its run does
    assert refused in (None, "batch_landed")
    assert landed(lake) == {"shop:0": 1, "shop:1": 1, "shop:2": 1, "shop:later": 1}
    inbox.put([request({"id": "last", "user_id": "u"})])
    turn(sleeper)
    assert landed(lake)["shop:last"] == 1
    assert (inbox.backlog().requests, inbox.stamped()) == (0, [])


def test_who_slept_while_others_landed_binds_nothing_to_a_number_that_is_used(lake: Lake, inbox: Inbox) -> None:
    """Rows bound to a number that the lake has would be taken for landed, and forgotten."""
    sleeper, other = loader(lake, inbox, "sleeper"), loader(lake, inbox, "other")
    for some, name in ((sleeper, "a"), (other, "b"), (other, "c"), (sleeper, "d"), (other, "e"), (sleeper, "f")):
        inbox.put([request({"id": name, "user_id": "u"})])
        turn(some)
    assert landed(lake) == {f"shop:{name}": 1 for name in "abcdef"}
    assert inbox.backlog().requests == 0


@pytest.mark.parametrize("other_ended", [False, True])
def test_who_lost_the_lease_binds_nothing(other_ended: bool, lake: Lake, inbox: Inbox) -> None:
    sleeper, other = loader(lake, inbox, "sleeper"), loader(lake, inbox, "other")
    turn(sleeper)
    inbox.put([request({"id": "a", "user_id": "u"})])
    turn(other)
    if other_ended:
        inbox.release("other")
    inbox.put([request({"id": "b", "user_id": "u"})])
    with pytest.raises(Conflict) as refused:
        sleeper.turn()
    assert refused.value.code == "lease_lost"
    assert inbox.stamped() == []
    turn(sleeper)
    assert landed(lake) == {"shop:a": 1, "shop:b": 1}


def test_what_we_stumble_on_stays_out_of_the_log(lake: Lake, inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    some = loader(lake, inbox, "one")
    inbox.put([request({"id": "stumble"}), request({"id": "1", "user_id": "u"})])
    turn(some)
    assert landed(lake) == {"shop:1": 1}
    said = "\n".join(line.getMessage() + str(line.exc_text) for line in caplog.records)
    assert "ZeroDivisionError" in said
    assert "a fault of ours" not in said
