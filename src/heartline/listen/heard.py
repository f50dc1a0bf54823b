"""The verb `heard`: how much people say, and how it feels, from day to day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import ibis

from heartline.core import say
from heartline.core.errors import unknown
from heartline.core.period import parse_period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store.clock import calendar, span
from heartline.store.lake import Lake
from heartline.store.listing import Listed
from heartline.store.selecting import within
from heartline.store.snapshot import Snapshot

from .clusters import clustered, sums
from .intervals import Sums, mean_interval, wilson
from .pieces import COUNTED, Pieces, counts, of_kind, pieces

FELT = {"feeling": "mean", "unhappy": "share", "feeling_n": "count"}
COLUMNS = (
    Column("period", "str", "key", "company time, as a selection reads it"),
    Column("feedback", "int", "count", "answers on a scale and texts"),
    Column("texts", "int", "count", "of these, with a text"),
    Column("scored", "int", "count", "of these, with an answer on a scale"),
    Column("good", "int", "count", "of these, with a feeling above 0"),
    Column("bad", "int", "count", "of these, with a feeling below 0"),
    Column("feeling", "float", "feeling", "mean feeling; null where none is known"),
    Column("feeling_low", "float", "feeling", "lower end of the 95 % interval"),
    Column("feeling_high", "float", "feeling", "upper end of it"),
    Column("feeling_n", "int", "count", "pieces of known feeling"),
    Column("unhappy", "float", "share", "of these, those with a feeling below 0"),
    Column("unhappy_low", "float", "share", "lower end of the 95 % interval"),
    Column("unhappy_high", "float", "share", "upper end of it"),
)


@spec
class HeardSpec(Pieces):
    """Which feedback, and how finely it is told apart in time.

    Parameters
    ----------
    feeling, theme, only, since
        Which pieces: see `heartline.listen.pieces`.
    every
        A row per `day`, `week` or `month` of company time.
    """

    every: Literal["day", "week", "month"] = "day"


def heard_evidence(lake: Lake, spec: HeardSpec, which: Which) -> Evidence:
    """List the pieces behind a number: `value` is the feeling, or 1 and 0 for unhappy and not."""
    snapshot = lake.at(spec.as_of)
    rows = pieces(
        snapshot, spec, "id", "occurred_at", "customer", "channel", "touchpoint", "about", "unit", "text", "score",
        "scale", "feeling",
    )  # fmt: skip
    name = str(which.figure or which.column)
    if name not in (*COUNTED, *FELT):
        raise unknown("figure", name, [*COUNTED, *FELT], field="figure") if which.figure else no_evidence(which)
    if which.figure is None:
        rows = within(snapshot, rows, parse_period(str(which.row.get("period"))))
    if name in COUNTED:
        rows = of_kind(rows, name)
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))
    rows = rows.filter(rows.feeling.notnull())
    value = (rows.feeling < 0).cast("int64") if name == "unhappy" else rows.feeling
    return Evidence("interactions", FELT[name], Listed(snapshot, rows.mutate(value=value)))


@verb(HeardSpec, key=("period",), evidence=heard_evidence)
def heard(lake: Lake, spec: HeardSpec) -> Result:
    """Say how much people answer and write, and how it feels, from day to day.

    Shape
    -----
    One row per day, week or month with feedback, the first to the last: `period` str, company time; `feedback`,
    `texts`, `scored`, `good`, `bad` int; `feeling` float, null where none is known, with `feeling_low`,
    `feeling_high` and `feeling_n`; `unhappy` float, share of pieces of known feeling that are below 0, with
    `unhappy_low`, `unhappy_high`. A day without feedback has no row.

    Units
    -----
    Feeling −1…+1; shares 0–1.

    Uncertainty
    -----------
    Feeling: ∓ 1.96 standard errors. Share: Wilson. Both clustered by customer. Counts are of all there is.

    Raises
    ------
    NotFound
        `unknown_scale`, `unknown_about`, `unknown_theme`, …
    """
    snapshot = lake.at(spec.as_of)
    rows = pieces(snapshot, spec, "occurred_at", "customer", "text", "score", "feeling")
    rows = rows.mutate(period=calendar(snapshot, rows.occurred_at, spec.every, snapshot.period(spec)))
    counted = snapshot.execute(rows.group_by("period").aggregate(**counts(rows))).to_pylist()
    felt = rows.filter(rows.feeling.notnull())
    felt = felt.mutate(unhappy=(felt.feeling < 0).cast("float64"))
    by_period = _felt(snapshot, felt, ["period"])
    whole = next(iter(_felt(snapshot, felt, []).values()), _nothing())
    shaped = [
        {"period": span(row["period"], spec.every), **{name: int(row[name] or 0) for name in COUNTED},
         **by_period.get(row["period"], _nothing())}
        for row in sorted(counted, key=lambda row: row["period"])
    ]  # fmt: skip
    numbers = {name: sum(row[name] for row in shaped) for name in COUNTED}
    return Result(
        verb="heard",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(numbers, whole),
        figures=_figures(numbers, whole),
        columns=COLUMNS,
        rows=shaped,
    )


def _felt(snapshot: Snapshot, felt: ibis.Table, keys: Sequence[str]) -> dict[Any, dict[str, Any]]:
    """Give how it felt, by group; by None where there are no groups."""
    found = snapshot.execute(clustered(felt, keys, ("feeling", "unhappy"))).to_pylist()
    return {row.get("period"): _told(row) for row in found if row["n"]}


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    feeling, unhappy = sums(row, "feeling"), sums(row, "unhappy")
    low, high = mean_interval(feeling)
    first, last = _share(unhappy)
    return {"feeling": feeling.mean, "feeling_low": low, "feeling_high": high, "feeling_n": feeling.n,
            "unhappy": unhappy.mean, "unhappy_low": first, "unhappy_high": last}  # fmt: skip


def _share(unhappy: Sums) -> tuple[float, float] | tuple[None, None]:
    return wilson(unhappy.mean, unhappy.effective)


def _nothing() -> dict[str, Any]:
    names = ("feeling", "feeling_low", "feeling_high", "unhappy", "unhappy_low", "unhappy_high")
    return dict.fromkeys(names) | {"feeling_n": 0}


def _figures(numbers: Mapping[str, int], whole: Mapping[str, Any]) -> dict[str, Figure]:
    made = {name: Figure(numbers[name], n=numbers[name], method=f"{name} in this selection") for name in COUNTED}
    n, ends = whole["feeling_n"], ("feeling", "unhappy")
    made |= {
        name: Figure(
            whole[name], whole[f"{name}_low"], whole[f"{name}_high"], n, "share" if name == "unhappy" else "feeling",
            "share of pieces of known feeling that are below 0; Wilson interval" if name == "unhappy"
            else "mean of the pieces whose feeling is known; 1.96 standard errors",
        )
        for name in ends
    }  # fmt: skip
    return made


def _answer(numbers: Mapping[str, int], whole: Mapping[str, Any]) -> Sentence:
    if not numbers["feedback"]:
        return Sentence("Nobody has answered or written anything here.")
    values = {"feedback": say.count(numbers["feedback"]), "n": say.count(whole["feeling_n"])}
    if whole["unhappy_low"] is None:
        return Sentence("{feedback} pieces of feedback.", values)
    values |= {name: say.share(whole[f"unhappy{end}"]) for name, end in
               (("share", ""), ("low", "_low"), ("high", "_high"))}  # fmt: skip
    return Sentence(
        "{feedback} pieces of feedback: {share} of the {n} of known feeling are unhappy (between {low} and {high}).",
        values,
    )
