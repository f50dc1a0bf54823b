"""Mails that came back: who is gone is written to no more, what failed for now goes again, the funnel says both."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone

from heartline.listen.surveys.tests.test_returned import NAME, report
from heartline.server.accounts.models import User
from heartline.server.listen.surveys.inviting import asks, posting, returning, tasks
from heartline.server.listen.surveys.inviting.models import Invited, Sending
from heartline.server.people.consent.tests.mailbox import Server
from heartline.server.people.eligibility import learning
from heartline.server.people.eligibility.models import Failing, Refused, Reservation
from heartline.server.people.eligibility.tests.company import address, reached
from heartline.server.people.eligibility.tests.test_learning import told as events
from heartline.store.lake import Lake

from .post_office import Office, office
from .test_inviting import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Give a mailbox to which mails come back."""
    with office() as made:
        monkeypatch.setenv("HEARTLINE_RETURNS", made.address)
        yield made


@pytest.fixture
def sent(asked: str, alice: User, post: Server) -> Sending:
    """Give a sending to two people."""
    made = send(alice, unit="berlin")
    assert posting.post() == 2
    return made


def came_back(box: Office, who: str, status: str) -> None:
    """Have somebody's mail come back."""
    one = Invited.objects.get(identifier=f"user_id:{who}", state=Invited.State.SENT)
    box.mails.append(report("failed", status).replace(NAME.encode(), one.message_id.encode()))


def test_who_is_gone_is_written_to_no_more(sent: Sending, alice: User, box: Office, client: Client) -> None:
    came_back(box, "anna", "5.1.1")
    box.mails.append(b"From: anna@berg.example\n\nThank you for your mail.\n")
    assert tasks.returns.call() == 1
    assert tasks.returns.call() == 0  # what was seen is not read again
    anna = Invited.objects.get(identifier="user_id:anna")
    assert (anna.state, anna.why, anna.remind_at) == ("failed", "returned", None)
    assert not Reservation.objects.filter(identifier="user_id:anna").exists()  # it counts for no limit
    assert Failing.objects.get().why == "5.1.1"
    counts = asks.funnel(Sending.objects.all())[sent.pk]
    assert (counts["asked"], counts["sent"], counts["returned"]) == (2, 2, 1)
    send(alice, unit="berlin")
    assert Refused.objects.get(identifier="user_id:anna").reason == "address_fails"
    client.force_login(alice)
    page = client.get("/surveys/nps/ask/1/").content.decode()
    assert "Came back" in page
    assert "the mail came back: the address is gone" in page
    assert "Not reached" in client.get("/surveys/nps/").content.decode()


def test_what_failed_for_now_goes_again_and_at_last_has_failed(sent: Sending, post: Server, box: Office) -> None:
    for turn in range(len(returning.AGAIN)):
        came_back(box, "ben", "4.2.2")
        assert returning.take() == 1
        ben = Invited.objects.get(identifier="user_id:ben")
        assert (ben.state, ben.tries, ben.due_at > timezone.now()) == ("waiting", turn + 1, True)
        Invited.objects.filter(pk=ben.pk).update(due_at=timezone.now())
        assert posting.post() == 1
    came_back(box, "ben", "4.2.2")
    returning.take()
    ben.refresh_from_db()
    assert (ben.state, ben.why) == ("failed", "returned_later")
    assert not Failing.objects.exists()  # the address may work tomorrow
    assert [str(mail["To"]) for mail in post.kept].count("ben@shop.example") == 1 + len(returning.AGAIN)


def test_a_report_of_no_mail_of_ours_silences_nobody(sent: Sending, box: Office) -> None:
    box.mails.append(report("failed", "5.1.1"))
    assert returning.take() == 0
    assert not Failing.objects.exists()
    assert box.seen == {0}


def test_a_complaint_ends_reminders_and_further_mails(sent: Sending, box: Office) -> None:
    one = Invited.objects.get(identifier="user_id:anna")
    raw = report("failed", "5.1.1").replace(b"=delivery-status", b"=feedback-report")
    box.mails.append(raw.replace(NAME.encode(), one.message_id.encode()))
    assert returning.take() == 1
    one.refresh_from_db()
    assert (one.state, one.remind_at, Failing.objects.get().why) == ("sent", None, "spam")


def test_a_mailbox_that_lets_nobody_in_is_asked_again_later(box: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARTLINE_RETURNS", box.address.replace(box.password, "wrong"))
    assert returning.take() == 0
    monkeypatch.setenv("HEARTLINE_RETURNS", "imap://a:b@127.0.0.1:9/INBOX")
    assert returning.take() == 0
    monkeypatch.delenv("HEARTLINE_RETURNS")
    assert not returning.named()


def test_mails_say_in_their_envelope_where_they_come_back_to(
    asked: str, alice: User, post: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelopes: list[str] = []
    monkeypatch.setattr(smtplib.SMTP, "sendmail", lambda _line, sender, *_more: envelopes.append(sender))
    monkeypatch.setenv("HEARTLINE_RETURN_TO", "back@shop.example")
    send(alice, unit="berlin")
    posting.post()
    assert envelopes == ["back@shop.example"] * 2
    monkeypatch.delenv("HEARTLINE_RETURN_TO")
    send(alice, unit="wien")
    posting.post()
    assert envelopes[2:] == ["Lamp shop <no-reply@localhost>"] * 2


def test_a_bounce_that_another_system_tells_reaches_the_sending(sent: Sending, company: Lake) -> None:
    anna, ben = (Invited.objects.get(identifier=f"user_id:{name}") for name in ("anna", "ben"))
    mark = address(company, "ben@shop.example")
    reached(mark, email="ben@shop.example")
    Invited.objects.filter(pk=ben.pk).update(identifier=mark)
    batch = events(
        ("Email Bounced", "Anna@shop.example", {"smtp-id": anna.message_id, "type": "hard"}),
        ("Email Bounced", "ben@shop.example", {"type": "soft"}),
    )
    for _time in range(2):  # a batch may be told again
        learning.learn(batch)
    counts = asks.funnel(Sending.objects.all())[sent.pk]
    assert (counts["sent"], counts["returned"]) == (2, 1)
    assert not Reservation.objects.filter(identifier="user_id:anna").exists()
    learning.learn(events(("Email Marked As Spam", "Ben@shop.example", {})))
    ben.refresh_from_db()
    assert (ben.state, ben.remind_at) == ("sent", None)  # it had arrived
    learning.learn(events(("email_bounced", "ben@shop.example", {"message_id": "other@elsewhere.example"})))
    ben.refresh_from_db()
    assert (ben.state, ben.why) == ("failed", "returned")
    learning.learn(events(("email_bounced", "nobody@shop.example", {})))
