"""Addresses of employees: encrypted, and found again by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import re

from django.conf import settings

from heartline.core.errors import InvalidInput
from heartline.server.shell.sealed import seal, unseal

from .models import Member

ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}\.[^@\s.<>,;\"]{2,63}")
ABOUT = "address of an employee"


def digest(address: str) -> str:
    """Give what an address is found again by."""
    key = f"employee {settings.SECRET_KEY}".encode()
    return hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()


def put(one: Member, address: str) -> None:
    """Enter an address into a row that is then saved; an empty one removes it.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    address = address.strip()
    if address and not ADDRESS.fullmatch(address):
        raise InvalidInput("bad_value", "This is no e-mail address.", field="email", remedy="As ann@example.org.")
    one.email = seal(address.encode(), ABOUT) if address else b""
    one.email_digest = digest(address) if address else ""


def opened(one: Member) -> str:
    """Give the address of somebody; empty where there is none."""
    return unseal(one.email, ABOUT).decode() if one.email else ""
