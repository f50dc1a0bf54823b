"""The pages of events and rules: who sees them, what they say, what they write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.collect.events import decode, placed
from heartline.collect.events.tests.landed import land
from heartline.collect.events.tests.sent import batch, put, request, track
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.placement import commands, tasks
from heartline.server.collect.placement.models import Run, SeenDay, SeenEvent, State
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
RULE = {"event": "Wheel Spun", "new_touchpoint": "Wheel of fortune", "stage": "loyalty", "label": "The wheel"}


def text(client: Client, address: str, data: Any = None, *, status: int = 200, language: str = "en") -> str:
    """Give a page as people read it."""
    headers = {"Accept-Language": language}
    if data is None:
        answer = client.get(address, headers=headers, follow=True)
    else:
        answer = client.post(address, data, headers=headers, follow=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


@pytest.fixture
def came(lake: Lake) -> Lake:
    """Let events come: three spins of a wheel that nobody knows, yesterday, and a product that everybody does."""
    cache.clear()
    yesterday = (datetime.now(UTC) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    sent = [
        track("Wheel Spun", {"prize": prize}, messageId=prize, timestamp=yesterday.isoformat())
        for prize in ("car", "<b>bike</b>", "none")
    ]
    sent.append(track("Product Viewed", {}, messageId="p", timestamp=yesterday.isoformat()))
    at = int(datetime.now(UTC).timestamp() * 1e6)
    made = placed(decode([request({"batch": sent}, at=at)]), lake.at().definitions)
    land(lake, made)
    commands.remember(made.seen, number=1, at_us=at)
    return lake


def test_only_who_defines_sees_them(alice: User, bob: User, charlie: Client, came: Lake) -> None:
    """Bob is here for Berlin only, Charlie is a stranger."""
    for address in ("/events/", "/events/rules/", "/events/rules/+/", f"/events/{SeenEvent.objects.all()[0].pk}/"):
        assert signed_in(alice).get(address).status_code == 200
        assert signed_in(bob).get(address).status_code == 403
        assert charlie.get(address).status_code == 302
    assert signed_in(bob).post("/events/rules/again/").status_code == 403
    assert signed_in(bob).post("/events/rules/+/", {**RULE, "do": "save"}).status_code == 403
    assert not came.at().definitions.all("rule")


def test_the_catalogue_lists_what_came(alice: User, came: Lake) -> None:
    """Those without a touchpoint can be picked, and searched for."""
    client = signed_in(alice)
    page = text(client, "/events/")
    assert "2 kinds of events were seen." in page
    assert "75.0 % of the events of the last seven days (3) have no touchpoint" in page.replace("\xa0", " ")
    assert "Product page" in page
    assert "Product Viewed" not in text(client, "/events/?unplaced=1")
    assert "Wheel Spun" not in text(client, "/events/?q=product")
    assert "No event is called so." in text(client, "/events/?q=nothing")


def test_an_event_shows_what_it_carries(alice: User, came: Lake) -> None:
    """Escaped, with its days, and the step that is missing."""
    page = text(signed_in(alice), f"/events/{SeenEvent.objects.get(name='Wheel Spun').pk}/")
    assert "Seen 3 times" in page
    assert "prize" in page
    assert "<b>bike" not in page
    assert "Give it a touchpoint" in page


def test_an_empty_catalogue_teaches(alice: User, empty_lake: Lake) -> None:
    """It says what will be here, and the one step."""
    page = text(signed_in(alice), "/events/")
    assert "No event has come yet." in page
    assert "Make a key that sends events" in page
    assert "No rule yet" in text(signed_in(alice), "/events/rules/")


def test_a_rule_says_what_it_would_catch_before_it_is_saved(alice: User, came: Lake) -> None:
    """Counted among yesterday's events, with examples; nothing is written."""
    client = signed_in(alice)
    before = came.at().version
    page = text(client, "/events/rules/try/", {**RULE, "key": ""})
    assert "It catches 3 of 4 events yesterday. 3 of them are placed otherwise now." in page
    assert "prize: car" in page
    assert "Wheel of fortune" in page
    page = text(client, "/events/rules/+/", {
        **RULE, "do": "look", "test_property": "prize", "test_sign": "is", "test_value": "car",
    })  # fmt: skip
    assert "It catches 1 of 4 events yesterday." in page
    page = text(client, "/events/rules/try/", {**RULE, "event": "Nobody", "key": ""})
    assert "It catches none of 4 events yesterday." in page
    assert came.at().version == before


