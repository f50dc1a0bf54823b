"""The verb `below`: how many scores were so low that somebody may want to hear of each."""

from __future__ import annotations

from typing import Any, Literal

import ibis

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.period import parse_period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.scales import Scale
from heartline.core.selection import spec, to_dict
from heartline.core.sentence import Sentence
from heartline.listen.answers import Answers, answers, scales
from heartline.listen.intervals import wilson
from heartline.store.clock import calendar, span
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import within
from heartline.store.snapshot import Snapshot

COLUMNS = (
    Column("scale", "str", "key", "key of the scale"),
    Column("period", "str", "key", "day, week or month of company time; only with `every`"),
    Column("below", "int", "count", "answers that are so low"),
    Column("answers", "int", "count", "all answers"),
    Column("share", "float", "share", "of all answers"),
    Column("low", "float", "share", "lower end of the share's 95 % interval"),
    Column("high", "float", "share", "upper end of it"),
)


@spec
class BelowSpec(Answers):
    """Which answers are low.

    Parameters
    ----------
    scale
        Only these scales.
    about
        Only answers that judge these touchpoints, wherever they were given.
    at_most
        Answers up to this; on a scale on which low is good, from this on. Default: what is nearer to the bad end.
    text
        Only answers `with` or `without` a text; or `any`.
    every
        A row per `day`, `week` or `month` of company time.
    """

    at_most: float | None = None
    text: Literal["any", "with", "without"] = "any"
    every: Literal["day", "week", "month"] | None = None


def is_low(scale: Scale, score: Any, at_most: float | None) -> Any:
    """Tell whether an answer is so low; of a column, an expression.

    Example
    -------
    >>> is_low(Scale("nps", 0, 10, "nps"), 6, 6), is_low(Scale("effort", 1, 5, "mean", low_is_good=True), 4, 4)
    (True, True)
    """
    middle = (scale.low + scale.high) / 2
    if scale.low_is_good:
        return score > middle if at_most is None else score >= at_most
    return score < middle if at_most is None else score <= at_most


def _rows(snapshot: Snapshot, spec: BelowSpec, *columns: str) -> Any:
    rows = answers(snapshot, spec, *dict.fromkeys(("occurred_at", "text", *columns)))
    if spec.text != "any":
        told = rows.text.fill_null("") != ""
        rows = rows.filter(told if spec.text == "with" else ~told)
    known = scales(snapshot, spec.scale)
    cases = [(rows.scale == key, is_low(scale, rows.score, spec.at_most)) for key, scale in known.items()]
    return rows.mutate(low=ibis.cases(*cases, else_=False).cast("int64"))


def below_evidence(lake: Lake, spec: BelowSpec, which: Which) -> Evidence:
    """List the answers behind a count; behind a share `value` is 1 and 0 for low and not."""
    snapshot = lake.at(spec.as_of)
    rows = _rows(snapshot, spec, "id", "customer", "touchpoint", "unit")
    column = which.figure or which.column
    if which.figure is not None and which.figure not in ("below", "answers"):
        raise unknown("figure", which.figure, ["below", "answers"], field="figure")
    if column not in ("below", "answers", "share"):
        raise no_evidence(which)
    if which.figure is None:
        rows = rows.filter(rows.scale == str(which.row.get("scale")))
        if which.row.get("period") is not None:
            rows = within(snapshot, rows, parse_period(str(which.row["period"])))
    if column == "below":
        rows = rows.filter(rows.low == 1)
    rows = rows.mutate(value=rows.low.cast("float64") if column == "share" else rows.score).drop("box", "low")
    return Evidence("interactions", "share" if column == "share" else "count", Listed(snapshot, rows))


@verb(BelowSpec, key=("scale", "period"), evidence=below_evidence)
def below(lake: Lake, spec: BelowSpec) -> Result:
    """Say how many answers were so low.

    Shape
    -----
    One row per scale, and period with `every`: `scale` str; `period` str, only with `every`; `below`, `answers`
    int; `share`, `low`, `high` float. Ordered by scale and period; scales without answers are left out.

    Uncertainty
    -----------
    Counts of all there is; the share with its Wilson interval.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_touchpoint`, …
    """
    snapshot = lake.at(spec.as_of)
    rows, keys = _rows(snapshot, spec), ["scale"]
    if spec.every:
        rows = rows.mutate(period=calendar(snapshot, rows.occurred_at, spec.every, snapshot.period(spec)))
        keys.append("period")
    found = rows.group_by(keys).aggregate(answers=rows.count(), below=rows.low.sum())
    made = []
    for row in snapshot.execute(found.order_by(keys)).to_pylist():
        share = row["below"] / row["answers"]
        low, high = wilson(share, row["answers"])
        when = {"period": span(row["period"], spec.every)} if spec.every else {}
        made.append({"scale": row["scale"], **when, "below": int(row["below"]), "answers": int(row["answers"]),
                     "share": share, "low": low, "high": high})  # fmt: skip
    count, every = (sum(row[name] for row in made) for name in ("below", "answers"))
    answer = Sentence("{n} of {every} answers were so low.", {"n": say.count(count), "every": say.count(every)})
    return Result(
        verb="below",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=answer if every else Sentence("Nobody has answered here yet."),
        figures={
            "below": Figure(count, n=count, method="answers that are so low"),
            "answers": Figure(every, n=every, method="answers on a known scale"),
        },
        columns=tuple(column for column in COLUMNS if spec.every or column.name != "period"),
        rows=made,
    )
