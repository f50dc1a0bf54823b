"""A theme as it is defined: what it is called, and by what texts are known to be about it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from heartline.store.definitions import Definitions

from ..embedder import Vectors

KIND = "theme"
SORTS = ("theme", "need", "reason")


@dataclass(frozen=True)
class Theme:
    """One theme.

    Parameters
    ----------
    label, labels
        What it is called; by language.
    sort
        `theme`: what a text is about; `need`: what somebody wanted to get done; `reason`: why they buy or leave.
    seeds
        Sentences that people might write about it, in any language.
    words
        Beginnings of words, or phrases, that tell it.
    unless
        Beginnings of words that no sentence about it has.
    centre, model, near
        Mean of the sentences it was found in, as vectors of that model; how alike a sentence has to be.
    pinned
        People want it kept; one that was only found goes when nobody speaks of it any more.
    named
        People gave it its name; else it is named by its words.
    off
        It is counted no more.
    into
        The theme that it was merged into: what is about it is about that one.
    yes, no
        Texts of which people said that they are, or are not, about it, by the ids of their interactions.
    found
        The day on which it was found; None for one that comes with Heartline or that people made.
    """

    key: str
    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    sort: str = "theme"
    seeds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    centre: str | None = None
    model: str | None = None
    near: float | None = None
    pinned: bool = False
    named: bool = False
    off: bool = False
    into: str | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    found: str | None = None

    @classmethod
    def of(cls, key: str, body: Mapping[str, Any]) -> Theme:
        """Read a definition's body."""
        lists: dict[str, Any] = {
            name: tuple(body.get(name) or ()) for name in ("seeds", "words", "unless", "yes", "no")
        }
        plain: dict[str, Any] = {
            name: body[name]
            for name in (
                "label",
                "labels",
                "sort",
                "centre",
                "model",
                "near",
                "pinned",
                "named",
                "off",
                "into",
                "found",
            )
            if body.get(name) is not None
        }
        return cls(key, **plain, **lists)

    def body(self) -> dict[str, Any]:
        """Write it as a definition's body, without what is left open."""
        made: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            if name != "key" and value not in (None, "", (), {}, False) and not (name == "sort" and value == "theme"):
                made[name] = list(value) if isinstance(value, tuple) else value
        return made

    @property
    def comes_with(self) -> bool:
        """Whether Heartline brought it."""
        return self.key in starters()

    def vector(self, model: str) -> Vectors | None:
        """Give its centre, where it was made by this model."""
        if self.centre is None or self.model != model:
            return None
        return np.frombuffer(base64.b64decode(self.centre), np.float16).astype(np.float32)


def written(vector: Vectors) -> str:
    """Write a centre as text: half of the precision is enough."""
    return base64.b64encode(np.asarray(vector, np.float16).tobytes()).decode()


@cache
def starters() -> dict[str, Theme]:
    """Give the themes that come with Heartline, by key, in the order of their file."""
    text = Path(__file__).with_name("starters.yaml").read_text(encoding="utf-8")
    made = {}
    for key, body in yaml.safe_load(text).items():
        labels = body.pop("labels")
        made[key] = Theme.of(key, {**body, "label": labels["en"], "labels": labels, "pinned": True})
    return made


def known(definitions: Definitions) -> dict[str, Theme]:
    """Give every theme by key, those switched off too: the starters as the company changed them, then its own."""
    bodies = definitions.all(KIND)
    ours = {key: Theme.of(key, body) for key, body in bodies.items()}
    return {key: ours.get(key, theme) for key, theme in starters().items()} | ours


def counted(definitions: Definitions) -> dict[str, Theme]:
    """Give the themes that are counted: neither switched off nor merged into another."""
    return {key: theme for key, theme in known(definitions).items() if not theme.off and theme.into is None}


def read_for(themes: Mapping[str, Theme]) -> dict[str, str]:
    """Give the themes that texts are read for, each with the one that it counts for: itself, or where it was merged."""
    found = {}
    for key in themes:
        root, seen = key, {key}
        while (into := themes[root].into) is not None and into in themes and into not in seen:
            root = into
            seen.add(root)
        if not themes[root].off and not (themes[key].off and root == key):
            found[key] = root
    return found


def called(theme: Theme, language: str = "en") -> str:
    """Name a theme in a language, else as it is called at all."""
    return theme.labels.get(language) or theme.label or theme.key.replace("_", " ").capitalize()
