"""What no verb does behind people's backs: split by employees under another name, or profile without saying so."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import heartline.workspace  # registers every verb
from heartline.core import employees
from heartline.core.registry import VERBS, Verb
from heartline.core.selection import Selection
from heartline.server.accounts.access import NAMES_OF_PEOPLE

TELLS = {
    "customer": "what somebody did and said, as it happened",
    "customers": "who was there, when, and how often",
    "customer_trips": "what somebody passed through, with its times",
    "responses": "what somebody answered, as they answered it",
}
"""Verbs with a row for each person that evaluate nobody, each with what it tells. Whatever predicts or scores what
people are like does not belong here: it says `profiles=True`, and leaves out who objected."""


def choices(verb: Verb) -> Iterator[tuple[str, str]]:
    """Give the names of a verb's own fields, and what can be chosen in them."""
    hints = typing.get_type_hints(verb.spec)
    for one in fields(verb.spec):
        if one.name not in {part.name for part in fields(Selection)}:
            yield one.name, one.name
            yield from ((one.name, str(choice)) for choice in _literals(hints[one.name]))


def _literals(hint: Any) -> Iterator[Any]:
    if typing.get_origin(hint) is typing.Literal:
        yield from typing.get_args(hint)
    for part in typing.get_args(hint):
        if typing.get_origin(part) is not None:
            yield from _literals(part)


def test_verbs_split_by_employees_under_one_name_only() -> None:
    for verb in VERBS.values():
        asked = set(choices(verb))
        odd = {name for _field, name in asked} | set(verb.key)
        assert not odd & employees.OTHER_NAMES, f"{verb.name}: call it “{employees.SPLIT}”, so that it is known for one"
        by = {field for field, name in asked if name == employees.SPLIT}
        assert by <= {"by"}, f"{verb.name}: a split by employees is chosen in the field “by”"


def test_a_verb_with_a_row_for_each_person_tells_what_happened_or_says_that_it_profiles() -> None:
    of_people = {name for name, verb in VERBS.items() if NAMES_OF_PEOPLE & set(verb.key)} | {"customer"}
    undecided = {name for name in of_people if not VERBS[name].profiles and name not in TELLS}
    assert undecided == set(), "does it evaluate people? then profiles=True; else say in TELLS what it tells"
    assert not any(VERBS[name].profiles for name in TELLS)
    assert heartline.workspace.VERB_MODULES
