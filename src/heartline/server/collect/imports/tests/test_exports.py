"""An export of a tool that is known is named on the page, and read as what it is unless somebody says otherwise."""

from __future__ import annotations

import pytest
import yaml

from heartline.collect.exports.tests.test_mailchimp import AUDIENCE
from heartline.collect.exports.tests.test_zendesk import TICKETS
from heartline.core.ids import identifier
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.imports.models import State
from heartline.server.people.consent.models import Word
from heartline.server.people.contacts import commands as contacts
from heartline.store.lake import Lake

from .browsing import brought, correct, page, taken_in

pytestmark = pytest.mark.django_db(transaction=True)
NAMED = "This is a Zendesk ticket export."


def test_a_ticket_export_is_named_checked_and_taken_in(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, tickets_csv=TICKETS)
    assert one.state == State.READY
    checking = page(client, one)
    assert NAMED in checking
    assert "<strong>12 events</strong> will land. <strong>100 in 100</strong> have a known customer." in checking
    for name in ("Question", "Complaint", "Compliment", "Wish", "First answer", "Problem solved"):
        assert f"<strong>{name}</strong>" in checking
    assert "What happened" not in checking
    report = taken_in(client, one)
    assert "<strong>12 events</strong>" in report
    one.refresh_from_db()
    assert yaml.safe_load(one.recipe)["source"] == "zendesk"
    assert empty_lake.at().version > 0


def test_who_wants_to_say_it_column_by_column_can(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    one = brought(client, tickets_csv=TICKETS)
    otherwise = correct(client, one, what="general", as_export="no")
    assert NAMED in otherwise
    assert "What happened" in otherwise
    assert "<strong>Compliment</strong>" not in otherwise
    again = correct(client, one, what="general", as_export="yes")
    assert "<strong>Compliment</strong>" in again
    assert "What happened" not in again


def test_what_an_audience_says_about_consent_is_kept_once(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    for new, said in ((5, "<strong>5 events</strong> landed."), (0, "Nothing is new.")):
        one = brought(client, audience_csv=AUDIENCE)
        assert "They hold 5 words about consent." in page(client, one)
        report = taken_in(client, one)
        assert said in report
        assert ("5 words about consent were kept." in report) is bool(new)
        one.refresh_from_db()
        assert one.report is not None
        assert one.report["agreed"] == {"new": new, "there": 5 - new, "unusable": 0}
    found = [(word.state, word.reason, word.confirmed_at is not None) for word in Word.objects.order_by("last_at")]
    assert found == [
        ("given", "", True), ("given", "", False), ("given", "", False), ("withdrawn", "Too many e-mails", False),
        ("suppressed", "bounced", False),
    ]  # fmt: skip
    assert "shop.example" not in str(list(Word.objects.values()))
    ada = identifier("email", "ada@shop.example", empty_lake.key)
    assert contacts.known([ada]) == [("email", "ada@shop.example")]
