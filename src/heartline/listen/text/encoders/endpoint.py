"""An encoder that somebody else runs: any service that speaks OpenAI's way of asking for embeddings.

What is sent is masked first, and asked for once: answers are kept by what was asked. Before each request a budget is
asked, which may refuse. How a request travels is given by the server; where nobody gives it, the encoder knows its name
and what was kept, and nothing is ever sent.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from heartline.core.errors import Unavailable
from heartline.store.vectors import Shelf

from ..embedder import Vectors
from .masking import masked

PREFIX = "endpoint"
AT_ONCE = 64
"""Texts of one request."""
TRIES = 3
PAUSE_S = 1.0
LONGEST_PAUSE_S = 10.0
AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
MOST = 32 * 2**20
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class Answered:
    """What a service answered."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class Post(Protocol):
    """Sends a request to a service."""

    def __call__(self, path: str, body: bytes) -> Answered:
        """Send; raises `Unavailable` where nobody answers."""


class Budget(Protocol):
    """Counts what is sent in a month, and stops what would be too much."""

    def take(self, tokens: int) -> str:
        """Reserve so many tokens, the most that a request can cost; give the month that they are of.

        Raises `Unavailable` (`budget_used`, `resting`).
        """

    def settle(self, month: str, reserved: int, used: int, texts: int) -> None:
        """Count what a request truly cost instead of what was reserved, in the month that it was reserved in."""


class _Usage(msgspec.Struct):
    total_tokens: int = 0


class _One(msgspec.Struct):
    embedding: list[float]
    index: int = -1


class _Embedded(msgspec.Struct):
    data: list[_One]
    usage: _Usage = msgspec.field(default_factory=_Usage)


