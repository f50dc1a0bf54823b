"""Requests become events: unbatched, each with the bytes it came as; what cannot be read has a coded reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from heartline.collect.hooking import translated
from heartline.collect.inbox.contract import Received

from .mending import deep, mend, unbatched
from .wire import BATCH, BATCHES, EVENT, TYPES, Batch, Event

MOST_BYTES = 32 * 1024
"""How large an event may be."""
LONGEST_NAME = 500

Raw = bytes | msgspec.Raw
FAILURES = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True)
class Refused:
    """An event that cannot be used.

    Parameters
    ----------
    received
        Place of its request among those given.
    number
        Its place in the request.
    code
        A key of `collect.reasons.REASONS`.
    field
        What is wrong, as the wire calls it; empty for the whole.
    raw
        What came.
    """

    received: int
    number: int
    code: str
    field: str
    raw: bytes


@dataclass
class Decoded:
    """Events of several requests, column by column: event, its request, its number there, its bytes.

    Parameters
    ----------
    mended
        Of events some parts of which could not be read and were left out: place of the event -> names of the parts.
    """

    received: Sequence[Received]
    events: list[Event] = field(default_factory=list)
    whose: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    raws: list[Raw] = field(default_factory=list)
    mended: dict[int, tuple[str, ...]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, place: int, code: str, name: str) -> None:
        """Refuse an event that could be read."""
        self.refused.append(Refused(self.whose[place], self.numbers[place], code, name, bytes(self.raws[place])))


def decode(some: Sequence[Received]) -> Decoded:
    """Read requests.

    Parameters
    ----------
    some
        As the inbox gives them. Those of kind `hook` come with how their bodies tell an event.

    Returns
    -------
    Every event either among `events` or among `refused`, once.
    """
    made = Decoded(some)
    for place, one in enumerate(some):
        parts, batch = _parts(made, place, one)
        nothing = NUL in one.body
        kind = "track" if one.kind == HOOK else one.kind
        for number, raw in enumerate(parts):
            _read(made, place, number, raw, kind, batch, careful=nothing)
    return made


NUL = b"\\u0000"
HOOK = "hook"


def _parts(made: Decoded, place: int, one: Received) -> tuple[Sequence[Raw], Batch | None]:
    """Give the events of a request, and what holds for all of them."""
    if one.kind == HOOK:
        return (translated(one.body, one.about),) if one.events else (), None
    if one.kind not in BATCHES:
        return (one.body,), None
    try:
        batch = BATCH.decode(one.body)
    except FAILURES:
        found = unbatched(one.body)
        if isinstance(found, str):
            made.refused.append(Refused(place, 0, found, "batch", one.body))
            return (), None
        return found, None
    return batch.batch, batch


def _read(made: Decoded, place: int, number: int, raw: Raw, kind: str, batch: Batch | None, *, careful: bool) -> None:
    """Read one event, or refuse it."""
    mended: tuple[str, ...] = ()
    found: Event | tuple[str, str]
    if memoryview(raw).nbytes > MOST_BYTES:
        found = ("too_large", "")
    else:
        try:
            found = EVENT.decode(raw)
        except FAILURES:
            careful = True
        if careful or deep(raw):
            found, mended = mend(bytes(raw))
    if isinstance(found, Event):
        if batch is None:
            found.type = kind if kind not in BATCHES else found.type
        else:
            found.sent_at = found.sent_at if batch.sent_at is None else batch.sent_at
            found.context = found.context or batch.context
        found = _wrong(found) or found
    if isinstance(found, Event):
        if mended:
            made.mended[len(made.events)] = mended
        made.events.append(found)
        made.whose.append(place)
        made.numbers.append(number)
        made.raws.append(raw)
    else:
        made.refused.append(Refused(place, number, *found, bytes(raw)))


def _wrong(event: Event) -> tuple[str, str] | None:
    """Say what an event lacks."""
    if event.type not in TYPES:
        return "unknown_type", "type"
    if event.type == "track":
        if not event.event or not event.event.strip():
            return "no_name", "event"
        if len(event.event) > LONGEST_NAME:
            return "long_name", "event"
    elif event.name is not None and len(event.name) > LONGEST_NAME:
        return "long_name", "name"
    return None
