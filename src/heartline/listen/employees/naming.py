"""Who of the employees a text names: whole words, with umlauts written either way and endings such as Annas, Otts.

A whole name, a name behind a title, and what customers call somebody are sure. A first name alone is sure only where it
fits one employee, who belongs to the part of the company that the text is about; a last name alone never, since many
are words, too. Else a person is asked. It is nobody's where another name follows or stands before it, as in “Anna
Schmidt” where Anna Ott works here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
TITLES = frozenset(
    str.split(
        "frau herr herrn hr fr mr mrs ms miss mister madam sir senor senora senorita sr sra srta don dona doctor doktor"
        " dr"
    )
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa"})
LONGEST_FORM = 5
"""Words of the longest form that is looked for."""
SHORTEST = 2
WHOLE, TITLED, ALONE = 3, 2, 1
SAFE_BEFORE = frozenset(
    str.split(
        "the der die das dem den el la los las dear liebe lieber an von bei mit durch by with from to and und y e o"
        " oder or kollegin kollege mitarbeiterin mitarbeiter verkäuferin verkäufer beraterin berater colleague employee"
        " agent advisor danke dank thanks thank gracias lob also ihre ihr unsere our su"
    )
)
"""Words before a name that are no other first name, however they are written."""
SameUnit = Callable[[str, str], bool]
"""Tells whether two parts of the company lie within each other."""


@dataclass(frozen=True)
class Person:
    """An employee, as customers may call them."""

    key: int
    name: str
    spoken: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Mention:
    """A name in a text: whom it may mean, whether that is sure, and the words with where they stand."""

    keys: tuple[int, ...]
    sure: bool
    words: str
    start: int
    end: int


def plain(word: str) -> frozenset[str]:
    """Give the ways in which a word is written: `Müller`, `Mueller` and `Muller` share one."""
    low = word.casefold().replace("’", "'")
    bare = "".join(char for char in unicodedata.normalize("NFKD", low) if not unicodedata.combining(char))
    return frozenset({low, low.translate(UMLAUTS), bare})


def _without_ending(word: str) -> frozenset[str]:
    """Give a word without an ending of possession: `Anna's`, `Annas`, `Hans'`."""
    found = set()
    for one in plain(word):
        for ending in ("'s", "s", "'"):
            if one.endswith(ending) and len(one) - len(ending) >= SHORTEST:
                found.add(one.removesuffix(ending))
    return frozenset(found)


@dataclass(frozen=True)
class _Token:
    text: str
    start: int
    end: int
    exact: frozenset[str]
    bent: frozenset[str]

    @property
    def proud(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[:1].isupper()


class Names:
    """Finds employees in texts."""

    def __init__(self, people: Iterable[Person], same_unit: SameUnit = str.__eq__) -> None:
        self.people = {one.key: one for one in people}
        self.same_unit = same_unit
        self._forms: dict[tuple[str, ...], dict[int, int]] = {}
        self._firsts: dict[str, dict[int, set[tuple[str, ...]]]] = {}
        for one in self.people.values():
            self._add(one)

    def _add(self, one: Person) -> None:
        words = [found.group() for found in WORD.finditer(one.name)]
        for form in one.spoken:
            self._form(one.key, [found.group() for found in WORD.finditer(form)], WHOLE)
        if not words:
            return
        if len(words) > 1:
            self._form(one.key, words, WHOLE)
            self._form(one.key, [words[0], words[-1]], WHOLE)
            self._form(one.key, [words[-1]], ALONE)
        self._form(one.key, [words[0]], ALONE)

    def _form(self, key: int, words: Sequence[str], strength: int) -> None:
        if not words or len(words) > LONGEST_FORM or sum(map(len, words)) < SHORTEST:
            return
        writings: list[tuple[str, ...]] = [()]
        for word in words:
            writings = [(*done, one) for done in writings for one in sorted(plain(word))]
        for writing in writings:
            there = self._forms.setdefault(writing, {})
            there[key] = max(strength, there.get(key, 0))

    def find(self, text: str, unit: str = "") -> list[Mention]:
        """Give the names in a text, the longest where several begin at a place.

        Parameters
        ----------
        unit
            The part of the company that the text is about; empty where that is not known.
        """
        tokens = [_Token(one.group(), one.start(), one.end(), plain(one.group()), _without_ending(one.group()))
                  for one in WORD.finditer(text)]  # fmt: skip
        found, place = [], 0
        while place < len(tokens):
            mention, width = self._at(text, tokens, place, unit)
            if mention is not None:
                found.append(mention)
            place += width
        return found

    def _at(self, text: str, tokens: Sequence[_Token], place: int, unit: str) -> tuple[Mention | None, int]:
        for width in range(min(LONGEST_FORM, len(tokens) - place), 0, -1):
            some = tokens[place : place + width]
            held = self._held(some)
            strong = {key for key, strength in held.items() if strength >= WHOLE}
            if strong:
                return self._mention(text, some, strong, unit, WHOLE), width
            if width == 1 and held and some[0].proud:
                return self._alone(text, tokens, place, set(held), unit), 1
        return None, 1

    def _held(self, some: Sequence[_Token]) -> dict[int, int]:
        """Give whom words may name; of an ending of possession only at their last word."""
        held: dict[int, int] = {}
        for last in ("exact", "bent"):
            writings: list[tuple[str, ...]] = [()]
            for number, token in enumerate(some):
                ways = token.exact if number + 1 < len(some) else getattr(token, last)
                writings = [(*done, one) for done in writings for one in ways]
            for writing in writings:
                for key, strength in self._forms.get(writing, {}).items():
                    held[key] = max(strength, held.get(key, 0))
            if held:
                break  # as it stands goes before what may be an ending
        return held

    def _alone(self, text: str, tokens: Sequence[_Token], place: int, keys: set[int], unit: str) -> Mention | None:
        """Judge a first or last name by itself, by what stands beside it."""
        here, certain = tokens[place], True
        before = tokens[place - 1] if place else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if before is not None and text[before.end : here.start].strip() in ("", "."):
            titled = bool(before.exact & TITLES)
            if titled:
                lasts = {key for key in keys if self._is_last(key, here)}
                return self._mention(text, [before, here], lasts or keys, unit, TITLED if lasts else ALONE)
            begins = place == 1 or text[: before.start].rstrip()[-1:] in tuple(".!?\n:")
            adjacent = text[before.end : here.start] == " "
            if adjacent and before.proud and not before.exact & SAFE_BEFORE:
                if not begins:
                    return None  # somebody else's first name stands before it
                certain = False  # or a sentence begins there
        bent = not any((one,) in self._forms for one in here.exact)  # “Annas Hilfe”: what follows is no last name
        follows = after is not None and after.proud and text[here.end : after.start] == " "
        if follows and not bent and after is not None and not after.exact & SAFE_BEFORE:
            return None  # another last name follows
        words_too = any(self._is_last(key, here) for key in keys)  # many last names are words, too
        made = self._mention(text, [here], keys, unit, ALONE)
        return replace(made, sure=made.sure and certain and not words_too)

    def _is_last(self, key: int, token: _Token) -> bool:
        words = [found.group() for found in WORD.finditer(self.people[key].name)]
        return len(words) > 1 and bool(plain(words[-1]) & (token.exact | token.bent))

    def _mention(self, text: str, some: Sequence[_Token], keys: set[int], unit: str, strength: int) -> Mention:
        here = {key for key in keys if unit and self._within(self.people[key].unit, unit)}
        left = here if here and len(keys) > 1 else keys
        sure = len(left) == 1 and (strength > ALONE or bool(here))
        if len(left) == 1 and unit and self.people[min(left)].unit and not here:
            sure = False  # the text is about another part of the company
        start, end = some[0].start, some[-1].end
        return Mention(tuple(sorted(left)), sure, text[start:end], start, end)

    def _within(self, own: str, unit: str) -> bool:
        return bool(own) and (own == unit or self.same_unit(own, unit))


CONTRAST = re.compile(
    r"(?<=[.!?;\n])\s+|,?\s+(?:but|however|although|while|aber|jedoch|obwohl|dagegen|während|pero|aunque|sin embargo)"
    r"\s+",
    re.IGNORECASE,
)
"""Where a text is cut: behind sentences, and where it turns to the contrary."""


def clauses(text: str) -> list[tuple[int, str]]:
    """Cut a text into sentences, and where one turns to the contrary; each with where it begins."""
    found, at = [], 0
    for cut in CONTRAST.finditer(text):
        last = text[at : cut.start()].rsplit(maxsplit=1)[-1:]
        if last and last[0].endswith(".") and plain(last[0].rstrip(".")) & TITLES:
            continue  # “Mr. Ott”: no sentence ends there
        found.append((at, text[at : cut.start()]))
        at = cut.end()
    found.append((at, text[at:]))
    return [(start, part) for start, part in found if part.strip()]


def clause_of(text: str, mention: Mention) -> str:
    """Give the part of a text that a name stands in."""
    parts = clauses(text)
    return next((part for start, part in reversed(parts) if start <= mention.start), text)
