"""Signed addresses for people outside: to confirm, to leave with one click, to see and change their choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.urls import reverse

from heartline.core.errors import NotFound

from .models import Request

SALT = "heartline.consent."
CONFIRM_S = int(timedelta(days=7).total_seconds())
"""How long the link of a confirmation holds."""


@dataclass(frozen=True)
class Leaving:
    """What a link to leave speaks of."""

    identifier: str
    purpose: str
    channel: str


def home() -> str:
    """Give the address that people use, without a path."""
    return f"{settings.URL.scheme}://{settings.URL.netloc}"


def confirming(request: Request) -> str:
    """Write the link that confirms a request."""
    token = signing.dumps([request.pk, request.identifier[-8:]], salt=SALT + "confirm")
    return home() + reverse("consent_confirm", args=[token])


def confirmed(token: str) -> tuple[int, str]:
    """Read which request a link confirms: its number, and the end of its identifier.

    Raises
    ------
    NotFound
        `link_over` when it is too old, or we did not write it.
    """
    number, tail = _read(token, "confirm", CONFIRM_S)
    return int(number), str(tail)


def leaving(identifier: str, purpose: str, channel: str) -> str:
    """Write the link by which somebody leaves a purpose; it holds for ever, as mails do."""
    token = signing.dumps([identifier, purpose, channel], salt=SALT + "leave")
    return home() + reverse("consent_leave", args=[token])


def left(token: str) -> Leaving:
    """Read what a link leaves.

    Raises
    ------
    NotFound
        `link_over`.
    """
    identifier, purpose, channel = _read(token, "leave")
    return Leaving(str(identifier), str(purpose), str(channel))


def choices(identifier: str) -> str:
    """Write the link to somebody's choices."""
    return home() + reverse("consent_choices", args=[signing.dumps(identifier, salt=SALT + "choices")])


def chosen(token: str) -> str:
    """Read whose choices a link shows.

    Raises
    ------
    NotFound
        `link_over`.
    """
    return str(_read(token, "choices"))


def headers(identifier: str, purpose: str, channel: str = "email") -> dict[str, str]:
    """Give the headers of a mail by which its reader leaves with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{leaving(identifier, purpose, channel)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _read(token: str, what: str, max_age: int | None = None) -> Any:
    try:
        return signing.loads(token, salt=SALT + what, max_age=max_age)
    except (signing.BadSignature, ValueError):
        raise NotFound("link_over", "This link does not work, or no longer.", remedy="Ask for a new one.") from None
