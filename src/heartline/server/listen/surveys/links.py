"""Personal links: signed, for one person and one survey. The same link is the same response, so it answers once.

Without a signature nobody could tell who answers: values of plain links are never taken for a person.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.core import signing

from heartline.core.errors import NotFound
from heartline.server.shell.sealed import seal, unseal

from .models import Answering

KINDS = ("user_id", "email", "phone")
LASTS = timedelta(days=60)


def link(key: str, kind: str, value: str) -> str:
    """Sign who is to answer a survey."""
    return signing.dumps([kind, value], salt=f"survey {key}", compress=True)


def opened(key: str, signed: str) -> tuple[str, str]:
    """Read a personal link: its kind of identifier and the value.

    Raises
    ------
    NotFound
        `bad_link` when it was changed, is for another survey, or is too old.
    """
    try:
        kind, value = signing.loads(signed, salt=f"survey {key}", max_age=LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.") from None
    if kind not in KINDS:
        raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.")
    return str(kind), str(value)


def token(key: str, signed: str) -> str:
    """Give the name of the response that belongs to a link: always the same one."""
    kind, value = opened(key, signed)
    said = f"{key} {kind} {value.strip().lower()}".encode()
    return hmac.new(f"survey response {settings.SECRET_KEY}".encode(), said, hashlib.sha256).hexdigest()[:32]


def kept(signed: str, name: str) -> bytes:
    """Encrypt a link, to be kept with its response; nothing where there is none."""
    return seal(signed.encode(), f"who {name}") if signed else b""


def named(answering: Answering) -> tuple[str, str] | None:
    """Give whom a response's link named: kind and value."""
    if not answering.who:
        return None
    signed = unseal(answering.who, f"who {answering.token}").decode()
    kind, value = signing.loads(signed, salt=f"survey {answering.edition.survey.key}")
    return str(kind), str(value)
