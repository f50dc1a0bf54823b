"""Responses go with who gave them: also those that nobody has finished, and what waits to land."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from heartline.server.accounts.models import User
from heartline.server.listen.surveys import commands, held, tasks
from heartline.server.listen.surveys.models import Answering
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake

from .test_answer import land, token

pytestmark = pytest.mark.django_db
SURVEY = """
survey: 1
key: contact
languages: [en]
title: {en: "What was it like?"}
blocks:
  - key: main
    questions:
      - {key: words, ask: comment, text: {en: "Your words?"}}
      - {key: who, ask: contact, fields: [email], text: {en: "Who are you?"}}
  - key: more
    questions:
      - {key: more, ask: comment, text: {en: "Anything else?"}}
ends:
  - {key: thanks, text: {en: "Thank you."}}
"""
ANNA = Theirs(frozenset({"user_id:anna"}), lambda said: "anna@example.org" in said)


@pytest.fixture
def asked(alice: User, lake: Lake) -> str:
    """Give a survey with two pages, of which the first asks who somebody is."""
    commands.read(by=alice, text=SURVEY)
    commands.open_(by=alice, key="contact")
    return "/s/contact/"


def begin(client: Client, asked: str, who: str, words: str) -> str:
    here = f"{asked}{token(client.get(asked))}/"
    form: dict[str, Any] = {"block": "main", "asked": ["words", "who"], "q-words": words, "q-who--email": who}
    assert client.post(here, form).status_code == 302
    return here


def end(client: Client, here: str) -> None:
    assert client.post(here, {"block": "more", "asked": ["more"], "q-more": ""}).status_code == 302


def texts(lake: Lake) -> list[str]:
    return sorted(row["text"] for row in land(lake) if row["text"])


def test_what_nobody_finished_is_found_by_the_address_in_it(client: Client, asked: str, lake: Lake) -> None:
    begin(client, asked, "anna@example.org", "Mine")
    begin(client, asked, "ben@example.org", "His")
    assert [row["answers"]["words"] for row in held._responses(ANNA)] == ["Mine"]
    gone = held._forget(ANNA)
    assert (gone.removed, gone.searched) == (1, 2)
    Answering.objects.update(changed_at=timezone.now() - timedelta(minutes=31))
    assert tasks.send_idle.call() == 1
    assert texts(lake) == ["His"]


def test_what_waits_to_land_stays_out(client: Client, asked: str, lake: Lake) -> None:
    end(client, begin(client, asked, "anna@example.org", "Mine"))
    end(client, begin(client, asked, "ben@example.org", "His"))
    held._forget(ANNA)
    assert texts(lake) == ["His"]


def test_an_answer_that_is_sent_on_later_was_given_when_it_was_given(client: Client, asked: str, lake: Lake) -> None:
    begin(client, asked, "ben@example.org", "His")
    given = timezone.now() - timedelta(days=2)
    Answering.objects.update(changed_at=given)
    assert tasks.send_idle.call() == 1
    land(lake)
    now = Lake.open(lake.folder).at()
    rows = now.rows("source", "occurred_at")
    found = now.execute(rows.filter(rows.source == "surveys").select("occurred_at"))["occurred_at"].to_pylist()
    assert found == [given]
