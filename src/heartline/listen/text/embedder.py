"""What an encoder is: it turns texts into vectors, and texts that mean alike lie close, in whatever language they are.

Vectors of different models have nothing to do with each other: whoever keeps some keeps them under `label`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

PIECE = 64
"""Texts that are encoded at a time."""
LONGEST = 2_000
"""Characters of a text that are read; what stands behind changes what it is about very little, and costs as much."""
RECENT, SHORT = 4_000, 60
"""So many vectors of texts up to so many characters are remembered: many write the same few words. 8 MB at most."""


class Embedder(Protocol):
    """Turns texts into vectors."""

    @property
    def name(self) -> str:
        """Which model."""

    @property
    def version(self) -> str:
        """Which version of it; vectors of another one are others."""

    @property
    def dimensions(self) -> int:
        """Numbers of a vector."""

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text, always the same for the same texts; zeros for an empty one."""


def label(embedder: Embedder) -> str:
    """Name what vectors were made by, as it may stand in the name of a folder."""
    return f"{embedder.name}-{embedder.version}"


_pauses: list[Callable[[], object]] = []


def pausing(wait: Callable[[], object]) -> None:
    """Have whoever encodes much in this process call this before each piece, to wait for what is more urgent."""
    _pauses[:] = [wait]


class Shipped:
    """An encoder whose model ships inside a package; what it encoded of late it does not encode again."""

    name: str
    dimensions: int
    module: str
    package: str

    def __init__(self) -> None:
        self.version: str = metadata.version(self.package)
        self._lock = threading.Lock()
        self._encode: Callable[[list[str]], Any] | None = None
        self._recent: dict[int, Vectors] = {}

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text; zeros for an empty one."""
        clean = [_clean(text) for text in texts]
        there = [place for place, text in enumerate(clean) if text]
        found = np.zeros((len(clean), self.dimensions), np.float32)
        if there:
            marks = [hash(clean[place]) for place in there]
            known = [self._recent.get(mark) for mark in marks]
            for place, row in zip(there, known, strict=True):
                if row is not None:
                    found[place] = row
            self._fill(found, clean, [place for place, row in zip(there, known, strict=True) if row is None])
            length = np.linalg.norm(found, axis=1, keepdims=True)
            np.divide(found, length, out=found, where=length > 0)
        return found

    def _fill(self, found: Vectors, clean: Sequence[str], there: Sequence[int]) -> None:
        """Encode some texts into their rows, a piece at a time."""
        for at in range(0, len(there), PIECE):
            for wait in _pauses:
                wait()
            some = there[at : at + PIECE]
            with self._lock:  # one model, one thread; whoever has little to read does not wait for who has much
                if self._encode is None:
                    self._encode = self._load()
                found[some] = self._encode([clean[place] for place in some])
            if len(self._recent) > RECENT:
                self._recent.clear()
            self._recent.update(
                (hash(clean[place]), found[place].copy()) for place in some if len(clean[place]) <= SHORT
            )

    def _load(self) -> Callable[[list[str]], Any]:
        raise NotImplementedError


class Remembering:
    """An encoder that knows the vectors of some sentences already.

    Parameters
    ----------
    inner
        Encodes all others.
    known
        Vectors by sentence.
    """

    def __init__(self, inner: Embedder, known: Mapping[str, Vectors]) -> None:
        self.inner, self.known = inner, known
        self.name, self.version, self.dimensions = inner.name, inner.version, inner.dimensions

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text; zeros for an empty one."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        there = [place for place, text in enumerate(texts) if text in self.known]
        left = [place for place, text in enumerate(texts) if text not in self.known]
        if there:
            found[there] = np.stack([self.known[texts[place]] for place in there])
        if left:
            found[left] = self.inner.vectors([texts[place] for place in left])
        return found


def _clean(text: str) -> str:
    """Take what can be read of a text: a broken character must not stop the others."""
    cut = text[:LONGEST].replace("\0", " ").strip()
    return cut.encode("utf-8", "replace").decode()
