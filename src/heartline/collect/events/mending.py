"""Events that are not as they should be: read as far as they can be, else refused with what is wrong with them."""

from __future__ import annotations

from typing import Any

import msgspec

from .wire import Context, Event, Values, Word

NESTING = frozenset((dict, list))
DEEPEST = 24
"""Objects and lists within one another that an event may have."""
NEEDED: dict[str, Any] = {
    "type": str | None, "event": str | None, "userId": Word, "anonymousId": Word, "previousId": Word,
    "groupId": Word, "timestamp": Word, "properties": dict[str, Any] | None, "traits": dict[str, Any] | None,
}  # fmt: skip
"""Fields without which an event would be another one: wrong ones are refused."""
SPARE: dict[str, Any] = {
    "messageId": Word, "originalTimestamp": Word, "sentAt": Word, "name": str | None, "category": str | None,
}  # fmt: skip
"""Fields that are left out when they are wrong."""


def deep(event: Event) -> bool:
    """Tell whether what is kept of an event may be nested deeper than is read: it opens that many objects and lists."""
    context = event.context
    return _deep(event.properties) or _deep(event.traits) or (context is not None and _deep(context.traits))


def _deep(values: Values | None) -> bool:
    if not values or NESTING.isdisjoint(map(type, values.values())):
        return False
    return _opens(values) + 2 > DEEPEST  # the event and its context are around them


def _opens(values: Values) -> int:
    text = msgspec.json.encode(values)
    return text.count(b"{") + text.count(b"[")


def mend(raw: bytes) -> tuple[Event | tuple[str, str], tuple[str, ...]]:
    """Read an event piece by piece.

    Returns
    -------
    The event, or code and field of what is wrong; and the parts that were left out.
    """
    found = _plain(raw)
    if isinstance(found, str):
        return (found, ""), ()
    if not isinstance(found, dict):
        return ("not_an_object", ""), ()
    kept: dict[str, Any] = {}
    left: list[str] = []
    for name, kind in (*NEEDED.items(), *SPARE.items()):
        if name in found:
            try:
                kept[name] = msgspec.convert(found[name], kind)
            except msgspec.ValidationError:
                if name in NEEDED:
                    return ("wrong_type", name), ()
                left.append(name)
    if isinstance(kept.get("messageId"), int | float):
        kept["messageId"] = str(kept["messageId"])
    context, dropped = _context(found.get("context"))
    event = msgspec.convert(kept, Event)
    event.context = context
    return event, (*left, *dropped)


def _context(found: Any) -> tuple[Context | None, list[str]]:
    """Read what a client adds, without the parts that have another shape."""
    if not isinstance(found, dict):
        return None, [] if found is None else ["context"]
    kept, left = {}, []
    for name, value in found.items():
        try:
            msgspec.convert({name: value}, Context)
        except msgspec.ValidationError:
            left.append(f"context.{name}")
        else:
            kept[name] = value
    return msgspec.convert(kept, Context), left


def unbatched(body: bytes) -> list[bytes] | str:
    """Give the events of a batch that is not as it should be, or the code of what is wrong."""
    found = _plain(body, deepest=DEEPEST + 2)
    if isinstance(found, str):
        return found
    if isinstance(found, dict) and isinstance(found.get("batch"), list):
        shared = {name: found[name] for name in ("sentAt", "context") if found.get(name) is not None}
        parts = [{**shared, **part} if isinstance(part, dict) else part for part in found["batch"]]
        return [msgspec.json.encode(part) for part in parts]
    return "not_a_batch"


def _plain(raw: bytes, deepest: int = DEEPEST) -> Any:
    """Give what a JSON text holds, without NULs; the code of what is wrong where there is something."""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return "bad_utf8"
    try:
        found = msgspec.json.decode(raw)
    except RecursionError:
        return "too_deep"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "bad_json"
    if isinstance(found, str):
        return "not_an_object"
    try:
        return _clean(found, deepest)
    except _TooDeep:
        return "too_deep"


class _TooDeep(Exception):
    """Deeper than is read."""


def _clean(value: Any, left: int) -> Any:
    """Give a value without NULs, which databases cannot keep."""
    if isinstance(value, str):
        return value.replace("\0", "") if "\0" in value else value
    if left < 0:
        raise _TooDeep
    if isinstance(value, dict):
        return {_clean(name, left): _clean(part, left - 1) for name, part in value.items()}
    if isinstance(value, list):
        return [_clean(part, left - 1) for part in value]
    return value
