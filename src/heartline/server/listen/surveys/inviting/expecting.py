"""What a target of answers would come to, part by part of the company, before it is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from heartline.core import eligibility
from heartline.core.eligibility import ASKED, NOT_DRAWN, TARGET_MET
from heartline.listen.surveys.expecting import Expected, expected, together
from heartline.server.shell import numbers
from heartline.server.shell.eligible import Target, Verdict
from heartline.server.shell.names import called
from heartline.store.definitions import Definitions

FREE = frozenset((ASKED, NOT_DRAWN, TARGET_MET))
"""Who may be asked, and is or is not by the target alone."""


@dataclass(frozen=True)
class Part:
    """A unit: who may be asked, what is expected of those who are, and the answers that it has or may still expect."""

    unit: str
    free: int
    expected: Expected
    had: float
    lived: tuple[int, int]


def of_verdicts(target: Target, verdicts: Sequence[Verdict]) -> list[Part]:
    """Give what a sending would come to now."""
    free = Counter(one.candidate.unit or "" for one in verdicts if one.reason in FREE)
    asked = Counter(one.candidate.unit or "" for one in verdicts if one.reason == ASKED)
    return [_part(target, unit, free[unit], asked[unit]) for unit in free]


def of_month(target: Target, coming: Mapping[str, float]) -> list[Part]:
    """Give what a month would come to, where so many come to be asked in it."""
    parts = []
    for unit, number in coming.items():
        asked, answered, _had = target.lived.get(unit, (0, 0, 0.0))
        share = eligibility.shares(
            target.answers, np.array([asked]), np.array([answered]), np.zeros(1), np.array([float(number)])
        )
        parts.append(_part(target, unit, round(number), round(number * float(share[0])), had=False))
    return parts


def _part(target: Target, unit: str, free: int, asked: int, *, had: bool = True) -> Part:
    before, answered, waiting = target.lived.get(unit, (0, 0, 0.0))
    return Part(unit, free, expected(asked, before, answered), waiting if had else 0.0, (before, answered))


def shown(target: Target, parts: Sequence[Part], known: Definitions) -> dict[str, Any]:
    """Give the sentence and the table."""
    units = known.all("unit")
    whole = together([one.expected for one in parts]) if parts else expected(0, 0, 0)
    by_size = sorted(parts, key=lambda one: -one.free)
    rows = [
        {
            "name": called(units.get(one.unit, {}), one.unit) if one.unit else _("no part"),
            "free": numbers.count(one.free),
            "asked": numbers.count(one.expected.asked),
            "answers": numbers.number(one.expected.answers, 0),
            "between": between(one.expected),
            "had": numbers.number(one.had, 0),
            "rate": rate(one.lived),
        }
        for one in by_size
    ]
    return {"expected": answer(target, whole), "parts": rows, "short": _short(target, parts)}


def answer(target: Target, whole: Expected) -> str:
    """Say in a sentence what is to be expected."""
    if not whole.asked:
        return _("Nobody would be asked: there is nobody, or enough answer already.")
    return _("%(asked)s would be asked, and about %(answers)s answer: %(between)s.") % {
        "asked": numbers.count(whole.asked), "answers": numbers.number(whole.answers, 0), "between": between(whole),
    }  # fmt: skip


def between(one: Expected) -> str:
    """Write an interval."""
    return _("between %(low)s and %(high)s") % {"low": numbers.count(one.low), "high": numbers.count(one.high)}


def rate(lived: tuple[int, int]) -> str:
    """Say how people answered until now."""
    asked, answered = lived
    if not asked:
        return _("nobody was asked yet: one in ten is guessed")
    return _("%(answered)s of %(asked)s") % {"answered": numbers.count(answered), "asked": numbers.count(asked)}


def _short(target: Target, parts: Sequence[Part]) -> str:
    """Say how many parts are likely to stay below the target, though everybody is asked."""
    few = sum(one.had + one.expected.answers < target.answers - 0.5 for one in parts)
    if not few:
        return ""
    return _("In %(few)s of %(whole)s parts there are too few people for %(target)s answers.") % {
        "few": numbers.count(few), "whole": numbers.count(len(parts)), "target": numbers.count(target.answers),
    }  # fmt: skip
