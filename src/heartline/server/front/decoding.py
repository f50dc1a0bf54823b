"""Looks into a body only as far as it takes to keep it: is it JSON, how many events, how large, whose."""

from __future__ import annotations

from typing import Any

import msgspec

from . import refusals


class One(msgspec.Struct):
    """An event by itself; the rest of it is skipped."""

    writeKey: Any = None  # noqa: N815  (the wire's name)


class Many(msgspec.Struct):
    """Several events."""

    batch: list[msgspec.Raw]
    writeKey: Any = None  # noqa: N815  (the wire's name)


_one = msgspec.json.Decoder(One)
_many = msgspec.json.Decoder(Many)


def looked_into(body: bytes, *, many: bool) -> tuple[int, str | None]:
    """Give how many events a body holds, and the key that stands in it.

    Raises
    ------
    BadEvents
        `bad_json`, `event_too_large`.
    """
    try:
        if not many:
            key = _one.decode(body).writeKey
            if len(body) > refusals.EVENT_BYTES:
                raise refusals.event_too_large(None)
            return 1, key if isinstance(key, str) else None
        found = _many.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise refusals.bad_json(error) from None
    if len(body) > refusals.EVENT_BYTES:  # else none of them can be larger
        for number, event in enumerate(found.batch):
            if memoryview(event).nbytes > refusals.EVENT_BYTES:
                raise refusals.event_too_large(f"batch[{number}]")
    return len(found.batch), found.writeKey if isinstance(found.writeKey, str) else None
