"""What a quote says that may name somebody: found and proposed, so that a person decides before it goes anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import phonenumbers

from heartline.collect.events.personal import CARD, EMAIL, IBAN, PHONE, is_card, is_iban, is_phone

from .speaking import ASKING

ALWAYS = ("email", "phone", "card", "iban")
"""What is hidden whatever somebody chooses."""
_TITLES = (
    "mr", "mrs", "ms", "miss", "dr", "prof", "herrn?", "frau", "señora?", "sra?", "don", "doña", "sir", "madam",
)  # fmt: skip
_CALLED = (
    "my name is", "i am called", "this is", "ich heiße", "ich heisse", "mein name ist", "me llamo", "mi nombre es",
    "soy",
)  # fmt: skip
_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_AFTER_TITLE = re.compile(rf"\b(?i:{'|'.join(_TITLES)})\.?\s+(?P<name>{_WORD}(?:\s+{_WORD})?)")
_INTRODUCED = re.compile(rf"\b(?i:{'|'.join(_CALLED)})\s+(?P<name>{_WORD}(?:\s+{_WORD})?)")
_AT_HOME = re.compile(r"(?<![\w.])\(?0\d(?:[ ()/-]{0,2}\d){5,13}(?!\w)")
"""A telephone number as people of any country write it at home."""
_SHORTEST = 3
"""Letters of a part of a name that is looked for by itself."""


@dataclass(frozen=True, order=True)
class Hidden:
    """A place of a text that is hidden: from where to where, and what stands there instead (`name`, `email`, …)."""

    start: int
    end: int
    kind: str


def found(text: str, names: Iterable[str] = (), region: str | None = None) -> list[Hidden]:
    """Give what may name somebody in a text.

    Parameters
    ----------
    names
        Who speaks in the interview, as its transcript names them.
    region
        The country whose telephone numbers people write without its code.
    """
    some = [*_contacts(text, region), *_names(text, names)]
    kept: list[Hidden] = []
    for one in sorted(some, key=lambda each: (ALWAYS.index(each.kind) if each.kind in ALWAYS else 9, each.start)):
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept)


def words(text: str, given: Iterable[str], kind: str = "name") -> list[Hidden]:
    """Give where single words or phrases stand that somebody wants hidden, in capital or small letters."""
    made = []
    for one in given:
        if one.strip():
            pattern = rf"(?<!\w){re.escape(one.strip())}(?!\w)"
            made += [Hidden(*hit.span(), kind) for hit in re.finditer(pattern, text, re.IGNORECASE)]
    return made


def without(text: str, hidden: Sequence[Hidden]) -> str:
    """Give a text in which what is hidden is replaced by what it was: `[name]`."""
    made, at = [], 0
    for one in sorted(hidden, key=lambda each: (each.start, -each.end)):
        if one.start >= at:
            made += [text[at : one.start], f"[{one.kind}]"]
            at = one.end
    return "".join([*made, text[at:]])


def _contacts(text: str, region: str | None) -> Iterator[Hidden]:
    for hit in EMAIL.finditer(text):
        yield Hidden(*hit.span(), "email")
    for hit in IBAN.finditer(text):
        if is_iban(hit[0]):
            yield Hidden(*hit.span(), "iban")
    for hit in CARD.finditer(text):
        if is_card(hit[0]):
            yield Hidden(*hit.span(), "card")
    if region is not None:
        for one in phonenumbers.PhoneNumberMatcher(text, region):
            yield Hidden(one.start, one.end, "phone")
    for hit in _AT_HOME.finditer(text):
        yield Hidden(*hit.span(), "phone")
    for hit in PHONE.finditer(text):
        if is_phone(hit[0]):
            yield Hidden(*hit.span(), "phone")


def _names(text: str, names: Iterable[str]) -> Iterator[Hidden]:
    for name in names:
        if ASKING.fullmatch(name):
            continue
        yield from words(text, [name])
        parts = [part.strip("().,") for part in name.split()]
        yield from words(text, [part for part in parts if len(part) >= _SHORTEST and part[:1].isupper()])
    for pattern in (_AFTER_TITLE, _INTRODUCED):
        for hit in pattern.finditer(text):
            yield Hidden(*hit.span("name"), "name")
