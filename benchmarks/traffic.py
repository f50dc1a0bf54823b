"""Made-up traffic of a shop, in the wire format: what visitors look at, what some buy and say, and who they are."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

VISITORS = 200_000
SIGNED_IN = 8
"""One visitor of so many is signed in, and told who they are in some of their events."""
IDENTIFY, PAGE = 0.05, 0.2
"""Shares of the events that say who somebody is, with name, address and telephone number, and of page views."""
TRACK = {
    "Product Viewed": 46, "Product List Viewed": 20, "Product Clicked": 8, "Products Searched": 8, "Product Added": 8,
    "Cart Viewed": 4, "Checkout Started": 2, "Order Completed": 2, "Ticket Created": 1, "NPS Answered": 1,
}  # fmt: skip
PATHS = ("/", "/products/shoes/%d", "/help/returns", "/products/%d", "/cart", "/search", "/stores/%d")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
WORDS = "the box came late and one shoe is too small but your shop was kind and quick to help me".split()  # noqa: SIM905


def event(dice: random.Random, at: str) -> dict[str, Any]:
    """Make one event, without its name."""
    visitor = dice.randrange(VISITORS)
    user = visitor // SIGNED_IN if visitor % SIGNED_IN == 0 else None
    kind = dice.random()
    if kind < IDENTIFY:
        user = visitor // SIGNED_IN
    path = dice.choice(PATHS)
    path = path % (visitor % 500) if "%" in path else path
    made: dict[str, Any] = {
        "timestamp": at, "anonymousId": f"{visitor * 2654435761 % (1 << 64):016x}-web",
        "context": {
            "library": {"name": "analytics.js", "version": "next-1.70.0"}, "locale": "de-DE", "userAgent": AGENT,
            "page": {"path": path, "title": "A shop", "url": f"https://shop.example{path}"},
        },
    }  # fmt: skip
    if user is not None:
        made["userId"] = f"user-{user}"
    if kind < IDENTIFY:
        traits = {"email": f"person{user}@shop.example", "name": f"Person {user}", "phone": f"+4930{user:07d}"}
        return made | {"type": "identify", "traits": traits}
    if kind < IDENTIFY + PAGE:
        return made | {"type": "page", "properties": {"path": path, "title": "A shop"}}
    (name,) = dice.choices(list(TRACK), list(TRACK.values()))
    return made | {"type": "track", "event": name, "properties": said(dice, name, visitor)}


def said(dice: random.Random, name: str, visitor: int) -> dict[str, Any]:
    """Make the properties of an event."""
    product = {"product_id": f"p{visitor % 900}", "name": f"Shoe {visitor % 900}", "price": visitor % 90 + 0.5,
               "quantity": 1, "category": "shoes"}  # fmt: skip
    if name == "Order Completed":
        number = f"o{visitor}-{dice.randrange(1 << 30)}"
        return {"order_id": number, "revenue": dice.randrange(500, 20_000) / 100, "currency": "EUR",
                "products": [product, product | {"product_id": "p1"}]}  # fmt: skip
    if name == "Ticket Created":
        text = " ".join(dice.choices(WORDS, k=12))
        return {"ticket_id": f"t{visitor}-{dice.randrange(1 << 30)}", "description": f"{text}, ann@shop.example"}
    if name == "NPS Answered":
        return {"score": dice.randrange(11), "comment": " ".join(dice.choices(WORDS, k=6))}
    if name in ("Product List Viewed", "Products Searched"):
        return {"list_id": f"l{visitor % 40}", "category": "shoes", "query": f"shoe {visitor % 40}"}
    return product


class Batch(NamedTuple):
    """A request: its body, and how many rows it adds to the lake when those before it came as well."""

    body: bytes
    rows: int


def batches(seed: int, size: int, at: str, *, again: float = 0.0, mixes: int = 64) -> Iterator[Batch]:
    """Write batches for ever: the same mixes again and again, each event under a name of its own.

    Parameters
    ----------
    again
        Share of the events that come under the name of an earlier one, as they do when a client tries again.
    """
    dice = random.Random(seed)
    made = [[event(dice, at) for _ in range(size)] for _ in range(mixes)]
    patterns = [_pattern(mix) for mix in made]
    rows = [[one["type"] != "identify" for one in mix] for mix in made]
    repeats = [
        [place for place in range(size) if dice.random() < again and before[place] and now[place]]
        for before, now in zip([rows[-1], *rows], rows, strict=False)
    ]
    return _endless(patterns, rows, repeats, seed << 64, size)


def _endless(
    patterns: list[bytes], rows: list[list[bool]], repeats: list[list[int]], start: int, size: int
) -> Iterator[Batch]:
    for first in count(start, size * len(patterns)):
        for number, pattern in enumerate(patterns):
            names: Sequence[int] = range(first + number * size, first + (number + 1) * size)
            known = sum(rows[number])
            if repeats[number] and (number or first > start):
                some = set(repeats[number])
                names = [name - size if place in some else name for place, name in enumerate(names)]
                known -= len(some)
            yield Batch(pattern % tuple(names), known)


def _pattern(mix: list[dict[str, Any]]) -> bytes:
    texts = [json.dumps(one | {"messageId": "\0"}, separators=(",", ":")).replace("%", "%%") for one in mix]
    return ('{"batch":[' + ",".join(texts) + "]}").replace("\\u0000", "%032x").encode()
