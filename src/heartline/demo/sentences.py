"""What people write: sentences put together from parts that people use, by language, touchpoint and cause."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "de", "es")
WORDS = Path(__file__).with_name("words")
ABOUT_THINGS = ("delivery", "product", "refund", "ask", "call", "mail", "chat")
"""Places of topics that concern something that was bought."""
FREE = {"days": (2, 12), "minutes": (6, 40), "hours": (26, 90)}
"""Numbers that a sentence may name where the occasion does not give them."""


@dataclass(frozen=True)
class Grammar:
    """The parts of a language.

    Parameters
    ----------
    topics
        By topic, as `delivery.late`: its tone, its sentences, and more that may follow. `[this|that]` is either,
        `(hard)` before a sentence keeps it to things of that sort.
    subjects
        What it is about, where people write that first.
    openings, endings
        By tone.
    nouns
        English noun -> its forms, `nom` and `acc` with article, `bare` without, and what sorts of thing it is.
    damage
        What can happen to hard and to soft things.
    """

    topics: Mapping[str, Mapping[str, Any]]
    subjects: list[str]
    openings: Mapping[str, list[str]]
    endings: Mapping[str, list[str]]
    nouns: Mapping[str, Mapping[str, str]]
    damage: Mapping[str, list[str]]

    def sentences(self) -> Iterator[str]:
        """Give every sentence of the grammar with its slots unfilled."""
        for topic in self.topics.values():
            yield from topic["core"]
            yield from topic.get("more", [])
        yield from self.subjects
        for parts in (*self.openings.values(), *self.endings.values()):
            yield from parts


@cache
def grammar(language: str) -> Grammar:
    """Give a language's grammar."""
    read = tomllib.loads((WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    topics = {f"{place}.{cause}": body for place, causes in read["topics"].items() for cause, body in causes.items()}
    return Grammar(topics, read["subjects"], read["openings"], read["endings"], read["nouns"], read["damage"])


class Speaker:
    """Says things, each time a little different; the same seed says the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  (no secret)

    def say(self, language: str, topic: str, slots: Mapping[str, Any], *, aloud: bool = False) -> str:
        """Say something about a topic.

        Parameters
        ----------
        aloud
            On the phone or in a chat: a question without the forms of a letter.
        slots
            `noun` (the English one), `model`, `city`, and the numbers that the occasion gives: `days`, `minutes`,
            `hours`.
        """
        known = grammar(language)
        body = known.topics[topic]
        tone = body["tone"]
        pick, chance = self._chance.choice, self._chance.random
        form = "aloud" if aloud and tone == "ask" else tone
        sorts = known.nouns[str(slots["noun"])]["sorts"].split()
        parts = [pick(_fitting(body["core"], sorts))]
        more = _fitting(body.get("more", []), sorts)
        if more and chance() < 0.55:
            parts.append(pick(more))
        if "{" not in parts[0] and topic.partition(".")[0] in ABOUT_THINGS and chance() < (0.3 if aloud else 0.55):
            subject = pick(known.subjects)
            parts.insert(0, subject[0].lower() + subject[1:] if tone == "ask" else subject)
        if chance() < (0.9 if tone == "ask" else 0.28):
            parts.insert(0, pick(known.openings[form]))
        if chance() < (0.75 if tone == "ask" else 0.3):
            parts.append(pick(known.endings[form]))
        said = self._filled(" ".join(parts), known, slots)
        return self._as_typed(said) if tone != "ask" else said

    def tell(self, language: str, topic: str, slots: Mapping[str, Any]) -> str:
        """Say one sentence about a topic and nothing around it: what it shows is all that it says."""
        known = grammar(language)
        return self._filled(self._chance.choice(list(known.topics[topic]["core"])), known, slots)

    def _filled(self, said: str, known: Grammar, slots: Mapping[str, Any]) -> str:
        said = re.sub(r"\[([^\[\]]+)\]", lambda match: self._chance.choice(match[1].split("|")), said)
        noun = known.nouns[str(slots["noun"])]
        found: dict[str, Any] = {"model": slots["model"], "city": slots.get("city", "")}
        found |= {form: noun[form] for form in ("nom", "acc", "bare")}
        if "{model}" not in said and self._chance.random() < 0.72:  # by its full name: the floor lamp Nora
            found |= {form: f"{noun[form]} {slots['model']}" for form in ("nom", "acc")}
        found["damage"] = self._chance.choice(known.damage["soft" if "soft" in noun["sorts"] else "hard"])
        found["Bare"] = noun["bare"][0].upper() + noun["bare"][1:]
        found["Nom"] = found["nom"][0].upper() + found["nom"][1:]
        for name, ends in FREE.items():
            found[name] = slots.get(name) or self._chance.randint(*ends)
        return re.sub(r"\{(\w+)\}", lambda match: str(found[match[1]]), said)

    def _as_typed(self, said: str) -> str:
        """Type it as people do: mostly well, now and then in a hurry."""
        mood = self._chance.random()
        if mood < 0.1:
            said = said.lower()
        if mood < 0.2:
            said = said.removesuffix(".")
        elif mood > 0.96:
            said = said.removesuffix(".") + "!"
        return said


def _fitting(sentences: list[str], sorts: list[str]) -> list[str]:
    """Give the sentences that can be said of a sort of thing, without the mark of the sort."""
    found = []
    for said in sentences:
        sort = re.match(r"\((\w+)\) ", said)
        if sort is None or sort[1] in sorts:
            found.append(said[sort.end() :] if sort else said)
    return found
