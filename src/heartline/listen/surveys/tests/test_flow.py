"""The way through a survey."""

from __future__ import annotations

import dataclasses

import pytest

from heartline.core.errors import Conflict, NotFound
from heartline.listen.surveys.flow import Response, back, full, kept, options, page, quotas, sent, way
from heartline.listen.surveys.piping import piped
from heartline.listen.surveys.reading import made
from heartline.listen.surveys.values import Survey


def text(words: str) -> dict[str, str]:
    return {"en": words}


def shop() -> Survey:
    """Asks how likely; those who are not happy why, those who are what they liked."""
    return made({
        "key": "after_purchase", "languages": ["en", "de"], "title": text("Your order"), "hidden": ["city"],
        "blocks": [
            {"key": "main", "questions": [{"key": "nps", "ask": "nps", "text": text("How likely?"), "required": True}],
             "then": [{"when": {"question": "nps", "above": 8}, "go": "liked"}]},
            {"key": "why", "questions": [
                {"key": "reason", "ask": "single", "text": text("Why {{ answer.nps }}?"), "options": [
                    {"key": "late", "text": text("Late")}, {"key": "else", "text": text("Other"), "other": True}]},
                {"key": "how_late", "ask": "number", "text": text("How many days?"), "least": 0, "required": True,
                 "when": {"question": "reason", "is": "late"}}],
             "then": [{"when": {"question": "how_late", "above": 10}, "go": "sorry"}]},
            {"key": "liked", "when": {"question": "nps", "above": 6}, "questions": [
                {"key": "best", "ask": "comment", "text": text("What was best?")}]},
        ],
        "ends": [{"key": "sorry", "text": text("Sorry"), "when": {"question": "nps", "below": 7}},
                 {"key": "closed", "text": text("Enough"), "when": {"question": "nps", "below": 0.5}},
                 {"key": "thanks", "text": text("Thanks")}],
        "quotas": [{"key": "rome", "when": {"hidden": "city", "is": "Rome"}, "most": 2, "full": "closed"}],
    })  # fmt: skip


def test_an_unhappy_customer_is_asked_why_and_how_late() -> None:
    survey, anna = shop(), Response("anna")
    assert page(survey, anna).first
    anna, _ = sent(survey, anna, "main", {"nps": "3"})
    assert [question.key for question in page(survey, anna).questions] == ["reason"]
    anna, wrong = sent(survey, anna, "why", {"reason": "late"})
    assert {key: error.code for key, error in wrong.items()} == {"how_late": "required"}
    assert [question.key for question in page(survey, anna).questions] == ["reason", "how_late"]
    anna, wrong = sent(survey, anna, "why", {"how_late": "2,5"})
    assert wrong == {}
    last = page(survey, anna)
    assert (last.end.key if last.end else None, last.done) == ("sorry", 1.0)
    assert way(survey, anna).answers == {"nps": 3, "reason": "late", "how_late": 2.5}


def test_a_happy_customer_skips_the_page_of_reasons() -> None:
    survey = shop()
    ben, _ = sent(survey, Response("ben"), "main", {"nps": 10})
    assert [question.key for question in page(survey, ben).questions] == ["best"]
    with pytest.raises(Conflict) as refused:
        sent(survey, ben, "why", {"reason": "late"})
    assert refused.value.code == "other_page"
    ben, _ = sent(survey, ben, "liked", {})
    last = page(survey, ben).end
    assert last is not None
    assert last.key == "thanks"


def test_who_goes_back_and_answers_otherwise_loses_nothing() -> None:
    survey = shop()
    anna, _ = sent(survey, Response("anna"), "main", {"nps": 3})
    anna, _ = sent(survey, anna, "why", {"reason": "late", "how_late": 4})
    anna, _ = sent(survey, back(survey, back(survey, anna)), "main", {"nps": 9})
    assert way(survey, anna).answers == {"nps": 9}
    assert anna.answers == {"nps": 9, "reason": "late", "how_late": 4}
    anna, _ = sent(survey, back(survey, anna), "main", {"nps": 3})
    assert way(survey, anna).answers == {"nps": 3}  # the page of reasons is shown again, filled in
    anna, _ = sent(survey, anna, "why", {})
    assert way(survey, anna).answers == {"nps": 3, "reason": "late", "how_late": 4}


def test_a_wrong_answer_is_said_and_the_others_are_kept() -> None:
    survey = shop()
    anna, wrong = kept(survey, Response("anna"), {"nps": 11, "best": " Nice "})
    assert ({key: error.code for key, error in wrong.items()}, anna.answers) == ({"nps": "off_scale"}, {"best": "Nice"})
    with pytest.raises(NotFound, match="There is no question “age”"):
        kept(survey, anna, {"age": 3})


def test_an_answer_can_be_taken_back() -> None:
    survey = shop()
    anna, _ = kept(survey, Response("anna"), {"best": "Nice"})
    anna, _ = kept(survey, anna, {"best": ""})
    assert anna.answers == {"best": None}
    anna, _ = sent(survey, anna, "main", {"nps": 9})
    anna, wrong = sent(survey, back(survey, anna), "main", {"nps": ""})
    assert [error.code for error in wrong.values()] == ["required"]


def test_an_earlier_answer_is_put_into_a_later_text() -> None:
    survey = shop()
    given = {"nps": 3, "reason": {"choice": "else", "words": "Wet"}}
    anna, _ = kept(survey, Response("anna", hidden={"city": "Rome"}), given)
    assert piped("Why {{ answer.nps }}?", survey, anna, "en") == "Why 3?"
    assert piped("{{answer.reason}} in {{ hidden.city }}", survey, anna, "en") == "Wet in Rome"
    assert piped("Dear {{ trait.first_name | customer }}", survey, anna, "en") == "Dear customer"
    anna = dataclasses.replace(anna, traits={"first_name": "Ann"})
    assert piped("Dear {{ trait.first_name | customer }}", survey, anna, "en") == "Dear Ann"


def test_a_quota_is_full_once_as_many_have_finished() -> None:
    survey = shop()
    anna = Response("anna", hidden={"city": "Rome"})
    assert [quota.key for quota in quotas(survey, anna)] == ["rome"]
    assert full(survey, anna, {"rome": 1}) is None
    assert (found := full(survey, anna, {"rome": 2})) is not None
    assert found.full == "closed"
    assert full(survey, Response("ben", hidden={"city": "Bonn"}), {"rome": 2}) is None


def test_a_random_order_stays_for_a_response_and_keeps_what_stands_last() -> None:
    choices = [{"key": f"o{n}", "text": text(str(n))} for n in range(6)]
    none = {"key": "none", "text": text("None"), "alone": True}
    pick = {"key": "pick", "ask": "single", "text": text("Pick"), "random": True, "options": [*choices, none]}
    body = {
        "key": "few", "languages": ["en"], "title": text("Few"), "blocks": [{"key": "one", "questions": [pick]}],
        "ends": [{"key": "end", "text": text("End")}],
    }  # fmt: skip
    question = made(body).questions["pick"]
    orders = {seed: [option.key for option in options(question, seed)] for seed in ("a", "b", "c", "d")}
    assert all(order[-1] == "none" and sorted(order[:-1]) == [f"o{n}" for n in range(6)] for order in orders.values())
    assert len({tuple(order) for order in orders.values()}) > 1
    assert [option.key for option in options(question, "a")] == orders["a"]
