"""Can a survey be asked? Names that exist, conditions on what was asked before, jumps that lead on, texts.

What this lets through has no dead end: blocks lead only to later blocks or to ends, and the last end has no condition.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from heartline.core.errors import InvalidInput
from heartline.core.scales import SCALES

from .piping import pipes
from .reachable import unreachable
from .values import CHOICES, MOST_OPTIONS, MOST_QUESTIONS, ROWED, SCALED, Condition, Named, Question, Survey, Text

LINK = re.compile(r"https?://[^\s/\\?#\"'<>]+[^\s\"'<>\\]*", re.IGNORECASE)
"""Where a last page may lead: it stands as a link on other companies' pages."""
TAKEN = "constructor"
"""What every value of a browser has: kiosks would take it for an answer."""
SIGNS = {"is", "not", "has", "above", "below", "answered"}
MOST_NESTED = 10
NAMES = frozenset(
    """
    account card customer customer_id device device_id e_mail email employee employee_id first_name ip last_name login
    member member_id mobile name phone session user user_id
    """.split()  # noqa: SIM905  (a list of words reads better)
)
"""Values of a link that say who somebody is; what an answer belongs to is left out of anonymous ones anyway."""


def sound(survey: Survey) -> None:
    """Raise what is wrong first.

    Raises
    ------
    InvalidInput
        `twice`, `no_text`, `no_options`, `too_many`, `bad_condition`, `unknown_question`, `asked_later`,
        `unknown_value`, `unknown_hidden`, `backwards`, `unknown_place`, `no_last_end`, `unreachable`, `bad_range`,
        `not_anonymous`, `once_unknown`, `bad_address`, `reserved`.
    """
    _keys(survey)
    if survey.once and survey.anonymous:
        raise _wrong("once_unknown", "Nobody can know who has answered an anonymous survey.", "once",
                     "Remove `once` or `anonymous`.")  # fmt: skip
    if survey.anonymous and (names := NAMES.intersection(survey.hidden)):
        raise _wrong("not_anonymous", f"The link of an anonymous survey brings “{min(names)}”, who somebody is.",
                     "hidden", "Remove it.")  # fmt: skip
    for place, text in texts(survey):
        if not any(text.get(language) for language in survey.languages):
            raise _wrong("no_text", "A text is missing.", place, "Write it in one of the survey's languages.")
        _pipes(survey, place, text)
    asked: dict[str, Question] = {}
    for at, block in enumerate(survey.blocks):
        place = f"blocks.{block.key}"
        _condition(survey, block.when, asked, place)
        for question in block.questions:
            _question(survey, question, f"{place}.{question.key}")
            _condition(survey, question.when, asked, f"{place}.{question.key}")
            asked[question.key] = question
        later = {one.key for one in survey.blocks[at + 1 :]}
        for jump in block.then:
            _condition(survey, jump.when, asked, place)
            _jump(survey, jump.go, later, place)
    for end in survey.ends:
        _condition(survey, end.when, asked, f"ends.{end.key}")
        if end.link is not None and not LINK.fullmatch(end.link):
            raise _wrong("bad_address", "The last page leads to no address of the web.", f"ends.{end.key}",
                         "Expected one that begins with https://.")  # fmt: skip
    for quota in survey.quotas:
        _condition(survey, quota.when, asked, f"quotas.{quota.key}")
        _jump(survey, quota.full, set(), f"quotas.{quota.key}")
    _last(survey)


def texts(survey: Survey) -> Iterator[tuple[str, Text]]:
    """Give every text that must be there, with its place."""
    yield "title", survey.title
    for block in survey.blocks:
        for question in block.questions:
            place = f"blocks.{block.key}.{question.key}"
            yield place, question.text
            parts: tuple[Named, ...] = (*question.options, *question.rows)
            for part in parts:
                yield f"{place}.{part.key}", part.text
    for end in survey.ends:
        yield f"ends.{end.key}", end.text


def _keys(survey: Survey) -> None:
    named: list[tuple[str, Iterable[str]]] = [
        ("questions", [question.key for block in survey.blocks for question in block.questions]),
        ("blocks and ends", [*(block.key for block in survey.blocks), *(end.key for end in survey.ends)]),
        ("quotas", [quota.key for quota in survey.quotas]),
        ("languages", survey.languages),
        ("hidden", survey.hidden),
    ]
    for question in survey.questions.values():
        named.append((f"options of {question.key}", [option.key for option in question.options]))
        named.append((f"rows of {question.key}", [row.key for row in question.rows]))
    for what, keys in named:
        twice = [key for key, number in Counter(keys).items() if number > 1]
        if twice:
            raise _wrong("twice", f"“{twice[0]}” is there twice.", what, "Each needs a name of its own.")
    if TAKEN in survey.questions or TAKEN in survey.hidden:
        raise _wrong("reserved", f"“{TAKEN}” means something to browsers.", "questions", "Give it another key.")
    if len(survey.questions) > MOST_QUESTIONS:
        raise _wrong("too_many", "There are too many questions.", "blocks", f"Expected up to {MOST_QUESTIONS}.")
    empty = [block.key for block in survey.blocks if not block.questions]
    if empty:
        raise _wrong("no_questions", "A page asks nothing.", f"blocks.{empty[0]}", "Give it a question or remove it.")


