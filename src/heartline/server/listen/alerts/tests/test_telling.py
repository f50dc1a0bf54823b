"""Low scores are told once, at once the first, gathered what follows, to whom may see them."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.act.outbound import commands as outbound
from heartline.server.act.outbound.commands import Hearing
from heartline.server.act.outbound.models import Delivery
from heartline.server.listen.alerts import commands, composing, letters, posting
from heartline.server.listen.alerts.models import Alert, Finding, Hearer, Message, Telling
from heartline.server.listen.alerts.values import Wish
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.shell import personal
from heartline.server.shell.personal import Theirs
from heartline.store import erasing, steps
from heartline.store.lake import Lake

from .conftest import LOW, Told, go, land, scored

pytestmark = pytest.mark.django_db
State = Message.State


def plain(mail: Any, how: str = "plain") -> str:
    """Give the words of a mail."""
    return str(mail.get_body((how,)).get_content())


def later(**by: float) -> None:
    """Let time pass for who gathers."""
    past = timezone.now() - timedelta(**by)
    Hearer.objects.all().update(next_at=past)
    Message.objects.filter(state=State.WAITING).update(due_at=past)
    Message.objects.filter(state=State.SENDING).update(claimed_at=past)


def test_a_low_score_is_told_with_its_words_why_and_how_to_stop(lake: Lake, told: Told, post: Server) -> None:
    rule = told()
    assert go() == 0
    land(lake, scored(1, text="Late <again>"), scored(5), scored(2, "wien"))
    assert go() == 1
    (mail,) = post.kept
    assert mail["To"] == "alice@example.org"
    assert mail["Subject"].strip() == "Stars: one score of 2 or less · Berlin, and one more"
    said = plain(mail)
    assert "1 · Delivery · today" in said
    assert "“Late <again>”" in said
    assert "because you asked to be told: Very bad stars" in said
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip(" <>") in said
    html = plain(mail, "html")
    assert "Late &lt;again&gt;" in html
    assert "anna" not in said, "who it was is not in mails"
    assert {(one.series, one.times) for one in rule.alerts.all()} == {("low berlin", 1), ("low wien", 1)}
    assert go() == 0


def test_what_was_there_before_or_came_from_the_past_is_not_told(lake: Lake, told: Told, post: Server) -> None:
    land(lake, scored(1))
    told()
    land(lake, ("ben", "delivery", "2024-04-01 10:00", {"score": 1.0, "scale": "stars5", "unit": "berlin",
                                                        "received_at": datetime.now(UTC)}))  # fmt: skip
    assert go() == 0
    land(lake, scored(1))
    assert go() == 1
    assert Finding.objects.count() == 1


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        (LOW, 3),
        (Wish(scale="stars5", at_most=1), 2),
        (Wish(scale="stars5", at_most=2, text="with"), 1),
        (Wish(scale="stars5", at_most=2, text="without"), 2),
        (Wish(scale="stars5", at_most=2, units=("germany",)), 2),
        (Wish(scale="stars5", at_most=2, touchpoints=("support",)), 0),
        (Wish(scale="nps", at_most=6), 0),
    ],
)
def test_only_what_was_wished(lake: Lake, told: Told, wish: Wish, count: int) -> None:
    rule = told(wish=wish)
    land(lake, scored(1, text="no"), scored(2), scored(3), scored(1, "wien"))
    go()
    assert rule.findings.count() == count


def test_what_follows_is_gathered_into_one_message(lake: Lake, told: Told, post: Server) -> None:
    told()
    land(lake, scored(1))
    assert go() == 1
    for _ in range(15):
        land(lake, scored(2))
    assert go() == 0, "within the hour"
    later(minutes=1)
    assert go() == 1
    assert post.kept[1]["Subject"].strip() == "Stars: 15 scores of 2 or less · Berlin"
    assert "and 3 more" in plain(post.kept[1])
    assert Alert.objects.get().times == 16


def test_nobody_is_told_in_their_quiet_hours(lake: Lake, told: Told, post: Server, alice: User) -> None:
    told()
    commands.set_habits(by=alice, quiet_from=22, quiet_to=7, weekly=False)
    land(lake, scored(1))
    from heartline.server.listen.alerts import hearing

    hearing.hear()
    night = datetime(2027, 1, 12, 23, 30, tzinfo=composing.zone())
    assert composing.compose(night) == 0
    assert Hearer.objects.get().next_at == datetime(2027, 1, 13, 7, tzinfo=composing.zone())
    assert composing.compose(night + timedelta(hours=7)) == 0
    assert composing.compose(night + timedelta(hours=8)) == 1


def test_two_rules_are_one_message(lake: Lake, told: Told, post: Server) -> None:
    told()
    told(wish=Wish(scale="stars5", at_most=1, units=("berlin",)))
    land(lake, scored(1))
    assert go() == 1
    assert plain(post.kept[0]).count("http://localhost/alerts/") >= 3


def test_people_are_told_only_what_they_may_see(
    lake: Lake, told: Told, post: Server, alice: User, bob: User
) -> None:  # fmt: skip
    rule = told()
    vera = accounts.create_user(email="vera@example.org", role=Role.VIEWER, by="test")
    for user in (bob, vera):
        commands.hear(by=user, number=told(by=user).pk if user is bob else rule.pk)
    land(lake, scored(1, "berlin", "Loud"), scored(1, "wien", "Cold"), scored(1, "wien", "Rude"))
    go()
    words = {mail["To"]: plain(mail) for mail in post.kept}
    assert set(words) == {"alice@example.org", "bob@example.org", "vera@example.org"}
    assert "Loud" in words["bob@example.org"]
    assert not {"Cold", "Vienna"} & set(words["bob@example.org"].replace("·", " ").split())
    assert "Cold" in words["alice@example.org"]
    assert "Vienna" in words["vera@example.org"]
    assert "Cold" not in words["vera@example.org"], "who may not see people reads no texts"


def test_who_may_not_see_it_any_more_is_told_nothing(lake: Lake, told: Told, post: Server, bob: User) -> None:
    told(by=bob)
    land(lake, scored(1))
    from heartline.server.listen.alerts import hearing

    hearing.hear()
    assert Telling.objects.count() == 1
    User.objects.filter(pk=bob.pk).update(units=["wien"])
    composing.compose()
    assert posting.post() == 0
    assert not Telling.objects.exists()


def test_a_muted_alert_is_found_and_told_nobody(lake: Lake, told: Told, post: Server, alice: User) -> None:
    told()
    land(lake, scored(1))
    assert go() == 1
    commands.mute(by=alice, number=Alert.objects.get().pk, days=7)
    land(lake, scored(1))
    later(hours=1)
    assert go() == 0
    assert Alert.objects.get().times == 2
    Alert.objects.update(muted_until=timezone.now())
    land(lake, scored(1))
    assert go() == 1


def test_an_alert_of_low_scores_ends_after_a_quiet_day(lake: Lake, told: Told) -> None:
    told()
    land(lake, scored(1))
    go()
    commands.forget_old()
    assert Alert.objects.get().closed_at is None
    Alert.objects.update(last_at=timezone.now() - timedelta(days=2))
    commands.forget_old()
    assert Alert.objects.get().closed_at is not None
    land(lake, scored(1))
    go()
    assert Alert.objects.filter(closed_at=None).count() == 1


class Stop(Exception):
    """The process is stopped here."""


STEPS = ("scores read", "alerts kept", "alerts committed", "message made", "message committed", "message claimed",
         "message sent")  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_any_step_nothing_is_lost_or_doubled(
    step: str, lake: Lake, told: Told, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    told()
    land(lake, *(scored(1, text=f"no {number}") for number in range(3)))
    left = [1]

    def stop(name: str) -> None:
        if name == step and left:
            left.pop()
            raise Stop

    monkeypatch.setattr(steps, "listener", stop)
    with suppress(Stop):
        go()
    assert not left, "the step was reached"
    for _ in range(3):
        later(minutes=5)
        go()
    assert Finding.objects.count() == 3
    names = Counter(mail["Message-ID"] for mail in post.kept)
    assert len(names) == 1, "one mail; sent twice only under one name"
    assert sum(names.values()) == (2 if step == "message sent" else 1)
    assert all(f"no {number}" in plain(post.kept[0]) for number in range(3))
    assert Message.objects.get().state == State.SENT


def test_a_server_that_is_away_is_tried_again_and_an_unknown_address_is_not(
    lake: Lake, told: Told, post: Server, settings: Any
) -> None:
    told()
    land(lake, scored(1))
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert go() == 0
    assert (Message.objects.get().state, Message.objects.get().why) == (State.WAITING, "no_server")
    settings.EMAIL_PORT = port
    later(hours=1)
    assert go() == 1
    post.unknown.add("alice")
    land(lake, scored(1))
    later(hours=1)
    assert go() == 0
    assert Message.objects.filter(state=State.FAILED, why="refused").count() == 1


def test_other_systems_are_told_without_words(lake: Lake, told: Told, alice: User) -> None:
    outbound.create(by=alice, name="CRM", url="https://example.org/in", hearing=Hearing(("alerts",)))
    told()
    land(lake, scored(1, text="Secret words"))
    go()
    (sent,) = Delivery.objects.all()
    body = sent.opened().decode()
    assert sent.kind == "heartline.alert.told"
    assert '"rule":"Very bad stars"' in body
    assert '"score":1.0' in body
    assert "Secret" not in body


def test_what_is_held_of_a_customer_is_handed_out_and_erased(lake: Lake, told: Told) -> None:
    told()
    land(lake, scored(1), scored(1, who="ben"))
    go()
    holding = next(one for one in personal.holdings() if one.place == "alerts")
    anna = Theirs(frozenset({"user_id:anna"}), lambda text: False)
    (row,) = holding.export(anna)
    assert row["said"]["score"] == 1
    assert holding.erase(anna).removed >= 1
    assert [one.customer for one in Finding.objects.all()] == ["user_id:ben"]


def test_a_score_of_nobody_known_is_forgotten_once_it_left_the_lake(lake: Lake, told: Told, post: Server) -> None:
    told()
    (who, place, at, more) = scored(1, who=None)
    land(lake, (who, place, at, {**more, "ref": "order-of-anna"}), ("anna", "delivery", at, {"ref": "order-of-anna"}))
    land(lake, scored(2, who=None))
    go()
    assert Finding.objects.count() == 2
    erasing.erase(lake, lambda _lake: ["user_id:anna"])
    holding = next(one for one in personal.holdings() if one.place == "alerts")
    assert holding.erase(Theirs(frozenset({"user_id:anna"}), lambda text: False)).removed >= 1
    assert [one.said["score"] for one in Finding.objects.all()] == [2]


def test_the_link_of_a_mail_stops_it_and_only_by_post(lake: Lake, told: Told, post: Server, charlie: Any) -> None:
    told()
    land(lake, scored(1))
    go()
    link = post.kept[0]["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost")
    assert charlie.get(link).status_code == 200
    assert Hearer.objects.count() == 1
    assert charlie.post(link, "List-Unsubscribe=One-Click", content_type="text/plain").status_code == 200
    assert not Hearer.objects.exists()
    assert AuditEntry.objects.filter(action="hear_alert_no_more", by="alice@example.org").exists()
    assert charlie.get(link[:-3] + "xyz/").status_code == 404


def test_a_rule_that_is_stopped_begins_again_from_then(lake: Lake, told: Told, post: Server, alice: User) -> None:
    rule = told()
    commands.switch(by=alice, number=rule.pk, on=False)
    land(lake, scored(1))
    assert go() == 0
    commands.switch(by=alice, number=rule.pk, on=True)
    assert go() == 0
    land(lake, scored(1))
    assert go() == 1
    assert letters.stopped(post.kept[0]["List-Unsubscribe"].strip(" <>").rstrip("/").rpartition("/")[2])[0] == alice.pk


def test_a_message_that_cannot_be_written_holds_up_nobody_else(
    lake: Lake, told: Told, post: Server, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = told()
    dora = accounts.create_user(email="dora@example.org", role=Role.MANAGER, by="test")
    commands.hear(by=dora, number=rule.pk)
    land(lake, scored(1))
    written = letters.mail

    def mail(message: Message) -> Any:
        if message.user == alice:
            raise KeyError("a scale that is gone")
        return written(message)

    monkeypatch.setattr(letters, "mail", mail)
    assert go() == 1
    assert [one["To"] for one in post.kept] == [dora.email]
    assert Message.objects.get(user=alice).why == "not_written"
    assert go() == 0  # it is tried again, and not at once
