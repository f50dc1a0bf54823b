"""The signs by which emotions are told: sentences, emojis, and how clear an emotion has to be. Ours, or the company's.

They stand apart from the sentences of feeling, so that changing them has no text read again.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from heartline.core.errors import InvalidInput
from heartline.store.definitions import Definitions

from . import seeds
from .seeds import EMOTIONS

KEY = "emotions"
"""Key of the settings that hold a company's own signs."""
CLEAR = 0.3
"""How likely an emotion must be, and likelier than none, to be told: well above one of nine. Tuned on nothing."""
CLEAREST = 0.95
LEAST, MOST, LONGEST, EMOJIS = 3, 100, 300, 200
"""Sentences of an emotion, characters of a sentence, emojis of an emotion."""
JOINS = "\u200d\ufe0f\u20e3"
"""What joins emojis, and is none."""


@dataclass(frozen=True)
class Signs:
    """By what emotions are told.

    Parameters
    ----------
    emotions
        Sentences of each emotion; `nothing` shows none.
    emojis
        Emotion of an emoji.
    clear
        How likely an emotion must be to be told, 0–1: the higher, the more texts show none.
    """

    emotions: Mapping[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    emojis: Mapping[str, str]
    clear: float = CLEAR

    @property
    def taught(self) -> str:
        """Name what has to be learnt: others have another name. Emojis and clearness are no part of it."""
        return _named([dict(self.emotions), self.nothing])

    @property
    def version(self) -> str:
        """Name these signs: others have another name."""
        return _named([self.taught, dict(self.emojis), self.clear])

    def body(self) -> dict[str, Any]:
        """Write them as the body of a definition."""
        return {
            "emotions": {name: list(self.emotions[name]) for name in EMOTIONS},
            "nothing": list(self.nothing),
            "emojis": {name: "".join(sign for sign, one in self.emojis.items() if one == name) for name in EMOTIONS},
            "clear": self.clear,
        }


def shipped() -> Signs:
    """Give the signs that Heartline comes with."""
    ours = seeds.shipped()
    return Signs(ours.emotions, ours.nothing, ours.emojis)


def of(definitions: Definitions) -> Signs:
    """Give the signs of a company: its own where it wrote some, else those that Heartline comes with."""
    said = definitions.all("settings").get(KEY, {})
    ours = seeds.of(definitions)
    return Signs(
        {name: tuple(said.get("emotions", {}).get(name) or ours.emotions[name]) for name in EMOTIONS},
        tuple(said.get("nothing") or ours.nothing),
        _emojis(said["emojis"]) if "emojis" in said else ours.emojis,
        float(said.get("clear", CLEAR)),
    )


def checked(said: Mapping[str, Any]) -> Signs:
    """Check signs that somebody wrote.

    Parameters
    ----------
    said
        `emotions` (lists of sentences by emotion), `nothing` (a list), `emojis` (a text by emotion), `clear`.

    Raises
    ------
    InvalidInput
        `few_seeds`, `many_seeds`, `bad_emoji`, `twice`, `bad_value`, with the field.
    """
    emotions = {name: _sentences(name, said["emotions"].get(name, ())) for name in EMOTIONS}
    emojis = {name: str(said["emojis"].get(name, "")) for name in EMOTIONS}
    seen: dict[str, str] = {}
    for name, text in emojis.items():
        for sign in _single(text):
            if sign.isalnum() or sign.isascii():
                raise InvalidInput("bad_emoji", f"“{sign}” is no emoji.", field=f"emoji_{name}")
            if seen.setdefault(sign, name) != name:
                raise InvalidInput("twice", f"{sign} stands for two emotions.", field=f"emoji_{name}")
        if len(_single(text)) > EMOJIS:
            raise InvalidInput("many_seeds", "These are too many emojis.", field=f"emoji_{name}")
    clear = said.get("clear", CLEAR)
    if not isinstance(clear, int | float) or not 0 <= clear <= CLEAREST:
        raise InvalidInput("bad_value", "How clear an emotion has to be lies between 0 and 0.95.", field="clear")
    return Signs(emotions, _sentences("nothing", said["nothing"]), seen, float(clear))


def _sentences(name: str, given: Any) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(" ".join(str(one).split())[:LONGEST] for one in given if str(one).strip()))
    if len(found) < LEAST:
        raise InvalidInput("few_seeds", f"“{name}” has {len(found)} sentences.", field=name)
    if len(found) > MOST:
        raise InvalidInput("many_seeds", f"“{name}” has {len(found)} sentences.", field=name)
    return found


def _emojis(said: Mapping[str, str]) -> dict[str, str]:
    return {sign: name for name, text in said.items() for sign in _single(text)}


def _single(text: str) -> list[str]:
    """Give the signs of a text: without spaces, commas, joiners and colours of skin."""
    return [
        sign
        for sign in text
        if not sign.isspace() and sign not in JOINS + ",;" and unicodedata.category(sign) not in ("Sk", "Mn", "Cf")
    ]


def _named(said: Any) -> str:
    return hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=4).hexdigest()
