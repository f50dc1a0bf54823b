"""What people outside do: ask, confirm by a link in a mail, leave with one click, choose. With a real mail server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.core.ids import identifier
from heartline.server.collect.received.keeping import Desk
from heartline.server.people.consent import asking, commands, links, mailing, tasks, telling
from heartline.server.people.consent.models import Request, Shown, Word
from heartline.server.shell import consenting
from heartline.store.lake import Lake

from .mailbox import Server, listening
from .test_ledger import row

pytestmark = pytest.mark.django_db
FORM = "/consent/for/newsletter/"
ADA = "Ada@shop.example"


@pytest.fixture
def post(settings: Any) -> Iterator[Server]:
    """Give the company a mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with listening() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def asked(client: Client, address: str = ADA, visitor: str = "203.0.113.7", **more: str) -> Any:
    """Fill the form in as it stands on the page."""
    page = client.get(FORM).content.decode()
    (shown,) = re.findall(r'name="shown" value="(\w+)"', page)
    values = {"email": address, "agree": "yes", "shown": shown, **more}
    return client.post(FORM, values, headers={"x-forwarded-for": f"10.0.0.1, {visitor}"})


def link(mail: Any) -> str:
    """Find the link of a mail."""
    (found,) = re.findall(r"http\S+/consent/confirm/\S+", mail.get_content())
    return str(urlsplit(found).path)


def name(lake: Lake, address: str = "ada@shop.example") -> str:
    return identifier("email", address, lake.key)


def test_somebody_asks_confirms_and_leaves_again(company: Lake, post: Server, charlie: Client) -> None:
    answer = asked(charlie)
    assert (answer.status_code, answer.url) == (302, "/consent/asked/?language=en")
    assert "on its way" in charlie.get(answer.url).content.decode()
    assert tasks.post.func() == 1
    (mail,) = post.kept
    assert (mail["To"], mail["Subject"]) == (ADA, "Please confirm: Newsletter")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Yes, send me the newsletter." in mail.get_content()
    page = charlie.get(link(mail)).content.decode()
    assert "Yes, I confirm it" in page
    assert not Word.objects.exists()
    assert not consenting.allowed(name(company), "newsletter", "email")
    done = charlie.post(link(mail), headers={"x-forwarded-for": "2001:db8:1:2::3"})
    assert "that is confirmed" in done.content.decode()
    word = Word.objects.get()
    assert word.shown is not None
    assert (word.shown.text, word.shown.language, word.shown.version) == ("Yes, send me the newsletter.", "en", 2)
    proof = word.proof
    assert (proof["message_id"], proof["asked_from"], proof["confirmed_from"]) == (
        mail["Message-ID"], "203.0.113.0", "2001:db8:1::",
    )  # fmt: skip
    assert word.confirmed_at is not None
    assert "shop.example" not in f"{Word.objects.values()}{Request.objects.values()}"
    assert consenting.allowed(name(company), "newsletter", "email")
    with opened(named(company.folder)) as inbox:
        inbox.stamp(1, 1_000_000)
        (event,) = inbox.batch(1)
    assert b"Ada@shop.example" in event.body
    assert charlie.post(link(mail)).status_code == 404
    assert charlie.get(link(mail)).status_code == 404
    headers = links.headers(name(company), "newsletter")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leaving = urlsplit(headers["List-Unsubscribe"].strip("<>")).path
    assert "Yes, no more" in charlie.get(leaving).content.decode()
    assert consenting.allowed(name(company), "newsletter", "email")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(leaving, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert consenting.standing([name(company)], "newsletter", "email").reasons == ["withdrawn"]


def test_the_answer_is_the_same_whether_an_address_is_known_or_not(
    company: Lake, post: Server, charlie: Client
) -> None:
    commands.take([row("cleo@shop.example", "suppressed", "2024-03-01"), row("ben@shop.example", "given")])
    answers = [asked(charlie, f"{who}@shop.example") for who in ("cleo", "ben", "new")]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    tasks.post.func()
    assert sorted(mail["To"] for mail in post.kept) == ["ben@shop.example", "new@shop.example"]


def test_nobody_fills_a_mailbox_with_our_form(company: Lake, post: Server, charlie: Client) -> None:
    for number in range(5):
        assert asked(charlie, ADA.upper() if number % 2 else ADA, f"203.0.{number}.7").status_code == 302
    tasks.post.func()
    assert len(post.kept) == 1
    Request.objects.update(asked_at=timezone.now() - timedelta(minutes=11))
    for _again in range(2):
        asked(charlie)
    tasks.post.func()
    assert len(post.kept) == 1, "five requests were more than a day's three"


def test_a_network_asks_only_so_often(company: Lake, charlie: Client) -> None:
    for number in range(asking.AN_HOUR):
        assert asked(charlie, f"p{number}@shop.example", f"203.0.113.{number}").status_code == 302
    refused = asked(charlie, "one@more.example")
    assert refused.status_code == 429
    assert "in an hour" in refused.content.decode()
    assert asked(charlie, "one@more.example", "198.51.100.1").status_code == 302


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"agree": ""}, {"shown": "0"}, {"email": "a@b.example\nBcc: x@y.example"}]
)
def test_a_form_that_is_not_whole_keeps_what_was_typed(company: Lake, charlie: Client, wrong: dict[str, str]) -> None:
    values = {"email": ADA, **wrong}
    answer = asked(charlie, values.pop("email"), **values)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert not Request.objects.exists()


