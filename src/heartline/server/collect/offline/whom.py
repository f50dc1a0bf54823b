"""Whom staff mean by what they typed: a number, an address, a card, an order; looked up, and else told by its form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.server.accounts.asking import ask, definitions
from heartline.store.definitions import Definitions

ORDER, NOBODY, ANY = "order", "nobody", ""
PLAIN = ("user_id", "email", "phone")
LONGEST = 200
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,63}")
PHONE = re.compile(r"(\+|00?)[\d\s()/.-]{7,24}")


@dataclass(frozen=True)
class Whom:
    """Who was there.

    Parameters
    ----------
    kind
        A kind of identifier, `order`, or `nobody`.
    value
        What was typed.
    customer
        The pseudonym, where the customer is known already and may be seen.
    """

    kind: str
    value: str = ""
    customer: str = ""


def kinds(known: Definitions) -> tuple[str, ...]:
    """Give the kinds of identifiers that staff may type: customer number, the company's own unique ones, address."""
    own = [key for key, body in known.all("identifier_kind").items() if body.get("power") == "unique"]
    return ("user_id", *(key for key in own if key not in PLAIN), "email", "phone")


def meant(request: HttpRequest, text: str, kind: str) -> Whom:
    """Give who is meant.

    Parameters
    ----------
    kind
        What the text is, as somebody chose it; nothing: to be recognised.

    Raises
    ------
    InvalidInput
        `bad_who` for what is no such thing.
    """
    text = text.strip()
    if not text:
        return Whom(NOBODY)
    possible = kinds(definitions(request))
    if len(text) > LONGEST or (kind and kind not in (*possible, ORDER)) or not _fits(text, kind):
        raise InvalidInput("bad_who", "This is nothing that names somebody.", field="who", remedy="Check it.")
    if kind == ORDER:
        return Whom(ORDER, text, _of_order(request, text))
    if kind:
        return Whom(kind, text, _known(request, kind, text))
    return _recognised(request, text, possible)


def _recognised(request: HttpRequest, text: str, possible: tuple[str, ...]) -> Whom:
    if "@" in text:
        return meant(request, text, "email")
    for kind in possible:
        if kind != "email" and (customer := _known(request, kind, text)):
            return Whom(kind, text, customer)
    if customer := _of_order(request, text):
        return Whom(ORDER, text, customer)
    return Whom("phone" if PHONE.fullmatch(text) else "user_id", text)


def _fits(text: str, kind: str) -> bool:
    patterns: Mapping[str, re.Pattern[str]] = {"email": EMAIL}
    if kind == "phone":
        return 5 <= sum(sign.isdigit() for sign in text) <= 17
    return kind not in patterns or patterns[kind].fullmatch(text) is not None


def _known(request: HttpRequest, kind: str, text: str) -> str:
    try:
        return str(ask(request, "customer", {"identifier": f"{kind}:{text}", "limit": 0}).spec["customer"])
    except NotFound:
        return ""
    except HeartlineError as error:
        if error.code == "bad_value":
            return ""
        raise


def _of_order(request: HttpRequest, text: str) -> str:
    """Give the customer of an order, if there is one only."""
    rows = ask(request, "customers", {"period": "all", "ref": text, "limit": 2}).rows
    return str(rows[0]["customer"]) if len(rows) == 1 else ""
