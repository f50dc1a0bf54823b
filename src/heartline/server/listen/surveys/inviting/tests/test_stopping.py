"""What is stopped while it goes on, or sent by two at once: nothing goes out afterwards, nothing is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from heartline.server.accounts.models import User
from heartline.server.listen.surveys.inviting import asks, commands, going, posting, reminding
from heartline.server.listen.surveys.inviting.models import Invited, Sending
from heartline.server.listen.surveys.inviting.tests.test_inviting import send, whom
from heartline.server.listen.surveys.inviting.values import Wish
from heartline.server.people.consent.models import State
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.people.eligibility import desk
from heartline.server.people.eligibility.models import Reservation
from heartline.server.people.eligibility.tests.company import agreed
from tests.meeting import Meeting

pytestmark = pytest.mark.django_db


def begun(alice: User) -> Sending:
    """Give a sending to four people that is due."""
    return commands.begin(key="nps", wish=Wish(), at=timezone.now(), by=alice)


def test_a_sending_that_is_stopped_while_it_goes_on_asks_nobody_more(
    asked: str, alice: User, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, reserved = begun(alice), desk._reserved

    def stopped(*given: Any) -> Any:
        counts = reserved(*given)
        commands.stop(key="nps", number=made.number, by=alice)
        return counts

    monkeypatch.setattr(desk, "AT_ONCE", 2)
    monkeypatch.setattr(desk, "_reserved", stopped)
    going.go()
    assert (posting.post(), Reservation.objects.count()) == (0, 0)
    assert list(Invited.objects.values_list("state", "why")) == [(Invited.State.DROPPED, "stopped")] * 2
    assert (Sending.objects.get().state, going.due()) == (Sending.State.STOPPED, False)


def test_one_that_is_stopped_before_it_goes_on_stays_so(
    asked: str, alice: User, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, guarded = begun(alice), going._guarded

    def stopped(one: Sending, do: object) -> int:
        commands.stop(key="nps", number=made.number, by=alice)
        return guarded(one, do)

    monkeypatch.setattr(going, "_guarded", stopped)
    assert (going.go(), posting.post()) == (0, 0)
    assert Sending.objects.get().state == Sending.State.STOPPED


def test_who_stops_it_while_some_are_kept_takes_these_back(
    meeting: Meeting, asked: str, alice: User, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = begun(alice)
    monkeypatch.setattr(going, "step", lambda name: meeting.here())
    meeting.at_once(going.go, lambda: commands.stop(key="nps", number=made.number, by=alice))
    assert (posting.post(), Reservation.objects.count()) == (0, 0)
    assert Sending.objects.get().state == Sending.State.STOPPED


def test_two_who_reserve_at_once_ask_everybody_once(meeting: Meeting, asked: str, alice: User, post: Server,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    begun(alice)
    monkeypatch.setattr(going, "step", lambda name: meeting.here())
    assert sum(meeting.at_once(going.go, going.go)) == 4
    monkeypatch.setattr(posting, "_claim", meeting.after(posting._claim))
    assert sum(meeting.at_once(posting.post, posting.post)) == 4
    assert whom(post.kept) == [f"{name}@shop.example" for name in ("anna", "ben", "cleo", "dora")]


def test_a_reminder_that_waits_does_not_go_after_it_was_stopped(asked: str, alice: User, post: Server) -> None:
    made = send(alice)
    posting.post()
    Invited.objects.update(remind_at=timezone.now())
    assert reminding.remind() == 4
    commands.stop(key="nps", number=made.number, by=alice)
    assert (posting.post(), Reservation.objects.count()) == (0, 4)
    assert set(Invited.objects.values_list("state", "remind_at")) == {(Invited.State.SENT, None)}


def test_what_somebody_else_sent_meanwhile_counts(
    asked: str, alice: User, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(alice)
    purpose = asks.purpose

    def meanwhile(how: Any) -> str:
        monkeypatch.setattr(asks, "purpose", purpose)
        assert posting.post() == 4  # another worker, which is quicker
        agreed("user_id:anna", "surveys", State.WITHDRAWN)
        return purpose(how)

    monkeypatch.setattr(asks, "purpose", meanwhile)
    assert posting.post() == 0
    assert set(Invited.objects.values_list("state", flat=True)) == {Invited.State.SENT}
    assert Reservation.objects.count() == 4
