"""Who was asked: those whom an invitation reached, else everybody whom the company had to do with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core.chosen import CHOSEN
from heartline.core.selection import Selection
from heartline.listen.answers import Answers
from heartline.store.selecting import selected
from heartline.store.snapshot import Snapshot

SURVEYS = "surveys"
"""The source of our own surveys, all of whose rows are answers."""
SILENT = ("message", "assignment", "feedback", *CHOSEN)
"""Kinds of interactions that tell nothing of what somebody lived: what we sent, what we decided, what they answered."""


class _Asking(msgspec.Struct):
    """What is read of the properties of an invitation or an answer."""

    survey: Any = None


_decoder = msgspec.json.Decoder(_Asking)


@dataclass(frozen=True)
class People:
    """Who was asked.

    Parameters
    ----------
    customers
        Their ids, in order.
    invited
        Whether invitations tell; else it is everybody with an interaction in the period.
    """

    customers: pa.Array
    invited: bool


def lived(rows: ibis.Table) -> ibis.Table:
    """Keep interactions of people known that are no answer, no message of ours and no assignment.

    Who answered would be known by them otherwise.
    """
    kind, source = rows.kind.coalesce("event"), rows.source.coalesce("")
    return rows.filter(rows.customer.notnull(), rows.score.isnull(), kind.notin(SILENT), source != SURVEYS)


def people(snapshot: Snapshot, spec: Answers, answers: pa.Table) -> People:
    """Give who was asked what was answered here.

    Parameters
    ----------
    answers
        The answers, with `properties`.
    """
    surveys = set(_surveys(answers["properties"])) - {None}
    if surveys:
        reached = _reached(snapshot, spec, surveys)
        if len(reached):
            return People(reached, True)
    return People(_customers(snapshot, spec), False)


def _reached(snapshot: Snapshot, spec: Answers, surveys: set[Any]) -> pa.Array:
    """Give whom messages with the key of one of these surveys were sent to in the period."""
    wider = Selection(period=spec.period, as_of=spec.as_of, segment=spec.segment, unit=spec.unit)
    rows = selected(snapshot, wider, "customer", "kind", "properties")
    rows = rows.filter(rows.customer.notnull(), rows.kind == "message", rows.properties.contains('"survey"'))
    found = snapshot.execute(rows.select("customer", "properties"))
    wanted = np.array([key in surveys for key in _surveys(found["properties"])], dtype=bool)
    return _in_order(found.filter(pa.array(wanted, pa.bool_()))["customer"])


def _customers(snapshot: Snapshot, spec: Answers) -> pa.Array:
    """Give everybody with an interaction that is no answer; with `about`, with one at a touchpoint that is judged."""
    names = ("customer", "kind", "score", "source", *(("touchpoint",) if spec.about else ()))
    rows = lived(selected(snapshot, spec, *names))
    if spec.about:
        rows = rows.filter(rows.touchpoint.isin(spec.about))
    return _in_order(snapshot.execute(rows.select("customer").distinct())["customer"])


def _in_order(customers: pa.ChunkedArray) -> pa.Array:
    found = pc.unique(customers.combine_chunks())
    return found.take(pc.array_sort_indices(found))


def with_names(rows: ibis.Table, *names: str) -> ibis.Table:
    """Keep the properties of those rows only in which one of these names may occur: most need not be read."""
    there = ibis.or_(*(rows.properties.contains(f'"{name}"') for name in names))
    return rows.mutate(properties=ibis.ifelse(there, rows.properties, None))


def _surveys(properties: pa.ChunkedArray) -> Sequence[Any]:
    return [_survey(text) for text in properties.to_pylist()]


def _survey(text: str | None) -> Any:
    try:
        found = _decoder.decode(text).survey if text else None
    except msgspec.DecodeError:
        return None
    return found if isinstance(found, str | int) else None
