"""Addresses that mail programs say are gone are not written to again; a mailbox that is full for a day is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest

from heartline.collect.events import decode, placed
from heartline.collect.inbox import Received
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.taking import Taken
from heartline.server.people.eligibility import learning
from heartline.server.people.eligibility.models import Failing
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

from .company import address

pytestmark = pytest.mark.django_db
AT_US = 1_767_225_600_000_000


def told(*events: tuple[str, str, dict[str, Any]]) -> Kept:
    """Give a batch of events as the loader tells it: what happened, to which address, with what."""
    some = [
        Received(AT_US, "mailer", "track", msgspec.json.encode(
            {"event": name, "messageId": str(place), "context": {"traits": {"email": mail}}, "properties": more}
        ), 1, b"{}", place)
        for place, (name, mail, more) in enumerate(events)
    ]  # fmt: skip
    made = placed(decode(some), Definitions())
    none: Counter[str] = Counter()
    taken = Taken(made.rows, made.kinds, made.people, contacts=made.contacts, consents=made.consents)
    return Kept(1, some, len(some), none, none, 0, [], none, AT_US, taken)


def test_an_address_whose_mails_come_back_is_left_alone(company: Lake) -> None:
    batch = told(
        ("Email Bounced", "Anna@shop.example", {"type": "hard"}),
        ("Email Bounced", "ben@shop.example", {"type": "soft"}),
        ("Email Opened", "cleo@shop.example", {}), ("email_marked_as_spam", "dora@shop.example", {}),
    )  # fmt: skip
    for _time in range(2):
        learning.learn(batch)
    found = dict(Failing.objects.values_list("identifier", "why"))
    assert found == {
        address(company, "anna@shop.example"): "bounced", address(company, "dora@shop.example"): "spam",
    }  # fmt: skip
