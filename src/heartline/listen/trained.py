"""The verb `trained`: how feeling moved where a training was held, against where none was in the same weeks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import ibis
from pydantic import Field

from heartline.core import say
from heartline.core.errors import InvalidInput
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Keys, Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import check
from heartline.store.snapshot import Snapshot

from .answers import judging, sampled
from .employees.differing import CELLS, EARLIER, LEAST, NOW, Differed, differed, told_apart

COLUMNS = (
    Column("who", "str", "key", "trained, or others"),
    Column("time", "str", "key", "earlier, then (the weeks before the training), or now (the weeks after it)"),
    Column("feeling", "float", "feeling", "mean feeling about the touchpoint; null where nobody said anything"),
    Column("n", "int", "count", "answers and texts with a feeling"),
)
FIGURES = ("effect", "parted")


@spec
class TrainedSpec(Selection):
    """Which training.

    Parameters
    ----------
    about
        The touchpoint that it was about.
    trained
        Parts of the company that were trained, with all below them.
    on
        The day of the training, `2026-03-01`, by the company's clock; it belongs to neither side.
    weeks
        So many weeks before it and after it; and once more as many before those, to see whether both went alike.
    apart
        Parts of the company that are in neither group, such as those trained on another day.
    """

    about: str
    trained: Keys
    on: str
    weeks: Annotated[int, Field(ge=1, le=52)] = 8
    apart: Keys = ()


@dataclass(frozen=True)
class _Windows:
    """The times before and after a training, as moments."""

    earlier: datetime
    then: datetime
    day: datetime
    now: datetime
    end: datetime

    def time(self, rows: ibis.Table) -> ibis.Value:
        """Give the time that a row falls into; null on the day itself, and outside."""
        at = rows.occurred_at
        return ibis.cases(
            ((at >= ibis.literal(self.earlier)) & (at < ibis.literal(self.then)), "earlier"),
            ((at >= ibis.literal(self.then)) & (at < ibis.literal(self.day)), "then"),
            ((at >= ibis.literal(self.now)) & (at < ibis.literal(self.end)), "now"),
        )


def _windows(snapshot: Snapshot, spec: TrainedSpec) -> _Windows:
    zone = ZoneInfo(snapshot.definitions.settings["timezone"])
    long = timedelta(weeks=spec.weeks)
    try:
        on = date.fromisoformat(spec.on)
        next_day = on + timedelta(days=1)
        days = (on - 2 * long, on - long, on, next_day, next_day + long)
    except (ValueError, OverflowError):
        raise InvalidInput("bad_value", "There is no such day.", field="on", remedy="As 2026-03-01.") from None
    return _Windows(*(datetime.combine(day, time(), zone) for day in days))


def _rows(snapshot: Snapshot, spec: TrainedSpec, *columns: str) -> ibis.Table:
    """Give what was felt about the touchpoint, with `who` and `time`."""
    check(snapshot, "about", (spec.about,))
    check(snapshot, "unit", (*spec.trained, *spec.apart))
    if not spec.trained:
        raise InvalidInput("bad_value", "Nobody was trained.", field="trained", remedy="Name a part of the company.")
    snapshot.period(spec)  # refuses one that is none; a training has its own weeks
    inside = sorted(snapshot.definitions.units_below(spec.trained))
    without = sorted(set(snapshot.definitions.units_below(spec.apart)) - set(inside)) if spec.apart else []
    names = dict.fromkeys([*columns, "id", "occurred_at", "customer", "unit", "feeling", "kind", "about", "touchpoint"])
    rows = snapshot.selected(replace(spec, period="all"), *names)
    rows = judging(snapshot, sampled(rows), (spec.about,))
    rows = rows.filter(rows.feeling.notnull(), rows.unit.notnull())
    if without:
        rows = rows.filter(rows.unit.notin(without))
    who = ibis.ifelse(rows.unit.isin(inside), "trained", "others")
    rows = rows.mutate(who=who, time=_windows(snapshot, spec).time(rows))
    return rows.filter(rows.time.notnull())


def _differed(snapshot: Snapshot, spec: TrainedSpec) -> Differed:
    rows = _rows(snapshot, spec)
    rows = rows.mutate(person=rows.customer.coalesce(rows.id))
    sums = rows.group_by(["who", "time", "unit", "person"]).aggregate(n=rows.count(), s=rows.feeling.sum())
    return differed(snapshot.execute(sums))


def trained_evidence(lake: Lake, spec: TrainedSpec, which: Which) -> Evidence:
    """List what was felt, behind a number: `value` is the feeling, `group` who said it and when."""
    snapshot = lake.at(spec.as_of)
    rows = _rows(snapshot, spec, "channel", "text")
    rows = rows.mutate(value=rows.feeling, group=rows.who + " " + rows.time)
    if which.figure in FIGURES:
        times = NOW if which.figure == "effect" else EARLIER
        found = _differed(snapshot, spec)
        value = told_apart(found).value if which.figure == "effect" else found.earlier.value
        table = rows.filter(rows.time.isin(times))
        first = table.mutate(group=table.who + ibis.ifelse(table.time == times[0], " then", " now"))
        measure = "difference_of_differences" if value is not None else "unknown"
        return Evidence("interactions", measure, Listed(snapshot, first.drop("who", "time", "kind")))
    if which.column not in ("feeling", "n"):
        raise no_evidence(which)
    rows = rows.filter(rows.who == which.row.get("who"), rows.time == which.row.get("time"))
    measure = "mean" if which.column == "feeling" else "count"
    return Evidence("interactions", measure, Listed(snapshot, rows.drop("who", "time", "kind")))


@verb(TrainedSpec, key=("who", "time"), evidence=trained_evidence)
def trained(lake: Lake, spec: TrainedSpec) -> Result:
    """Say how feeling about a touchpoint moved where a training was held, against where none was.

    Shape
    -----
    One row per `who` (`trained`, `others`) and `time` (`earlier`, `then`, `now`): `feeling` float, null where nobody
    said anything; `n` int. Figures: `effect`, how much more feeling rose among the trained from the weeks before the
    training to those after it than among the others; null with fewer than 20 answers in one of the four cells, or
    where both had moved apart before; `parted`, the same for the weeks before that.

    Units
    -----
    Feeling from −1 to +1; differences of it.

    Uncertainty
    -----------
    Intervals of the four means together, linearised, with Student's t; clustered by unit where four or more stand on
    each side, else by customer.

    Raises
    ------
    NotFound
        `unknown_about`, `unknown_unit`.
    InvalidInput
        `bad_value` for `trained` and `on`.

    Source
    ------
    Card & Krueger (1994), difference in differences; Bertrand, Duflo & Mullainathan (2004) on clusters.
    """
    snapshot = lake.at(spec.as_of)
    found = _differed(snapshot, spec)
    effect = told_apart(found)
    return Result(
        verb="trained",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(effect.value, effect.low, effect.high),
        figures={
            "effect": Figure(effect.value, effect.low, effect.high, effect.n, "feeling", effect.method),
            "parted": Figure(found.earlier.value, found.earlier.low, found.earlier.high, found.earlier.n, "feeling",
                             f"the weeks before: {found.earlier.method}"),
        },
        columns=COLUMNS,
        rows=[{"who": who, "time": when, "feeling": found.means.get((who, when)), "n": found.counts.get((who, when), 0)}
              for who, when in CELLS],
        notes=_notes(found),
    )  # fmt: skip


def _answer(value: float | None, low: float | None, high: float | None) -> Sentence:
    if value is None or low is None or high is None:
        return Sentence("Nobody can tell yet whether feeling moved otherwise where the training was held.")
    values = {"change": f"{value:+.2f}", "low": f"{low:+.2f}", "high": f"{high:+.2f}"}
    if low <= 0 <= high:
        return Sentence("Feeling moved alike where the training was held and where none was: {change} more ({low} to"
                        " {high}).", values)  # fmt: skip
    return Sentence("Where the training was held feeling moved by {change} more than where none was ({low} to {high}).",
                    values)  # fmt: skip


def _notes(found: Differed) -> tuple[Sentence, ...]:
    notes = [Sentence("This is association: nobody drew by lot who was trained.")]
    if found.few:
        notes.append(
            Sentence("Fewer than {least} answers stand in one of the four cells.", {"least": say.count(LEAST)})
        )
    elif found.parted:
        notes.append(Sentence("Both had moved apart already in the weeks before, so nothing is said of the training."))
    elif found.earlier.value is None:
        notes.append(Sentence("Too little is known of the weeks before to see whether both went alike."))
    if not found.by_unit:
        notes.append(Sentence("Too few parts of the company to see how much each moves by itself."))
    return tuple(notes)
