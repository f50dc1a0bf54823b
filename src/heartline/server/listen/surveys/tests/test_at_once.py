"""Two in the same moment: a quota takes as many as it says, one person answers once."""

from __future__ import annotations

import pytest

from heartline.core.errors import NotFound
from heartline.server.accounts.models import User
from heartline.server.listen.surveys import answering, commands, knowing, links
from heartline.server.listen.surveys.models import Answering
from heartline.store.lake import Lake
from tests.meeting import Meeting

SURVEY = """
survey: 1
key: plan
languages: [en]
title: {en: "How is it going?"}
blocks:
  - key: main
    questions:
      - {key: going, ask: csat5, required: true, text: {en: "How is your plan?"}}
ends:
  - {key: thanks, text: {en: Thank you.}}
  - {key: full, text: {en: We have heard enough.}}
"""
QUOTA = "quotas: [{key: happy, when: {question: going, above: 3}, most: 1, full: full}]\n"


@pytest.fixture
def plan(alice: User, lake: Lake, meeting: Meeting) -> Meeting:
    """Give threads that meet, and a survey of one page that can be answered."""
    commands.read(by=alice, text=SURVEY + QUOTA)
    commands.open_(by=alice, key="plan")
    return meeting


def sent(token: str, link: str = "") -> answering.Asked:
    """Finish the survey as somebody who is happy."""
    return answering.send(
        key="plan", token=token, language="en", block="main", given={"going": "5"}, hidden={}, link=link
    )[0]


def test_a_quota_takes_one_of_two_and_keeps_what_the_other_answered(
    plan: Meeting, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_counts", plan.after(answering._counts))
    seen = plan.at_once(lambda: sent("a" * 32), lambda: sent("b" * 32))
    ends = {one.response.seed: one.page.end.key for one in seen if one.page.end is not None}
    assert sorted(ends.values()) == ["full", "thanks"]
    second = next(token for token, end in ends.items() if end == "full")
    assert Answering.objects.filter(finished_at__isnull=False).count() == 1
    kept = Answering.objects.get(token=second)
    assert (kept.quotas, kept.finished_at) == ([], None)
    assert answering.read(kept)[1].answers == {"going": 5}


def test_one_person_with_two_links_answers_once(
    plan: Meeting, alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.change(by=alice, key="plan", body={**commands.find("plan").body, "once": True})
    commands.open_(by=alice, key="plan")
    monkeypatch.setattr(knowing, "answered", plan.after(knowing.answered))

    def said(token: str) -> str:
        try:
            return str(sent(token, links.link("plan", "user_id", "K-1")).page.end is not None)
        except NotFound as error:
            return error.code

    assert sorted(plan.at_once(lambda: said("a" * 32), lambda: said("b" * 32))) == ["True", "answered"]
    assert Answering.objects.filter(finished_at__isnull=False).count() == 1
