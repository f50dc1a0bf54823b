"""Asking by itself after something happened: once for each thing, however the work is cut, late or doubled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from heartline.server.accounts.models import User
from heartline.server.listen.surveys import commands as surveys
from heartline.server.listen.surveys.inviting import commands, going, posting
from heartline.server.listen.surveys.inviting.models import Invited, Sending
from heartline.server.listen.surveys.inviting.values import After, Manner, Wish
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.people.eligibility.models import Refused, Reservation
from heartline.store import steps
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def ago(**more: float) -> str:
    return (datetime.now(UTC) - timedelta(**more)).isoformat()


def happen(lake: Lake, *rows: tuple[str, str, str], **more: Any) -> None:
    """Have things happen: who, where, when; of order A in Berlin."""
    said = {"unit": "berlin", "ref": "A", "kind": "event", **more}
    events(lake.folder, [(who, place, at, said) for who, place, at in rows])


@pytest.fixture
def rule(asked: str, alice: User) -> Sending:
    """Ask two days after a delivery; what came in more than seven days late, no more."""
    commands.set_manner(key="nps", how=Manner(purpose="surveys", again_days=0), by=alice)
    return commands.begin(key="nps", wish=Wish(after=After(touchpoint="delivery")), at=timezone.now(), by=alice)


def test_each_delivery_is_asked_about_two_days_later(rule: Sending, company: Lake, post: Server) -> None:
    assert going.go() == 0  # what was there before the rule is not asked about
    happen(
        company, ("anna", "delivery", ago(days=3)), ("ben", "delivery", ago(hours=1)), ("cleo", "support", ago(days=3))
    )
    assert going.due()
    assert going.go() == 1
    assert {one.identifier: one.state for one in Invited.objects.all()} == {
        "user_id:anna": "waiting", "user_id:ben": "pending",
    }  # fmt: skip
    assert Invited.objects.get(identifier="user_id:anna").order == "A"
    assert posting.post() == 1
    assert not going.due()
    Invited.objects.update(due_at=timezone.now())
    assert going.due()
    assert going.go() == 1
    assert posting.post() == 1
    assert sorted(str(mail["To"]) for mail in post.kept) == ["anna@shop.example", "ben@shop.example"]


def test_what_is_read_again_is_asked_about_once(rule: Sending, company: Lake) -> None:
    happen(company, *((who, "delivery", ago(days=3)) for who in ("anna", "ben", "cleo")))
    going.go()
    first = set(Invited.objects.values_list("key", flat=True))
    Sending.objects.update(seen=rule.seen, landed=0, last="")  # as a restored database has it
    going.go()
    assert set(Invited.objects.values_list("key", flat=True)) == first
    assert Reservation.objects.count() == 3


def test_rows_are_read_a_part_at_a_time_to_the_last(
    rule: Sending, company: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(going, "AT_ONCE", 2)
    happen(company, *((f"p{number}", "delivery", ago(days=3, minutes=number)) for number in range(5)))
    for _turn in range(4):
        going.go()
    assert Invited.objects.count() == 5
    assert not going.due()


@pytest.mark.parametrize("where", ["happened read", "happened kept", "ripe kept", "invited kept"])
def test_a_kill_at_any_step_loses_nothing_and_doubles_nothing(
    rule: Sending, company: Lake, alice: User, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(Exception):
        pass

    def strike(name: str) -> None:
        if name == where:
            raise Killed

    happen(company, *((who, "delivery", ago(days=3)) for who in ("anna", "ben")))
    if where == "invited kept":
        commands.begin(key="nps", wish=Wish(touchpoint="support"), at=timezone.now(), by=alice)
    monkeypatch.setattr(going, "step", strike)
    with pytest.raises(Killed):
        going.go()
    monkeypatch.setattr(going, "step", steps.step)
    going.go()
    going.go()
    keys = list(Invited.objects.filter(sending=rule, state="waiting").values_list("identifier", flat=True))
    assert sorted(keys) == ["user_id:anna", "user_id:ben"]
    assert Reservation.objects.count() == Invited.objects.filter(state="waiting").count()


def test_what_comes_late_is_asked_about_within_the_window_only(rule: Sending, company: Lake) -> None:
    happen(company, ("anna", "delivery", ago(days=8)), ("ben", "delivery", ago(days=9, hours=1)))
    going.go()
    assert [one.identifier for one in Invited.objects.all()] == ["user_id:anna"]
    rule.refresh_from_db()
    assert rule.late == 1


def test_who_may_not_be_asked_then_is_not_and_the_reason_is_kept(rule: Sending, company: Lake) -> None:
    happen(
        company, ("eve", "delivery", ago(days=3)), ("anna", "delivery", ago(days=3)), ("anna", "delivery", ago(days=4))
    )
    assert going.go() == 1
    assert sorted(Refused.objects.values_list("identifier", "reason")) == [
        ("user_id:anna", "asked_lately"), ("user_id:eve", "no_address"),
    ]  # fmt: skip
    assert Invited.objects.filter(state="dropped").count() == 2


def test_a_survey_that_is_closed_stops_it(rule: Sending, company: Lake, alice: User) -> None:
    happen(company, ("anna", "delivery", ago(hours=1)))
    going.go()
    surveys.close(by=alice, key="nps")
    happen(company, ("ben", "delivery", ago(hours=1)))
    going.go()
    rule.refresh_from_db()
    assert (rule.state, rule.wrong) == ("stopped", "not_open")
    assert {one.why for one in Invited.objects.all()} == {"not_open"}


def test_a_rule_by_the_name_of_an_event(asked: str, alice: User, company: Lake) -> None:
    commands.begin(key="nps", wish=Wish(after=After(event="Parcel Scanned", delay_h=0)), at=timezone.now(), by=alice)
    happen(company, ("anna", "delivery", ago(minutes=1)), event="Parcel Scanned")
    happen(company, ("ben", "delivery", ago(minutes=1)), event="Other")
    assert going.go() == 1
