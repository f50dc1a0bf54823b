"""Who told a text: a customer, or an employee who passes on what customers say (decision 0043)."""

from __future__ import annotations

from typing import Literal

import ibis

NOTE = "note"
"""The kind of interaction that an employee's note is."""
Who = Literal["customers", "employees"]


def by_employees(rows: ibis.Table) -> ibis.Value:
    """Tell which rows an employee told; they need `kind`."""
    return (rows.kind == NOTE).fill_null(False)


def told_by(rows: ibis.Table) -> ibis.Value:
    """Say of each row who told it: `customer` or `employee`."""
    return ibis.ifelse(by_employees(rows), "employee", "customer")


def only(rows: ibis.Table, who: Who | None) -> ibis.Table:
    """Keep what customers, or what employees told; without a choice all of it."""
    if who is None:
        return rows
    return rows.filter(by_employees(rows) if who == "employees" else ~by_employees(rows))
