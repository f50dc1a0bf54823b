"""What happens here on its way to another system: told once, signed, tried again, and never lost."""

from __future__ import annotations

import base64
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from heartline.act import envelopes
from heartline.collect import hooking, joining
from heartline.core.errors import HeartlineError
from heartline.server.accounts import audit
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.act.outbound import commands, fanning, hearing, held, kinds, sending
from heartline.server.act.outbound.commands import Hearing
from heartline.server.act.outbound.models import Cursor, Delivery, Endpoint, Refusals
from heartline.server.shell import happenings
from heartline.server.shell.happenings import Happening
from heartline.server.shell.personal import Theirs
from heartline.store import steps
from heartline.store.lake import Lake
from heartline.store.tests.world import events

from .conftest import Other, Tell

pytestmark = pytest.mark.django_db
State = Delivery.State
ROWS: list[Any] = [
    ("anna", "delivery", "2024-04-01 09:00", {"score": 2.0, "scale": "stars5", "unit": "berlin", "text": "Late again"}),
    ("ben", "support", "2024-04-01 10:00", {"unit": "wien"}),
    (None, "support", "2024-04-01 11:00", {"score": 5.0, "scale": "stars5", "unit": "wien"}),
]


def land(lake: Lake, rows: list[Any] = ROWS) -> None:
    events(lake.folder, rows)


def go(endpoint: Endpoint) -> int:
    """Make what is to be sent, and send what is due."""
    fanning.fan_out()
    return sending.send(endpoint.pk)


def later(endpoint: Endpoint, **by: float) -> None:
    """Let time pass for what waits for a system."""
    Endpoint.objects.filter(pk=endpoint.pk).update(rest_until=None)
    endpoint.deliveries.filter(state=State.WAITING).update(due_at=timezone.now() - timedelta(**by))


