"""The way through a survey: which page is next, what it asks, where it ends; and which answers lie on that way.

A way is found anew from the answers each time, so going back and answering otherwise needs no undoing: what lies off
the way now is kept, is not counted, and counts again when the way comes back to it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from heartline.core.errors import Conflict, InvalidInput, NotFound

from .answers import answer
from .conditions import Facts, holds
from .values import Block, End, Option, Question, Quota, Row, Survey

T = TypeVar("T")


@dataclass(frozen=True)
class Response:
    """What somebody has answered so far.

    Parameters
    ----------
    seed
        Of this response: random orders stay as they were when it is resumed.
    answers
        By question, as `answer` gives them.
    passed
        Keys of the blocks that were sent off; a block with optional questions only is passed by that alone.
    hidden, traits
        What the link brought along; what is known of the person.
    """

    seed: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    passed: frozenset[str] = frozenset()
    hidden: Mapping[str, str] = field(default_factory=dict)
    traits: Mapping[str, str] = field(default_factory=dict)

    def facts(self, answers: Mapping[str, Any] | None = None) -> Facts:
        """Give what conditions look at."""
        return {
            "question": self.answers if answers is None else answers,
            "hidden": self.hidden,
            "trait": self.traits,
        }


@dataclass(frozen=True)
class Page:
    """What is shown next: a block with its questions in their order, or an end; and how far one is."""

    block: Block | None
    questions: tuple[Question, ...]
    end: End | None
    done: float
    first: bool


@dataclass(frozen=True)
class Way:
    """The blocks that were passed, the one that is next, and the end that it came to."""

    blocks: tuple[Block, ...]
    next: Block | None
    end: End | None
    answers: dict[str, Any]
    """Those on the way: they count."""


def way(survey: Survey, response: Response) -> Way:
    """Give the way of a response: conditions see only answers that lie on it."""
    order = {block.key: at for at, block in enumerate(survey.blocks)}
    ends = {end.key: end for end in survey.ends}
    passed: list[Block] = []
    counted: dict[str, Any] = {}
    at = 0
    while at < len(survey.blocks):
        block = survey.blocks[at]
        asked = _asked(block, response, counted)
        if not asked:
            at += 1
            continue
        if block.key not in response.passed or not _complete(asked, response.answers):
            return Way(tuple(passed), block, None, counted)
        passed.append(block)
        counted |= {q.key: response.answers[q.key] for q in asked if response.answers.get(q.key) is not None}
        leads = next((jump.go for jump in block.then if holds(jump.when, response.facts(counted))), None)
        if leads in ends:
            return Way(tuple(passed), None, ends[leads], counted)
        at = at + 1 if leads is None else order[leads]
    end = next(end for end in survey.ends if holds(end.when, response.facts(counted)))
    return Way(tuple(passed), None, end, counted)


def _asked(block: Block, response: Response, counted: Mapping[str, Any]) -> list[Question]:
    """Give the questions of a block that are asked; those on one page may hang on each other, in their order."""
    if not holds(block.when, response.facts(counted)):
        return []
    seen = dict(counted)
    asked = []
    for question in block.questions:
        if holds(question.when, response.facts(seen)):
            asked.append(question)
            if (value := response.answers.get(question.key)) is not None:
                seen[question.key] = value
    return asked


def _complete(asked: list[Question], answers: Mapping[str, Any]) -> bool:
    return all(answers.get(q.key) is not None for q in asked if q.required and q.ask != "note")


def page(survey: Survey, response: Response) -> Page:
    """Give the page that is next."""
    found = way(survey, response)
    if found.next is None:
        return Page(None, (), found.end, 1.0, False)
    questions = _asked(found.next, response, found.answers)
    done = survey.blocks.index(found.next) / len(survey.blocks)
    return Page(found.next, tuple(shuffled(questions, found.next, response.seed)), None, done, not found.blocks)


def counted(survey: Survey, response: Response) -> dict[str, Any]:
    """Give the answers that count: those on the way, and those on the page that was not sent yet."""
    found = way(survey, response)
    if found.next is None:
        return found.answers
    asked = _asked(found.next, response, found.answers)
    more = {one.key: response.answers[one.key] for one in asked if response.answers.get(one.key) is not None}
    return {**found.answers, **more}


def shuffled(questions: list[Question], block: Block, seed: str) -> list[Question]:
    """Put the questions of a block into this response's order; notes and what hangs on an answer keep their place."""
    if not block.random:
        return questions
    free = [at for at, question in enumerate(questions) if question.ask != "note" and question.when is None]
    order = dict(zip(free, _mixed(free, f"{seed}:{block.key}"), strict=True))
    return [questions[order.get(at, at)] for at in range(len(questions))]


