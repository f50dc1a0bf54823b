"""The cast, a company that may write to four customers, a mail server, and a survey that can be answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.server.listen.surveys import commands as surveys
from heartline.server.listen.surveys.inviting import commands
from heartline.server.listen.surveys.inviting.values import Manner
from heartline.server.people.consent.tests.mailbox import Server, listening
from heartline.server.people.eligibility import rules
from heartline.server.people.eligibility.models import Ours
from heartline.server.people.eligibility.tests.company import purposes, reached
from heartline.store.lake import Lake
from tests.meeting import meeting

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake", "meeting"]
PEOPLE = ("anna", "ben", "cleo", "dora")


@pytest.fixture
def company(lake: Lake, db: None) -> Lake:
    """Give four customers with addresses, whom nothing keeps from being asked."""
    purposes(lake)
    Ours.objects.create(pk=1, body=rules.Company(quiet=None, cooldown_days=0, caps={}).body())
    for name in PEOPLE:
        reached(f"user_id:{name}", email=f"{name}@shop.example", phone=f"+4930123{len(name)}{ord(name[0])}")
    return lake


@pytest.fixture
def asked(company: Lake, alice: User) -> str:
    """Give a survey that people can answer, sent for surveys; reminded after three days."""
    surveys.begin(by=alice, key="nps", example_key="nps")
    surveys.open_(by=alice, key="nps")
    commands.set_manner(key="nps", how=Manner(purpose="surveys", remind_days=3, from_name="Lamp shop"), by=alice)
    return "nps"


@pytest.fixture
def post(settings: Any) -> Iterator[Server]:
    """Give the company a mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    with listening() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server
