"""Later knowledge about earlier rows: overrides of placements and readings, and people who turned out to be one.

Rows keep inline what was known when they landed. A change is a row of the tables `overrides` or `customers` with its
own `landed`; it is joined only when an expression asks for a column that it changes. Compaction writes the changes
into the files up to a version, the *folded* mark. For a version n and a column, the value is

* that of the last change at or before n, else
* what the first change after n says was there before, else
* what stands inline.

At or after the mark, changes up to it are inline already and only later ones matter; before it, none beyond it does.
"""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from .schema import OVERRIDABLE


def concerned(columns: Sequence[str]) -> list[str]:
    """Give the asked-for columns that an override may change."""
    return [name for name in columns if name in OVERRIDABLE]


def relevant(low: int, high: int, version: int, folded: int) -> bool:
    """Tell whether changes that landed from `low` to `high` can matter to a version, given the folded mark."""
    return high > folded and low <= version if version >= folded else low <= folded


def _bounded(changes: ibis.Table, version: int, folded: int) -> ibis.Table:
    """Keep the changes that can matter to a version."""
    if version >= folded:
        return changes.filter((changes.landed > folded) & (changes.landed <= version))
    return changes.filter(changes.landed <= folded)


def _value(column: ibis.Value, was: ibis.Value, landed: ibis.Value, version: int, sets: ibis.Value) -> ibis.Value:
    """Give the value at a version as a one-field struct; without a change the struct itself is null."""
    after = ibis.struct({"value": column}).argmax(landed, where=sets & (landed <= version))
    before = ibis.struct({"value": was}).argmin(landed, where=sets & (landed > version))
    return ibis.coalesce(after, before)


def with_overrides(
    rows: ibis.Table, changes: ibis.Table, columns: Sequence[str], version: int, folded: int
) -> ibis.Table:
    """Join overrides to rows, for these overridable columns."""
    changes = _bounded(changes, version, folded)
    found = changes.group_by("id").aggregate(
        **{
            f"new_{name}": _value(
                changes[name], changes[f"was_{name}"], changes.landed, version, changes.sets.contains(name)
            )
            for name in columns
        }
    )
    found = found.rename(changed_id="id")
    joined = rows.left_join(found, rows.id == found.changed_id)
    values = {
        name: ibis.ifelse(joined[f"new_{name}"].isnull(), joined[name], joined[f"new_{name}"]["value"])
        for name in columns
    }
    return joined.mutate(**values).drop("changed_id", *(f"new_{name}" for name in columns))


def with_customers(rows: ibis.Table, changes: ibis.Table, version: int, folded: int) -> ibis.Table:
    """Join changed people to rows that have an identifier."""
    changes = _bounded(changes, version, folded)
    always = changes.landed.notnull()
    found = changes.group_by("identifier").aggregate(
        new_customer=_value(changes.customer, changes["was"], changes.landed, version, always)
    )
    found = found.rename(changed_identifier="identifier")
    joined = rows.left_join(found, rows.identifier == found.changed_identifier)
    value = ibis.ifelse(joined.new_customer.isnull(), joined.customer, joined.new_customer["value"])
    return joined.mutate(customer=value).drop("changed_identifier", "new_customer")
