"""A survey as a value: blocks of questions, when they are asked, how it ends, how many are wanted.

Texts are given in each of the survey's languages. Blocks are asked in their order, and a block leads only to a later
one or to an end: so every way through a survey comes to an end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

KEY = r"^[a-z][a-z0-9_]{0,63}$"
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
MOST_BLOCKS = 100
MOST_QUESTIONS = 300
MOST_OPTIONS = 200
LONGEST_TEXT = 5_000

Key = Annotated[str, Field(pattern=KEY)]
Language = Annotated[str, Field(pattern=LANGUAGE)]
Words = Annotated[str, Field(max_length=LONGEST_TEXT)]
Text = dict[Language, Words]
"""What is said, by language."""

Kind = Literal[
    "nps", "enps", "csat5", "csat7", "ces7", "stars5", "smiley3", "smiley5", "yesno", "rating10", "agree5", "agree7",
    "single", "multiple", "matrix", "ranking", "importance", "kano", "number", "date", "text", "comment", "contact",
    "consent", "note",
]  # fmt: skip
"""How a question can be answered; `importance` asks how important and how satisfied, `note` asks nothing."""

SCALED = {
    "nps": "nps", "enps": "enps", "csat5": "csat5", "csat7": "csat7", "ces7": "ces7", "stars5": "stars5",
    "smiley3": "smiley3", "smiley5": "smiley5", "yesno": "yesno", "rating10": "rating10", "agree5": "csat5",
    "agree7": "csat7",
}  # fmt: skip
"""Kinds whose answer is one point of a scale, and that scale."""
CHOICES = ("single", "multiple", "ranking")
ROWED = ("matrix", "importance", "kano")
"""Kinds that ask the same of several things."""
POINTS = 5
"""How many points a row of a matrix, an importance and a Kano pair have where nothing else is said."""


class Value(BaseModel):
    """Something frozen that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(Value):
    """What must hold: one comparison, or several of them together.

    `question`, `hidden` (a value of the link) or `trait` (of the person) names what is looked at; one of the signs says
    how. `any`, `all` and `none` hold further conditions instead.
    """

    question: Key | None = None
    row: Key | None = None
    hidden: Key | None = None
    trait: Key | None = None
    is_: Any = Field(default=None, alias="is")
    not_: Any = Field(default=None, alias="not")
    has: Any = None
    above: float | None = None
    below: float | None = None
    answered: bool | None = None
    all_: tuple[Condition, ...] | None = Field(default=None, alias="all")
    any_: tuple[Condition, ...] | None = Field(default=None, alias="any")
    none_: tuple[Condition, ...] | None = Field(default=None, alias="none")

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions inside; empty for a comparison."""
        return (*(self.all_ or ()), *(self.any_ or ()), *(self.none_ or ()))

    @property
    def groups(self) -> list[str]:
        """Which of `all`, `any`, `none` are said."""
        return [name for name in ("all", "any", "none") if getattr(self, name + "_") is not None]

    @property
    def signs(self) -> dict[str, Any]:
        """The comparisons that are said, by sign."""
        said = {"is": self.is_, "not": self.not_, "has": self.has, "above": self.above, "below": self.below}
        return {name: value for name, value in {**said, "answered": self.answered}.items() if value is not None}

    @property
    def looks_at(self) -> list[str]:
        """Which of `question`, `hidden`, `trait` are named."""
        return [name for name in ("question", "hidden", "trait") if getattr(self, name) is not None]


class Named(Value):
    """A part with a key and words."""

    key: Key
    text: Text


class Option(Named):
    """One choice.

    Parameters
    ----------
    other
        Asks for a text of one's own.
    alone
        Cannot be chosen beside others ("none of these").
    last
        Keeps its place when the order is random.
    """

    other: bool = False
    alone: bool = False
    last: bool = False


class Row(Named):
    """One of several things that the same is asked of; `about` is the touchpoint that it judges."""

    about: str | None = None


class Question(Value):
    """What is asked, and how it may be answered.

    Parameters
    ----------
    about
        Touchpoint that the answer judges; by default the survey's.
    required
        Without an answer there is no going on.
    least, most
        Of a number: its range. Of a multiple choice: how many. Of a text: how many letters.
    low, high
        What the ends of the scale are called.
    points
        Of the rows' scale.
    fields
        Of a contact question: `name`, `email`, `phone`, `company`, `address`.
    purpose, channel
        Of a consent: what for, and over which channel.
    """

    key: Key
    ask: Kind
    text: Text
    hint: Text = Field(default_factory=dict)
    required: bool = False
    when: Condition | None = None
    about: str | None = None
    options: tuple[Option, ...] = ()
    rows: tuple[Row, ...] = ()
    random: bool = False
    least: float | None = None
    most: float | None = None
    low: Text = Field(default_factory=dict)
    high: Text = Field(default_factory=dict)
    points: Annotated[int, Field(ge=2, le=11)] = POINTS
    fields: tuple[Literal["name", "email", "phone", "company", "address"], ...] = ()
    purpose: Key | None = None
    channel: str | None = None


class Jump(Value):
    """Where a block leads when something holds: a later block or an end."""

    when: Condition
    go: Key


class Block(Value):
    """Questions that stand on one page."""

    key: Key
    questions: tuple[Question, ...]
    title: Text = Field(default_factory=dict)
    when: Condition | None = None
    random: bool = False
    then: tuple[Jump, ...] = ()


class End(Named):
    """A last page: the first whose condition holds; the last one needs none."""

    when: Condition | None = None
    link: str | None = None


class Quota(Value):
    """How many answers are wanted of some people, and the end that the others see."""

    key: Key
    when: Condition
    most: Annotated[int, Field(ge=0)]
    full: Key


class Survey(Value):
    """A survey.

    Parameters
    ----------
    languages
        The first is what is shown where a text is missing in another.
    about
        Touchpoint that its answers judge, where a question does not say.
    hidden
        Names of values that the link brings along.
    for_
        Whom it asks. What employees answer is always anonymous, whatever the survey says.
    anonymous
        No identifier is kept with an answer.
    once
        One answer a person; never of an anonymous one, of which nobody knows who has answered.
    """

    survey: Literal[1] = 1
    key: Key
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=60)]
    title: Text
    intro: Text = Field(default_factory=dict)
    about: str | None = None
    for_: Literal["customers", "employees"] = Field(default="customers", alias="for")
    hidden: tuple[Key, ...] = ()
    anonymous: bool = False
    once: bool = False
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=MOST_BLOCKS)]
    ends: Annotated[tuple[End, ...], Field(min_length=1, max_length=MOST_BLOCKS)]
    quotas: tuple[Quota, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _employees_stay_unknown(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and "employees" in (given.get("for"), given.get("for_")):
            return {**given, "anonymous": True}
        return given

    @property
    def questions(self) -> dict[str, Question]:
        """All questions by key, in their order."""
        return {question.key: question for block in self.blocks for question in block.questions}


def said(text: Text, language: str, languages: tuple[str, ...]) -> str:
    """Give a text in a language; else in its parent (`pt` for `pt-BR`), else in the survey's first that has it."""
    for tag in (language, language.split("-", maxsplit=1)[0], *languages):
        if text.get(tag):
            return text[tag]
    return ""
