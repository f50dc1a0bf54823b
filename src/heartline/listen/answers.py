"""Answers on scales: which rows they are, and what each scale's measures say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import ibis

from heartline.core.chosen import CHOSEN
from heartline.core.errors import InvalidInput, unknown
from heartline.core.scales import Scale
from heartline.core.selection import Keys, Selection, spec
from heartline.store.clock import calendar, span
from heartline.store.selecting import check
from heartline.store.snapshot import Snapshot

from .clusters import by_customer, merged, over_customers, sums
from .intervals import mean_interval, nps_interval, wilson

VALUES = ("score", "box")


@spec
class Answers(Selection):
    """Which answers: a selection, narrowed to scales and to what they judge.

    Parameters
    ----------
    scale
        Only these scales.
    about
        Only what judges these touchpoints, wherever it was given.
    """

    scale: Keys = ()
    about: Keys = ()


def scales(snapshot: Snapshot, wanted: Sequence[str]) -> dict[str, Scale]:
    """Give the scales asked for, by default all there are."""
    known = snapshot.definitions.scales
    for key in wanted:
        if key not in known:
            raise unknown("scale", key, list(known), field="scale")
    return {key: known[key] for key in wanted} if wanted else known


def split_by_one(value: tuple[str, ...], columns: Sequence[str], what: str) -> tuple[str, ...]:
    """Check that rows are split by none of these columns, or by one.

    Raises
    ------
    InvalidInput
        `unknown_column`.
    """
    if len(value) > 1 or set(value) - set(columns):
        raise InvalidInput(
            "unknown_column", f"{what} cannot be split by “{', '.join(value)}”.", field="by",
            remedy=f"One column of: {', '.join(columns)}.",
        )  # fmt: skip
    return value


def measures(scale: Scale) -> tuple[str, ...]:
    """Give the measures of a scale: NPS alone, or the mean and the share of the top boxes where it has them."""
    if scale.measure == "nps":
        return ("nps",)
    return ("mean", "top") if scale.measure == "mean" and scale.top_from is not None else (scale.measure,)


def name(scale: Scale, measure: str) -> str:
    """Name a figure: `nps`, `stars5_mean`, `stars5_top`."""
    return scale.key if measure == "nps" else f"{scale.key}_{measure}"


def answers(snapshot: Snapshot, asked: Answers, *columns: str) -> ibis.Table:
    """Give the answers on known scales, within their range; `box` is 1 and 0, for NPS also −1 (see `box`)."""
    known = scales(snapshot, asked.scale)
    needed = ["score", "scale", *(("about", "touchpoint") if asked.about else ())]
    rows = snapshot.selected(asked, *dict.fromkeys([*columns, *needed]))
    rows = rows.filter(rows.score.notnull(), rows.scale.isin(list(known)))
    rows = judging(snapshot, rows, asked.about)
    low, high = _by_scale(rows, known, "low"), _by_scale(rows, known, "high")
    return rows.filter(rows.score >= low, rows.score <= high).mutate(box=box(rows, known))


def judging(snapshot: Snapshot, rows: ibis.Table, about: Sequence[str]) -> ibis.Table:
    """Keep what judges one of these touchpoints, by default its own; without any, keep all."""
    if not about:
        return rows
    check(snapshot, "about", about)
    return rows.filter(rows.about.coalesce(rows.touchpoint).isin(about))


def sampled(rows: ibis.Table) -> ibis.Table:
    """Leave out what somebody chose, such as quotes of interviews: it counts in no share; rows need `kind`."""
    return rows.filter(rows.kind.isnull() | rows.kind.notin(CHOSEN))


def box(rows: ibis.Table, known: Mapping[str, Scale]) -> ibis.Value:
    """Give 1 for an answer in the top boxes or of a promoter, −1 for one of a detractor, else 0."""
    branches = []
    for (measure, edge, turned), keys in _alike(
        known, lambda one: (one.measure == "nps", one.top_from, one.low_is_good)
    ):
        here = rows.scale.isin(keys)
        if measure:
            branches += [(here & (rows.score >= 9), 1.0), (here & (rows.score <= 6), -1.0)]
        elif edge is not None:
            branches.append((here & (rows.score <= edge if turned else rows.score >= edge), 1.0))
    return ibis.cases(*branches, else_=0.0) if branches else ibis.literal(0.0)


def _by_scale(rows: ibis.Table, known: Mapping[str, Scale], field: str) -> ibis.Value:
    """Give a number of each row's scale."""
    groups = _alike(known, lambda one: getattr(one, field))
    if len(groups) == 1:
        return ibis.literal(float(groups[0][0]))
    branches = [(rows.scale.isin(keys), float(value)) for value, keys in groups]
    return ibis.cases(*branches, else_=float("nan"))


def _alike(known: Mapping[str, Scale], trait: Any) -> list[tuple[Any, list[str]]]:
    """Group scales by a trait, so that an expression asks once for all of them."""
    groups: dict[Any, list[str]] = {}
    for key, one in known.items():
        groups.setdefault(trait(one), []).append(key)
    return list(groups.items())


Rows = list[dict[str, Any]]


def measured(snapshot: Snapshot, asked: Answers, every: str | None, by: Sequence[str]) -> tuple[Rows, Rows]:
    """Give a row per scale and measure, and one per scale, measure and group; both in order, from one query.

    Each with `figure value low high n people known`; without `every` and `by` the second are the first.
    """
    splits = [*(["period"] if every else []), *by]
    moments = ["occurred_at"] if every else []
    rows = answers(snapshot, asked, *dict.fromkeys(["customer", *moments, *by]))
    if every:
        rows = rows.mutate(period=calendar(snapshot, rows.occurred_at, every, snapshot.period(asked)))
    known = scales(snapshot, asked.scale)
    values = VALUES if any("mean" in measures(scale) for scale in known.values()) else ("box",)
    one = by_customer(rows, ["scale", *splits], values)
    groups = over_customers(one, ["scale", *splits], values)
    if splits:
        overall = over_customers(merged(one, ["scale"]), ["scale"], values)
        overall = overall.mutate(whole=True, **{name: ibis.null(groups[name].type()) for name in splits})
        groups = groups.mutate(whole=False)
        groups = groups.union(overall.select(groups.columns))
    found: tuple[Rows, Rows] = ([], [])
    for group in snapshot.execute(groups).to_pylist():
        found[0 if group.get("whole", True) else 1].extend(_rows(known[group["scale"]], group))
    for some in found:
        some.sort(key=lambda row: [(row[key] is not None, str(row[key])) for key in ("scale", "measure", *splits)])
    for row in found[1]:
        if every:
            row["period"] = span(row["period"], every)
    return found if splits else (found[0], found[0])


def _rows(scale: Scale, group: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Give the rows of one group: its keys, and one row per measure of its scale."""
    boxes = sums(group, "box")
    for measure in measures(scale):
        told = boxes
        if measure == "mean":
            told = sums(group, "score")
            value, (low, high) = told.mean, mean_interval(told)
        elif measure == "top":
            value, (low, high) = boxes.mean, wilson(boxes.mean, boxes.effective)
        else:
            promoters, detractors = (boxes.q + boxes.s) / 2 / boxes.n, (boxes.q - boxes.s) / 2 / boxes.n
            value, (low, high) = 100 * boxes.mean, nps_interval(promoters, detractors, boxes.effective)
        more = {"figure": name(scale, measure), "measure": measure, "value": value, "low": low, "high": high}
        yield {**group, **more, "n": boxes.n, "people": boxes.people, "known": int(group["known"]), "sums": told}
