"""The verb `scores`: what people answered, on each scale, with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import field_validator

from heartline.core import say
from heartline.core.errors import InvalidInput, unknown
from heartline.core.period import parse_period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.scales import Scale
from heartline.core.selection import Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import within
from heartline.store.snapshot import Snapshot

from .answers import Answers, answers, measured, measures, name, scales
from .honest import pools, saying
from .honest.behind import behind, number, pooled_behind
from .honest.beside import KINDS, Beside

BY = ("touchpoint", "about", "channel", "stage", "unit", "product", "source", "language", "kind", "event", "arm")
NUMBERS = ("value", "low", "high", "n")
Rows = Sequence[Mapping[str, Any]]


@spec
class ScoresSpec(Answers):
    """Which answers, and how to split them.

    Parameters
    ----------
    scale
        Only these scales.
    about
        Only answers that judge these touchpoints, wherever they were given.
    every
        A row per `day`, `week`, `month`, `quarter` or `year` of company time.
    by
        A row per value of these columns: touchpoint, about, channel, stage, unit, product, source, language, kind,
        event, arm.
    weighted
        Also by the weights that answers came with.
    corrected
        Also corrected for who was asked and did not answer.
    pooled
        Rows also drawn towards each other, as far as chance may have set them apart.
    """

    every: Literal["day", "week", "month", "quarter", "year"] | None = None
    by: Keys = ()
    weighted: bool = False
    corrected: bool = False
    pooled: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is asked for beside the values as answered."""
        return tuple(kind for kind in KINDS if getattr(self, kind))

    @property
    def splits(self) -> tuple[str, ...]:
        """What rows are split by."""
        return (*(("period",) if self.every else ()), *self.by)

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells rows apart."""
        return ("scale", "measure", *self.splits)

    @field_validator("by")
    @classmethod
    def _splits(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for column in value:
            if column not in BY:
                raise InvalidInput(
                    "unknown_column", f"Scores cannot be split by “{column}”.", field="by",
                    remedy=f"Columns: {', '.join(BY)}.",
                )  # fmt: skip
        return value


def scores_evidence(lake: Lake, spec: ScoresSpec, which: Which) -> Evidence:
    """List the answers behind a score: `value` is the answer, or 1 and 0 for in and not in the top boxes."""
    snapshot = lake.at(spec.as_of)
    known = scales(snapshot, spec.scale)
    named = {name(scale, measure): (scale, measure) for scale in known.values() for measure in measures(scale)}
    weighed = number(which, named, spec.splits)
    if weighed is not None:
        return behind(snapshot, spec, weighed, spec.every, spec.by, which)
    if which.figure is None and which.column in ("pooled", "pooled_n"):
        _, every_row = measured(snapshot, spec, spec.every, spec.by)
        return pooled_behind(snapshot, spec, every_row, spec.every, spec.by, which)
    rows = answers(snapshot, spec, *dict.fromkeys(("id", "occurred_at", "customer", "touchpoint", "text", *spec.by)))
    if which.figure == "answers":
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.score).drop("box")))
    wanted = which.figure
    if wanted is None:
        scale = known.get(which.row["scale"])
        wanted = name(scale, which.row["measure"]) if scale else str(which.row["scale"])
    if which.figure is None and which.column not in ("value", "n"):
        raise no_evidence(which)
    if wanted not in named:
        raise unknown("figure", wanted, [*named, "answers"], field="figure" if which.figure else "row")
    scale, measure = named[wanted]
    rows = rows.filter(rows.scale == scale.key)
    for column in spec.by if which.figure is None else ():
        value = which.row.get(column)
        rows = rows.filter(rows[column].isnull() if value is None else rows[column] == value)
    if which.figure is None and spec.every:
        rows = within(snapshot, rows, parse_period(which.row["period"]))
    how = "count" if which.column == "n" else {"top": "share"}.get(measure, measure)
    rows = rows.mutate(value=rows.box if measure == "top" else rows.score).drop("box")
    return Evidence("interactions", how, Listed(snapshot, rows))


@verb(ScoresSpec, key=("scale", "measure", "period", *BY), evidence=scores_evidence)
def scores(lake: Lake, spec: ScoresSpec) -> Result:
    """Say how customers score the company on each scale, with 95 % intervals.

    Shape
    -----
    One row per scale, measure (`nps`, `mean`, `top`), period where `every` is set, and value of the `by` columns:
    `scale` str; `measure` str; `period` str, a period of company time, only with `every`; the `by` columns, str, null
    where unknown; `value` float; `low`, `high` float, null where there are too few answers to tell; `n` int answers.
    Ordered by scale, measure, period, then the `by` columns.

    With `weighted` and `corrected` each row has columns of that name beside its value: the value, `_low`, `_high`, the
    answers `_n` that it rests on and `_effective`, how many equal ones tell as much; null where it cannot be told, and
    a note says why. Figures likewise; with `corrected` also `SCALE_asked` and `SCALE_response`. With `pooled` and `by`
    also `pooled`, `pooled_low`, `pooled_high`, `pooled_n`.

    Units
    -----
    NPS in points −100…100; means in points of the scale; `top` a share 0–1.

    Uncertainty
    -----------
    NPS: adjusted Wald (Rocks 2016). Shares of top boxes: Wilson. Means: ∓ 1.96 standard errors. All clustered by
    customer where one gave several answers.

    `weighted`: by the property `weight` of answers, brought to a mean of 1 within each source; errors linearised.
    `corrected`: those asked are whom an invitation to the same survey reached in the period (messages and answers with
    the same property `survey`), else all customers with an interaction in the period that is no answer. Weights are one
    over the chance to answer, by a logistic model of recency, frequency, spend, waits, bad experiences, channels,
    touchpoints, units and languages in the year before the period's end; at most 10 times the average; then raked to
    those margins of everyone asked. Refused with fewer than 50 who answered or did not, where more than 10 % of those
    asked have a lower chance than anybody who answered (but for the lowest four), where the effective number is below
    30 or a tenth, or where anything known still differs by 0.2 standard deviations. `pooled`: normal empirical Bayes
    over at least four groups.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_touchpoint`, …: the key is neither defined nor in the data.

    Source
    ------
    Kish (1965); Rosenbaum & Rubin (1983); Deming & Stephan (1940); Binder (1983); Efron & Morris (1975); Morris (1983).
    """
    snapshot = lake.at(spec.as_of)
    overall, rows = measured(snapshot, spec, spec.every, spec.by)
    known = scales(snapshot, spec.scale)
    plain = Shown(
        {row["figure"]: _figure(row, known[row["scale"]]) for row in overall} | {"answers": _count(overall)},
        _columns(spec.keys), _notes(overall),
        [{column: row[column] for column in (*spec.keys, *NUMBERS)} for row in rows],
    )  # fmt: skip
    shown = _pooled(_weighed(plain, snapshot, spec, overall), spec, rows, known)
    return Result(
        verb="scores", spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time), answer=_answer(overall, known), figures=shown.figures,
        columns=shown.columns, rows=shown.rows, notes=shown.notes,
    )  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What a result says beside its sentence."""

    figures: dict[str, Figure]
    columns: tuple[Column, ...]
    notes: tuple[Sentence, ...]
    rows: list[dict[str, Any]]


def _weighed(shown: Shown, snapshot: Snapshot, spec: ScoresSpec, overall: Rows) -> Shown:
    """Put what weights say beside the values as answered: each kind its figures, columns, notes and cells."""
    for kind in spec.kinds:
        beside = Beside(snapshot, spec, kind, spec.every, spec.by)
        names = {
            (row["scale"], row["measure"]): (row["figure"], shown.figures[row["figure"]].measured_in) for row in overall
        }
        found = beside.rows()
        rows = [row | saying.cells(kind, found[tuple(row[key] for key in spec.keys)]) for row in shown.rows]
        shown = Shown(
            shown.figures | dict(saying.figures(beside, names)), (*shown.columns, *saying.columns(kind)),
            (*shown.notes, *saying.notes(beside)), rows,
        )  # fmt: skip
    return shown


def _pooled(shown: Shown, spec: ScoresSpec, rows: Rows, known: Mapping[str, Scale]) -> Shown:
    """Put what the groups together say of each beside it."""
    if not (spec.pooled and spec.by):
        return shown
    cells = pools.cells(rows, known)
    own = [row | more for row, more in zip(shown.rows, cells, strict=True)]
    return replace(shown, columns=(*shown.columns, *pools.COLUMNS), rows=own)


def _figure(row: Mapping[str, Any], scale: Scale) -> Figure:
    """Make a figure of an overall row, saying the scale, the boxes and the interval's method."""
    how, measured_in = _method(row["measure"], scale)
    if row["people"] < row["n"]:
        how += f"; {row['n']} answers of {row['people']} people, clustered by customer"
    return Figure(row["value"], row["low"], row["high"], row["n"], measured_in, how)


def _method(measure: str, scale: Scale) -> tuple[str, str]:
    ends = f"{scale.low:g}–{scale.high:g}"
    if measure == "nps":
        return f"share of promoters (9–10) minus detractors (0–6) on {ends}; adjusted Wald (Rocks 2016)", "points"
    if measure == "top":
        return f"share of answers {_boxes(scale)} on {ends}; Wilson interval", "share"
    return f"mean on {ends}; 1.96 standard errors", scale.key


def _boxes(scale: Scale) -> str:
    """Write the top boxes: `4–5`, or `1` where it is one answer."""
    low, high = (scale.low, scale.top_from) if scale.low_is_good else (scale.top_from, scale.high)
    if low is None or high is None:
        return ""
    return f"{low:g}" if low == high else f"{low:g}–{high:g}"


def _count(overall: Sequence[Mapping[str, Any]]) -> Figure:
    number = sum({row["scale"]: row["n"] for row in overall}.values())
    return Figure(number, n=number, method="answers on a known scale")


def _answer(overall: Sequence[Mapping[str, Any]], known: Mapping[str, Scale]) -> Sentence:
    """Say the measure of the scale with the most answers."""
    if not overall:
        return Sentence("Nobody has answered here yet.")
    row = max(overall, key=lambda one: (one["n"], one["measure"] == known[one["scale"]].measure))
    scale, measure = known[row["scale"]], row["measure"]
    digits = 2 if measure == "mean" else 1
    values = {
        edge: say.share(row[edge]) if measure == "top" else say.number(row[edge], digits)
        for edge in ("value", "low", "high")
    }
    values |= {
        "scale": scale.key,
        "n": say.count(row["n"]),
        "ends": f"{scale.low:g}–{scale.high:g}",
        "boxes": _boxes(scale),
    }
    subject = {"nps": "NPS is {value}", "mean": "The mean is {value} on {ends} ({scale})"}.get(
        measure, "{value} answered {boxes} on {ends} ({scale})"
    )
    if row["low"] is None:
        return Sentence(subject + ", from {n} answers: too few to tell how exact that is.", values)
    return Sentence(subject + ", between {low} and {high}, from {n} answers.", values)


def _notes(overall: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    """Say which share of the answers comes from people we know."""
    by_scale = {row["scale"]: (row["n"], row["known"]) for row in overall}
    number, known = (sum(part) for part in zip(*by_scale.values(), strict=True)) if by_scale else (0, 0)
    if not number:
        return ()
    return (Sentence("Known customers gave {share} of the answers.", {"share": say.share(known / number)}),)


def _columns(keys: Sequence[str]) -> tuple[Column, ...]:
    meanings = {
        "scale": "key of the scale",
        "measure": "nps, mean, or top: the share of the top boxes",
        "period": "company time, as a selection reads it",
    }
    return (
        *(Column(key, "str", "key", meanings.get(key, f"{key} of the answer; null where unknown")) for key in keys),
        Column("value", "float", "points, scale or share", "NPS −100…100, mean on the scale, or share 0–1"),
        Column("low", "float", "as value", "lower end of the 95 % interval"),
        Column("high", "float", "as value", "upper end of the 95 % interval"),
        Column("n", "int", "count", "answers"),
    )