def options(question: Question, seed: str) -> tuple[Option, ...]:
    """Give a question's options in this response's order; the last ones stay last."""
    if not question.random:
        return question.options
    free = [option for option in question.options if not (option.last or option.other or option.alone)]
    fixed = [option for option in question.options if option not in free]
    return (*_mixed(free, f"{seed}:{question.key}"), *fixed)


def rows(question: Question, seed: str) -> tuple[Row, ...]:
    """Give a question's rows in this response's order."""
    return tuple(_mixed(question.rows, f"{seed}:{question.key}")) if question.random else question.rows


def _mixed(items: Sequence[T], seed: str) -> list[T]:
    """Mix, always the same way for a seed."""
    return random.Random(seed).sample(items, len(items))  # noqa: S311  (an order of questions is no secret)


def kept(survey: Survey, response: Response, given: Mapping[str, Any]) -> tuple[Response, dict[str, InvalidInput]]:
    """Take answers as they come, each by itself, without going on: good ones are kept, others are said.

    Raises
    ------
    NotFound
        `unknown_question`.
    """
    known = survey.questions
    answers = dict(response.answers)
    wrong: dict[str, InvalidInput] = {}
    for key, value in given.items():
        if key not in known:
            raise NotFound("unknown_question", f"There is no question “{key}”.", field=key)
        try:
            answers[key] = answer(known[key], value)
        except InvalidInput as error:
            wrong[key] = error
            if error.code == "required":
                answers[key] = None
    return replace(response, answers=answers), wrong


def sent(
    survey: Survey, response: Response, block: str, given: Mapping[str, Any]
) -> tuple[Response, dict[str, InvalidInput]]:
    """Take a page that was sent off: its answers are kept, and where none is wrong the block is passed.

    Raises
    ------
    Conflict
        `other_page` when that block is not on this response's way.
    NotFound
        `unknown_question` when an answer is to a question that the survey has not.
    """
    found = way(survey, response)
    on_way = {one.key: one for one in (*found.blocks, *([found.next] if found.next else []))}
    if block not in on_way:
        raise Conflict("other_page", "This page is not the one that is asked now.", remedy="Go on with the one shown.")
    after, wrong = kept(survey, response, given)
    asked = _asked(on_way[block], after, _before(found, on_way[block]))
    for question in asked:
        if question.key not in given and after.answers.get(question.key) is None and question.required:
            _, missing = kept(survey, after, {question.key: None})
            wrong |= missing
    wrong = {key: error for key, error in wrong.items() if key in {question.key for question in asked}}
    return (after, wrong) if wrong else (replace(after, passed=after.passed | {block}), {})


def _before(found: Way, block: Block) -> dict[str, Any]:
    """Give the answers that count before a block on the way."""
    keys = set()
    for one in found.blocks:
        if one.key == block.key:
            break
        keys |= {question.key for question in one.questions}
    return {key: value for key, value in found.answers.items() if key in keys}


def back(survey: Survey, response: Response) -> Response:
    """Go one page back; the answers stay."""
    found = way(survey, response)
    return replace(response, passed=response.passed - {found.blocks[-1].key}) if found.blocks else response


def full(survey: Survey, response: Response, counts: Mapping[str, int]) -> Quota | None:
    """Give the first quota of this response that is full already, by how many finished responses it has."""
    return next((quota for quota in quotas(survey, response) if counts.get(quota.key, 0) >= quota.most), None)


def quotas(survey: Survey, response: Response) -> list[Quota]:
    """Give the quotas that a response falls into, by the answers on its way."""
    facts = response.facts(way(survey, response).answers)
    return [quota for quota in survey.quotas if holds(quota.when, facts)]
