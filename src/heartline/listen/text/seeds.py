"""The sentences from which feeling and emotion are read before anything was learnt: ours, or the company's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import msgspec
import yaml

from heartline.core.errors import InvalidInput
from heartline.store.definitions import Definitions

KEY = "reading"
"""Key of the settings that say how texts are read."""
FELT = ("positive", "negative", "neutral")
SIDES = (*FELT, "asking")
EMOTIONS = ("joy", "trust", "fear", "surprise", "sadness", "disgust", "anger", "calm")
LEAST, MOST, LONGEST = 3, 100, 300
"""Sentences of a kind, and characters of a sentence."""


@dataclass(frozen=True)
class Seeds:
    """Sentences by what they show.

    Parameters
    ----------
    feeling
        Positive, negative and neutral ones; and those of who asks for something, and says nothing of how it was.
    emotions
        Those of each emotion; `nothing` shows none.
    emojis
        Emotion of an emoji.
    """

    feeling: Mapping[str, tuple[str, ...]]
    emotions: Mapping[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    emojis: Mapping[str, str]

    @property
    def version(self) -> str:
        """Name these seeds: others have another name."""
        said = [dict(self.feeling), dict(self.emotions), self.nothing, dict(self.emojis)]
        return hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=4).hexdigest()


@cache
def shipped() -> Seeds:
    """Give the seeds that Heartline comes with."""
    return _made(yaml.safe_load(resources.files(__package__).joinpath("seeds.yaml").read_text("utf-8")))


def of(definitions: Definitions) -> Seeds:
    """Give the seeds of a company: its own where it wrote some, else those that Heartline comes with."""
    said = definitions.all("settings").get(KEY, {}).get("seeds")
    return shipped() if not said else _made({**_plain(shipped()), **said})


def checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """Check sentences that somebody wrote, before they become a definition.

    Parameters
    ----------
    said
        Lists of sentences under `positive`, `negative`, `neutral`, `asking`, and under `emotions` by emotion.

    Raises
    ------
    InvalidInput
        `few_seeds` or `many_seeds`, with what they show as field.
    """
    made: dict[str, Any] = {side: _sentences(side, said[side]) for side in SIDES if side in said}
    if "emotions" in said:
        given = said["emotions"]
        made["emotions"] = {name: _sentences(name, given[name]) for name in EMOTIONS if name in given}
        made["emotions"] = {**_plain(shipped())["emotions"], **made["emotions"]}
    return made


def _sentences(name: str, given: Any) -> list[str]:
    found = list(dict.fromkeys(" ".join(str(one).split())[:LONGEST] for one in given if str(one).strip()))
    if len(found) < LEAST:
        raise InvalidInput(
            "few_seeds", f"“{name}” has {len(found)} sentences.", field=name, remedy=f"Write at least {LEAST}."
        )
    if len(found) > MOST:
        raise InvalidInput("many_seeds", f"“{name}” has {len(found)} sentences.", field=name, remedy=f"At most {MOST}.")
    return found


def _plain(seeds: Seeds) -> dict[str, Any]:
    emojis: dict[str, str] = {}
    for emoji, emotion in seeds.emojis.items():
        emojis[emotion] = emojis.get(emotion, "") + emoji
    return {
        **{side: list(found) for side, found in seeds.feeling.items()},
        "emotions": {name: list(found) for name, found in seeds.emotions.items()},
        "nothing": list(seeds.nothing),
        "emojis": emojis,
    }


def _made(said: Mapping[str, Any]) -> Seeds:
    return Seeds(
        feeling={side: tuple(said[side]) for side in SIDES},
        emotions={name: tuple(said["emotions"][name]) for name in EMOTIONS},
        nothing=tuple(said["nothing"]),
        emojis={emoji: name for name, found in said["emojis"].items() for emoji in found},
    )
