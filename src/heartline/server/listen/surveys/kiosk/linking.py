"""Where a kiosk stands, signed into its address: nothing of it is stored, and nobody can move it elsewhere."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing

from heartline.core.errors import InvalidInput, NotFound

LEAST_IDLE_S, MOST_IDLE_S = 10, 600
IDLE_S = 45
PIN = range(4, 13)
LONGEST_NAME = 80


@dataclass(frozen=True)
class Place:
    """A kiosk.

    Parameters
    ----------
    name
        What staff call it.
    unit
        The part of the company that its answers belong to.
    language
        The one that it begins in.
    idle_s
        After so many seconds without a touch it begins anew.
    salt, pin
        The number that staff type, hashed; empty where none is wanted.
    """

    name: str
    unit: str = ""
    language: str = ""
    idle_s: int = IDLE_S
    salt: str = ""
    pin: str = ""


def place(*, name: str, unit: str, language: str, idle_s: int, pin: str) -> Place:
    """Make one.

    Raises
    ------
    InvalidInput
        `no_name`, `bad_idle`, `bad_pin`, each with its field.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise InvalidInput("no_name", "A kiosk needs a name.", field="name", remedy="Say where it stands.")
    if not LEAST_IDLE_S <= idle_s <= MOST_IDLE_S:
        raise InvalidInput("bad_idle", "So many seconds cannot be waited.", field="idle", remedy="From 10 to 600.")
    if pin and not (pin.isascii() and pin.isdigit() and len(pin) in PIN):
        raise InvalidInput("bad_pin", "This is no number for staff.", field="pin", remedy="Four to twelve digits.")
    salt = secrets.token_hex(8) if pin else ""
    hashed = hashlib.sha256(f"{salt}{pin}".encode()).hexdigest() if pin else ""
    return Place(name, unit, language, idle_s, salt, hashed)


def link(key: str, one: Place) -> str:
    """Sign where a kiosk of a survey stands."""
    said: list[Any] = [one.name, one.unit, one.language, one.idle_s, one.salt, one.pin]
    return signing.dumps(said, salt=f"survey kiosk {key}", compress=True)


def opened(key: str, signed: str) -> Place:
    """Read where a kiosk stands.

    Raises
    ------
    NotFound
        `bad_link` when it was changed, or is for another survey.
    """
    try:
        return Place(*signing.loads(signed, salt=f"survey kiosk {key}"))
    except (signing.BadSignature, TypeError, ValueError):
        raise NotFound("bad_link", "This kiosk's link does not work.", remedy="Make a new one.") from None
