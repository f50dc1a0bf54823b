"""Requests become events: unbatched, each with the bytes it came as; what cannot be read has a coded reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from heartline.collect.hooking import translated
from heartline.collect.inbox import tally
from heartline.collect.inbox.contract import Received

from .contexts import Contexts
from .mending import NESTING, deep, mend, unbatched
from .wire import BATCH, BATCHES, EVENT, SENT, TYPES, WHOLE, Batch, Context, Event, Word

MOST_BYTES = 32 * 1024
"""How large an event may be."""
LEAST_BYTES = len('{"type":"page"}')
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
    """Events of several requests, column by column: event, its request, its number there.

    Parameters
    ----------
    raws
        Place of an event -> its bytes, where they were cut out; of the others they are cut out when they are asked for.
    mended
        Of events some parts of which could not be read and were left out: place of the event -> names of the parts.
    """

    received: Sequence[Received]
    events: list[Event] = field(default_factory=list)
    whose: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    raws: dict[int, Raw] = field(default_factory=dict)
    mended: dict[int, tuple[str, ...]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def raw(self, place: int) -> bytes:
        """Give the bytes of an event."""
        if place not in self.raws:
            one = self.received[self.whose[place]]
            parts: Sequence[Raw] = BATCH.decode(one.body).batch if one.kind in BATCHES else (one.body,)
            start = place - self.numbers[place]  # the events of a request that was read at once lie in a row
            self.raws.update(zip(range(start, start + len(parts)), parts, strict=True))
        return bytes(self.raws[place])

    def refuse(self, place: int, code: str, name: str) -> None:
        """Refuse an event that could be read."""
        self.refused.append(Refused(self.whose[place], self.numbers[place], code, name, self.raw(place)))


def decode(some: Sequence[Received], places: Sequence[int] | None = None) -> Decoded:
    """Read requests.

    Parameters
    ----------
    some
        As the inbox gives them. Those of kind `hook` come with how their bodies tell an event.
    places
        Which of them; all without.

    Returns
    -------
    Every event either among `events` or among `refused`, once.
    """
    made, contexts = Decoded(some), Contexts()
    for place in range(len(some)) if places is None else places:
        one = some[place]
        if one.kind == tally.KIND:
            continue
        if not _at_once(made, place, one, contexts):
            parts, batch = _parts(made, place, one)
            kind = "track" if one.kind == HOOK else one.kind
            for number, raw in enumerate(parts):
                _read(made, place, number, raw, kind, batch)
    return made


def _at_once(made: Decoded, place: int, one: Received, contexts: Contexts) -> bool:
    """Read a request as a whole, where nothing in it needs a closer look; tell whether that was so."""
    if one.kind == HOOK or NUL in one.body:
        return False
    try:
        if one.kind in BATCHES:
            batch = WHOLE.decode(one.body)
            found = batch.batch
            contexts.read(found)
            if batch.sent_at is not None or batch.context is not None:
                _shared(found, batch.sent_at, batch.context)
        else:
            found = [SENT.decode(one.body)]
            contexts.read(found)
            found[0].type = one.kind
    except FAILURES:
        return False
    if _large(one.body, len(found)) or not _usual(found):
        return False
    made.events += found
    made.whose += [place] * len(found)
    made.numbers += range(len(found))
    return True


def _large(body: bytes, events: int) -> bool:
    """Tell whether one of the events of a readable body is too large."""
    if len(body) - (events - 1) * LEAST_BYTES <= MOST_BYTES:
        return False
    return events == 1 or any(memoryview(raw).nbytes > MOST_BYTES for raw in BATCH.decode(body).batch)


def _shared(events: Sequence[Event], sent_at: Word, context: Context | None) -> None:
    """Give events what their batch says for all of them."""
    for event in events:
        event.sent_at = event.sent_at if sent_at is None else sent_at
        event.context = event.context or context


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


def _read(made: Decoded, place: int, number: int, raw: Raw, kind: str, batch: Batch | None) -> None:
    """Read one event, or refuse it."""
    mended: tuple[str, ...] = ()
    found: Event | tuple[str, str]
    if memoryview(raw).nbytes > MOST_BYTES:
        found = ("too_large", "")
    else:
        try:
            found = EVENT.decode(raw)
        except FAILURES:
            found, mended = mend(bytes(raw))
        else:
            if NUL in bytes(raw) or deep(found):
                found, mended = mend(bytes(raw))
    if isinstance(found, Event):
        if batch is None:
            found.type = kind if kind not in BATCHES else found.type
        else:
            _shared((found,), batch.sent_at, batch.context)
        found = _wrong(found) or found
    if isinstance(found, Event):
        if mended:
            made.mended[len(made.events)] = mended
        made.raws[len(made.events)] = raw
        made.events.append(found)
        made.whose.append(place)
        made.numbers.append(number)
    else:
        made.refused.append(Refused(place, number, *found, bytes(raw)))


def _usual(events: Sequence[Event]) -> bool:
    """Tell whether none of some events lacks anything, or may be nested deeper than is read."""
    flat = NESTING.isdisjoint
    for event in events:
        values, context = event.properties, event.context
        if event.type == "track":
            name = event.event
            if not name or len(name) > LONGEST_NAME or name.isspace():
                return False
        elif _wrong(event) is not None:
            return False
        if values and not flat(map(type, values.values())) and deep(event):
            return False
        if (event.traits or (context is not None and context.traits)) and deep(event):
            return False
    return True


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