def test_without_a_mail_server_nothing_is_lost(company: Lake, settings: Any, charlie: Client) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    answer = asked(charlie)
    assert "cannot send anything just now" in charlie.get(answer.url).content.decode()
    assert (tasks.post.func(), mailing.waiting(), mailing.due()) == (0, 1, False)
    with listening() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        server.refuses = True
        assert (tasks.post.func(), mailing.waiting(), mailing.due()) == (0, 1, False)
        server.refuses = False
        assert tasks.post.func() == 0
        Request.objects.update(again_at=timezone.now())
        assert (mailing.due(), tasks.post.func(), mailing.waiting()) == (True, 1, 0)
        assert len(server.kept) == 1


def test_what_nobody_confirms_is_forgotten_and_its_link_ends(company: Lake, post: Server, charlie: Client) -> None:
    asked(charlie)
    tasks.post.func()
    Request.objects.update(asked_at=timezone.now() - asking.KEPT - timedelta(minutes=1))
    assert tasks.sweep.func() == 1
    assert not Request.objects.exists()
    assert charlie.post(link(post.kept[0])).status_code == 404
    assert charlie.get("/consent/confirm/made-up/").status_code == 404


def test_people_see_and_change_their_choices(company: Lake, charlie: Client) -> None:
    who = name(company)
    path = urlsplit(links.choices(who)).path
    page = charlie.get(path).content.decode()
    assert page.count("<fieldset>") == 4
    assert "orders" not in page
    wanted = {"newsletter/email": "yes", "offers/email": "no", "calls/phone": "yes", "offers/phone": "yes"}
    assert "Your choices are kept." in charlie.post(path, wanted).content.decode()
    assert charlie.post(path, wanted).status_code == 200
    assert Word.objects.count() == 3
    found = [consenting.standing([who], *key.split("/")).reasons[0] for key in wanted]
    assert found == ["allowed", "withdrawn", "allowed", "allowed"]
    charlie.post(path, {"nothing": "1"})
    found = [consenting.standing([who], *key.split("/")).reasons[0] for key in wanted]
    assert found == ["withdrawn"] * 4
    assert consenting.allowed(who, "orders", "email")


def test_who_chooses_right_after_confirming_is_told_once_the_address_is_known(
    company: Lake,
    post: Server,
    charlie: Client,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(charlie)
    tasks.post.func()
    charlie.post(link(post.kept[0]))
    with django_capture_on_commit_callbacks(execute=True):
        charlie.post(urlsplit(links.leaving(name(company), "newsletter", "email")).path)
    monkeypatch.setattr(telling, "PAUSE_S", 0)
    word = Word.objects.get(state="withdrawn")
    enqueued = DBTaskResult.objects.get(task_path=telling.tell_later.module_path)
    assert enqueued.args_kwargs["args"] == [[word.digest]]
    assert not telling.tell_later.func([word.digest])
    with opened(named(company.folder)) as inbox:
        Loader(Lake.open(company.folder), inbox, reader, Desk(), "test").turn()
        assert telling.tell_later.func([word.digest])
        Loader(Lake.open(company.folder), inbox, reader, Desk(), "test").turn()
    now = Lake.open(company.folder).at()
    rows = now.rows("event", "source")
    found = now.execute(rows.filter(rows.source == "consent"))["event"].to_pylist()
    assert sorted(found) == ["Consent Given", "Consent Withdrawn"]


def test_what_people_choose_stands_on_their_timeline(company: Lake, charlie: Client) -> None:
    who = name(company)
    consenting.tell([row("ada@shop.example", "given", confirmed_at="2024-01-02 09:05:00")])
    charlie.post(urlsplit(links.leaving(who, "newsletter", "email")).path)
    charlie.post(urlsplit(links.choices(who)).path, {"newsletter/email": "yes", "offers/email": "no"})
    charlie.post(urlsplit(links.choices(who)).path, {"nothing": "1"})
    stranger = name(company, "new@shop.example")
    charlie.post(urlsplit(links.leaving(stranger, "newsletter", "email")).path)
    assert not consenting.allowed(stranger, "newsletter", "email")
    with opened(named(company.folder)) as inbox:
        Loader(Lake.open(company.folder), inbox, reader, Desk(), "test").turn()
    now = Lake.open(company.folder).at()
    rows = now.rows("seq", "event", "touchpoint", "customer", "channel", "source")
    found = now.execute(rows.filter(rows.source == "consent").order_by("seq")).to_pylist()
    assert {row["customer"] for row in found} == {who}
    assert Counter((row["event"], row["touchpoint"], row["channel"]) for row in found) == {
        ("Consent Given", "consent_given", "email"): 1,
        ("Consent Withdrawn", "consent_withdrawn", "email"): 2,
        ("Consent Withdrawn", "consent_withdrawn", "web"): 1,
    }
    assert b"ada@" not in b"".join(path.read_bytes() for path in (company.folder / "lake").rglob("*") if path.is_file())


@pytest.mark.parametrize(("language", "said"), [("de", "Ihre E-Mail-Adresse"), ("es", "Su dirección de correo")])
def test_pages_are_small_and_speak_the_readers_language(
    company: Lake, charlie: Client, language: str, said: str
) -> None:
    answer = charlie.get(f"{FORM}?language={language}")
    page = answer.content.decode()
    assert said in page
    assert ("Ja, schickt mir den Rundbrief." in page) is (language == "de")
    assert "<script" not in page
    sheet = charlie.get("/static/consent/public.css")
    assert len(page.encode()) + len(b"".join(sheet)) < 30_000
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert reverse("consent_ask", args=["newsletter"]) == FORM


def test_a_form_for_what_is_not_asked_for_says_so(company: Lake, charlie: Client) -> None:
    for purpose in ("raffle", "calls"):
        answer = charlie.get(f"/consent/for/{purpose}/")
        assert answer.status_code in (400, 404)
        assert "nothing here to agree to" in answer.content.decode()
    assert not Shown.objects.exists()
