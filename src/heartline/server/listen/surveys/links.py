"""Personal links: signed, for one person and one survey. The same link is the same response, so it answers once.

What we send ourselves names an invitation (`inviting`): it works until that is over, and shows nobody's address.

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

from .inviting import whom
from .models import Answering

INVITED = "invited"
"""Of a link that we sent: it names an invitation by its secret, and nobody's address."""
KINDS = ("user_id", "email", "phone", INVITED)
OF_A_PAGE = "anonymous_id"
"""Of whom the script of a page knows by a number that it drew: signed by us, and in no link."""
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
    if kind not in (*KINDS, OF_A_PAGE):
        raise NotFound("bad_link", "This link does not work any more.", remedy="Ask for a new one.")
    return str(kind), str(value)


def token(key: str, signed: str) -> str:
    """Give the name of the response that belongs to a link: always the same one."""
    return name(key, *opened(key, signed))


def name(key: str, kind: str, value: str) -> str:
    """Give the name of the response of whom a link names."""
    said = f"{key} {kind} {value.strip().lower()}".encode()
    return hmac.new(f"survey response {settings.SECRET_KEY}".encode(), said, hashlib.sha256).hexdigest()[:32]


def brought(key: str, signed: str) -> dict[str, str]:
    """Give what we say ourselves of whom a link names: of an invitation its channel, unit and order.

    Raises
    ------
    NotFound
        `bad_link` when it is over.
    """
    kind, value = opened(key, signed) if signed else ("", "")
    return whom.brought(value) if kind == INVITED else {}


def kept(signed: str, name: str) -> bytes:
    """Encrypt a link, to be kept with its response; nothing where there is none."""
    return seal(signed.encode(), f"who {name}") if signed else b""


def named(answering: Answering) -> tuple[str, str] | None:
    """Give whom a response's link named: kind and value; of an invitation by the address that it went to."""
    if not answering.who:
        return None
    signed = unseal(answering.who, f"who {answering.token}").decode()
    kind, value = signing.loads(signed, salt=f"survey {answering.edition.survey.key}")
    return whom.named(str(value)) if kind == INVITED else (str(kind), str(value))
