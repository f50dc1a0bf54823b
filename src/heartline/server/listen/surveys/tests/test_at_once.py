"""Two in the same moment: a quota takes as many as it says, one person answers once, no editor writes over another."""

from __future__ import annotations

import pytest

from heartline.core.errors import NotFound
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.surveys import answering, commands, knowing, links, writing
from heartline.server.listen.surveys.models import Answering
from heartline.store.lake import Lake
from tests.meeting import Meeting

from .test_writing import fields, text

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


def test_of_two_who_save_at_once_one_is_told(
    plan: Meeting, alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "whole", plan.after(writing.whole))
    here = "/surveys/plan/edit/"
    browsers = [signed_in(alice), signed_in(alice)]
    form = fields(text(browsers[0].get(here)))

    def saves(number: int) -> int:
        typed = {**form, "survey.title.en": f"Mine {number}", "do": "save"}
        answer = browsers[number].post(here, typed)
        assert f"Mine {number}" in text(answer) or answer.status_code == 302
        return int(answer.status_code)

    said = plan.at_once(lambda: saves(0), lambda: saves(1))
    assert sorted(said) == [302, 409]
    assert commands.find("plan").body["title"] == {"en": f"Mine {said.index(302)}"}
