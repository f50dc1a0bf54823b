"""Words as themes count them: split, folded, without those that say nothing or only how something felt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

STEM = 6
"""Letters of a stem: the first six tell most words apart, and bring their endings together in most languages."""
USUAL = ("en", "de", "es", "pt", "fr", "it", "nl")
"""Languages whose words are left out where a text's own is not known."""
KEPT = frozenset(
    {"falta", "help", "hilfe", "lugar", "problem", "room", "rooms", "tag", "tempo", "tiempo", "trabajo", "uhr", "work",
     "works", "zeit"}
)  # fmt: skip
"""Words that lists of stop words have in one language or another, and that say what a text is about."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PARTS = re.compile(r"['’-]")


def words(text: str) -> list[str]:
    """Give the words of a text in small letters; what an apostrophe or hyphen joins is taken apart."""
    return [part for found in _WORD.findall(text.casefold()) for part in _PARTS.split(found) if part]


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Give the first letters of a word without its accents."""
    plain = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in plain if not unicodedata.combining(sign))[:STEM]


@cache
def empty(languages: tuple[str, ...] = USUAL) -> frozenset[str]:
    """Give words of languages that say nothing by themselves: stop words."""
    import stopwordsiso

    known = [language for language in languages if language in stopwordsiso.langs()]
    if not known:
        return frozenset()
    return frozenset(word.casefold() for word in stopwordsiso.stopwords(known)) - KEPT


@cache
def mush() -> frozenset[str]:
    """Give stems of words that only say how something felt, in several languages: `mush.txt` beside this."""
    lines = Path(__file__).with_name("mush.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(stem(word) for line in lines if not line.startswith("#") for word in words(line))


@cache
def greetings() -> dict[str, tuple[tuple[str, ...], ...]]:
    """Give what letters begin and end with, as words, by the first of them, the longest first: `greetings.txt`."""
    lines = Path(__file__).with_name("greetings.txt").read_text(encoding="utf-8").splitlines()
    told = [part for line in lines if not line.startswith("#") for part in line.partition(":")[2].split(",")]
    found: dict[str, set[tuple[str, ...]]] = {}
    for phrase in (tuple(words(part)) for part in told):
        found.setdefault(phrase[0], set()).add(phrase)
    return {first: tuple(sorted(some, key=lambda one: (-len(one), one))) for first, some in found.items()}


def without_greetings(said: Sequence[str]) -> list[str]:
    """Give the words of a text without what greets and takes leave."""
    known, kept, at = greetings(), [], 0
    while at < len(said):
        phrase = next((one for one in known.get(said[at], ()) if tuple(said[at : at + len(one)]) == one), None)
        if phrase is None:
            kept.append(said[at])
        at += len(phrase or (said[at],))
    return kept


def telling(text: str, languages: tuple[str, ...] = USUAL) -> list[str]:
    """Give the words of a text that say what it is about."""
    none, felt = empty(languages), mush()
    return [
        word for word in without_greetings(words(text)) if len(word) > 1 and word not in none and stem(word) not in felt
    ]


def stems(found: Iterable[str]) -> list[str]:
    """Give the stems of words, in their order."""
    return [stem(word) for word in found]
