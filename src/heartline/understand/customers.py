"""The verb `customers`: who was there, the latest first, and whose an order or a ticket is."""

from __future__ import annotations

from typing import Annotated

import ibis
from pydantic import Field

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed, Order
from heartline.store.snapshot import Snapshot

SHOWN = ("id", "occurred_at", "customer", "channel", "touchpoint", "ref", "feeling")
COLUMNS = (
    Column("customer", "str", "key", "the customer"),
    Column("interactions", "int", "count", "interactions of this customer in the selection"),
    Column("first", "timestamp", "UTC", "the oldest of them"),
    Column("last", "timestamp", "UTC", "the newest of them"),
)


@spec
class CustomersSpec(Selection):
    """Which customers, and how many of them.

    Parameters
    ----------
    ref
        Only whose this order, booking, ticket or visit is.
    limit, offset
        How many rows, from where.
    """

    ref: str | None = None
    limit: Annotated[int, Field(ge=0)] = 50
    offset: Annotated[int, Field(ge=0)] = 0


def customers_evidence(lake: Lake, spec: CustomersSpec, which: Which) -> Evidence:
    """List the customers behind their number, or one customer's interactions."""
    snapshot = lake.at(spec.as_of)
    rows = _rows(snapshot, spec)
    if which.figure == "customers":
        people = _people(rows)
        return Evidence("customers", "count", Listed(snapshot, people.mutate(value=people.interactions)))
    if which.figure is not None and which.figure != "interactions":
        raise unknown("figure", which.figure, ["customers", "interactions"], field="figure")
    if which.figure is None:
        if which.column != "interactions":
            raise no_evidence(which)
        rows = rows.filter(rows.customer == which.row.get("customer"))
    return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))


@verb(CustomersSpec, key=("customer",), evidence=customers_evidence, cached=lambda spec: spec.ref is None)
def customers(lake: Lake, spec: CustomersSpec) -> Result:
    """List the customers who were there, the latest first.

    Shape
    -----
    One row per known customer with an interaction in the selection: `customer` str; `interactions` int; `first` and
    `last` timestamp, of the oldest and newest of them. The latest first, ties by customer. Figures count all of them,
    not only those listed: `customers`, and `interactions`, theirs in the selection.

    Uncertainty
    -----------
    None: counts of all there is.

    Raises
    ------
    NotFound
        `unknown_unit`, `unknown_touchpoint`, …; a ref that nobody has gives no rows.

    Privacy
    -------
    Lists pseudonymous customers.
    """
    snapshot = lake.at(spec.as_of)
    people = _people(_rows(snapshot, spec))
    counted = snapshot.execute(
        people.aggregate(customers=people.count(), interactions=people.interactions.sum())
    ).to_pylist()[0]
    order = Order("last", newest_first=True, ties=("customer",))
    page = Listed(snapshot, people).page(order, spec.limit, spec.offset)
    n, all_of_it = int(counted["customers"]), int(counted["interactions"] or 0)
    return Result(
        verb="customers",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(n, all_of_it),
        figures={
            "customers": Figure(n, n=n, method="known customers with an interaction here", counts="customers"),
            "interactions": Figure(all_of_it, n=all_of_it, method="interactions of known customers"),
        },
        columns=COLUMNS,
        rows=page.select([column.name for column in COLUMNS]).to_pylist(),
    )


def _rows(snapshot: Snapshot, spec: CustomersSpec) -> ibis.Table:
    rows = snapshot.selected(spec, *SHOWN)
    rows = rows.filter(rows.customer.notnull())
    return rows.filter(rows.ref == spec.ref) if spec.ref else rows


def _people(rows: ibis.Table) -> ibis.Table:
    return rows.group_by("customer").aggregate(
        interactions=rows.count(), first=rows.occurred_at.min(), last=rows.occurred_at.max()
    )


def _answer(n: int, interactions: int) -> Sentence:
    if not n:
        return Sentence("No known customer was here.")
    return Sentence(
        "{n} customers were here, in {interactions} interactions.",
        {"n": say.count(n), "interactions": say.count(interactions)},
    )
