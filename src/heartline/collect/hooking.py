"""Webhooks of other systems: is a request signed by who holds the secret, and which event does its body tell.

Nothing here knows a database or a server: the process of the public port checks with it, the loader maps with it, and
the page on which a mapping is made tries with it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from heartline.core.errors import HeartlineError

TOLERANCE_S = 300.0
"""How far a request's own time may be from ours."""
STYLES = ("standard", "shopify", "github", "stripe", "zendesk", "hex", "base64", "path")
HEADERS = {
    "standard": "webhook-signature", "shopify": "x-shopify-hmac-sha256", "github": "x-hub-signature-256",
    "stripe": "stripe-signature", "zendesk": "x-zendesk-webhook-signature",
}  # fmt: skip
"""Where each style has its signature; `hex` and `base64` name theirs."""
IDS = ("webhook-id", "x-shopify-event-id", "x-shopify-webhook-id", "x-github-delivery", "x-zendesk-webhook-id")
"""Headers that name a delivery, so that one that comes again is the same event."""
ZENDESK_TIME = "x-zendesk-webhook-signature-timestamp"
NEEDED = frozenset({*HEADERS.values(), *IDS, "webhook-timestamp", ZENDESK_TIME})

FIELDS = ("event", "id", "time", "user_id", "email", "phone", "ref", "amount", "currency", "score", "scale", "text",
          "unit", "product", "touchpoint")  # fmt: skip
"""What a mapping may say; the first it must."""
PROPERTIES = ("ref", "currency", "scale", "text", "unit", "product", "touchpoint")
NUMBERS = ("amount", "score")
STEP = re.compile(r"[^.\[\]]+")
FACTOR = re.compile(r"\d+(\.\d+)?")
MOST_SECONDS = 10_000_000_000
"""Numbers beyond this count milliseconds."""


class BadSignature(HeartlineError):
    """A request that is not from who holds the secret, or not from now."""

    status = 401


class Hook(msgspec.Struct, frozen=True):
    """A webhook.

    Parameters
    ----------
    name
        In its address, and the source of its events.
    style
        One of `STYLES`.
    secret
        What the sender and we know.
    header
        Of the signature, for the styles that leave it open.
    fields
        Field of an event -> where the body has it: a path such as `order.customer.email` or `items[0].sku`, with
        `/ 100` behind it where a number counts cents; or a text after `=`.
    """

    name: str
    style: str
    secret: str
    header: str = ""
    fields: dict[str, str] = {}

    @property
    def signed_in(self) -> str:
        """The header of the signature."""
        return HEADERS.get(self.style, self.header.lower())


def check(hook: Hook, headers: Mapping[str, str], body: bytes, said: str, now: float) -> str:
    """Check a request, and give what names its delivery: a header's id, else a hash of the body.

    Parameters
    ----------
    headers
        By lower-case name.
    body
        As it was sent.
    said
        What the path said behind the name.
    now
        Seconds since 1970.

    Raises
    ------
    BadSignature
        `bad_signature`; `stale` for a time that is too far from ours: a replay, or a wrong clock.
    """
    if hook.style == "path":
        _same([said], hook.secret)
    elif hook.style == "standard":
        _standard(hook, headers, body, now)
    else:
        _other(hook, headers.get(hook.signed_in, ""), headers, body, now)
    return next((headers[name][:200] for name in IDS if headers.get(name)), hashlib.sha256(body).hexdigest())


def _standard(hook: Hook, headers: Mapping[str, str], body: bytes, now: float) -> None:
    stamp = headers.get("webhook-timestamp", "")
    _recent(_seconds(stamp), now)
    signed = standard(hook.secret, headers.get("webhook-id", ""), stamp, body)
    given = headers.get("webhook-signature", "").split()
    _same([one.removeprefix("v1,") for one in given if one.startswith("v1,")], signed)


def content(name: str, stamp: str, body: bytes) -> bytes:
    """Give what Standard Webhooks signs: the message's id, its time in seconds, its body."""
    return f"{name}.{stamp}.".encode() + body


def standard(secret: str, name: str, stamp: str, body: bytes) -> str:
    """Give the signature `v1` of Standard Webhooks."""
    return base64.b64encode(_mac(_key(secret), content(name, stamp, body))).decode()


