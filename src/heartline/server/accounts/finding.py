"""Finding a person by what one has at hand: an e-mail address, a telephone or customer number, an order or a ticket.

What is typed is hashed under the lake's key and looked up; it is not kept, and nobody is found whom one may not see.
Looked up in what has landed, published or not: whoever came in seconds ago is found.
"""

from __future__ import annotations

from django.http import HttpRequest

from heartline.core.errors import HeartlineError, NotFound

from .asking import ask, at_newest

LONGEST = 200
MOST = 10


def people(request: HttpRequest, text: str, most: int = MOST) -> list[str]:
    """Give the customers that a text names, the one who goes by it first.

    Parameters
    ----------
    text
        An identifier in clear, with its kind before a colon or without; a pseudonym; or the number of an order, a
        booking or a ticket.
    most
        How many people an order or a ticket may give.
    """
    text = text.strip()[:LONGEST]
    if not text:
        return []
    found = [who for who in (_named(request, text),) if who]
    if "@" in text:  # no order is named like that
        return found
    orders = ask(request, "customers", at_newest({"period": "all", "ref": text, "limit": most})).rows
    return list(dict.fromkeys([*found, *(str(row["customer"]) for row in orders)]))


def _named(request: HttpRequest, text: str) -> str | None:
    fields = ("customer", "identifier") if ":" in text else ("identifier",)
    for field in fields:
        try:
            return str(ask(request, "customer", at_newest({field: text, "limit": 0})).spec["customer"])
        except NotFound:
            continue
        except HeartlineError as error:
            if error.code != "bad_value":  # a colon alone, say: nobody goes by that
                raise
    return None
