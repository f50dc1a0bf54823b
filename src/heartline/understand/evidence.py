"""The verb `evidence`: the rows behind any number of any answer, and the number made again from them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field

from heartline.core import compare, measures, say
from heartline.core.errors import Forbidden, InvalidInput
from heartline.core.registry import Evidence, Verb, Which, find, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, build, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Held, Listed, Order, listing
from heartline.store.schema import INTERACTION
from heartline.store.snapshot import Snapshot

MEANINGS = {field.name: field.meaning for field in INTERACTION} | {
    "value": "what this row brings to the number",
    "group": "which side of a contrast the row is on",
}


@spec
class EvidenceSpec(Selection):
    """Which number of which answer, and which of its rows.

    Parameters
    ----------
    of
        Name of the verb that answered.
    spec
        Its spec, as its result gives it. What is set here beside it (period, channel, …) holds where it sets nothing;
        units here bound it.
    figure
        Name of the figure to open; or
    row, column
        the key values of a row, and its column.
    limit, offset
        How many rows to list, from where; no limit lists all.
    order
        A column of the listing to sort by, `-` before it for falling order. Default: newest first where rows have a
        time.
    """

    of: str
    spec: dict[str, Any] | None = None
    figure: str | None = None
    row: dict[str, Any] | None = None
    column: str | None = None
    limit: Annotated[int, Field(ge=0)] | None = 50
    offset: Annotated[int, Field(ge=0)] = 0
    order: str | None = None


@verb(EvidenceSpec, key=(), evidence=None)
def evidence(lake: Lake, spec: EvidenceSpec) -> Result:
    """List the interactions, trips or customers behind a number, and make the number again from them.

    Shape
    -----
    One row per interaction, trip or customer that the number rests on: what identifies it, and `value`, what it
    brings to the number (`group` where two groups are contrasted). Figures: `n`, how many rows there are in all, and
    `value`, the number made again. Ordered as asked, ties by the identifying column.

    Uncertainty
    -----------
    None: the rows are all there are.

    Raises
    ------
    InvalidInput
        `no_evidence` for numbers that count nothing of their own (ends of intervals, changes); `bad_value` when
        neither figure nor row and column are named.
    NotFound
        `unknown_verb`, `unknown_figure`, `unknown_row`.

    Privacy
    -------
    Lists pseudonymous customers and texts.
    """
    asked = find(spec.of)
    snapshot = lake.at(spec.as_of)
    inner = _inner(asked, spec, snapshot)
    found = _found(lake, asked, inner, spec)
    rows = listing(found.rows)
    values = rows.values()
    n, value = values.num_rows, measures.find(found.measure)(values)
    page = rows.page(_order(rows, spec.order), spec.limit, spec.offset)
    return Result(
        verb="evidence",
        spec=to_dict(spec) | {"period": str(snapshot.period(inner))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=Sentence("{n} {what} stand behind this number.", {"n": say.count(n), "what": found.counts}),
        figures={
            "n": Figure(n, n=n, method="rows behind the number", counts=found.counts),
            "value": Figure(value, n=n, method=f"{found.measure} of the listed values", counts=found.counts),
        },
        columns=tuple(Column(name, _type(page, name), "", MEANINGS.get(name, name)) for name in page.column_names),
        rows=page.to_pylist(),
    )


def _inner(asked: Verb, spec: EvidenceSpec, snapshot: Snapshot) -> Selection:
    """Build the spec of the verb that answered, as of the same version and within the units that bound us."""
    if asked.evidence is None:
        raise InvalidInput("no_evidence", f"“{asked.name}” has no numbers to open.", field="of")
    shared = {name: value for name, value in to_dict(spec).items() if name in Selection.__dataclass_fields__}
    values = shared | (spec.spec or {}) | {"as_of": snapshot.version}
    inner = build(asked.spec, values)
    if spec.unit and (spec.spec or {}).get("unit"):
        below = snapshot.definitions.units_below
        both = sorted(below(spec.unit) & below(inner.unit))
        if not both:
            raise Forbidden("foreign_unit", "That answer is about other units.", field="unit")
        inner = replace(inner, unit=tuple(both))
    return inner


def _found(lake: Lake, asked: Verb, inner: Selection, spec: EvidenceSpec) -> Evidence:
    """Ask the verb for the rows; `X_before` opens X on the other side of its comparison."""
    if (spec.figure is None) == (spec.row is None or spec.column is None):
        raise InvalidInput(
            "bad_value", "Name a figure, or a row and a column.", field="figure",
            remedy="figure=nps, or row={\"touchpoint\": \"shop\"} and column=people.",
        )  # fmt: skip
    which = Which(spec.figure, spec.row or {}, spec.column)
    name = spec.figure or spec.column or ""
    if inner.compare and name.endswith("_change"):
        raise no_evidence(which)
    if inner.compare and name.endswith("_before"):
        plain = name.removesuffix("_before")
        which = Which(plain if spec.figure else None, which.row, None if spec.figure else plain)
        inner = compare.other(inner, str(lake.at(inner.as_of).period(inner)))
    assert asked.evidence is not None
    return asked.evidence(lake, inner, which)


def _order(rows: Listed | Held, wanted: str | None) -> Order | None:
    ties = tuple(name for name in ("id", "trip", "owner", "customer") if name in rows.columns)[:1]
    if wanted is None:
        if "occurred_at" in rows.columns:
            return Order("occurred_at", newest_first=True, ties=ties)
        return Order(ties[0]) if ties else None
    column = wanted.removeprefix("-")
    if column not in rows.columns:
        raise InvalidInput(
            "unknown_column", f"The listing has no column “{column}”.", field="order",
            remedy=f"Columns: {', '.join(rows.columns)}.",
        )  # fmt: skip
    return Order(column, newest_first=wanted.startswith("-"), ties=ties)


def _type(page: pa.Table, name: str) -> str:
    kind = page.schema.field(name).type
    for test, word in (
        (pa.types.is_boolean, "bool"),
        (pa.types.is_integer, "int"),
        (pa.types.is_floating, "float"),
        (pa.types.is_decimal, "float"),
        (pa.types.is_timestamp, "timestamp"),
        (pa.types.is_list, "list"),
    ):
        if test(kind):
            return word
    return "str"
