"""Laws of surveys, over made-up ones: every way comes to an end, nothing that is required is out of reach or lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.core.errors import InvalidInput
from heartline.listen.surveys.changes import changes
from heartline.listen.surveys.flow import Response, back, page, sent, way
from heartline.listen.surveys.reading import as_yaml, made, plain, survey
from heartline.listen.surveys.telling import told
from heartline.listen.surveys.values import Question, Survey

TEXT = {"en": "What do you think?"}
OPTIONS = ["a", "b", "c"]
KINDS = ("nps", "stars5", "single", "multiple", "number", "comment", "consent")


@st.composite
def conditions(draw: st.DrawFn, asked: list[tuple[str, str]]) -> dict[str, Any] | None:
    """A condition on what was asked before; often none."""
    if not asked or draw(st.integers(0, 2)) == 0:
        return None
    if draw(st.integers(0, 4)) == 0:
        parts = [part for _ in range(2) if (part := draw(conditions(asked)))]
        return {draw(st.sampled_from(["all", "any", "none"])): parts} if parts else None
    key, kind = draw(st.sampled_from(asked))
    if kind in ("nps", "number"):
        return {"question": key, draw(st.sampled_from(["above", "below"])): draw(st.integers(1, 9))}
    if kind == "stars5":
        return {"question": key, draw(st.sampled_from(["is", "not"])): draw(st.integers(1, 5))}
    if kind in ("single", "multiple"):
        return {"question": key, "has": draw(st.sampled_from(OPTIONS))}
    return {"question": key, "answered": draw(st.booleans())}


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """A survey as plain values; not every one is sound."""
    asked: list[tuple[str, str]] = []
    blocks = []
    number = draw(st.integers(1, 5))
    ends = [f"e{n}" for n in range(draw(st.integers(0, 2)))]
    for at in range(number):
        when = draw(conditions(asked))
        questions = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(KINDS))
            question: dict[str, Any] = {"key": f"q{len(asked)}", "ask": kind, "text": TEXT}
            question |= {"required": draw(st.booleans()), "when": draw(conditions(asked))}
            if kind in ("single", "multiple"):
                question["options"] = [{"key": key, "text": TEXT} for key in OPTIONS]
            if kind == "consent":
                question |= {"purpose": "news", "channel": "email"}
            questions.append(question)
            asked.append((question["key"], kind))
        places = [f"b{n}" for n in range(at + 1, number)] + ends
        leads = [
            (draw(conditions(asked)), draw(st.sampled_from(places))) for _ in range(draw(st.integers(0, 2))) if places
        ]
        then = [{"when": when_, "go": go} for when_, go in leads if when_]
        blocks.append(
            {"key": f"b{at}", "when": when, "questions": questions, "then": then, "random": draw(st.booleans())}
        )
    last = [{"key": key, "text": TEXT, "when": draw(conditions(asked))} for key in ends]
    return {
        "key": "made",
        "languages": ["en"],
        "title": TEXT,
        "blocks": blocks,
        "ends": [*last, {"key": "end", "text": TEXT}],
    }


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """A sound survey: what is unsound is cut down until it can be asked."""
    body = draw(bodies())
    while True:
        try:
            return made(body)
        except InvalidInput as error:
            if error.code not in ("unreachable", "unknown_value"):
                raise  # whatever else would be a fault of ours
            for block in body["blocks"]:
                block["when"] = None
                block["then"] = []
                for question in block["questions"]:
                    question["when"] = None
            body["ends"] = body["ends"][-1:]


def answers(question: Question) -> st.SearchStrategy[Any]:
    """Good answers to a question; none where it may stay open."""
    good: dict[str, st.SearchStrategy[Any]] = {
        "nps": st.integers(0, 10), "stars5": st.integers(1, 5), "single": st.sampled_from(OPTIONS),
        "multiple": st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True), "number": st.integers(-5, 15),
        "comment": st.sampled_from(["Good", "Bad"]), "consent": st.just(True),
    }  # fmt: skip
    return good[question.ask] if question.required else st.none() | good[question.ask]


@settings(max_examples=50)
@given(surveys(), st.data())
def test_every_way_comes_to_an_end_and_what_was_answered_on_it_counts(asked: Survey, data: st.DataObject) -> None:
    response = Response("seed")
    given_: dict[str, Any] = {}
    for _ in asked.blocks:
        now = page(asked, response)
        if now.block is None:
            break
        filled = {question.key: data.draw(answers(question)) for question in asked.questions.values()
                  if question in now.block.questions}  # fmt: skip
        given_ |= filled
        response, wrong = sent(asked, response, now.block.key, filled)
        assert wrong == {}
    last = page(asked, response)
    assert last.end is not None
    assert {key: value for key, value in response.answers.items() if value is not None} == {
        key: value for key, value in given_.items() if value is not None
    }
    on_way = {question.key for block in way(asked, response).blocks for question in block.questions}
    assert set(way(asked, response).answers) <= on_way
    names = [fact.name for fact in told(asked, response).facts]
    assert len(names) == len(set(names))


@settings(max_examples=30)
@given(surveys(), st.data())
def test_going_back_loses_no_answer_and_the_way_on_is_the_same(asked: Survey, data: st.DataObject) -> None:
    response = Response("seed")
    ways = [response]
    while (now := page(asked, response)).block is not None:
        filled = {question.key: data.draw(answers(question)) for question in now.block.questions}
        response, _ = sent(asked, response, now.block.key, filled)
        ways.append(response)
    again = response
    for before in reversed(ways[:-1]):
        again = back(asked, again)
        assert page(asked, again).block == page(asked, before).block
    assert again.answers == response.answers
    while (now := page(asked, again)).block is not None:
        again, _ = sent(asked, again, now.block.key, {})
    assert way(asked, again) == way(asked, response)


@settings(max_examples=30)
@given(surveys(), surveys())
def test_a_survey_is_the_same_after_writing_and_reading(one: Survey, other: Survey) -> None:
    assert survey(as_yaml(one)) == one
    assert changes(one, one) == []
    assert bool(changes(one, other)) == (plain(one) != plain(other))


@settings(max_examples=30)
@given(bodies(), st.data())
def test_what_is_called_out_of_reach_is_never_come_to(body: dict[str, Any], data: st.DataObject) -> None:
    try:
        made(body)
    except InvalidInput as error:
        if error.code != "unreachable":
            return
        never = error.field
        asked = Survey.model_validate(body)
        response = Response("seed")
        while (now := page(asked, response)).block is not None:
            assert never not in {now.block.key, *(question.key for question in now.questions)}
            filled = {question.key: data.draw(answers(question)) for question in now.block.questions}
            response, _ = sent(asked, response, now.block.key, filled)
        assert now.end is not None
        assert now.end.key != never