def _other(hook: Hook, given: str, headers: Mapping[str, str], body: bytes, now: float) -> None:
    key = hook.secret.encode()
    if hook.style == "stripe":
        parts = [part.strip().partition("=") for part in given.split(",")]
        stamp = next((value for name, _, value in parts if name == "t"), "")
        _recent(_seconds(stamp), now)
        wanted = _mac(key, f"{stamp}.".encode() + body).hex()
        _same([value for name, _, value in parts if name == "v1"], wanted)
    elif hook.style == "zendesk":
        stamp = headers.get(ZENDESK_TIME, "")
        _recent(_moment(stamp), now)
        _same([given], base64.b64encode(_mac(key, stamp.encode() + body)).decode())
    elif hook.style in ("shopify", "base64"):
        _same([given], base64.b64encode(_mac(key, body)).decode())
    else:
        _same([given.removeprefix("sha256=").lower()], _mac(key, body).hex())


def _key(secret: str) -> bytes:
    coded = secret.removeprefix("whsec_")
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except binascii.Error:
        return secret.encode()


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def _same(given: list[str], wanted: str) -> None:
    """Compare in constant time, all that were given."""
    found = [hmac.compare_digest(one.encode(errors="replace"), wanted.encode()) for one in given]
    if not wanted or not any(found):
        raise BadSignature("bad_signature", "The signature is not right.", remedy="Compare the secrets of both sides.")


def _recent(at: float | None, now: float) -> None:
    if at is None or not abs(now - at) <= TOLERANCE_S:
        raise BadSignature("stale", "The request's time is not now.", remedy="Set the clock, and send it anew.")


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,12}", text) else None


def _moment(text: str) -> float | None:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def look(body: Any, path: str) -> Any:
    """Give what a body holds at a path; None where there is nothing."""
    found = body
    for step in STEP.findall(path.strip().removeprefix("$")):
        if isinstance(found, list) and step.isdigit() and len(step) < 6:
            found = found[int(step)] if int(step) < len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def _value(body: Any, said: str) -> Any:
    if said.startswith("="):
        return said[1:].strip()
    found = look(body, said)
    at = max(said.rfind("*"), said.rfind("/"))  # a factor holds neither, so that the last sign is the one
    path, factor = said[:at].strip(), said[at + 1 :].strip()
    if at < 1 or not path or found is not None or not FACTOR.fullmatch(factor):
        return found
    plain, by = _number(look(body, path)), float(factor)
    if plain is None or not by:
        return None
    return plain * by if said[at] == "*" else plain / by


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _word(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _time(value: Any) -> str | None:
    """Write a time as events have it; numbers are seconds or milliseconds since 1970."""
    if isinstance(value, str) and not value.isdigit():
        return value.strip() or None
    plain = _number(value)
    if plain is None:
        return None
    try:
        return datetime.fromtimestamp(plain / 1000 if plain > MOST_SECONDS else plain, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


def event(body: Any, fields: Mapping[str, str], delivery: str) -> dict[str, Any]:
    """Give the event that a body tells, in the wire format.

    Parameters
    ----------
    body
        The body, decoded.
    fields
        The mapping, as a hook has it.
    delivery
        What names the delivery; the event's own id goes before it.
    """
    found = {name: _value(body, said) for name, said in fields.items() if said.strip()}
    words = {name: word for name, value in found.items() if (word := _word(value)) is not None}
    numbers = {name: plain for name in NUMBERS if (plain := _number(found.get(name))) is not None}
    traits = {name: words[name] for name in ("email", "phone") if name in words}
    made = {
        "event": words.get("event"), "messageId": words.get("id") or delivery, "userId": words.get("user_id"),
        "timestamp": _time(found.get("time")), "context": {"traits": traits} if traits else None,
        "properties": {**{name: words[name] for name in PROPERTIES if name in words}, **numbers},
    }  # fmt: skip
    return {name: value for name, value in made.items() if value is not None}


class About(msgspec.Struct):
    """What the inbox keeps beside a hook's body."""

    hook: str
    id: str = ""
    fields: dict[str, str] = {}
    refused: int = 0
    """So many requests were refused since it was last said; there is no body then."""


def translated(body: bytes, about: bytes) -> bytes:
    """Give the event that a received body tells, as bytes; the body itself where it cannot be read."""
    try:
        known = msgspec.json.decode(about, type=About)
        made = event(msgspec.json.decode(body), known.fields, known.id)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body
    return msgspec.json.encode(made)
