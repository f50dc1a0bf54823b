"""The verb `limits`: which scores, and which shares of texts, left what is usual for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.period import Period, parse_period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.listen.answers import Answers, answers, split_by_one
from heartline.listen.spoken import checked
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import within
from heartline.store.snapshot import Snapshot

from . import charting
from .charting import Point
from .series import Series, back, counted, measure, rows_of

BY = ("about", "touchpoint", "unit", "channel", "product", "source", "stage", "language")
A_WEEK = {"day": 7.0, "week": 1.0}
COLUMNS = (
    Column("of", "str", "key", "the scale, or the theme"),
    Column("place", "str", "key", "value of the column that is split by; null where unknown, or without a split"),
    Column("period", "str", "key", "days of company time that were counted together"),
    Column("value", "float", "points, scale or share", "the score on its measure, or the share of texts"),
    Column("n", "int", "count", "answers, or texts"),
    Column("usual", "float", "as value", "what was usual until then; null while it is learnt"),
    Column("low", "float", "as value", "lower limit of a single value"),
    Column("high", "float", "as value", "upper limit of a single value"),
    Column("z", "float", "standard deviations", "how far from usual"),
    Column("outside", "bool", "", "whether it, or the moving average, is beyond its limit"),
    Column("begins", "bool", "", "whether an alarm begins here"),
    Column("now", "bool", "", "whether it is the newest value of its series"),
)


@spec
class LimitsSpec(Answers):
    """What is watched, and how many false alarms are allowed.

    Parameters
    ----------
    scale
        Only these scales.
    about
        Only what judges these touchpoints, wherever it was said.
    theme
        Shares of texts about these themes, instead of scores.
    by
        A series per value of one of about, touchpoint, unit, channel, product, source, stage, language.
    step
        Values by `day` or `week`; periods with too few answers are counted together.
    weeks
        One false alarm in so many weeks, over all series together.
    direction
        Tell of what `falls`, `rises`, or `either`.
    """

    theme: Keys = ()
    by: Keys = ()
    step: Literal["day", "week"] = "day"
    weeks: Annotated[int, Field(ge=1, le=520)] = 52
    direction: Literal["either", "falls", "rises"] = "either"

    @field_validator("by", mode="after")
    @classmethod
    def _split(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return split_by_one(value, BY, "Series")

    @property
    def split(self) -> str | None:
        """The column that series are split by."""
        return next(iter(self.by), None)


def limits_evidence(lake: Lake, spec: LimitsSpec, which: Which) -> Evidence:
    """List the answers, or the texts, behind a value."""
    snapshot = lake.at(spec.as_of)
    if which.figure is not None:
        if which.figure != "seen":
            raise no_evidence(which)
        rows = _whole(snapshot, spec)
        return Evidence("interactions", "count", Listed(snapshot, rows))
    if which.column not in ("value", "n"):
        raise no_evidence(which)
    of, place = str(which.row.get("of")), which.row.get("place")
    if not spec.theme and of not in snapshot.definitions.scales:
        raise unknown("scale", of, list(snapshot.definitions.scales), field="row")
    columns = ("id", "customer", "touchpoint", "unit", "text")
    rows = rows_of(snapshot, spec, spec.split, of, theme=bool(spec.theme), columns=columns)
    rows = rows.filter(rows.place.isnull() if place is None else rows.place == place).drop("place")
    rows = within(snapshot, rows, parse_period(str(which.row.get("period"))))
    how = "count" if which.column == "n" else "share" if spec.theme else measure(snapshot, of)
    return Evidence("interactions", how, Listed(snapshot, rows))


def _whole(snapshot: Snapshot, spec: LimitsSpec) -> Any:
    """Give all that was counted, each once."""
    if spec.theme:
        return rows_of(snapshot, spec, None, spec.theme[0], theme=True, columns=("id", "customer", "text"))
    rows = answers(snapshot, spec, "id", "customer", "occurred_at")
    return rows.mutate(value=rows.score).drop("box")


@verb(LimitsSpec, key=("of", "place", "period"), evidence=limits_evidence)
def limits(lake: Lake, spec: LimitsSpec) -> Result:
    """Say which scores, or which shares of texts about themes, left what is usual for them, and when.

    Shape
    -----
    One row per series and value: `of` str, the scale or theme; `place` str, value of `by`, null where unknown;
    `period` str; `value` float; `n` int; `usual`, `low`, `high`, `z` float, null for the first 20 values of a series,
    which are learnt from; `outside`, `begins`, `now` bool. Ordered by `of`, `place`, `period`. A value counts at least
    10 answers, at least 2 of them expected at the rarer end: days with fewer are counted together with the next.

    Units
    -----
    NPS −100…100; means in points of the scale; shares 0–1; z in standard deviations.

    Uncertainty
    -----------
    Limits allow one false alarm in `weeks` weeks over all series that can be watched (Bonferroni). They are made of
    each series' own past by a self-starting chart, half of the alarms to single values, half to their moving average;
    see `heartline.listen.alerting.charting`.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_theme`, …
    InvalidInput
        `unknown_column` for a `by` that there is not.

    Source
    ------
    Hawkins (1987), Self-starting CUSUM charts; Lucas & Saccucci (1990); Brook & Evans (1972).
    """
    snapshot = lake.at(spec.as_of)
    themes = checked(snapshot, spec.theme)
    every = counted(snapshot, spec, spec.step, spec.split, themes)
    slots = [sum(1 for _ in charting.slots(one.n, one.total, one.squares)) for one in every]
    watched = sum(number > charting.LEARN for number in slots)
    limit = charting.limits(charting.rate(spec.weeks, watched, A_WEEK[spec.step]), spec.direction)
    rows = [row for one in every for row in _rows(snapshot, spec, one, charting.charted(one.n, one.total, one.squares,
                                                                                       limit))]  # fmt: skip
    seen = int(snapshot.execute(_whole(snapshot, spec).count().name("n").as_table()).to_pylist()[0]["n"])
    out = [row for row in rows if row["now"] and row["outside"]]
    alarms = sum(row["begins"] for row in rows)
    counts = {"series": len(every), "watched": watched, "outside": len(out), "alarms": alarms}
    return Result(
        verb="limits",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(counts),
        figures={
            "seen": Figure(seen, n=seen, method="texts that were read" if themes else "answers on a known scale"),
            **{name: Figure(number, n=number, method=METHODS[name]) for name, number in counts.items()},
        },
        columns=COLUMNS,
        rows=rows,
        notes=_notes(spec, counts),
    )


METHODS = {
    "series": "series with any value",
    "watched": "series with more values than are learnt from",
    "outside": "series whose newest value, or moving average, is beyond its limit",
    "alarms": "times that a series left its limits in the period",
}


def _rows(snapshot: Snapshot, spec: LimitsSpec, one: Series, points: Sequence[Point]) -> Iterator[dict[str, Any]]:
    scale = None if spec.theme else snapshot.definitions.scales[one.of]

    def said(value: float | None) -> float | None:
        return None if value is None else back(scale, value)

    for place, point in enumerate(points):
        period = _period(one.days[point.slot.first], one.days[point.slot.last], spec.step)
        yield {
            "of": one.of, "place": one.where, "period": period, "value": said(point.slot.mean), "n": int(point.slot.n),
            "usual": said(point.usual), "low": said(point.low), "high": said(point.high), "z": point.z,
            "outside": point.outside, "begins": point.begins, "now": place == len(points) - 1,
        }  # fmt: skip


def _period(first: date, last: date, step: str) -> str:
    return str(Period(first, last + timedelta(days=7 if step == "week" else 1)))


def _answer(counts: dict[str, int]) -> Sentence:
    values = {name: say.count(number) for name, number in counts.items()}
    if not counts["watched"]:
        return Sentence("Nothing can be watched yet: there is too little to know what is usual.", values)
    if not counts["outside"]:
        return Sentence("All of the {watched} series that are watched are within what is usual for them.", values)
    return Sentence("{outside} of {watched} series that are watched are outside what is usual for them.", values)


def _notes(spec: LimitsSpec, counts: dict[str, int]) -> tuple[Sentence, ...]:
    notes = [Sentence("At most one false alarm in {weeks} weeks, over all series.", {"weeks": say.count(spec.weeks)})]
    if counts["series"] > counts["watched"]:
        few = say.count(counts["series"] - counts["watched"])
        notes.append(Sentence("{few} series cannot be watched yet: they have fewer than {least} values.", {
            "few": few, "least": say.count(charting.LEARN + 1)}))  # fmt: skip
    return tuple(notes)
