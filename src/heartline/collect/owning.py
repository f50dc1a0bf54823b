"""Whose order is it: contacts that name nothing but an order number belong to whoever placed that order.

Such a contact bears an identifier of the kind `of_order`, made of the number. It is weak: it ties nobody to anybody
else. As soon as rows of the order are known to be of one customer, and of one only, the ledger says that this
identifier is theirs, with the source `order`; so the contact stands on their timeline, whichever came first, and the
customer's page says why. When another customer turns up with the same order, that is taken back. What a colleague said
of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis

from heartline.core.errors import Conflict, NotFound
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from . import joining

KIND = "of_order"
SOURCE = "order"
BODY = {"power": "weak"}
"""How the kind is defined."""
AT_ONCE = 1_000
"""Order numbers that are looked up in one question."""


@dataclass(frozen=True)
class Order:
    """An order that contacts name.

    Parameters
    ----------
    name
        The identifier made of its number.
    owners
        Customers whose rows belong to it, each with one of their identifiers.
    held
        The identifier that it is tied to now; empty where it is not.
    """

    name: str
    owners: dict[str, str]
    held: str = ""


def settle(lake: Lake) -> tuple[int, int]:
    """Tie order numbers to who placed the order; give how many were tied, and how many were taken back."""
    tied = parted = 0
    for order in orders(lake.at()):
        try:
            if len(order.owners) == 1 and not order.held:
                joining.merge(lake, order.name, *order.owners.values(), source=SOURCE)
                tied += 1
            elif len(order.owners) > 1 and order.held:
                joining.split(lake, order.name, order.held, source=SOURCE)
                parted += 1
        except (Conflict, NotFound):  # somebody else wrote of them meanwhile; we look again next time
            continue
    return tied, parted


def orders(snapshot: Snapshot) -> Iterator[Order]:
    """Give the orders that contacts name and of which nobody but us has said whose they are."""
    if KIND not in snapshot.definitions.all("identifier_kind") or not snapshot.files("identities"):
        return
    held = _said(snapshot)
    names = sorted(held)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        numbers = _numbers(snapshot, some)
        owners = _owners(snapshot, sorted({ref for refs in numbers.values() for ref in refs}))
        for name, refs in numbers.items():
            yield Order(name, {who: one for ref in refs for who, one in owners.get(ref, {}).items()}, held[name])


def _said(snapshot: Snapshot) -> dict[str, str]:
    """Give the identifiers of orders, and to what each is tied by us; without those that others spoke of."""
    ledger = snapshot.ledger()
    mine = ledger.filter(ledger.left.startswith(f"{KIND}:") | ledger.right.startswith(f"{KIND}:"))
    found: dict[str, str] = {}
    others: set[str] = set()
    for row in snapshot.execute(mine.order_by("landed")).to_pylist():
        left, right = row["left"], row["right"]
        name, other = (left, right) if left.startswith(f"{KIND}:") else (right, left)
        found.setdefault(name, "")
        if left != right and row["source"] == SOURCE:
            found[name] = other if row["same"] else ""
        elif left != right:
            others.add(name)
    return {name: other for name, other in found.items() if name not in others}


def _numbers(snapshot: Snapshot, names: list[str]) -> dict[str, set[str]]:
    """Give the order numbers of identifiers, as the rows have them that bear these."""
    rows = snapshot.rows("identifier", "ref")
    mine = rows.filter(rows.identifier.isin(names), rows.ref.notnull()).distinct()
    found: dict[str, set[str]] = {}
    for row in snapshot.execute(mine).to_pylist():
        found.setdefault(row["identifier"], set()).add(row["ref"])
    return found


def _owners(snapshot: Snapshot, refs: list[str]) -> dict[str, dict[str, str]]:
    """Give, for order numbers, the customers of their other rows, each with one identifier."""
    if not refs:
        return {}
    rows = snapshot.rows("ref", "identifier", "customer")
    theirs = rows.filter(rows.ref.isin(refs), rows.customer.notnull(), ~rows.identifier.startswith(f"{KIND}:"))
    found: dict[str, dict[str, str]] = {}
    few = theirs.group_by("ref", "customer").aggregate(identifier=ibis._.identifier.min())
    for row in snapshot.execute(few).to_pylist():
        found.setdefault(row["ref"], {})[row["customer"]] = row["identifier"]
    return found
