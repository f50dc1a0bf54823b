"""Contacts of nobody known: they are in no trip, yet each is an experience of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from heartline.core.chosen import CHOSEN
from heartline.core.selection import Selection
from heartline.listen.intervals import Sums, independent
from heartline.listen.told import NOTE
from heartline.store.snapshot import Snapshot

from .splitting import named, with_group

COLUMNS = ("id", "occurred_at", "customer", "touchpoint", "about", "kind", "feeling", "wait_s", "succeeded", "text")


def contacts(
    snapshot: Snapshot,
    selection: Selection,
    expected: Mapping[str, float],
    *,
    every: str | None = None,
    by: str | None = None,
) -> ibis.Table:
    """Give the selected rows that are steps or judge a touchpoint, with what they say of it, and their `group`.

    `touchpoint` is null where the row is no step, `about` its own touchpoint where a feeling names none; `known` and
    `bad` tell of the step alone: whether it is known how it went, and whether it went wrong.
    """
    carried = {None: (), "category": ("product",)}.get(by, (by,))
    rows = snapshot.selected(selection, *COLUMNS, *(name for name in carried if name and name not in COLUMNS))
    if every or by:
        rows = with_group(snapshot, rows, every, by, snapshot.period(selection))
    step = rows.touchpoint.notnull() & (rows.kind.isnull() | (rows.kind != "assignment"))
    rows = rows.mutate(touchpoint=ibis.ifelse(step, rows.touchpoint, ibis.null("string")))
    own = rows.about.isnull() & rows.feeling.notnull()
    rows = rows.mutate(about=ibis.ifelse(own, rows.touchpoint, rows.about))
    counted = rows.kind.isnull() | rows.kind.notin((*CHOSEN, NOTE))
    rows = rows.filter(rows.touchpoint.notnull() | rows.about.notnull(), counted)
    most = limit(rows, expected)
    known = rows.succeeded.notnull() | (rows.wait_s.notnull() & most.notnull())
    bad = (~rows.succeeded).fill_null(False) | (rows.wait_s > most).fill_null(False)
    return rows.mutate(known=known & rows.touchpoint.notnull(), bad=bad & rows.touchpoint.notnull())


def limit(rows: ibis.Table, expected: Mapping[str, float]) -> ibis.Value:
    """Give the seconds that one is expected to wait at each row's touchpoint; null where nothing is expected."""
    alike: dict[float, list[str]] = {}
    for name, seconds in expected.items():
        alike.setdefault(float(seconds), []).append(name)
    branches = [(rows.touchpoint.isin(names), seconds) for seconds, names in alike.items()]
    return ibis.cases(*branches) if branches else ibis.null("float64")


def at(rows: ibis.Table, touchpoint: str) -> ibis.Table:
    """Keep the contacts at or about a touchpoint, as experiences of it: `known` and `bad` take in what was felt."""
    here = (rows.touchpoint == touchpoint).fill_null(False)
    spoken = (rows.about == touchpoint).fill_null(False) & rows.feeling.notnull()
    known = (here & rows.known) | spoken
    bad = (here & rows.bad) | (spoken & (rows.feeling < 0).fill_null(False))
    kept = here | (rows.about == touchpoint).fill_null(False)
    return rows.mutate(known=known, bad=bad).filter(kept)


@dataclass(frozen=True)
class Added:
    """What contacts of nobody known add to a touchpoint; `rows` of them to all touchpoints together."""

    interactions: int
    contacts: int
    rows: int
    facts: int
    feeling: Sums
    bad: Sums


def reach(
    snapshot: Snapshot, rows: ibis.Table, every: str | None = None
) -> Iterator[tuple[tuple[str, str | None], Added]]:
    """Give what contacts of nobody known add to each touchpoint, in each `group` where rows have one."""
    rows = rows.filter(rows.customer.isnull())
    felt = rows.feeling.notnull()
    sad = (rows.feeling < 0).fill_null(False)
    counted = snapshot.execute(
        rows.group_by(["touchpoint", "about", *(["group"] if "group" in rows.columns else [])]).aggregate(
            n=rows.count(),
            known=_number(rows.known),
            bad=_number(rows.bad),
            felt=_number(felt),
            sad=_number(sad),
            either_known=_number(rows.known | felt),
            either_bad=_number(rows.bad | sad),
            s=rows.feeling.sum(),
            q=(rows.feeling * rows.feeling).sum(),
        )
    ).to_pylist()
    for counts in counted:
        for place, added in _split(counts):
            yield (place, named(counts.get("group"), every)), added


def _split(group: Mapping[str, Any]) -> Iterator[tuple[str, Added]]:
    """Tell what a group of alike rows means for its own touchpoint, and for the one it is about."""
    place, about, n = group["touchpoint"], group["about"], int(group["n"])
    feeling = independent(int(group["felt"]), float(group["s"] or 0), float(group["q"] or 0))
    if place is not None:
        prefix, said = ("either_", feeling) if place == about else ("", independent(0, 0.0, 0.0))
        known, bad = int(group[f"{prefix}known"]), int(group[f"{prefix}bad"])
        yield place, Added(n, n, n, int(group["known"]), said, independent(known, bad, bad))
    if about is not None and about != place:
        sad = int(group["sad"])
        yield about, Added(0, n, n if place is None else 0, 0, feeling, independent(int(group["felt"]), sad, sad))


def _number(condition: ibis.Value) -> ibis.Value:
    return condition.cast("int64").sum()
