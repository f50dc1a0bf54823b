"""The pages about other systems: make one, see what was sent, send again; for administrators only."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from heartline.server.accounts import commands as accounts
from heartline.server.accounts import words as accounts_words
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.act.outbound import fanning, sending
from heartline.server.act.outbound.models import Delivery, Endpoint
from heartline.store.lake import Lake

from .conftest import Other, Tell
from .test_telling import ROWS, land

pytestmark = pytest.mark.django_db
HOME = "/company/webhooks/"


def test_a_system_is_made_tried_and_told(alice: User, lake: Lake, other: Other) -> None:
    client = signed_in(alice)
    page = client.get(HOME).content.decode()
    assert "No other system is told anything yet." in page
    made = client.post(
        HOME, {"name": " The  CRM ", "url": other.url, "style": "v1", "hears": ["interactions", "people"]}
    )
    text = made.content.decode()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", text)
    assert secret
    one = Endpoint.objects.get()
    assert (one.name, one.hears) == ("The CRM", ["interactions", "people"])
    assert secret[0].encode() not in bytes(one.secret)
    here = f"{HOME}{one.pk}/"
    assert secret[0] not in client.get(here).content.decode() + client.get(HOME).content.decode()
    client.post(f"{here}test/")
    assert "not sent yet" in client.get(here).content.decode()
    assert "every 3s" in client.get(f"{here}lately/").content.decode()
    sending.send(one.pk)
    assert other.bodies()[0]["type"] == "heartline.test"
    after = client.get(f"{here}lately/").content.decode()
    assert "taken" in after
    assert "every 3s" not in after
    message = client.get(f"{here}message/{Delivery.objects.get().pk}/").content.decode()
    assert "Heartline reaches you." in message
    assert "204" in message


def test_what_a_receiver_answers_is_shown_as_text(alice: User, lake: Lake, told: Tell, other: Other) -> None:
    one = told("interactions", name="<b>Shop</b>")
    land(lake, ROWS[:1])
    other.answers = [(500, {}, b"<script>alert(1)</script>")]
    fanning.fan_out()
    sending.send(one.pk)
    client = signed_in(alice)
    pages = "".join(
        client.get(path).content.decode()
        for path in (HOME, f"{HOME}{one.pk}/", f"{HOME}{one.pk}/message/{Delivery.objects.get().pk}/")
    )
    assert "<script>alert" not in pages
    assert "<b>Shop" not in pages
    assert "&lt;script&gt;alert(1)" in pages
    assert "is tried again" in pages
    response = client.get(f"{HOME}{one.pk}/")
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|style=|onclick=", response.content.decode())


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"name": " "}, 400, "Say which system it is"),
        ({"name": "CRM"}, 409, "There is a system of that name already."),
        ({"url": "http://example.com/"}, 400, "has to begin with https://"),
        ({"url": "https://10.0.0.1/"}, 400, "of the public internet"),
        ({"url": "https://me:you@example.com/"}, 400, "not an address we can call"),
        ({"url": "https://example.com:25/"}, 400, "We do not call this port"),
        ({"hears": []}, 400, "at least one thing"),
        ({"hears": ["everything"]}, 400, "at least one thing"),
        ({"low": "9", "high": "2"}, 400, "above the highest"),
        ({"low": "two"}, 400, "A score is a number."),
        ({"low": "nan"}, 400, "A score is a number."),
        ({"style": "none"}, 400, "how messages are signed"),
        ({"scale": "none"}, 404, "not here"),
        ({"touchpoints": ["nowhere"]}, 404, "not here"),
    ],
)
def test_what_cannot_be_is_said(
    alice: User, lake: Lake, told: Tell, values: dict[str, Any], status: int, said: str
) -> None:
    told("imports")
    given = {"name": "New", "url": "https://example.com/in", "hears": ["imports"], "style": "v1", **values}
    answer = signed_in(alice).post(HOME, given)
    assert (answer.status_code, Endpoint.objects.count()) == (status, 1)
    assert said in answer.content.decode()


def test_it_is_changed_stopped_and_removed(alice: User, lake: Lake, told: Tell, other: Other) -> None:
    one, client = told("interactions"), signed_in(alice)
    here = f"{HOME}{one.pk}/"
    given = {"url": other.url, "hears": ["scores"], "scale": "stars5", "high": "2,5", "units": ["berlin"], "texts": "1"}
    assert "Saved." in client.post(here, given).content.decode()
    one.refresh_from_db()
    assert (one.hears, one.high, one.units, one.texts, one.history) == (["scores"], 2.5, ["berlin"], True, False)
    assert [cursor.of for cursor in one.cursors.all()] == ["scores"]
    land(lake)
    fanning.fan_out()
    assert sending.send(one.pk) == 1
    assert client.post(here, given | {"url": "ftp://x"}).status_code == 400
    assert "whsec_" in client.post(f"{here}secret/").content.decode()
    assert "Signed under the old secret, too" in client.get(here).content.decode()
    client.post(f"{here}stop/")
    assert "Go on from where it stopped" in client.get(here).content.decode()
    client.post(f"{here}on/", {"skip": "1"})
    assert Endpoint.objects.get().state == Endpoint.State.ON
    assert client.post(f"{here}dance/").status_code == 404
    client.post(f"{here}remove/")
    assert not Endpoint.objects.exists()
    assert not Delivery.objects.exists()
    done = {entry.action for entry in AuditEntry.objects.all()}
    assert done >= {"create_endpoint", "change_endpoint", "renew_endpoint_secret", "stop_endpoint", "go_on_endpoint",
                    "remove_endpoint"}  # fmt: skip
    assert all(accounts_words.action(name) != name.replace("_", " ") for name in done if "endpoint" in name)


def test_failed_messages_are_sent_again(alice: User, lake: Lake, told: Tell, other: Other) -> None:
    one, client = told("interactions"), signed_in(alice)
    land(lake)
    fanning.fan_out()
    Delivery.objects.update(state=Delivery.State.FAILED, over_at=timezone.now())
    here = f"{HOME}{one.pk}/"
    page = client.get(here + "?state=failed").content.decode()
    assert page.count("Send again") > 3
    assert client.post(f"{here}failed/", {"since": "yesterday"}).status_code == 400
    tomorrow, yesterday = ((timezone.now() + timedelta(days=days)).date() for days in (2, -2))
    client.post(f"{here}failed/", {"since": tomorrow.isoformat()})
    assert sending.send(one.pk) == 0
    client.post(f"{here}failed/", {"since": yesterday.isoformat()})
    assert sending.send(one.pk) == 3
    client.post(f"{here}message/{Delivery.objects.first().pk}/again/")  # type: ignore[union-attr]
    assert sending.send(one.pk) == 1
    assert len(set(other.names())) == 3
    assert client.post(f"{here}message/99999/again/").status_code == 404


def test_a_system_that_stopped_is_told_on_the_first_page(alice: User, lake: Lake, told: Tell) -> None:
    one, client = told("interactions"), signed_in(alice)
    assert "CRM" not in client.get("/").content.decode().partition("<main")[2]  # before it are random letters
    Endpoint.objects.update(state=Endpoint.State.PAUSED)
    page = client.get("/").content.decode()
    assert "CRM is not told anything any more" in page
    assert f"{HOME}{one.pk}/" in page


def test_only_administrators(alice: User, bob: User, charlie: Client, lake: Lake, told: Tell) -> None:
    one = told("interactions")
    paths = (HOME, f"{HOME}{one.pk}/", f"{HOME}{one.pk}/lately/", f"{HOME}{one.pk}/message/1/")
    acts = ("secret", "test", "stop", "on", "remove", "failed", "message/1/again")
    manager = signed_in(accounts.create_user(email="max@example.org", role=Role.MANAGER, by=alice))
    for client in (manager, signed_in(bob)):
        assert {client.get(path).status_code for path in paths} == {403}
        assert {client.post(f"{HOME}{one.pk}/{what}/").status_code for what in acts} == {403}
        assert client.post(HOME, {"name": "x"}).status_code == 403
        assert "Other systems" not in client.get("/").content.decode()
    assert {charlie.get(path).status_code for path in paths} == {302}
    assert Endpoint.objects.get().state == Endpoint.State.ON


def test_queries_do_not_grow(
    alice: User, lake: Lake, told: Tell, other: Other, django_assert_max_num_queries: Any
) -> None:
    one, client = told("interactions"), signed_in(alice)
    land(lake, [("anna", "delivery", f"2024-04-01 10:{number:02}") for number in range(60)])
    for number in range(5):
        told("imports", name=f"system {number}")
    fanning.fan_out()
    client.get(HOME)
    with django_assert_max_num_queries(14):
        client.get(HOME)
    with django_assert_max_num_queries(14):
        client.get(f"{HOME}{one.pk}/")
    page = client.get(f"{HOME}{one.pk}/?page=2").content.decode()
    assert page.count("<tbody><tr>") == 1
    assert "Newer" in page
