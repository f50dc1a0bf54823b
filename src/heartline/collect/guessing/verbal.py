"""Answers on a scale that are said in words: “Very satisfied”, “Not at all likely - 0”, “5 stars”."""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST = 0.05
"""Share of the answers that may say something else."""
LONG = 80
"""Letters of a text beyond which it is no label of a scale."""
_BEFORE = re.compile(r"(\d{1,2})\s*(?:[-\u2013\u2014=:.)]\s*|\()\D{2,}")
_BEHIND = re.compile(r"\D{2,}(?:[-\u2013\u2014=:]\s*|\()(\d{1,2})\s*\)?")
_STARS = re.compile(r"([1-5])\s*(?:stars?|sterne?|estrellas?)")
_SIGNS = re.compile(r"(\u2605{1,5})\u2606{0,4}")
SATISFIED = "satisfied"
AGREED = "agreed"
_WORDS: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    (SATISFIED, "en", (
        ("very dissatisfied", "extremely dissatisfied", "completely dissatisfied", "very unsatisfied"),
        ("dissatisfied", "somewhat dissatisfied", "unsatisfied"),
        ("neither satisfied nor dissatisfied", "neutral", "neither"),
        ("satisfied", "somewhat satisfied", "fairly satisfied"),
        ("very satisfied", "extremely satisfied", "completely satisfied"),
    )),
    (SATISFIED, "de", (
        ("sehr unzufrieden", "völlig unzufrieden", "äußerst unzufrieden"),
        ("unzufrieden", "eher unzufrieden"),
        ("weder zufrieden noch unzufrieden", "weder noch", "teils/teils", "teils teils", "neutral"),
        ("zufrieden", "eher zufrieden"),
        ("sehr zufrieden", "völlig zufrieden", "äußerst zufrieden"),
    )),
    (SATISFIED, "es", (
        ("muy insatisfecho", "muy insatisfecha", "muy insatisfecho/a", "totalmente insatisfecho"),
        ("insatisfecho", "insatisfecha", "insatisfecho/a", "algo insatisfecho"),
        ("ni satisfecho ni insatisfecho", "ni satisfecha ni insatisfecha", "neutral"),
        ("satisfecho", "satisfecha", "satisfecho/a", "algo satisfecho"),
        ("muy satisfecho", "muy satisfecha", "muy satisfecho/a", "totalmente satisfecho"),
    )),
    (AGREED, "en", (
        ("strongly disagree",), ("disagree",), ("somewhat disagree",), ("neither agree nor disagree", "neutral"),
        ("somewhat agree",), ("agree",), ("strongly agree",),
    )),
    (AGREED, "de", (
        ("stimme überhaupt nicht zu",), ("stimme nicht zu",), ("stimme eher nicht zu",), ("weder noch", "neutral"),
        ("stimme eher zu",), ("stimme zu",), ("stimme voll und ganz zu", "stimme voll zu"),
    )),
    (AGREED, "es", (
        ("totalmente en desacuerdo",), ("en desacuerdo",), ("algo en desacuerdo",),
        ("ni de acuerdo ni en desacuerdo", "neutral"), ("algo de acuerdo",), ("de acuerdo",),
        ("totalmente de acuerdo",),
    )),
)  # fmt: skip
"""What is said, in which language, and the answers from the lowest up."""


def read(counted: Mapping[str, int]) -> tuple[str, dict[str, int]]:
    """Give what answers speak of (empty where only numbers tell) and the number that each text stands for.

    Both are empty where the texts are no such answers, or where it is unsure which number they stand for.

    Parameters
    ----------
    counted
        Every text with how often it was given.
    """
    texts = {text: text.strip().casefold().rstrip(".!") for text in counted}
    numbered = {text: number for text, plain in texts.items() if (number := _number(plain)) is not None}
    if _nearly(numbered, counted) and not all(plain.isdecimal() for plain in texts.values()):
        return "", {texts[text]: number for text, number in numbered.items() if not texts[text].isdecimal()}
    for speaks, _language, levels in _WORDS:
        meant = {word: level for level, words in enumerate(levels, 1) for word in words}
        found = {text: meant[plain] for text, plain in texts.items() if plain in meant}
        if not _nearly(found, counted) or _twice(found, texts):
            continue
        if speaks == AGREED and not set(found.values()) & {3, 5}:
            continue  # five steps of agreement are no seven
        return speaks, {texts[text]: number for text, number in found.items()}
    return "", {}


def _number(plain: str) -> int | None:
    """Give the number that an answer carries beside its words."""
    if len(plain) > LONG:
        return None
    if plain.isdecimal():
        return int(plain) if len(plain) <= 2 else None
    if signs := _SIGNS.fullmatch(plain):
        return len(signs[1])
    found = _STARS.fullmatch(plain) or _BEFORE.fullmatch(plain) or _BEHIND.fullmatch(plain)
    return int(found[1]) if found else None


def _nearly(found: Mapping[str, int], counted: Mapping[str, int]) -> bool:
    everything = sum(counted.values())
    return len(set(found.values())) > 1 and sum(counted[text] for text in found) >= (1 - MOST) * everything


def _twice(found: Mapping[str, int], texts: Mapping[str, str]) -> bool:
    """Tell whether two wordings stand for one number: then there are more steps than we know."""
    return len({texts[text] for text in found}) > len(set(found.values()))