class Endpoint:
    """A service behind the interface of all encoders.

    Parameters
    ----------
    model, dimensions
        As the service calls it, and how many numbers it gives.
    post, budget
        How a request travels, and what may be spent; without them nothing is sent.
    folder
        The data folder, in which answers are kept.
    names
        Gives the names of people that are known, for masking.
    wait
        Waits some seconds between tries.
    """

    def __init__(
        self, model: str, dimensions: int, *, post: Post | None = None, budget: Budget | None = None,
        folder: Path | None = None, names: Callable[[], Collection[str]] = frozenset,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self.model, self.dimensions = model, dimensions
        self._post, self._budget, self._names, self._wait = post, budget, names, wait
        self._kept = None
        if folder is not None:
            home = folder / "cache" / "text" / "asked" / f"{self.name}-{self.version}"
            self._kept = Shelf(folder, home.name, dimensions, home=home)

    @property
    def name(self) -> str:
        """Which model, as it may stand in the name of a folder."""
        return f"{PREFIX}-{plain(self.model)}"

    @property
    def version(self) -> str:
        """How many numbers, and by which masking; the service says no version of its own."""
        return f"{self.dimensions}.1"

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give a row of length 1 for each text, always the same for the same texts; zeros for an empty one.

        Raises
        ------
        Unavailable
            `budget_used`, `not_asked`, `service_refused`, `service_failed`, `bad_vectors`, or what the way there says.
        """
        names = self._names() if any(texts) else frozenset[str]()
        said = [masked(text.replace("\0", " ").strip(), names) for text in texts]
        found = np.zeros((len(said), self.dimensions), np.float32)
        once = list(dict.fromkeys(one.encode("utf-8", "replace").decode() for one in said if one.strip()))
        made = self._read(once)
        for place, one in enumerate(said):
            row = made.get(one.encode("utf-8", "replace").decode())
            if row is not None:
                found[place] = row
        length = np.linalg.norm(found, axis=1, keepdims=True)
        np.divide(found, length, out=found, where=length > 0)
        return found

    def _read(self, texts: Sequence[str]) -> dict[str, Vectors]:
        """Give the vectors of masked texts: those that were asked for before, and the others asked for now."""
        keys = [_key(text) for text in texts]
        made: dict[str, Vectors] = {}
        left = list(range(len(texts)))
        if self._kept is not None and keys:
            counts, rows = self._kept.read(keys)
            there = np.flatnonzero(counts).tolist()
            made = {texts[place]: row for place, row in zip(there, rows, strict=True)}
            left = np.flatnonzero(counts == 0).tolist()
        for start in range(0, len(left), AT_ONCE):
            some = left[start : start + AT_ONCE]
            rows = self._ask([texts[place] for place in some])
            if self._kept is not None:
                self._kept.keep([keys[place] for place in some], np.ones(len(some), np.int64), rows)
                rows = rows.astype(np.float16).astype(np.float32)
            made |= {texts[place]: row for place, row in zip(some, rows, strict=True)}
        return made

    def _ask(self, texts: Sequence[str]) -> Vectors:
        """Ask for vectors."""
        if self._post is None or self._budget is None:
            raise Unavailable(
                "not_asked", "This text was not sent to the service yet.", field="encoder",
                remedy="The server reads texts in the background; ask again later.",
            )  # fmt: skip
        body = msgspec.json.encode({"model": self.model, "input": list(texts), "encoding_format": "float"})
        reserved = sum(len(text.encode()) + 8 for text in texts)  # no service counts more tokens than bytes
        month = self._budget.take(reserved)
        used = reserved
        try:
            answer = asked(self._post, "/embeddings", body, self._wait)
            found = _decoded(answer, len(texts), self.dimensions)  # an answer that nobody can read was paid, too
            used = min(max(found.usage.total_tokens, 0) or reserved, reserved)
        finally:
            self._budget.settle(month, reserved, used, len(texts))
        rows = {one.index if one.index >= 0 else place: one.embedding for place, one in enumerate(found.data)}
        return _of_length_one(np.array([rows[place] for place in range(len(texts))], np.float64))


def asked(post: Post, path: str, body: bytes, wait: Callable[[float], None] = time.sleep) -> bytes:
    """Send a request, a few times where the service says that it is busy; give what it answered.

    Raises
    ------
    Unavailable
        `service_refused` (the key, the model), `service_failed`.
    """
    trouble: Unavailable | None = None
    pause = 0.0
    for turn in range(TRIES):
        if turn:
            wait(pause)
        pause = PAUSE_S * 2**turn
        try:
            answer = post(path, body)
        except Unavailable as error:
            trouble = error
            continue
        if 200 <= answer.status < 300:
            return answer.body
        if answer.status not in AGAIN:
            raise Unavailable(
                "service_refused", f"The service refused with status {answer.status}.", field="encoder",
                remedy="Look at the key, the model and the address.",
            )  # fmt: skip
        after = answer.retry_after_s
        pause = min(after if after is not None and after > 0 else pause, LONGEST_PAUSE_S)
        trouble = Unavailable(
            "service_failed", f"The service failed with status {answer.status}, {TRIES} times.", field="encoder",
            remedy="It is asked again later.",
        )  # fmt: skip
    assert trouble is not None
    raise trouble


def measured(model: str, post: Post, wait: Callable[[float], None] = time.sleep) -> int:
    """Ask a service for the vector of one harmless sentence; give how many numbers it has."""
    body = msgspec.json.encode({"model": model, "input": ["The parcel arrived on time."], "encoding_format": "float"})
    found = _decoded(asked(post, "/embeddings", body, wait), 1, None)
    return len(found.data[0].embedding)


def _decoded(body: bytes, count: int, dimensions: int | None) -> _Embedded:
    try:
        found = msgspec.json.decode(body, type=_Embedded)
    except msgspec.DecodeError:
        found = None
    sizes = {len(one.embedding) for one in found.data} if found else set()
    places = {one.index if one.index >= 0 else at for at, one in enumerate(found.data)} if found else set()
    right = found is not None and places == set(range(count)) and len(sizes) == 1 and sizes != {0}
    if not right or found is None or (dimensions is not None and sizes != {dimensions}):
        raise _bad_vectors()
    if not all(math.isfinite(number) for one in found.data for number in one.embedding):
        raise _bad_vectors()
    return found


def _of_length_one(rows: npt.NDArray[np.float64]) -> Vectors:
    """Bring vectors to length 1, however large or small their numbers are: they are kept as half floats."""
    most = np.abs(rows).max(axis=1, keepdims=True)
    even = np.divide(rows, most, out=np.zeros_like(rows), where=most > 0)
    length = np.linalg.norm(even, axis=1, keepdims=True)
    np.divide(even, length, out=even, where=length > 0)
    made: Vectors = even.astype(np.float32)
    return made


def _bad_vectors() -> Unavailable:
    return Unavailable(
        "bad_vectors", "The service answered with something that is not a vector for each text.", field="encoder",
        remedy="Look at the model: it has to be one for embeddings.",
    )  # fmt: skip


def plain(model: str) -> str:
    """Write a model's name so that it may stand in a folder's, and two names never become one."""
    kept = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._") else "_" for sign in model)[:60]
    return f"{kept}-{hashlib.blake2b(model.encode(), digest_size=3).hexdigest()}"


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def of(rest: str, **how: Any) -> Endpoint:
    """Make an encoder of what stands behind its prefix: the model, a colon, how many numbers it gives."""
    model, _, dimensions = rest.rpartition(":")
    return Endpoint(model, int(dimensions), **how)
