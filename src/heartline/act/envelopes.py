"""Messages to other systems: a CloudEvents envelope, signed as Standard Webhooks says."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from heartline.collect import hooking

TYPE = "application/cloudevents+json; charset=utf-8"
SHARED, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
"""What a shared secret begins with, a private key, and the public key that goes with it."""
KEY_BYTES = 32


def name(kind: str, *key: object) -> str:
    """Give the id of a message: the same whenever it is made again.

    Examples
    --------
    >>> name("heartline.interaction.landed", "shop:7") == name("heartline.interaction.landed", "shop:7")
    True
    """
    said = "\0".join((kind, *map(str, key)))
    return f"msg_{hashlib.blake2b(said.encode(), digest_size=18).hexdigest()}"


def envelope(*, name: str, kind: str, source: str, at: datetime, data: Mapping[str, Any], subject: str = "") -> bytes:
    """Give a CloudEvents 1.0 event in structured JSON.

    Parameters
    ----------
    name
        The message's id.
    kind
        Its type, `heartline.…`.
    source
        The address of this Heartline.
    at
        When it happened.
    data
        What is told; times in ISO 8601 UTC, money as text.
    subject
        Whom it is about: a customer, `kind:hex`.
    """
    said = {
        "specversion": "1.0", "id": name, "source": source, "type": kind,
        "time": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        **({"subject": subject} if subject else {}), "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return msgspec.json.encode(said)


def fresh(style: str) -> str:
    """Make a secret: `v1` one that both sides know, `v1a` a private key."""
    begins = PRIVATE if style == "v1a" else SHARED
    return begins + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def shown(secret: str) -> str:
    """Give what the receiver is told: the shared secret itself, or the public key of a private one."""
    if not secret.startswith(PRIVATE):
        return secret
    return PUBLIC + base64.b64encode(_private(secret).public_key().public_bytes_raw()).decode()


def headers(name: str, at: float, body: bytes, keys: Iterable[str]) -> dict[str, str]:
    """Give the headers of a message, signed under every one of some secrets.

    Parameters
    ----------
    at
        Seconds since 1970: of this attempt.
    keys
        While a secret is changed for another, both.
    """
    stamp = str(int(at))
    signed = " ".join(signature(key, name, stamp, body) for key in keys)
    return {
        "content-type": TYPE, "webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signed
    }  # fmt: skip


def signature(secret: str, name: str, stamp: str, body: bytes) -> str:
    """Sign a message, as one word of the signature header."""
    if not secret.startswith(PRIVATE):
        return f"v1,{hooking.standard(secret, name, stamp, body)}"
    return "v1a," + base64.b64encode(_private(secret).sign(hooking.content(name, stamp, body))).decode()


def _private(secret: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret.removeprefix(PRIVATE), validate=True))
    except ValueError:
        raise ValueError("not a private key") from None
