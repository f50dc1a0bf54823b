"""Work in the background waits while what was received is late, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from heartline.collect.inbox import Backlog
from heartline.core.errors import Unavailable
from heartline.server.shell import giving_way


def waiting(seconds: float) -> Backlog:
    return Backlog(1, 1, 100, int((time.time() - seconds) * 1e6))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often it is looked whether something is late: the first two times it is."""
    found: list[int] = []

    def backlog() -> Backlog:
        found.append(1)
        return waiting(60 if len(found) < 3 else 0)

    monkeypatch.setattr(giving_way, "backlog", backlog)
    monkeypatch.setattr(giving_way, "LOOK_S", 0.0)
    return found


def test_it_waits_until_nothing_is_late(looks: list[int]) -> None:
    giving_way.give_way()
    assert len(looks) == 3


def test_it_does_not_wait_for_ever(looks: list[int]) -> None:
    assert giving_way.give_way(0.0) >= 0
    assert not looks


@pytest.mark.parametrize(("seconds", "late"), [(None, False), (0, False), (600, True)])
def test_late_is_what_waits_for_long(monkeypatch: pytest.MonkeyPatch, seconds: float | None, late: bool) -> None:
    monkeypatch.setattr(giving_way, "LATE_S", 300.0)
    monkeypatch.setattr(giving_way, "backlog", lambda: Backlog() if seconds is None else waiting(seconds))
    assert giving_way.late() is late


def test_an_inbox_that_is_away_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Iterator[None]:
        raise Unavailable("no_data", "Away.", remedy="Wait.")

    monkeypatch.setattr(giving_way, "workspace", away)
    assert not giving_way.late()
    assert giving_way.backlog() == Backlog()