def test_a_rule_is_written_changed_set_back_and_removed(alice: User, came: Lake) -> None:
    """With its touchpoint, audited, and with a history."""
    client = signed_in(alice)
    assert "The wheel" in text(client, "/events/rules/+/", {**RULE, "do": "save"})
    body = came.at().definitions.all("rule")["the_wheel"]
    assert body == {"label": "The wheel", "when": {"event": ["Wheel Spun"]}, "touchpoint": "wheel_of_fortune",
                    "stage": "loyalty"}  # fmt: skip
    first = came.at().version
    assert came.at().definitions.all("touchpoint")["wheel_of_fortune"]["label"] == "Wheel of fortune"
    assert AuditEntry.objects.filter(subject="rule the_wheel", action="define").count() == 1
    changed = {**RULE, "new_touchpoint": "", "touchpoint": "support", "wait_s": "ms", "wait_s_times": "0.001"}
    text(client, "/events/rules/the_wheel/", {**changed, "do": "save"})
    held = came.at().definitions.all("rule")["the_wheel"]
    assert (held["touchpoint"], held["wait_s"]) == ("support", {"property": "ms", "times": 0.001})
    page = text(client, "/events/rules/the_wheel/")
    assert 'name="wait_s" value="ms"' in page
    assert f"?version={first}" in page
    back = text(client, f"/events/rules/the_wheel/?version={first}")
    assert re.search(r'value="wheel_of_fortune" selected', back)
    text(client, "/events/rules/the_wheel/", {"do": "remove"})
    assert not came.at().definitions.all("rule")
    assert "This rule was removed." in text(client, "/events/rules/the_wheel/")


def test_what_cannot_be_is_said(alice: User, came: Lake) -> None:
    """In a sentence, with what was written still there."""
    client = signed_in(alice)
    page = text(client, "/events/rules/+/", {"event": "Wheel Spun", "label": "W", "do": "save"}, status=400)
    assert "Say what these events are" in page
    assert 'value="Wheel Spun"' in page
    page = text(client, "/events/rules/+/", {"label": "W", "touchpoint": "support", "do": "save"}, status=400)
    assert "Say which events are meant" in page
    text(client, "/events/rules/+/", {**RULE, "do": "save"})
    page = text(client, "/events/rules/+/", {**RULE, "do": "save"}, status=400)
    assert "There already is a rule called “the_wheel”." in page
    page = text(client, "/events/rules/the_wheel/", {**RULE, "seen": "1", "do": "save"}, status=400)
    assert "Somebody else changed this in the meantime." in page
    assert "Sagen Sie" in text(client, "/events/rules/+/", {"label": "W", "do": "save"}, status=400, language="de")


def test_the_past_is_placed_again_as_a_job(alice: User, came: Lake, django_capture_on_commit_callbacks: Any) -> None:
    """With how far it is; then the catalogue and Today know that nothing lacks a place."""
    client = signed_in(alice)
    assert "have no touchpoint" in text(client, "/")
    text(client, "/events/rules/+/", {**RULE, "do": "save"})
    text(client, "/events/rules/again/", {})
    run = Run.objects.get()
    assert "The past is being placed again" in text(client, "/events/rules/progress/")
    tasks.place_again.call(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.of, run.changed) == (State.DONE, 4, 4, 3)
    page = text(client, "/events/rules/")
    assert "The past was placed again: 3 of 4 events were elsewhere before." in page
    assert SeenEvent.objects.get(name="Wheel Spun").places == {"wheel_of_fortune": 3}
    assert sum(SeenDay.objects.values_list("unplaced", flat=True)) == 0
    assert "have no touchpoint" not in text(client, "/")
    tasks.place_again.call(run.pk)
    assert Run.objects.get().changed == 3


def test_the_number_of_queries_does_not_grow(alice: User, came: Lake) -> None:
    """However many events were seen."""
    client = signed_in(alice)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            text(client, "/events/")
        return len(found)

    asked()
    before = asked()
    many = put(batch(*[track(f"Thing {number}", {"a": number}) for number in range(40)]))
    commands.remember(many.seen, number=2, at_us=int(datetime.now(UTC).timestamp() * 1e6))
    assert asked() == before