def _question(survey: Survey, question: Question, place: str) -> None:
    wants = {"options": question.ask in CHOICES, "rows": question.ask in ROWED, "fields": question.ask == "contact"}
    for name, wanted in wants.items():
        has = len(getattr(question, name))
        if wanted and has < (1 if name != "options" else 2):
            raise _wrong("no_options", f"The question has no {name}.", place, f"Give it {name}.")
        if has > MOST_OPTIONS:
            raise _wrong("too_many", f"The question has too many {name}.", place, f"Expected up to {MOST_OPTIONS}.")
    if question.least is not None and question.most is not None and question.least > question.most:
        raise _wrong("bad_range", "The least is more than the most.", place, "Change one of them.")
    if question.ask in CHOICES and question.least is not None and question.least > len(question.options):
        raise _wrong("bad_range", "More choices are wanted than there are.", place, "Lower the least.")
    if question.ask == "consent" and not (question.purpose and question.channel):
        raise _wrong("no_purpose", "A consent does not say what it is for.", place, "Give it `purpose` and `channel`.")
    if question.ask == "contact" and survey.anonymous:
        raise _wrong("not_anonymous", "An anonymous survey asks who somebody is.", place, "Remove one of them.")


def _condition(survey: Survey, condition: Condition | None, asked: dict[str, Question], place: str,
               depth: int = 0) -> None:  # fmt: skip
    if condition is None:
        return
    groups, looks, signs = condition.groups, condition.looks_at, condition.signs
    one = len(looks) == 1 and len(signs) >= 1 and not groups
    if depth > MOST_NESTED or not (one or (len(groups) == 1 and not looks and not signs)):
        raise _wrong("bad_condition", "A condition has another shape than expected.", place,
                     "Expected `{question: nps, below: 7}`, or `all`, `any`, `none` with such conditions.")  # fmt: skip
    for part in condition.parts:
        _condition(survey, part, asked, place, depth + 1)
    if condition.hidden is not None and condition.hidden not in survey.hidden:
        raise _wrong("unknown_hidden", f"The link brings no “{condition.hidden}”.", place, "Add it to `hidden`.")
    if condition.question is not None:
        _looked_at(survey, condition, asked, place)


def _looked_at(survey: Survey, condition: Condition, asked: dict[str, Question], place: str) -> None:
    key = str(condition.question)
    if key not in survey.questions:
        raise _wrong("unknown_question", f"There is no question “{key}”.", place, "Name one of the survey's.")
    if key not in asked:
        raise _wrong("asked_later", f"“{key}” is asked only later.", place, "Look at a question before this.")
    question = asked[key]
    rows = [row.key for row in question.rows] if question.ask == "matrix" else []
    if (condition.row not in rows if rows else condition.row is not None) and "answered" not in condition.signs:
        raise _wrong("unknown_value", f"“{key}” has rows; one of them must be named.", place, "Add `row`.")
    if question.ask in ROWED and not rows and set(condition.signs) != {"answered"}:
        raise _wrong("bad_condition", f"“{key}” can only be looked at for `answered`.", place, "Use `answered`.")
    for sign, wanted in condition.signs.items():
        values = wanted if isinstance(wanted, list | tuple) else [wanted]
        if sign in ("is", "not", "has") and (known := possible(question)) is not None:
            strange = [value for value in values if value not in known]
            if strange:
                raise _wrong("unknown_value", f"“{key}” is never “{strange[0]}”.", place, "Choose a possible answer.")
        if sign in ("above", "below") and question.ask in SCALED:
            scale = SCALES[SCALED[question.ask]]
            if not (wanted < scale.high if sign == "above" else wanted > scale.low):
                raise _wrong("unknown_value", f"“{key}” is never {sign} {wanted:g}.", place, "Choose another bound.")


def possible(question: Question) -> list[Any] | None:
    """Give the values that an answer can have; None where there is no end of them."""
    if question.ask in SCALED:
        scale = SCALES[SCALED[question.ask]]
        return list(range(int(scale.low), int(scale.high) + 1))
    if question.ask in CHOICES:
        return [option.key for option in question.options]
    if question.ask == "matrix":
        return list(range(1, question.points + 1))
    return [True, False] if question.ask == "consent" else None


def _jump(survey: Survey, go: str, later: set[str], place: str) -> None:
    if go in later or go in {end.key for end in survey.ends}:
        return
    if go in {block.key for block in survey.blocks}:
        raise _wrong("backwards", f"It leads back to “{go}”.", place, "Lead to a later page or to an end.")
    raise _wrong("unknown_place", f"There is no page or end “{go}”.", place, "Name one of the survey's.")


def _pipes(survey: Survey, place: str, text: Text) -> None:
    for words in text.values():
        for source, key in pipes(words):
            known = survey.questions if source == "answer" else survey.hidden if source == "hidden" else [key]
            if key not in known:
                code = "unknown_question" if source == "answer" else "unknown_hidden"
                raise _wrong(code, f"The text wants “{source}.{key}”, which is not there.", place, "Correct its name.")


def _last(survey: Survey) -> None:
    if survey.ends[-1].when is not None:
        raise _wrong("no_last_end", "The last end has a condition.", f"ends.{survey.ends[-1].key}", "Remove it.")
    never = unreachable(survey)
    if never:
        raise _wrong("unreachable", f"No answers lead to “{never[0]}”.", never[0], "Loosen the conditions before it.")


def _wrong(code: str, reason: str, place: str, remedy: str) -> InvalidInput:
    return InvalidInput(code, reason, field=place, remedy=remedy)
