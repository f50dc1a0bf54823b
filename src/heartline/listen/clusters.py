"""Sums of answers with customers as clusters, by one grouped query that any engine runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis

from .intervals import Sums


def clustered(table: ibis.Table, keys: Sequence[str], values: Sequence[str]) -> ibis.Table:
    """Give the sums behind `Sums` for each group: `n known people nn`, and `_s _q _ss _sn` of every value column.

    Two steps, first by customer: what one person answered counts once in the variance. Rows without a customer are a
    cluster each, so their sums of squares are already known at the first step. No value may be null.
    """
    return over_customers(by_customer(table, keys, values), keys, values)


def by_customer(table: ibis.Table, keys: Sequence[str], values: Sequence[str]) -> ibis.Table:
    """Sum up what every customer answered, for each group."""
    sums: dict[str, Any] = {"n": table.count().cast("float64")}
    for value in values:
        sums[f"{value}_s"] = table[value].sum()
        sums[f"{value}_q"] = (table[value] * table[value]).sum()
    return table.group_by([*keys, "customer"]).aggregate(**sums)


def merged(one: ibis.Table, keys: Sequence[str]) -> ibis.Table:
    """Sum up what `by_customer` gave for fewer keys than it was asked for."""
    names = [name for name in one.columns if name == "n" or name.endswith(("_s", "_q"))]
    return one.group_by([*keys, "customer"]).aggregate(**{name: one[name].sum() for name in names})


def over_customers(one: ibis.Table, keys: Sequence[str], values: Sequence[str]) -> ibis.Table:
    """Sum up customers, as `by_customer` gave them."""
    known = one.customer.notnull()
    both: dict[str, Any] = {
        "n": one.n.sum(),
        "known": ibis.ifelse(known, one.n, 0.0).sum(),
        "people": ibis.ifelse(known, 1.0, one.n).sum(),
        "nn": ibis.ifelse(known, one.n * one.n, one.n).sum(),
    }
    for value in values:
        s, q = one[f"{value}_s"], one[f"{value}_q"]
        both |= {f"{value}_s": s.sum(), f"{value}_q": q.sum()}
        both[f"{value}_ss"] = ibis.ifelse(known, s * s, q).sum()
        both[f"{value}_sn"] = ibis.ifelse(known, s * one.n, s).sum()
    return one.group_by(list(keys)).aggregate(**both) if keys else one.aggregate(**both)


def sums(row: Mapping[str, Any], value: str) -> Sums:
    """Read the sums of one value from a row of `clustered`."""
    s, q, ss, sn = (float(row[f"{value}_{part}"] or 0) for part in ("s", "q", "ss", "sn"))
    return Sums(int(row["n"] or 0), s, q, int(row["people"] or 0), ss, sn, float(row["nn"] or 0))
