"""Which customer somebody means by what they typed: looked up under every kind of identifier that there is."""

from __future__ import annotations

from django.http import HttpRequest

from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.server.accounts.asking import ask, at_newest, definitions

PLAIN = ("user_id", "email", "phone")
LONGEST = 200


def meant(request: HttpRequest, text: str) -> tuple[str, str, str]:
    """Give kind and value of an identifier, and the pseudonym of the customer; all empty where nothing was typed.

    Raises
    ------
    InvalidInput
        `unknown_person` where nobody goes by that.
    """
    text = text.strip()[:LONGEST]
    if not text:
        return "", "", ""
    kind, _, value = text.partition(":")
    own = [key for key in definitions(request).all("identifier_kind") if key not in PLAIN]
    possible = ("email",) if "@" in text else ("user_id", *own, "phone", "email")
    tries = [(kind, value)] if value and kind in (*PLAIN, *own) else [(each, text) for each in possible]
    for each, said in tries:
        try:
            found = ask(request, "customer", at_newest({"identifier": f"{each}:{said}", "limit": 0}))
        except NotFound:
            continue
        except HeartlineError as error:
            if error.code != "bad_value":
                raise
            continue
        return each, said, str(found.spec["customer"])
    raise InvalidInput(
        "unknown_person", "Nobody goes by that here.", field="who", remedy="Check it, or leave it empty."
    )
