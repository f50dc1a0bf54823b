"""A kiosk: made by who may ask, all on one page, and what it hands over is kept once, however often it comes."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.surveys import commands
from heartline.server.listen.surveys.kiosk import linking
from heartline.server.listen.surveys.models import Answering, Edition
from heartline.server.listen.surveys.tests.test_answer import asked, land, sent
from heartline.store.lake import Lake

__all__ = ["asked"]
pytestmark = pytest.mark.django_db
TOKENS = ["0" * 32, "1" * 32, "2" * 32]


def link(**more: Any) -> str:
    given: dict[str, Any] = {"name": "Exit", "unit": "berlin", "language": "de", "idle_s": 30, "pin": "47114711"}
    return linking.link("help", linking.place(**(given | more)))


def one(token: str, **more: Any) -> dict[str, Any]:
    """A response as the kiosk keeps it: finished an hour ago."""
    ended = (timezone.now() - timedelta(hours=1)).timestamp() * 1000
    given = {"solved": "open", "service": 2, "missing": "Ersatz"}
    return {"token": token, "edition": 1, "language": "de", "began": ended - 40_000, "ended": ended, "answers": given,
            "passed": ["main", "words"], **more}  # fmt: skip


def hand(client: Client, *responses: dict[str, Any], place: str = "") -> Any:
    body = msgspec.json.encode({"place": place or link(), "responses": responses})
    return client.post("/s/help/kiosk/send/", body, content_type="text/plain")


def told(answer: Any) -> Any:
    return msgspec.json.decode(answer.content)


@pytest.mark.usefixtures("asked")
def test_what_a_kiosk_kept_is_told_once_with_its_own_time_and_place(client: Client, lake: Lake) -> None:
    Edition.objects.update(at=timezone.now() - timedelta(days=1))
    responses = [one(token) for token in TOKENS]
    assert told(hand(client, *responses)) == {"kept": TOKENS, "refused": {}}
    assert told(hand(client, *responses[1:])) == {"kept": TOKENS[1:], "refused": {}}  # nobody told it
    events = sent(lake)
    places = {tuple(event["properties"][name] for name in ("unit", "channel", "kiosk")) for event in events}
    assert places == {("berlin", "store", "Exit")}
    rows = land(lake)
    assert len(rows) == len({row["id"] for row in rows}) == 9
    kept = Answering.objects.get(token=TOKENS[0])
    assert kept.finished_at is not None
    assert timedelta(minutes=59) < timezone.now() - kept.finished_at < timedelta(minutes=70)
    assert kept.finished_at - kept.started_at == timedelta(seconds=40)
    assert land(lake) == rows


@pytest.mark.usefixtures("asked")
def test_what_was_left_is_told_at_once_and_what_is_no_answer_left_out(client: Client, lake: Lake) -> None:
    half = one(TOKENS[0], answers={"solved": "open", "service": 99, "strange": 1}, passed=["main", "nowhere"])
    assert told(hand(client, half)) == {"kept": [TOKENS[0]], "refused": {}}
    kept = Answering.objects.get()
    assert (kept.finished_at, kept.at_block, kept.passed) == (None, "words", ["main"])
    assert [event["properties"]["question"] for event in sent(lake)] == ["solved"]


@pytest.mark.usefixtures("asked")
def test_a_clock_that_is_wrong_makes_no_answer_of_the_future_or_of_long_ago(client: Client, lake: Lake) -> None:
    opened = Edition.objects.get().at
    future = (timezone.now() + timedelta(days=900)).timestamp() * 1000
    hand(client, one(TOKENS[0], began=0, ended=5), one(TOKENS[1], ended=future), one(TOKENS[2], ended=1e300))
    for kept in Answering.objects.all():
        assert opened <= kept.started_at <= kept.changed_at <= timezone.now()


@pytest.mark.usefixtures("asked")
def test_answers_to_an_earlier_edition_and_to_a_survey_that_ended_meanwhile_count(
    client: Client, lake: Lake, alice: User
) -> None:
    body = commands.find("help").body
    body["blocks"] = body["blocks"][:1]
    commands.change(by=alice, key="help", body=body)
    commands.open_(by=alice, key="help")
    commands.close(by=alice, key="help")
    assert told(hand(client, one(TOKENS[0]), one(TOKENS[1], edition=7))) == {
        "kept": [TOKENS[0]], "refused": {TOKENS[1]: "unknown_edition"},
    }  # fmt: skip
    assert client.get(f"/s/help/kiosk/?at={link()}").status_code == 404


@pytest.mark.usefixtures("asked")
def test_what_no_kiosk_of_ours_sends_is_refused_with_a_code(client: Client, settings: Any) -> None:
    assert (hand(client, place="forged").status_code, told(hand(client, place="forged"))["error"]) == (404, "bad_link")
    other = linking.link("other", linking.place(name="x", unit="", language="", idle_s=30, pin=""))
    assert told(hand(client, place=other))["error"] == "bad_link"
    bad = client.post("/s/help/kiosk/send/", b"{", content_type="text/plain")
    assert (bad.status_code, told(bad)["error"]) == (400, "bad_request")
    assert told(hand(client, *[one("0" * 32)] * 101))["error"] == "too_many"
    assert told(hand(client, one("../..")))["refused"] == {"../..": "bad_token"}
    settings.SURVEY_KIOSK_RATE = "1/m/ip"
    assert [hand(client, place="forged").status_code for _ in range(2)] == [404, 429]
    assert not Answering.objects.exists()


@pytest.mark.usefixtures("asked")
def test_the_page_holds_all_that_is_asked_and_its_worker_looks_after_it_alone(client: Client) -> None:
    answer = client.get("/s/help/kiosk/", {"at": link()})
    page = answer.content.decode()
    found = re.search(r'<script id="kiosk" type="application/json">(.+?)</script>', page)
    assert found is not None
    kiosk = json.loads(found[1])
    assert kiosk["place"]["language"] == "de"
    assert kiosk["place"]["hidden"] == {"unit": "berlin", "channel": "store", "kiosk": "Exit"}
    assert "47114711" not in page
    assert kiosk["languages"]["es"]["questions"]["solved"]["text"] == "¿Quedó resuelto su asunto?"
    assert kiosk["languages"]["de"]["words"]["next"] == "Weiter"
    assert 'lang="de"' in page
    worker = client.get("/s/help/kiosk/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in worker
    assert client.get("/s/help/kiosk/", {"at": "forged"}).status_code == 404
    assert told(client.get("/s/help/kiosk/edition/")) == {"edition": 1}
    assert client.get("/s/none/kiosk/edition/").status_code == 404


@pytest.mark.usefixtures("asked")
def test_a_kiosk_is_made_by_who_may_ask_and_what_is_wrong_is_said_by_field(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    assert "hl-ask.js" in client.get("/surveys/help/places/").content.decode()
    given = {"name": "Exit", "unit": "wien", "language": "de", "idle": "30", "pin": "47114711"}
    for field, value in (("name", " "), ("idle", "3"), ("idle", "x"), ("pin", "12"), ("pin", "abcd")):
        answer = client.post("/surveys/help/places/", given | {field: value})
        assert answer.status_code == 400
        assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', answer.content.decode())
    page = client.post("/surveys/help/places/", given).content.decode()
    found = re.search(r"http://testserver/s/help/kiosk/\?at=(\S+?)<", page)
    assert found is not None
    place = linking.opened("help", found[1])
    assert (place.name, place.unit, place.idle_s) == ("Exit", "wien", 30)
    assert AuditEntry.objects.get(action="make_survey_kiosk").details == {"place": "Exit", "unit": "wien"}
    dora = accounts.create_user(email="dora@example.org", role=Role.AGENT, by="test")
    assert signed_in(dora).get("/surveys/help/places/").status_code == 403