def test_an_interaction_is_told_from_now_on_and_signed(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    assert go(one) == 0
    land(lake)
    assert go(one) == 3
    assert go(one) == 0
    headers, body = other.heard[0]
    assert headers["content-type"].startswith("application/cloudevents+json")
    first = other.bodies()[0]
    assert Webhook(one.given).verify(body, headers) == first  # type: ignore[attr-defined]
    with pytest.raises(WebhookVerificationError):
        Webhook(one.given).verify(body + b" ", headers)  # type: ignore[attr-defined]
    assert {name: first[name] for name in ("specversion", "id", "source", "type", "time", "subject")} == {
        "specversion": "1.0", "id": headers["webhook-id"], "source": "http://localhost",
        "type": "heartline.interaction.landed", "time": "2024-04-01T09:00:00Z", "subject": "user_id:anna",
    }  # fmt: skip
    assert first["data"]["touchpoint"] == "delivery"
    assert first["data"]["score"] == 2
    assert not {"text", "identifier", "properties"} & set(first["data"])
    assert "subject" not in other.bodies()[2]
    assert not Delivery.objects.exclude(state=State.TAKEN).exists()


def test_filters(lake: Lake, told: Tell, other: Other) -> None:
    low = told("scores", name="low", high=3.0, texts=True)
    germany = told("interactions", name="germany", units=("germany",))
    desk = told("interactions", name="desk", touchpoints=("support",))
    land(lake)
    assert [go(one) for one in (low, germany, desk)] == [1, 1, 2]
    assert other.bodies()[0]["type"] == "heartline.score.given"
    assert other.bodies()[0]["data"]["text"] == "Late again"


def test_of_anonymous_answers_nothing_is_told_not_even_when_they_came(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions", texts=True)
    asked = {"source": "surveys", "event": "Survey Answered"}
    land(lake, [
        (None, "delivery", "2024-04-01 09:00", {**asked, "score": 4.0, "scale": "stars5"}),
        (None, "delivery", "2024-04-01 09:01", {**asked, "text": "No name given"}),
        ("anna", "delivery", "2024-04-01 09:02", asked),
        (None, "delivery", "2024-04-01 09:03", asked),
        (None, "delivery", "2024-04-01 09:04", {"source": "employees", "event": "Employee Answered"}),
    ])  # fmt: skip
    assert go(one) == 3
    assert [body["time"][11:16] for body in other.bodies()] == ["09:00", "09:01", "09:02"]


def test_history_is_told_to_whoever_asked_for_it(lake: Lake, told: Tell, other: Other) -> None:
    news, everything = told("interactions", name="news"), told("interactions", name="all", history=True)
    old = {"received_at": timezone.now()}
    land(lake, [(who, place, at, {**more[0], **old}) for who, place, at, *more in ROWS if more])
    assert [go(news), go(everything)] == [0, 3]


def test_a_flood_waits_in_the_lake(lake: Lake, told: Tell, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanning, "WINDOW", 40)
    monkeypatch.setattr(fanning, "AT_ONCE", 15)
    one = told("interactions")
    land(lake, [("anna", "delivery", f"2024-04-01 10:{number % 60:02}") for number in range(130)])
    for _ in range(6):
        fanning.fan_out()
        assert one.deliveries.filter(state=State.WAITING).count() <= 40
    assert one.deliveries.count() == 40
    while fanning.behind():
        go(one)
    assert sending.send(one.pk) == 0
    assert len(other.names()) == len(set(other.names())) == 130
    assert {body["data"]["id"] for body in other.bodies()} == {f"world:{number}" for number in range(7, 137)}


def test_counts_are_told_once_a_minute(lake: Lake, told: Tell, other: Other) -> None:
    one = told("counts")
    land(lake)
    assert go(one) == 0
    Cursor.objects.update(at=timezone.now() - timedelta(seconds=61))
    land(lake)
    assert go(one) == 1
    (body,) = other.bodies()
    assert body["type"] == "heartline.interactions.counted"
    assert body["data"]["interactions"] == 6
    assert {(row["touchpoint"], row.get("scale")): row["interactions"] for row in body["data"]["by_touchpoint"]} == {
        ("delivery", "stars5"): 2, ("support", None): 2, ("support", "stars5"): 2
    }  # fmt: skip
    assert go(one) == 0


def test_people_who_are_joined_and_parted(lake: Lake, told: Tell, other: Other) -> None:
    one = told("people")
    joining.merge(lake, "user_id:anna", "user_id:ben", source="person:admin")
    joining.split(lake, "user_id:anna", "user_id:ben", source="person:admin")
    assert go(one) == 2
    said = [(body["type"], body["data"]["was"], body["data"]["customer"]) for body in other.bodies()]
    assert said == [
        ("heartline.people.joined", "user_id:ben", "user_id:anna"),
        ("heartline.people.parted", "user_id:anna", "user_id:ben"),
    ]


def test_an_import_is_told_when_it_is_done(lake: Lake, told: Tell, other: Other) -> None:
    one = told("imports")
    land(lake)
    with lake.write("import shop") as writer:
        writer.define("channel", "web", {"name": "Web"})
    assert go(one) == 1
    assert other.bodies()[0]["data"] == {"source": "shop", "interactions": 0}


def test_what_cannot_be_used_is_told_together(lake: Lake, told: Tell, other: Other) -> None:
    one = told("refused")
    long_ago = timezone.now() - timedelta(minutes=5)

    class Batch:
        number, refused, oldest_us = 7, [type("R", (), {"code": code}) for code in ("bad_time", "bad_time", "no_id")], 0

    Batch.oldest_us = int(long_ago.timestamp() * 1e6)
    for _ in range(2):
        hearing.refused(Batch)  # type: ignore[arg-type]  # a batch that a crash has told twice
    assert go(one) == 1
    assert other.bodies()[0]["data"] == {"events": 3, "by_reason": {"bad_time": 2, "no_id": 1}}
    hearing.refused(Batch)  # type: ignore[arg-type]
    assert go(one) == 0
    assert Refusals.objects.count() == 1


def test_what_happens_in_the_house(lake: Lake, told: Tell, other: Other) -> None:
    one, deaf = told("consent", "connections"), told("imports", name="deaf")
    for _ in range(2):
        happenings.tell(Happening("consent_changed", "7", "user_id:anna", {"state": "withdrawn"}))
    audit.record(by="alice", action="fetch_connection", subject="shop", error="too_slow")
    audit.record(by="alice", action="fetch_connection", subject="shop", error="", landed=7)
    happenings.tell(Happening("something_else", "1"))
    assert [go(one), go(deaf)] == [2, 0]
    assert [body["type"] for body in other.bodies()] == ["heartline.consent.changed", "heartline.connection.failed"]
    assert other.bodies()[0]["subject"] == "user_id:anna"


def test_with_a_person_goes_what_names_them_and_others_are_told_to_forget_them(
    lake: Lake, told: Tell, other: Other
) -> None:
    one, crm = told("interactions"), told("erased", name="crm")
    land(lake)
    fanning.fan_out()
    assert one.deliveries.count() == 3
    who = Theirs(frozenset({"user_id:anna"}), lambda text: False)
    (row,) = held._export(who)
    assert row["message"]["subject"] == "user_id:anna"
    assert held._forget(who).removed == 1
    assert held._export(who) == []
    assert one.deliveries.count() == 2
    assert go(crm) == 1
    assert other.bodies()[0]["data"] == {"identifiers": ["user_id:anna"]}
    assert crm.deliveries.get().opened() == b"{}"


def test_a_failure_is_tried_again_under_the_same_name(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake, ROWS[:1])
    other.answers = [(500, {}, b"oops"), (302, {"Location": "http://127.0.0.1/"}, b"")]
    assert go(one) == 1
    delivery = one.deliveries.get()
    assert (delivery.state, delivery.tried, delivery.status, delivery.answer) == (State.WAITING, 1, 500, "oops")
    assert 3 < (delivery.due_at - timezone.now()).total_seconds() < 7
    assert go(one) == 0
    for _ in range(2):
        later(one)
        assert go(one) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tried, [said for _, said, _ in delivery.tries]) == (
        State.TAKEN, 3, [500, 302, 204]
    )  # fmt: skip
    assert len(set(other.names())) == 1
    stamps = [headers["webhook-timestamp"] for headers, _ in other.heard]
    assert all(abs(timezone.now().timestamp() - int(stamp)) < 60 for stamp in stamps)


def test_after_ten_attempts_it_failed_and_can_be_sent_again(alice: User, lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake, ROWS[:2])
    other.answers = [(503, {}, b"")] * 20
    for _ in range(20):
        later(one)
        go(one)
    assert [delivery.state for delivery in one.deliveries.all()] == [State.FAILED] * 2
    assert len(other.heard) == 20
    first, second = one.deliveries.order_by("pk")
    commands.send_again(by=alice, number=one.pk, delivery=first.pk)
    assert go(one) == 1
    since = timezone.now()
    assert commands.send_failed_again(by=alice, number=one.pk, since=since + timedelta(hours=1)) == 0
    assert commands.send_failed_again(by=alice, number=one.pk, since=since - timedelta(hours=1)) == 1
    assert go(one) == 1
    assert Counter(other.names()) == {first.name: 11, second.name: 11}


def test_whoever_asks_for_time_is_given_it(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake)
    other.answers = [(429, {"Retry-After": "3600"}, b"")]
    assert go(one) == 1  # the others wait, too
    one.refresh_from_db()
    assert one.rest_until
    assert 3500 < (one.rest_until - timezone.now()).total_seconds() <= 3600
    assert not sending.due()
    later(one)
    assert go(one) == 3


def test_who_fails_again_and_again_rests(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake, [("anna", "delivery", f"2024-04-01 10:{number:02}") for number in range(30)])
    other.answers = [(500, {}, b"")] * 5
    assert go(one) == 5
    one.refresh_from_db()
    assert one.failures == 5
    assert one.rest_until
    assert one.rest_until > timezone.now()


def test_who_is_gone_is_told_nothing_more(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake)
    other.answers = [(410, {}, b"")]
    assert go(one) == 1
    one.refresh_from_db()
    assert one.state == Endpoint.State.GONE
    assert go(one) == 0
    assert AuditEntry.objects.filter(action="stop_endpoint", subject="CRM").count() == 1


def test_after_three_days_without_a_word_it_is_paused_and_goes_on_where_it_stopped(
    alice: User, lake: Lake, told: Tell, other: Other
) -> None:
    one = told("interactions")
    land(lake, ROWS[:1])
    other.answers = [(500, {}, b"")] * 2
    go(one)
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
    later(one)
    go(one)
    one.refresh_from_db()
    assert one.state == Endpoint.State.PAUSED
    land(lake)
    assert not fanning.behind()
    assert go(one) == 0
    commands.go_on(by=alice, number=one.pk)
    assert go(one) == 4
    commands.stop(by=alice, number=one.pk)
    land(lake)
    commands.go_on(by=alice, number=one.pk, skip=True)
    assert go(one) == 0


def test_a_huge_answer_is_kept_in_part(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake, ROWS[:1])
    other.answers = [(400, {}, b"\0x" * 5_000)]
    go(one)
    assert len(one.deliveries.get().answer) == 2049


def test_a_secret_is_changed_without_a_gap(alice: User, lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    fresh = commands.renew_secret(by=alice, number=one.pk)
    land(lake, ROWS[:1])
    go(one)
    headers, body = other.heard[0]
    for secret in (one.given, fresh):  # type: ignore[attr-defined]
        Webhook(secret).verify(body, headers)
    Endpoint.objects.update(old_until=timezone.now())
    commands.forget_old()
    land(lake, ROWS[:1])
    go(one)
    headers, body = other.heard[1]
    hooking.check(hooking.Hook("x", "standard", fresh), headers, body, "", timezone.now().timestamp())
    old = hooking.Hook("x", "standard", one.given)  # type: ignore[attr-defined]
    with pytest.raises(hooking.BadSignature):
        hooking.check(old, headers, body, "", timezone.now().timestamp())
    one.refresh_from_db()
    assert one.old_secret is None
    assert base64.b64decode(fresh.removeprefix("whsec_")) not in bytes(one.secret)


MOMENTS = ("messages read", "messages kept", "messages committed", "messages sent")


class Killed(BaseException):
    """The process was stopped here."""


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("which", [0, 1, 2])
def test_nothing_is_lost_wherever_a_process_is_stopped(
    lake: Lake, told: Tell, other: Other, monkeypatch: pytest.MonkeyPatch, moment: str, which: int
) -> None:
    monkeypatch.setattr(fanning, "AT_ONCE", 2)
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    one = told("interactions", "people", "imports")
    land(lake, [("anna", "delivery", f"2024-04-01 10:{number:02}") for number in range(7)])
    left = [which]

    def strike(name: str) -> None:
        if name == moment:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    monkeypatch.setattr(steps, "listener", strike)
    with suppress(Killed):
        while left[0] >= 0:
            go(one)
    assert left[0] < 0, "the process was stopped"
    monkeypatch.setattr(steps, "listener", None)
    Endpoint.objects.update(held_until=timezone.now() - timedelta(seconds=1))  # its lease has run out
    while go(one) or fanning.behind():
        pass
    assert {body["data"]["id"] for body in other.bodies()} == {f"world:{number}" for number in range(7, 14)}
    names = {body["data"]["id"]: body["id"] for body in other.bodies()}
    assert Counter(other.names()).keys() == set(names.values())
    assert max(Counter(other.names()).values()) <= (2 if moment == "messages sent" else 1)
    assert Delivery.objects.filter(state=State.TAKEN).count() == 7


def test_one_sends_to_a_system_at_a_time(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake)
    fanning.fan_out()
    Endpoint.objects.update(holder="somebody else", held_until=timezone.now() + timedelta(seconds=30))
    assert sending.send(one.pk) == 0
    Endpoint.objects.update(held_until=timezone.now() - timedelta(seconds=1))
    assert sending.send(one.pk) == 3


def test_an_emptied_folder_is_told_from_its_beginning(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    land(lake)
    fanning.fan_out()
    fanning.begin_again()
    assert not Delivery.objects.exists()
    assert Cursor.objects.get().version == 0
    assert Endpoint.objects.filter(pk=one.pk).exists()


def test_an_older_folder_that_was_restored_is_told_from_now_on(lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions")
    Cursor.objects.update(version=999)
    assert fanning.behind()
    assert go(one) == 0
    land(lake)
    assert go(one) == 3


def test_old_messages_are_forgotten(lake: Lake, told: Tell, other: Other, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "MOST_KEPT", 2)
    one = told("interactions")
    land(lake, ROWS + ROWS)
    go(one)
    assert commands.forget_old() == 4
    Delivery.objects.update(over_at=timezone.now() - timedelta(days=8))
    assert commands.forget_old() == 2


def test_an_address_inside_is_refused(alice: User, lake: Lake, settings: Any) -> None:
    settings.PRIVATE_HOSTS = ()
    for url in (
        "https://127.0.0.1/",
        "https://[::1]/",
        "http://example.com/",
        "https://2130706433/",
        "https://a:b@c.d/",
    ):
        with pytest.raises(HeartlineError) as refused:
            commands.create(by=alice, name="x", url=url, hearing=Hearing(("imports",)))
        assert refused.value.field == "url"
    assert not Endpoint.objects.exists()


def test_an_address_that_leads_inside_later_is_not_called(lake: Lake, told: Tell, other: Other, settings: Any) -> None:
    one = told("interactions")
    land(lake, ROWS[:1])
    settings.PRIVATE_HOSTS = ()
    assert go(one) == 1
    assert other.heard == []
    assert one.deliveries.get().tries[0][1] in ("not_https", "not_public")


def test_every_kind_has_its_words() -> None:
    from heartline.server.act.outbound import words

    assert [key for key, *_ in words.hears()] == list(kinds.KINDS)
    types = [said for kind in kinds.KINDS.values() for said in kind.types]
    assert all(words.kind(said) != said for said in (*types, kinds.TEST))
    assert len(types) == len(set(types))
    assert envelopes.name("a", "b") != envelopes.name("a", "c")
