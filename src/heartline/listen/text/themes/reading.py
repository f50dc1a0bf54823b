"""Which themes a text is about: read sentence by sentence."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from .. import meaning
from ..embedder import Embedder, Vectors
from ..sentences import sentences
from .saying import Sayings, spoken
from .scoring import Numbers, Scorer
from .space import space
from .values import Theme, read_for

RULE = "themes"
"""What the overrides of these readings are called, before what they were read by."""
WITH_A_WORD = 0.2
"""How alike a sentence has to be where one of the theme's words is in it, too."""
MOST = {"theme": 2, "need": 1, "reason": 1}
"""Themes of one sentence, by their sort: those that it is most alike."""
SENTENCES = 40
"""Sentences of a text that are read."""

Examples = Mapping[str, tuple[Sequence[str], Sequence[str]]]


@dataclass(frozen=True)
class Read:
    """What was read in a text: its themes, and for each the sentence that speaks of it most."""

    themes: tuple[str, ...] = ()
    sentence: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Reads texts for themes; what is about a theme that was merged is about the one that it was merged into."""

    def __init__(self, embedder: Embedder, themes: Mapping[str, Theme], examples: Examples | None = None) -> None:
        self.counts_for = read_for(themes)
        self.themes = tuple(themes[key] for key in self.counts_for)
        self.scorer = Scorer(space(embedder), self.themes, examples or {})
        self.sayings = Sayings(self.scorer)
        self.signature = signature(self.scorer.space.label, self.themes, self.counts_for)

    def read(self, texts: Sequence[str], given: meaning.Read | None = None) -> list[Read]:
        """Give what each text is about; nothing for one that is about none of the themes.

        Parameters
        ----------
        given
            The vectors of their sentences, as they are kept; else they are made.
        """
        parts = [sentences(text)[:SENTENCES] for text in texts]
        flat = [sentence for one in parts for sentence in one]
        if not flat or not self.themes:
            return [Read() for _ in texts]
        made = given or meaning.read(self.scorer.space.embedder, texts)
        raw = np.concatenate([rows[: len(one)] for rows, one in zip(made.rows(), parts, strict=True)])
        strength = self.strength(flat, raw)
        found, at = [], 0
        for one in parts:
            found.append(self._read(one, strength[at : at + len(one)]))
            at += len(one)
        return found

    @property
    def embedder(self) -> Embedder:
        """What makes vectors of sentences."""
        return self.scorer.space.embedder

    def about(self, parts: Sequence[str], key: str) -> list[str]:
        """Give the sentences that speak of a theme, or of one that counts for it."""
        if not parts:
            return []
        places = [place for place, theme in enumerate(self.themes) if self.counts_for[theme.key] == key]
        strength = self.strength(parts)
        return [part for part, row in zip(parts, strength, strict=True) if any(row[place] >= 0 for place in places)]

    def strength(self, flat: Sequence[str], given: Vectors | None = None) -> Numbers:
        """Give for each sentence and theme by how much it is beyond the border; below 0: not about it."""
        raw = self.scorer.space.embedder.vectors(flat) if given is None else given
        said = [spoken(text) for text in flat]
        alike, told = self.scorer.alike(raw), self.scorer.told(said)
        nothing = (self.scorer.space.moved(raw) @ self.scorer.space.nothing.T).max(axis=1, keepdims=True)
        beyond = alike - np.where(told, WITH_A_WORD, self.scorer.border)
        beyond = np.where(~told & (nothing > alike), -1, beyond)
        beyond = np.where(self.sayings.barred(flat, said, raw, told), -1, beyond)
        return np.asarray(beyond, np.float32)

    def _read(self, parts: Sequence[str], strength: Numbers) -> Read:
        """Put the themes of a text's sentences together, the strongest first."""
        best: dict[str, tuple[float, str]] = {}
        for sentence, row in zip(parts, strength, strict=True):
            kept: Counter[str] = Counter()
            for place in np.argsort(-row, kind="stable"):
                theme = self.themes[int(place)]
                if row[place] < 0:
                    break
                kept[theme.sort] += 1
                if kept[theme.sort] > MOST[theme.sort]:
                    continue
                key = self.counts_for[theme.key]
                if key not in best or row[place] > best[key][0]:
                    best[key] = (float(row[place]), sentence)
        order = sorted(best, key=lambda key: (-best[key][0], key))
        return Read(tuple(order), {key: best[key][1] for key in order})


def signature(model: str, themes: Iterable[Theme], counts_for: Mapping[str, str]) -> str:
    """Name what texts are read by: another model, or any theme changed in what it is told by, is another one.

    Names do not count: calling a theme otherwise changes no reading.
    """
    told = [
        (
            counts_for[one.key],
            one.key,
            one.sort,
            one.seeds,
            one.words,
            one.unless,
            one.centre,
            one.model,
            one.near,
            one.yes,
            one.no,
        )
        for one in themes
    ]
    return f"{model}-{hashlib.sha256(msgspec.json.encode(sorted(told, key=lambda one: one[1]))).hexdigest()[:10]}"
