"""The company's reader of texts: its languages, its seeds, its encoder, and what was learnt from its own texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.scales import Scale
from heartline.store.definitions import Definitions

from . import embedding, keeping, lexicon, seeds
from .embedder import Embedder, Vectors, label
from .language import Languages, languages
from .learning import Learnt, untaught
from .prior import Seeded
from .seeds import KEY, Seeds

Floats = npt.NDArray[np.float64]

UNSURE = 0.1
"""A feeling nearer to 0 than this is 0: neither good nor bad."""
DIGITS = 2


@dataclass(frozen=True)
class Readings:
    """What was read of texts.

    Parameters
    ----------
    languages
        Of two letters; None where that cannot be told.
    feelings
        −1…+1; NaN where nothing can be said.
    """

    languages: list[str | None]
    feelings: Floats


class Reader:
    """Reads texts of one company.

    Parameters
    ----------
    definitions
        Its settings say in which languages people write, by which seeds and which encoder feeling is read.
    folder
        The data folder, where what was learnt is kept; None: nothing was learnt.
    encoders
        Gives an encoder by its name; tests give others.
    """

    def __init__(
        self,
        definitions: Definitions,
        folder: Path | None = None,
        encoders: Callable[[str], Embedder] = embedding.named,
    ) -> None:
        said = definitions.all("settings").get(KEY, {})
        self.among: tuple[str, ...] = tuple(said.get("languages") or ())
        self.seeds: Seeds = seeds.of(definitions)
        self.embedder = encoders(embedding.chosen(said.get("encoder")))
        self.label = label(self.embedder)
        kept = keeping.load(folder) if folder else None
        if kept and (kept[1].encoder, kept[1].seeds) != (self.label, self.seeds.version):
            kept = None  # it was learnt over others
        self.kept = kept

    @property
    def name(self) -> str:
        """Name the models, with their versions; where it changes, texts are read again."""
        learnt = self.kept[1].version if self.kept else "prior"
        return f"{self.label} {self.seeds.version} {learnt} {','.join(self.among)}".strip()

    @cached_property
    def seeded(self) -> Seeded:
        """The reading by seeds."""
        return Seeded(self.embedder, self.seeds)

    @cached_property
    def learnt(self) -> Learnt:
        """What was learnt; before that, the seeds alone."""
        return self.kept[0] if self.kept else untaught(self.seeded)

    @property
    def detector(self) -> Languages:
        """What tells languages."""
        return languages(self.among)

    def read(self, texts: Sequence[str], vectors: Vectors, unasked: npt.NDArray[np.bool_] | None = None) -> Readings:
        """Read texts whose middles are given.

        Parameters
        ----------
        unasked
            Which nobody asked for how something was: of these some only want something done (decision 0056).
        """
        found = self.detector.detect(texts)
        seeded = self.seeded.prior(vectors, lexicon.values(texts, found))
        parts = self.learnt.parts(seeded, vectors, texts)
        felt = self.learnt.feelings(parts, found, self.learnt.near(vectors))
        if unasked is not None:
            felt = np.where(unasked, felt * self.seeded.telling(vectors), felt)
        return Readings(found, rounded(felt))

    def read_fast(
        self,
        texts: Sequence[str],
        given: Sequence[str | None] | None = None,
        felt: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
    ) -> Readings:
        """Read texts at once, without the encoder: by the words that were learnt, else by a lexicon, else not.

        Parameters
        ----------
        given
            Languages that are known already.
        felt
            Texts whose feeling is known already, or is not to be read: NaN.
        """
        found: list[str | None] = list(given) if given is not None else [None] * len(texts)
        open_ = [place for place, language in enumerate(found) if not language]
        for place, language in zip(open_, self.detector.detect([texts[place] for place in open_]), strict=True):
            found[place] = language
        feelings = np.full(len(texts), np.nan)
        some = [place for place in range(len(texts)) if (felt is None or not felt[place]) and texts[place].strip()]
        if some:
            feelings[some] = self._felt_fast([texts[place] for place in some], [found[place] for place in some])
        return Readings(found, rounded(feelings))

    def _felt_fast(self, texts: Sequence[str], languages: Sequence[str | None]) -> Floats:
        if self.kept is None or self.kept[0].taught_words is None:
            return lexicon.values(texts, languages)
        learnt = self.kept[0]
        return learnt.feelings(learnt.parts(np.full(len(texts), np.nan), None, texts), languages)


def rounded(feelings: Floats) -> Floats:
    """Round feelings; those that are neither good nor bad are 0."""
    found = np.round(feelings, DIGITS)
    return np.where(np.abs(found) < UNSURE, np.where(np.isnan(found), np.nan, 0.0), found)


def scored(scores: Any, scales: Any, known: dict[str, Scale]) -> npt.NDArray[np.bool_]:
    """Tell which rows have an answer on a scale: their feeling is the answer's, whatever the text says."""
    pairs = zip(scores, scales, strict=True)
    return np.array(
        [score is not None and name in known and known[name].holds(score) for score, name in pairs], np.bool_
    )


def company(definitions: Definitions, folder: Path) -> Reader:
    """Give a company's reader, made once in a process as long as its settings and what was learnt are the same."""
    return _made(folder, keeping.stamp(folder), _Settings(definitions), embedding.state())


class _Settings:
    """Definitions, alike where what they say about reading is alike."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self._said = str(definitions.all("settings").get(KEY))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Settings) and other._said == self._said

    def __hash__(self) -> int:
        return hash(self._said)


@lru_cache(maxsize=4)
def _made(folder: Path, _stamp: int, settings: _Settings, _encoder: str) -> Reader:
    return Reader(settings.definitions, folder)
