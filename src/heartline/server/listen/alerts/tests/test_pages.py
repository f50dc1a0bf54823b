"""The pages: rules in plain words with a preview, alerts with what is behind them, chats, habits, rights."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.alerts import commands, words
from heartline.server.listen.alerts.models import Alert, Chat, Habits, Hearer, Rule
from heartline.server.people.consent.tests.mailbox import Server
from heartline.store.lake import Lake

from .conftest import LOW, Told, go, land, scored

pytestmark = pytest.mark.django_db
FORM = {"kind": "low", "scale": "stars5", "at_most": "2", "text": "any"}


def text(answer: Any) -> str:
    """Give what a page says."""
    return unescape(answer.content.decode())


def test_nobody_is_told_of_anything_yet(lake: Lake, alice: User) -> None:
    said = text(signed_in(alice).get("/alerts/"))
    assert "Nobody is told of anything yet." in said
    assert "/alerts/new/" in said
    assert "None of your scores can be watched for what is usual yet: each needs 21 days with at least 10" in said
    assert "and the furthest has 0." in said
    tried = text(signed_in(alice).post("/alerts/new/", {"kind": "score", "step": "day", "weeks": "52", "do": "try"}))
    assert "It cannot be watched yet: that takes 21 days with at least 10 answers each" in tried


def test_it_is_said_what_can_be_watched(lake: Lake, alice: User, empty_lake: Lake) -> None:
    assert "Nobody has answered on a scale yet" in text(signed_in(alice).get("/alerts/"))
    assert words.watchable(1, 1, 30).startswith("Your one score has enough answers")
    assert words.watchable(5, 2, 30).startswith("2 of your 5 scores can be watched")


def test_a_rule_is_tried_then_made(lake: Lake, alice: User) -> None:
    browser = signed_in(alice)
    assert "somebody gives 2 or less" in text(browser.get("/alerts/new/"))
    tried = text(browser.post("/alerts/new/", {**FORM, "do": "try"}))
    assert "it would have told you of 2 scores, on 2 days" in tried
    assert "/behind/?" in tried
    assert not Rule.objects.exists()
    made = browser.post("/alerts/new/", {**FORM, "do": "make", "mail": "1", "rhythm": "day"}, follow=True)
    rule = Rule.objects.get()
    assert rule.name == "Stars: somebody gives 2 or less"
    assert made.redirect_chain[-1][0] == f"/alerts/rule/{rule.pk}/"
    assert "Tells when … Stars: somebody gives 2 or less." in text(made)
    assert Hearer.objects.get().rhythm == "day"


@pytest.mark.parametrize("kind", ["score", "theme", "silence"])
def test_every_kind_can_be_tried_and_made(lake: Lake, alice: User, kind: str) -> None:
    browser = signed_in(alice)
    assert browser.get(f"/alerts/new/?kind={kind}").status_code == 200
    said = {"kind": kind, "direction": "falls", "by": "unit", "step": "week", "weeks": "52"}
    tried = browser.post("/alerts/new/", {**said, "do": "try"})
    assert tried.status_code == 200
    assert "How often would that be?" in text(tried)
    made = browser.post("/alerts/new/", {**said, "do": "make", "mail": "1"}, follow=True)
    assert made.status_code == 200
    assert Rule.objects.get().kind == kind


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"at_most": "x"}, "That is no score on this scale."),
        ({"at_most": "9"}, "That is no score on this scale."),
        ({"at_most": "inf"}, "That is no score on this scale."),
        ({"scale": "nothing"}, 'role="alert"'),
        ({"scale": ""}, "Choose a scale."),
        ({"units": "nowhere"}, 'role="alert"'),
    ],
)
def test_what_cannot_be_is_said(lake: Lake, alice: User, wrong: dict[str, str], said: str) -> None:
    answer = signed_in(alice).post("/alerts/new/", {**FORM, **wrong, "do": "make", "mail": "1"})
    assert 400 <= answer.status_code < 500
    assert said in text(answer)
    assert not Rule.objects.exists()


def test_an_alert_is_shown_with_what_is_behind_it_seen_and_made_quiet(
    lake: Lake, told: Told, alice: User, post: Server
) -> None:
    told()
    land(lake, scored(1, text="<b>Late</b>"))
    go()
    browser, one = signed_in(alice), Alert.objects.get()
    listed = text(browser.get("/alerts/"))
    assert "One thing is out of the ordinary now." in listed
    assert "Stars: one score of 2 or less · Berlin" in listed
    assert "Stars: one score of 2 or less · Berlin" in text(browser.get("/"))
    page = browser.get(f"/alerts/{one.pk}/").content.decode()
    assert "&lt;b&gt;Late&lt;/b&gt;" in page
    assert "/customers/user_id:anna/" in page
    behind = next(part.split('"')[0] for part in page.split('href="') if part.startswith("/behind/"))
    assert browser.get(unescape(behind)).status_code == 200
    browser.post(f"/alerts/{one.pk}/act/", {"do": "see", "remark": "I call <her>"})
    browser.post(f"/alerts/{one.pk}/act/", {"do": "mute", "days": "7"})
    page = browser.get(f"/alerts/{one.pk}/").content.decode()
    assert "Seen by alice@example.org" in page
    assert "I call &lt;her&gt;" in page
    assert "Quiet until" in page
    assert "Stars: one score" not in text(browser.get("/"))
    assert browser.post(f"/alerts/{one.pk}/act/", {"do": "mute", "days": "999"}).status_code == 400
    Alert.objects.update(closed_at=timezone.now())
    assert "Over" in text(browser.get("/alerts/"))
    assert "Stars: one score" in text(browser.get("/alerts/past/"))


def test_who_is_here_for_berlin_sees_nothing_of_vienna(lake: Lake, told: Told, bob: User) -> None:
    rule = told()
    land(lake, scored(1, "wien"))
    go()
    browser, one = signed_in(bob), Alert.objects.get()
    assert browser.get(f"/alerts/{one.pk}/").status_code == 404
    assert browser.post(f"/alerts/{one.pk}/act/", {"do": "see"}).status_code == 404
    assert browser.get(f"/alerts/rule/{rule.pk}/").status_code == 404
    assert "Vienna" not in text(browser.get("/alerts/"))
    assert "score of 2" not in text(browser.get("/"))
    refused = browser.post("/alerts/new/", {**FORM, "units": "wien", "do": "make"})
    assert refused.status_code in (403, 404)
    browser.post("/alerts/new/", {**FORM, "do": "make", "mail": "1"})
    assert Rule.objects.get(made_by=bob).wish["units"] == ["berlin"]


def test_a_rule_of_somebody_else_can_be_heard_and_not_changed(lake: Lake, told: Told, bob: User, alice: User) -> None:
    rule = told(by=bob)
    vera = signed_in(alice)
    assert "Tell me, too" in text(vera.get(f"/alerts/rule/{rule.pk}/"))
    vera.post(f"/alerts/rule/{rule.pk}/", {"mail": "1", "rhythm": "week"})
    assert {(one.user.email, one.rhythm) for one in Hearer.objects.all()} == {
        ("bob@example.org", "hour"), ("alice@example.org", "week")}  # fmt: skip
    vera.post(f"/alerts/rule/{rule.pk}/", {"rhythm": "week"})
    assert [one.user.email for one in Hearer.objects.all()] == ["bob@example.org"]
    mine = told(wish=LOW)
    other = commands.make(by=alice, name="Mine", kind="low", wish=LOW)
    assert signed_in(bob).post(f"/alerts/rule/{other.pk}/change/", {"do": "remove"}).status_code == 404
    browser = signed_in(alice)
    browser.post(f"/alerts/rule/{mine.pk}/change/", {"do": "name", "name": "Very  low"})
    browser.post(f"/alerts/rule/{mine.pk}/change/", {"do": "stop"})
    mine.refresh_from_db()
    assert (mine.name, mine.on) == ("Very low", False)
    browser.post(f"/alerts/rule/{mine.pk}/change/", {"do": "remove"})
    assert not Rule.objects.filter(pk=mine.pk).exists()


def test_habits_and_chats(lake: Lake, alice: User, settings: Any) -> None:
    browser = signed_in(alice)
    assert "alice@example.org" in text(browser.get("/alerts/me/"))
    browser.post("/alerts/me/", {"quiet_from": "22", "quiet_to": "7", "weekly": "1", "language": "de"})
    habits = Habits.objects.get()
    assert (habits.quiet_from, habits.quiet_to, habits.weekly, habits.language) == (22, 7, True, "de")
    assert browser.post("/alerts/me/", {"quiet_from": "22"}).status_code == 400
    settings.PRIVATE_HOSTS = ("127.0.0.1",)
    secret = "3ccdd113474722377935511fc85d3dd4"
    browser.post("/alerts/me/chat/", {"do": "add", "name": "Team", "url": f"mmost://127.0.0.1:9/{secret}"})
    chat = Chat.objects.get()
    assert secret.encode() not in bytes(chat.sealed)
    page = text(browser.get("/alerts/me/"))
    assert "Team" in page
    assert secret not in page
    refused = browser.post("/alerts/me/chat/", {"do": "add", "name": "X", "url": "json://example.com/x"})
    assert refused.status_code == 400
    assert "not the address of a chat" in text(refused)
    browser.post("/alerts/me/chat/", {"do": "remove", "number": chat.pk})
    assert not Chat.objects.exists()


def test_strangers_see_nothing(lake: Lake, charlie: Client) -> None:
    for address in ("/alerts/", "/alerts/new/", "/alerts/me/", "/alerts/1/", "/alerts/rule/1/", "/alerts/past/"):
        assert charlie.get(address).status_code == 302, address


def test_queries_do_not_grow_with_alerts(
    lake: Lake, told: Told, alice: User, django_assert_max_num_queries: Any
) -> None:
    browser = signed_in(alice)
    told()
    for unit in ("berlin", "wien"):
        land(lake, *(scored(1, unit) for _ in range(5)))
    go()
    browser.get("/alerts/")
    with django_assert_max_num_queries(16):
        assert browser.get("/alerts/").status_code == 200
