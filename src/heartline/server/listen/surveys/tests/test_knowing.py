"""Who answers by a personal link: asked by what is known of them, once where that was promised; nobody else is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heartline.core.errors import InvalidInput
from heartline.core.ids import identifier
from heartline.listen.surveys import reading, wanted
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import User
from heartline.server.listen.surveys import answering, commands, links
from heartline.server.listen.surveys.models import Answering
from heartline.server.listen.surveys.widget.tests.test_talking import say, told
from heartline.server.people.eligibility.tests.company import reached
from heartline.store.lake import Lake

from .test_answer import post, text, token

pytestmark = pytest.mark.django_db
SURVEY = """
survey: 1
key: plan
languages: [en]
title: {en: "{{ trait.first_name | Hello }}, how is it going?"}
once: true
blocks:
  - key: main
    questions:
      - {key: going, ask: csat5, required: true, text: {en: "How is your {{ trait.plan | plan }} plan?"}}
  - key: gold
    when: {trait: plan, is: gold}
    questions:
      - {key: desk, ask: comment, text: {en: "How is the desk for gold?"}}
ends:
  - {key: thanks, text: {en: "Thank you, {{ trait.first_name | friend }}."}}
"""


@pytest.fixture
def plan(alice: User, lake: Lake) -> str:
    """Give a survey that wants to know two things; of one customer they are known."""
    commands.read(by=alice, text=SURVEY)
    commands.open_(by=alice, key="plan")
    who = identifier("user_id", "K-1", lake.key)
    reached(who, traits_first_name="Anna", traits_plan="gold")
    return "/s/plan/"


def link(who: str, kind: str = "user_id") -> str:
    return links.link("plan", kind, who)


def test_what_a_survey_wants_to_know_is_what_it_names() -> None:
    assert wanted.traits(reading.survey(SURVEY)) == {"first_name", "plan"}
    assert (
        wanted.traits(
            reading.survey(SURVEY.replace("trait", "hidden").replace("once: true", "hidden: [first_name, plan]"))
        )
        == set()
    )


def test_what_is_known_stands_in_texts_and_decides_what_is_asked(client: Client, plan: str) -> None:
    to = link("K-1")
    first = client.get(plan, {"to": to})
    assert "Anna, how is it going?" in text(first)
    assert "How is your gold plan?" in text(first)
    here = f"{plan}{token(first)}/"
    after = post(client, here, "main", going="5", to=to)
    assert "How is the desk for gold?" in text(client.get(after["Location"]))
    last = post(client, here, "gold", desk="Fine", to=to)
    assert "Thank you, Anna." in text(client.get(last["Location"]))
    other = text(client.get(plan, {"to": link("K-2")}))
    assert "Hello, how is it going?" in other
    assert "How is your plan plan?" in other


def test_each_answers_once_whatever_link_they_have(client: Client, plan: str, lake: Lake) -> None:
    open_to_all = client.get(plan)
    assert (open_to_all.status_code, "by a link of their own" in text(open_to_all)) == (404, True)
    for name, known in (("K-1", True), ("K-2", False)):
        to = link(name)
        here = f"{plan}{token(client.get(plan, {'to': to}))}/"
        post(client, here, "main", going="4", to=to)
        if known:
            post(client, here, "gold", desk="", to=to)
    assert Answering.objects.filter(finished_at__isnull=False).count() == 2
    Answering.objects.filter(person=identifier("user_id", "K-2", lake.key)).update(token="f" * 32)  # by another link
    again = client.get(plan, {"to": link("K-2")})
    assert (again.status_code, "You have answered this survey. Thank you." in text(again)) == (404, True)
    assert post(client, f"{plan}{'a' * 32}/", "main", going="1").status_code == 404
    assert Answering.objects.count() == 2
    assert "Thank you, Anna." in text(client.get(plan, {"to": link("K-1")}, follow=True))  # the same link shows its end


def test_what_was_begun_by_two_links_is_finished_by_one(client: Client, plan: str, lake: Lake) -> None:
    to = link("K-1")
    here = f"{plan}{token(client.get(plan, {'to': to}))}/"
    post(client, here, "main", going="4", to=to)
    begun = Answering.objects.get()
    Answering.objects.filter(pk=begun.pk).update(token="f" * 32, finished_at=begun.changed_at)  # by another link
    begun.pk = None
    begun.save()
    assert post(client, here, "gold", desk="Again", to=to).status_code == 404
    assert Answering.objects.filter(finished_at__isnull=False).count() == 1


def test_a_script_that_names_somebody_is_told_nothing_of_them(client: Client, plan: str, alice: User) -> None:
    key = accounts.create_write_key(name="shop", by=alice)
    first = told(say(client, "open", survey="plan", key=key, person={"user_id": "K-1"}))
    assert (first["title"], first["questions"][0]["text"]) == ("Hello, how is it going?", "How is your plan plan?")
    more: dict[str, Any] = {"survey": "plan", "key": key, "person": {"user_id": "K-1"}}
    last = told(say(client, "send", block="main", given={"going": 5}, **more))
    assert last["end"] == "Thank you, friend."
    stranger = say(client, "open", survey="plan", token="9" * 32)
    assert (stranger.status_code, told(stranger)["error"]) == (404, "by_name")


def test_an_anonymous_survey_knows_nobody(client: Client, plan: str, alice: User) -> None:
    body = {**commands.find("plan").body, "anonymous": True}
    with pytest.raises(InvalidInput) as refused:  # who has answered is not known either
        commands.change(by=alice, key="plan", body=body)
    assert (refused.value.code, refused.value.field) == ("once_unknown", "once")
    body["once"] = False
    commands.change(by=alice, key="plan", body=body)
    commands.open_(by=alice, key="plan")
    first = client.get(plan, {"to": link("K-1")})
    assert "Hello, how is it going?" in text(first)
    post(client, f"{plan}{token(first)}/", "main", going="5")
    assert Answering.objects.get().person == ""


def test_an_anonymous_survey_keeps_no_order_either(client: Client, plan: str, alice: User) -> None:
    body = {**commands.find("plan").body, "anonymous": True, "once": False, "hidden": ["order", "shelf"]}
    commands.change(by=alice, key="plan", body=body)
    commands.open_(by=alice, key="plan")
    first = client.get(plan, {"order": "O-77", "shelf": "A"})
    assert ("O-77" in text(first), 'value="A"' in text(first)) == (False, True)
    form = {"block": "main", "asked": ["going"], "q-going": "5", "h-order": "O-77", "h-shelf": "A"}
    client.post(f"{plan}{token(first)}/", form)
    _survey, response = answering.read(Answering.objects.get())
    assert response.hidden == {"shelf": "A"}


def test_a_kiosk_cannot_keep_that_promise(client: Client, plan: str, alice: User) -> None:
    client.force_login(alice)
    made = client.post("/surveys/plan/places/", {"name": "Door", "idle": "60"})
    assert (made.status_code, "a kiosk knows nobody" in text(made)) == (409, True)
