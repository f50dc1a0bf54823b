"""The rows behind a score that was weighed or pooled, each with its weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from heartline.core.registry import Evidence, Which, no_evidence
from heartline.core.scales import Scale
from heartline.listen.answers import Answers
from heartline.store.snapshot import Snapshot

from . import pools
from .beside import KINDS, Beside, Key
from .responded import Responded
from .weighing import Codes, Floats

SHOWN = ("id", "occurred_at", "customer", "touchpoint", "text")
NOBODYS = ("touchpoint",)
"""What is shown beside a weight that was estimated: nothing that says whose answer it is (decision 0051)."""


@dataclass(frozen=True)
class Number:
    """A number that was weighed.

    Parameters
    ----------
    kind
        `weighted` or `corrected`.
    part
        `value`, `n` or `effective`; of those asked `asked` or `response`.
    scale, measure
        What was measured.
    key
        Values of the row's splits; None for a figure.
    """

    kind: str
    part: str
    scale: str
    measure: str
    key: Key | None = None


def number(which: Which, named: Mapping[str, tuple[Scale, str]], splits: Sequence[str]) -> Number | None:
    """Give the weighed number that somebody wants to open; None for another one."""
    return _figure(which.figure, named) if which.figure else _cell(which, splits)


def _figure(figure: str, named: Mapping[str, tuple[Scale, str]]) -> Number | None:
    wholes = {scale.key: (scale.key, measure) for scale, measure in reversed(list(named.values()))}
    ways = {f"_{kind}": (kind, "value", {name: (one.key, how) for name, (one, how) in named.items()}) for kind in KINDS}
    ways |= {f"_{kind}_effective": (kind, "effective", wholes) for kind in KINDS}
    ways |= {f"_{part}": ("corrected", part, wholes) for part in ("asked", "response")}
    for ending, (kind, part, known) in ways.items():
        if figure.endswith(ending) and figure.removesuffix(ending) in known:
            return Number(kind, part, *known[figure.removesuffix(ending)])
    return None


def _cell(which: Which, splits: Sequence[str]) -> Number | None:
    column, row = which.column or "", which.row
    for kind in KINDS:
        parts = {kind: "value", f"{kind}_n": "n", f"{kind}_effective": "effective"}
        if column in parts:
            key = tuple(row.get(name) for name in splits)
            return Number(kind, parts[column], str(row.get("scale")), str(row.get("measure")), key)
        if column in (f"{kind}_low", f"{kind}_high"):
            raise no_evidence(which)
    return None


def behind(
    snapshot: Snapshot, spec: Answers, wanted: Number, every: str | None, by: Sequence[str], which: Which
) -> Evidence:
    """List the answers behind a weighed number with their weights, or the people who were asked."""
    shown = NOBODYS if wanted.kind == "corrected" else SHOWN
    beside = Beside(snapshot, spec, wanted.kind, every, by, shown)
    part = beside.weighed.get(wanted.scale)
    if part is None:
        raise no_evidence(which)
    if wanted.part in ("asked", "response"):
        assert isinstance(part, Responded)
        asked = {"customer": part.customers, "value": pa.array(part.answered.astype(float))}
        return Evidence("customers", "count" if wanted.part == "asked" else "share", pa.table(asked))
    rows = beside.places[wanted.scale]
    here = part.weights > 0 if part.told else np.zeros(len(rows), dtype=bool)
    if wanted.key is not None:
        groups, codes = beside.groups(rows)
        here &= codes == groups.index(wanted.key) if wanted.key in groups else False
    table = _listed(beside, rows[here], (*shown, *by), wanted.measure, part.weights[here])
    if wanted.kind == "corrected":
        table = table.sort_by([("value", "ascending"), ("weight", "ascending")])  # in no order that tells of people
    weighted = "weighted_nps" if wanted.measure == "nps" else "weighted_mean"
    return Evidence("interactions", {"value": weighted, "n": "count"}.get(wanted.part, "effective"), table)


def pooled_behind(
    snapshot: Snapshot, spec: Answers, measured: pools.Rows, every: str | None, by: Sequence[str], which: Which
) -> Evidence:
    """List the answers behind a pooled number: those of all groups that it draws from, with their share in it.

    Parameters
    ----------
    measured
        The rows of the answer.
    """
    splits = (*(("period",) if every else ()), *by)
    keys = [(row["scale"], row["measure"], *(row[name] for name in splits)) for row in measured]
    wanted = tuple(which.row.get(name) for name in ("scale", "measure", *splits))
    row = keys.index(wanted) if wanted in keys else -1
    places = next((some for some in pools.together(measured).values() if row in some), [])
    found = pools.of(measured, places) if places else None
    if row < 0:
        raise no_evidence(which)
    beside = Beside(snapshot, spec, "weighted", every, by, SHOWN)
    rows = beside.places[str(wanted[0])]
    groups, codes = beside.groups(rows)
    shares = np.zeros(len(groups))
    if found is not None:
        for other, share in zip(places, found.shares[places.index(row)], strict=True):
            shares[groups.index(keys[other][2:])] = share / measured[other]["n"]
    here = shares[codes] > 0
    table = _listed(beside, rows[here], (*SHOWN, *by), str(wanted[1]), shares[codes][here])
    measure = "weighted_nps" if wanted[1] == "nps" else "weighted_mean"
    return Evidence("interactions", measure if which.column == "pooled" else "count", table)


def _listed(beside: Beside, rows: Codes, shown: Sequence[str], measure: str, weights: Floats) -> pa.Table:
    """Give answers as they are shown, with what each brings to a measure and its weight."""
    found = beside.answers.take(rows)
    columns: dict[str, Any] = {name: found[name] for name in dict.fromkeys(shown)}
    values = found["box" if measure == "top" else "score"]
    return pa.table({**columns, "value": values, "weight": pa.array(weights)})
