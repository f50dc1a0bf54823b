"""Asking people by mail: whom, how, and what comes of it; opening a link answers nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from heartline.core.errors import Conflict, NotFound
from heartline.core.ids import identifier
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.surveys import commands as surveys
from heartline.server.listen.surveys.inviting import asks, commands, going, posting, reminding, tasks
from heartline.server.listen.surveys.inviting.models import Invited, Sending
from heartline.server.listen.surveys.inviting.values import Manner, Wish
from heartline.server.listen.surveys.models import Answering
from heartline.server.listen.surveys.tests.test_answer import land, token
from heartline.server.people.consent.models import State
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.people.eligibility.models import Refused, Reservation
from heartline.server.people.eligibility.tests.company import agreed, reached
from heartline.server.shell import personal
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db


def send(by: User, key: str = "nps", **wish: Any) -> Sending:
    """Send a survey now, and have all messages go out."""
    made = commands.begin(key=key, wish=Wish(**wish), at=timezone.now(), by=by)
    going.go()
    return made


def parts(mail: Any) -> tuple[str, str]:
    """Give the text and the HTML of a mail."""
    return (mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content())


def found(text: str) -> list[str]:
    """Find the links to the survey, as a client asks for them."""
    return [f"{urlsplit(link).path}?{urlsplit(link).query}" for link in re.findall(r"http\S+?/s/[^\s\"]+", text)]


def whom(mails: list[Any]) -> list[str]:
    return sorted(str(mail["To"]) for mail in mails)


def answer(client: Client, link: str, **more: str) -> Any:
    """Open a link, send the page with the answer that it shows, and give what the server says."""
    shown = client.get(link)
    said = re.search(r'name="q-nps" value="(\d+)" checked', shown.content.decode())
    assert said is not None
    to = dict(parse_qsl(urlsplit(link).query))["to"]
    form = {"block": "main", "asked": ["nps"], "q-nps": said[1], "to": to, **more}
    return client.post(f"/s/nps/{token(shown)}/", form)


def test_a_scanner_that_opens_every_link_answers_nothing_and_the_person_then_does(
    asked: str, alice: User, post: Server, charlie: Client, company: Lake
) -> None:
    send(alice, segment="", unit="berlin")
    assert posting.post() == 2
    assert whom(post.kept) == ["anna@shop.example", "ben@shop.example"]
    mail = next(one for one in post.kept if one["To"] == "anna@shop.example")
    text, html = parts(mail)
    links = found(text)
    assert len(links) == 11
    for link in [*links, *found(html.replace("&amp;", "&"))]:
        assert charlie.get(link).status_code == 200
        assert charlie.head(link).status_code == 200
    assert not Answering.objects.exists()
    nine = next(link for link in links if link.endswith("q-nps=9"))
    assert answer(charlie, nine).status_code == 302
    assert Answering.objects.count() == 1
    shown = charlie.get(nine).content.decode()
    assert "What do you like most?" in shown  # the same link, where it was left
    other = next(link for link in links if link.endswith("q-nps=2"))
    assert "What do you like most?" in charlie.get(other).content.decode()
    kept = Answering.objects.get()
    where = f"/s/nps/{kept.token}/"
    charlie.post(where, {"block": kept.at_block, "asked": ["best"], "q-best": "Lamps"})
    assert Answering.objects.get().finished_at is not None
    rows = land(company)
    scored = [row for row in rows if row["score"] is not None]
    mark = identifier("email", "anna@shop.example", company.key)
    assert [(row["score"], row["scale"], row["customer"]) for row in scored] == [(9.0, "nps", mark)]
    sent = [row for row in rows if row["event"] == posting.SENT]
    assert {row["kind"] for row in sent} == {"message"}
    assert len(sent) == 2
    one = asks.funnel(Sending.objects.all())[Sending.objects.get().pk]
    assert (one["asked"], one["sent"], one["opened"]) == (2, 2, 1)
    assert asks.asked(surveys.find("nps")) == 2


def test_the_mail_is_in_the_language_of_its_reader_and_leaves_with_one_click(
    asked: str, alice: User, post: Server, charlie: Client
) -> None:
    reached("user_id:anna", traits_language="de_DE")
    commands.set_manner(key="nps", how=Manner(purpose="surveys", from_name="Lampen Ötker", reply_to="hi@shop.example"),
                        by=alice)  # fmt: skip
    send(alice, unit="berlin")
    posting.post()
    mails = {str(mail["To"]): mail for mail in post.kept}
    anna = mails["anna@shop.example"]
    assert "Wie wahrscheinlich" in anna["Subject"]
    assert "How likely" in mails["ben@shop.example"]["Subject"]
    text, html = parts(anna)
    assert "lang=de" in text
    assert 'lang="de"' in html
    assert "<img" not in html
    assert "Ötker" in str(anna["From"])
    assert anna["Reply-To"] == "hi@shop.example"
    assert anna["Auto-Submitted"] == "auto-generated"
    assert anna["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    leave = urlsplit(anna["List-Unsubscribe"].strip(" <>")).path
    assert charlie.post(leave, {"List-Unsubscribe": "One-Click"}).status_code == 200
    send(alice, unit="berlin")
    reasons = set(Refused.objects.filter(identifier="user_id:anna").values_list("reason", flat=True))
    assert reasons == {"withdrawn"}


def test_who_says_no_before_the_mail_goes_is_not_written_to(asked: str, alice: User, post: Server) -> None:
    send(alice, unit="berlin")
    agreed("user_id:anna", "surveys", State.WITHDRAWN)
    assert posting.post() == 1
    assert whom(post.kept) == ["ben@shop.example"]
    assert Invited.objects.get(identifier="user_id:anna").why == "withdrawn"
    assert not Reservation.objects.filter(identifier="user_id:anna").exists()


def test_a_run_that_is_done_again_asks_nobody_twice(asked: str, alice: User, post: Server) -> None:
    made = send(alice)
    Sending.objects.update(state=Sending.State.GOING, over_at=None)  # as a kill leaves it
    assert going.go() == 0
    assert Invited.objects.count() == 4
    assert posting.post() == 4
    assert posting.post() == 0
    assert len(post.kept) == 4
    made.refresh_from_db()
    assert (made.state, made.candidates) == ("done", 4)
    Invited.objects.filter(identifier="user_id:anna").update(
        state=Invited.State.SENDING, claimed_at=timezone.now() - timedelta(minutes=11)
    )
    assert posting.due()
    posting.post()
    assert Invited.objects.get(identifier="user_id:anna").why == "interrupted"
    assert len(post.kept) == 4


def test_what_a_mail_server_refuses_is_told_apart(asked: str, alice: User, post: Server) -> None:
    post.unknown = {"anna"}
    send(alice, unit="berlin")
    assert posting.post() == 1
    anna = Invited.objects.get(identifier="user_id:anna")
    assert (anna.state, anna.why) == ("failed", "refused")
    send(alice, unit="berlin")
    assert Refused.objects.get(identifier="user_id:anna").reason == "address_fails"
    post.refuses = True
    send(alice, unit="wien")
    assert posting.post() == 0
    waits = Invited.objects.filter(state="waiting", sending__number=3)
    assert {one.tries for one in waits} == {1}
    assert all(one.due_at > timezone.now() for one in waits)
    post.refuses = False
    Invited.objects.update(due_at=timezone.now())
    assert posting.post() == 2
    assert whom(post.kept) == ["ben@shop.example", "cleo@shop.example", "dora@shop.example"]


def test_without_a_mail_server_messages_wait(asked: str, alice: User, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""
    send(alice)
    assert not posting.due()
    assert posting.post() == 0
    assert {one.state for one in Invited.objects.all()} == {"waiting"}
    page = signed_in(alice).get("/surveys/nps/ask/").content.decode()
    assert "HEARTLINE_MAIL=smtps://" in page  # who does what, with the line to copy
    assert "Links in mails begin with http://localhost" in page
    settings.URL = urlsplit("https://shop.example")
    assert "Links in mails begin" not in signed_in(alice).get("/surveys/nps/ask/").content.decode()


def test_the_page_of_who_can_be_written_to_for_nothing_leads_on(lake: Lake, alice: User) -> None:
    for key in ("nps", "pulse"):
        surveys.begin(by=alice, key=key, example_key=key)
        surveys.open_(by=alice, key=key)
    client = signed_in(alice)
    assert "/company/purposes/+/?key=surveys" in client.get("/surveys/nps/ask/").content.decode()
    employees = client.get("/surveys/pulse/ask/").content.decode()
    assert "/employees/ask/" in employees
    assert 'name="segment"' not in employees
    answer = client.post("/surveys/pulse/ask/", {"do": "send"})
    assert (answer.status_code, "asks employees" in answer.content.decode()) == (409, True)


def test_one_reminder_goes_to_who_has_not_answered(
    asked: str, alice: User, post: Server, charlie: Client, company: Lake
) -> None:
    send(alice, unit="berlin")
    posting.post()
    first = found(parts(next(mail for mail in post.kept if mail["To"] == "anna@shop.example"))[0])
    answer(charlie, next(link for link in first if link.endswith("q-nps=9")))
    Answering.objects.update(finished_at=timezone.now())
    assert not reminding.due()
    Invited.objects.update(remind_at=timezone.now() - timedelta(minutes=1))
    assert tasks.remind.call() == 1
    assert posting.post() == 1
    last = post.kept[-1]
    assert (last["To"], last["Subject"].startswith("Reminder: ")) == ("ben@shop.example", True)
    assert not reminding.due()
    assert tasks.remind.call() == 0
    assert Reservation.objects.filter(reminder=True).count() == 1
    assert sorted(row["id"].rpartition(".")[2] for row in land(company) if row["event"] == posting.SENT) == [
        "reminded", "sent", "sent",
    ]  # fmt: skip


def test_an_anonymous_survey_is_sent_and_nobody_is_tied_to_an_answer(
    company: Lake, alice: User, post: Server, charlie: Client
) -> None:
    made = surveys.begin(by=alice, key="work", example_key="nps")
    surveys.change(by=alice, key="work", body={**made.body, "anonymous": True})
    surveys.open_(by=alice, key="work")
    commands.set_manner(key="work", how=Manner(purpose="surveys", remind_days=2), by=alice)
    send(alice, "work", unit="berlin")
    posting.post()
    text, _html = parts(post.kept[0])
    assert "to=" not in text
    assert "Nobody sees who answered what." in text
    Invited.objects.update(remind_at=timezone.now() - timedelta(minutes=1))
    assert tasks.remind.call() == 0
    assert not reminding.due()


def test_a_text_message_is_told_to_another_system(
    asked: str, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    from heartline.server.act.outbound import commands as outbound
    from heartline.server.act.outbound.models import Delivery

    hearing = outbound.Hearing(("asking",))
    outbound.create(by=alice, name="texts", url="https://texts.example/", hearing=hearing)
    send(alice, channel="messaging", unit="berlin")
    assert posting.post() == 2
    bodies = [msgspec.json.decode(one.opened()) for one in Delivery.objects.filter(kind="heartline.survey.asking")]
    assert {body["data"]["survey"] for body in bodies} == {"nps"}
    assert {body["data"]["to"][:6] for body in bodies} == {"+49301"}
    assert all("/s/nps/?to=" in body["data"]["link"] for body in bodies)


def test_a_link_ends_when_it_is_said_to(asked: str, alice: User, post: Server, charlie: Client) -> None:
    send(alice, unit="berlin")
    posting.post()
    link = found(parts(post.kept[0])[0])[0]
    assert charlie.get(link).status_code == 200
    Invited.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert charlie.get(link).status_code == 404


def test_who_is_erased_takes_invitation_and_answer_along(
    asked: str, alice: User, post: Server, charlie: Client
) -> None:
    send(alice, unit="berlin")
    posting.post()
    mail = next(one for one in post.kept if one["To"] == "anna@shop.example")
    answer(charlie, next(link for link in found(parts(mail)[0]) if link.endswith("q-nps=9")))
    anna = personal.Theirs(frozenset({"user_id:anna"}), lambda text: False)
    places = {one.place: one for one in personal.holdings()}
    assert places["survey_responses"].export(anna)[0]["answers"] == {"nps": 9}
    assert places["survey_invitations"].export(anna)[0]["state"] == "sent"
    order = [place for place in places if place.startswith("survey_")]
    assert order.index("survey_responses") < order.index("survey_invitations")
    for place in order:
        places[place].erase(anna)
    assert not Answering.objects.exists()
    assert {one.identifier for one in Invited.objects.all()} == {"user_id:ben"}


def test_what_cannot_be_sent_is_refused_before_anything_is_kept(company: Lake, alice: User, bob: User) -> None:
    surveys.begin(by=alice, key="nps", example_key="nps")
    with pytest.raises(Conflict):
        send(alice)
    surveys.open_(by=alice, key="nps")
    with pytest.raises(NotFound) as wrong:
        send(alice)
    assert wrong.value.code == "no_purpose"
    assert not Sending.objects.exists()


def test_the_page_counts_first_sends_and_says_what_became_of_it(asked: str, alice: User, post: Server) -> None:
    client = signed_in(alice)
    agreed("user_id:ben", "surveys", State.WITHDRAWN)
    empty = client.get("/surveys/nps/ask/").content.decode()
    assert "Nobody was asked by us yet." in empty
    counted = client.get("/surveys/nps/ask/", {"do": "count", "share": "100"}).content.decode()
    assert "<strong>3 of 4</strong> would be asked now." in counted
    assert "said no" in counted
    partly = client.post("/surveys/nps/ask/", {"do": "count", "unit": "berlin"}, headers={"HX-Request": "true"})
    assert "<strong>1 of 2</strong>" in partly.content.decode()
    assert "<html" not in partly.content.decode()
    assert not Sending.objects.exists()
    wrong = client.post("/surveys/nps/ask/", {"do": "send", "share": "0"})
    assert wrong.status_code == 400
    assert "A share is a number from 1 to 100." in wrong.content.decode()
    assert client.post("/surveys/nps/ask/", {"do": "send", "share": "100"}).status_code == 302
    going.go()
    posting.post()
    page = client.get("/surveys/nps/ask/").content.decode()
    assert "3 people were asked, 0 answered." in page
    became = client.get("/surveys/nps/ask/1/").content.decode()
    assert "1 were not asked, since they" in became
    assert client.get("/surveys/nps/ask/9/").status_code == 404
    assert [one.action for one in AuditEntry.objects.filter(subject="nps").order_by("-pk")[:1]] == ["ask_people"]
    assert client.get("/customers/user_id:anna/").status_code in (200, 404)


def test_how_it_is_written_is_kept_and_checked(asked: str, alice: User) -> None:
    client = signed_in(alice)
    form = {"do": "how", "purpose": "opinions", "from_name": "Shop", "reply_to": "a@b.example", "remind_days": "5",
            "lasts_days": "20", "again_days": "30", "again": "never"}  # fmt: skip
    assert client.post("/surveys/nps/ask/", form).status_code == 302
    how = asks.manner(surveys.find("nps"))
    assert (how.purpose, how.remind_days, how.again_days) == ("opinions", 5, None)
    for bad in ({"remind_days": "20"}, {"reply_to": "nobody"}, {"from_name": "a<b>"}, {"lasts_days": "61"}):
        assert client.post("/surveys/nps/ask/", {**form, **bad}).status_code == 400
    assert asks.manner(surveys.find("nps")) == how


def test_codes_and_posters_lead_to_the_survey(asked: str, alice: User, charlie: Client) -> None:
    client = signed_in(alice)
    svg = client.get("/surveys/nps/code.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    assert b"<svg" in svg.content
    png = client.get("/surveys/nps/code.png?download")
    assert png.content.startswith(b"\x89PNG")
    assert "nps.png" in png["Content-Disposition"]
    page = client.get("/surveys/nps/poster/?lang=de").content.decode()
    assert 'lang="de"' in page
    assert "Wie wahrscheinlich" in page
    assert "http://testserver/s/nps/" in page
    assert charlie.get("/surveys/nps/code.svg").status_code == 302


def test_who_is_here_for_some_units_sends_nothing(asked: str, bob: User) -> None:
    client = signed_in(bob)
    assert client.get("/surveys/nps/ask/").status_code == 403
    assert client.post("/surveys/nps/ask/", {"do": "send"}).status_code == 403


def test_a_sending_that_waits_is_stopped_and_counts_no_longer(asked: str, alice: User, post: Server) -> None:
    made = send(alice)
    assert Reservation.objects.count() == 4
    client = signed_in(alice)
    assert client.post("/surveys/nps/ask/", {"do": f"stop:{made.number}"}).status_code == 302
    assert not Reservation.objects.exists()
    assert posting.post() == 0
    later = commands.begin(key="nps", wish=Wish(), at=timezone.now() + timedelta(hours=1), by=alice)
    assert going.go() == 0
    commands.stop(key="nps", number=later.number, by=alice)
    Sending.objects.update(at=timezone.now())
    assert going.go() == 0


def test_a_target_says_before_it_is_used_what_it_comes_to(asked: str, alice: User, client: Client) -> None:
    client.force_login(alice)
    form = {"do": "count", "channel": "email", "target": "2"}
    page = client.post("/surveys/nps/ask/", form).content.decode()
    assert "4 would be asked, and about 0 answer: between 0 and 2." in page
    assert "nobody was asked yet: one in ten is guessed" in page
    assert "In 2 of 2 parts there are too few people for 2 answers." in page
    assert not Invited.objects.exists()
    after = {**form, "when": "after", "after_touchpoint": "delivery", "delay_h": "48"}
    assert "In a month:" in client.post("/surveys/nps/ask/", after).content.decode()


def test_a_sending_says_by_name_who_was_not_asked_and_why(asked: str, alice: User, bob: User, client: Client) -> None:
    agreed("user_id:anna", "surveys", State.WITHDRAWN)
    send(alice, unit="berlin")
    client.force_login(alice)
    page = client.get("/surveys/nps/ask/1/").content.decode()
    assert "/customers/user_id:anna/" in page
    assert "said no" in page
    assert "/customers/user_id:ben/" not in page
    found = client.get("/surveys/nps/ask/1/?why=withdrawn").content.decode()
    assert "/customers/user_id:anna/" in found
    assert "/customers/user_id:anna/" not in client.get("/surveys/nps/ask/1/?why=enough").content.decode()
    assert client.get("/surveys/nps/ask/1/?page=9").status_code == 404
    User.objects.filter(pk=alice.pk).update(role=Role.MARKETER)
    client.force_login(User.objects.get(pk=alice.pk))
    shown = client.get("/surveys/nps/ask/1/").content.decode()
    assert "said no" in shown  # how many, not who: a marketer sees no single people
    assert "/customers/user_id:anna/" not in shown
