"""A Selection, applied to rows: its period in company time, its filters, its segment.

Everything here is an Ibis expression over a snapshot's rows, so that both engines run the same question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from heartline.core.errors import InvalidInput, unknown
from heartline.core.period import Period, parse_period
from heartline.core.selection import Selection

if TYPE_CHECKING:
    from .snapshot import Snapshot

KEYS = ("touchpoint", "channel", "unit", "stage", "product", "category", "about", "kind", "source")
RANGES = {
    "score_from": ("score", "ge"),
    "score_to": ("score", "le"),
    "feeling_from": ("feeling", "ge"),
    "feeling_to": ("feeling", "le"),
}
LITERALS = 500
"""Longer lists of keys are joined rather than written into the query."""


def period(snapshot: Snapshot, selection: Selection) -> Period:
    """Give the days a selection is about: its own, else the last twelve months that hold data (all without data)."""
    if selection.days is not None:
        return selection.days
    months = snapshot.months()[-12:]
    if not months:
        return Period()
    first, last = parse_period(months[0]), parse_period(months[-1])
    return Period(first.start, last.end)


def selected(snapshot: Snapshot, selection: Selection, *columns: str) -> ibis.Table:
    """Give the rows that a selection picks, with these columns.

    Raises
    ------
    NotFound
        `unknown_segment`, `unknown_touchpoint`, …: a key that is neither defined nor on any row.
    """
    filters: dict[str, Any] = dict(selection.row_filters)
    days = period(snapshot, selection)
    needed = {"product" if name == "category" else name for name in filters}
    if days != Period():
        needed.add("occurred_at")
    if selection.segment:
        needed.add("customer")
    for name, keys in filters.items():
        check(snapshot, name, keys)
    table = snapshot.rows(*columns, *sorted(needed - set(columns)))
    table = within(snapshot, table, days)
    table = matching(snapshot, table, filters)
    if selection.segment:
        table = table.semi_join(segment(snapshot, selection.segment), "customer")
    return table.select(*columns)


def within(snapshot: Snapshot, table: ibis.Table, days: Period) -> ibis.Table:
    """Keep the rows that happened in a period of company time."""
    start, end = days.bounds(snapshot.definitions.settings["timezone"])
    if start is not None:
        table = table.filter(table.occurred_at >= ibis.literal(start))
    if end is not None:
        table = table.filter(table.occurred_at < ibis.literal(end))
    return table


def matching(snapshot: Snapshot, table: ibis.Table, filters: Mapping[str, Any]) -> ibis.Table:
    """Keep the rows that match every filter; a unit stands for all below it, a category for its products."""
    for name, keys in filters.items():
        column, values = accepted(snapshot, name, keys)
        if len(values) > LITERALS:
            wanted = snapshot.lake.engine.memory(pa.table({column: pa.array(values, pa.string())}))
            table = table.semi_join(wanted, column)
        else:
            table = table.filter(table[column].isin(values))
    return table


def segment(snapshot: Snapshot, key: str) -> ibis.Table:
    """Give a segment's customers, one row each (`customer`): any of its filters matched, none of its exclusions.

    Raises
    ------
    NotFound
        `unknown_segment`.
    InvalidInput
        `bad_segment` when its definition has a filter that there is not.
    """
    body = snapshot.definitions.get("segment", key, field="segment")
    found = [_customers(snapshot, key, rule) for rule in body.get("any") or [{}]]
    customers = found[0] if len(found) == 1 else ibis.union(*found, distinct=True)
    for rule in body.get("none") or []:
        customers = customers.anti_join(_customers(snapshot, key, rule), "customer")
    return customers


def _customers(snapshot: Snapshot, key: str, rule: Mapping[str, Any]) -> ibis.Table:
    """Give the known customers with an interaction that matches one filter of a segment."""
    odd = set(rule) - {*KEYS, *RANGES, "period"}
    if odd:
        raise InvalidInput(
            "bad_segment", f"The segment “{key}” filters by “{min(odd)}”, which there is not.", field="segment",
            remedy=f"Filters: {', '.join([*KEYS, *RANGES, 'period'])}.",
        )  # fmt: skip
    keys = {name: rule[name] for name in KEYS if name in rule}
    needed = {"product" if name == "category" else name for name in keys}
    needed |= {RANGES[name][0] for name in RANGES if name in rule}
    table = snapshot.rows("customer", "occurred_at", *sorted(needed))
    table = within(snapshot, table, parse_period(rule.get("period", "all")))
    table = matching(snapshot, table, keys)
    for name, (column, side) in RANGES.items():
        if name in rule:
            limit = float(rule[name])
            table = table.filter(table[column] >= limit if side == "ge" else table[column] <= limit)
    return table.filter(table.customer.notnull()).select("customer").distinct()


def accepted(snapshot: Snapshot, name: str, keys: Iterable[str] | str) -> tuple[str, list[str]]:
    """Give the column that a filter looks at, and the values it accepts."""
    wanted = [keys] if isinstance(keys, str) else list(keys)
    if name == "unit":
        return "unit", sorted(snapshot.definitions.units_below(wanted))
    if name == "category":
        return "product", sorted(snapshot.definitions.products_in(wanted))
    return name, wanted


def check(snapshot: Snapshot, name: str, keys: Iterable[str]) -> None:
    """Refuse keys that nobody defined and no row carries: an empty answer to a misspelt question helps nobody."""
    definitions = snapshot.definitions
    if name == "category":
        known = {str(body.get("category")) for body in definitions.all("product").values()}
    else:
        known = set(definitions.all("touchpoint" if name == "about" else name))
    missing = [key for key in keys if key not in known]
    if missing and name != "category":
        rows = snapshot.rows(name)
        known |= set(snapshot.execute(rows.filter(rows[name].notnull()).distinct())[name].to_pylist())
    for key in missing:
        if key not in known:
            raise unknown(name, key, sorted(known), field=name)
