"""The verb `touchpoints`: who was where, how it felt, how often it went wrong, and how trips end after that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from heartline.core import say
from heartline.core.registry import verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import to_dict
from heartline.core.sentence import Sentence
from heartline.listen.intervals import Sums, mean_interval, welch, wilson
from heartline.store.lake import Lake

from .reach import Reach, Reached, TouchpointsSpec, reached
from .splitting import BY
from .touchpoints_evidence import touchpoints_evidence


@verb(TouchpointsSpec, key=("touchpoint", "period", *BY), evidence=touchpoints_evidence)
def touchpoints(lake: Lake, spec: TouchpointsSpec) -> Result:
    """Say at which touchpoints it hurts: who was there, how it felt, how often it went wrong, how trips ended.

    Shape
    -----
    One row per touchpoint at which something happened or that somebody judged: `touchpoint`, `label` str; `stage`,
    `channel`, `department` str, null where undefined; `interactions` int at it; `people` int, known people who were
    there or judged it; `people_unknown` float, share of its interactions and judgements by nobody known; `feeling`
    float −1…+1, mean of what was felt about it; `share_bad` float 0–1, of experiences known to be good or bad;
    `after_good`, `after_bad`, `after_none` float −1…+1, mean last feeling of closed trips that had it good, had it
    bad, never came; `contrast` float −2…+2, after_good − after_bad; each of these with `_low`, `_high`, `_n`;
    `answers_only` bool, whether good and bad are known from answers alone, not from facts; `hurts` float, people ×
    share_bad × contrast. Null where nothing is known. Ordered by `hurts`, then people × share_bad. With `every` also
    `period` str, with `by` that column, str, null where unknown, and no `after_none`; ordered by touchpoint, then that.

    Uncertainty
    -----------
    Means: ∓ 1.96 standard errors; shares: Wilson; contrast: Welch. All clustered by customer.

    Raises
    ------
    NotFound
        `unknown_journey`, `unknown_touchpoint`, …

    Source
    ------
    Bad and good as in the project's definitions, section Journeys. What trips felt after a touchpoint is association.
    """
    snapshot = lake.at(spec.as_of)
    found = reached(snapshot, spec)
    defined = snapshot.definitions.all("touchpoint")
    split = "period" if spec.every else spec.by
    rows = [
        _row(key, defined.get(key, {}), reach, {split: group} if split else {})
        for (key, group), reach in found.places.items()
        if reach.contacts
    ]
    if split:
        rows.sort(key=lambda row: (row["touchpoint"], row[split] is None, row[split]))
    else:
        rows.sort(key=_order)
    return Result(
        verb="touchpoints",
        spec=to_dict(spec) | {"period": str(snapshot.period(spec))},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_split_answer(rows, split) if split else _answer(rows, _circular(found)),
        figures=_figures(found),
        columns=_columns(split),
        rows=rows,
        notes=_notes(found, spec),
    )


def _row(key: str, body: Mapping[str, Any], reach: Reach, group: dict[str, str | None]) -> dict[str, Any]:
    row: dict[str, Any] = {"touchpoint": key, "label": body.get("label") or key}
    row |= {name: body.get(name) for name in ("stage", "channel", "department")} | group
    row |= {
        "interactions": reach.interactions,
        "people": reach.people,
        "people_unknown": reach.unknown / reach.contacts,
    }
    row |= _mean("feeling", reach.feeling)
    bad = reach.bad
    low, high = wilson(bad.mean, bad.effective) if bad.n else (None, None)
    row |= _measured("share_bad", bad.mean if bad.n else None, low, high, bad.n)
    row["answers_only"] = bool(bad.n and not reach.facts)
    row |= _mean("after_good", reach.good_end) | _mean("after_bad", reach.bad_end)
    row |= _measured("after_none", None, None, None, 0) if group else _mean("after_none", reach.no_end)
    contrast, low, high = welch(reach.good_end, reach.bad_end)
    row |= _measured("contrast", contrast, low, high, reach.good_end.n + reach.bad_end.n)
    share = row["share_bad"]
    row["hurts"] = None if contrast is None or share is None else reach.people * share * contrast
    return row


def _mean(name: str, sums: Sums) -> dict[str, Any]:
    low, high = mean_interval(sums)
    return _measured(name, sums.mean if sums.n else None, low, high, sums.n)


def _measured(name: str, value: float | None, low: float | None, high: float | None, n: int) -> dict[str, Any]:
    return {name: value, f"{name}_low": low, f"{name}_high": high, f"{name}_n": n}


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    hurts = row["hurts"]
    return (
        hurts is None,
        -(hurts or 0),
        -row["people"] * (row["share_bad"] or 0),
        -row["interactions"],
        row["touchpoint"],
    )


def _figures(found: Reached) -> dict[str, Figure]:
    total = found.total
    share = total.unknown / total.contacts if total.contacts else None
    return {
        "interactions": Figure(total.interactions, n=total.interactions, method="interactions at any touchpoint"),
        "people": Figure(total.people, n=total.people, method="known people", counts="customers"),
        "people_unknown": Figure(
            share, n=total.contacts, measured_in="share", method="interactions and judgements by nobody known"
        ),
        "trips": Figure(found.closed, n=found.closed, method="closed trips", counts="trips"),
        "open_trips": Figure(
            found.open, n=found.open, method="trips that may still go on; in no share", counts="trips"
        ),
    }


def _circular(found: Reached) -> list[str]:
    """Give the touchpoints known by what was felt about them alone: that is how those trips end, too."""
    facts = {key for (key, _), reach in found.places.items() if reach.facts}
    return sorted({key for (key, _), reach in found.places.items() if reach.bad.n} - facts)


def _split_answer(rows: list[dict[str, Any]], split: str) -> Sentence:
    number, places = len({row[split] for row in rows}), len({row["touchpoint"] for row in rows})
    return Sentence("{places} touchpoints, split into {n} by {split}.", {"places": places, "n": number, "split": split})


def _answer(rows: list[dict[str, Any]], circular: Collection[str]) -> Sentence:
    """Name where it hurts most, if anything is known of it; first among those known by facts."""
    if not rows:
        return Sentence("Nothing happened here.")
    worst = min(rows, key=lambda row: (not (row["hurts"] or 0) > 0, row["touchpoint"] in circular, _order(row)))
    values = {"label": worst["label"], "share": say.share(worst["share_bad"]), "n": say.count(worst["share_bad_n"])}
    if worst["hurts"] is not None and worst["hurts"] > 0:
        values |= {"good": say.number(worst["after_good"], 2), "bad": say.number(worst["after_bad"], 2)}
        return Sentence(
            "{label} hurts most: {share} of {n} had it bad; their trips end at a feeling of {bad} instead of {good}.",
            values,
        )
    known = [row for row in rows if row["share_bad"]]
    if not known:
        return Sentence("Nothing is known yet of what went wrong at these {n} touchpoints.", {"n": len(rows)})
    worst = max(known, key=lambda row: row["people"] * row["share_bad"])
    values = {"label": worst["label"], "share": say.share(worst["share_bad"]), "n": say.count(worst["share_bad_n"])}
    return Sentence("At {label} {share} of {n} had it bad; how their trips end tells no difference yet.", values)


def _notes(found: Reached, spec: TouchpointsSpec) -> tuple[Sentence, ...]:
    notes = [
        Sentence("How trips end after a touchpoint is association: it does not prove that the touchpoint is the cause.")
    ]
    circular = _circular(found)
    if circular:
        keys = ", ".join(sorted(circular))
        told = "What went wrong is known from answers alone at: {keys}. Trips may end with those very answers."
        notes.append(Sentence(told, {"keys": keys}))
    if found.total.unknown:
        share = {"share": say.share(found.total.unknown / found.total.contacts)}
        notes.append(
            Sentence("{share} of the interactions are of nobody known; they are in no trip of a customer.", share)
        )
    whole = "Everything that a customer did in the period counts as one trip."
    after = "What happened after a trip, before its owner's next one, counts as its outcome."
    notes.append(Sentence(after if spec.journey else whole))
    if found.open:
        notes.append(Sentence("{n} trips are still open and in no share.", {"n": say.count(found.open)}))
    return tuple(notes)


def _with_interval(name: str, type_: str, measured_in: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, type_, measured_in, meaning),
        Column(f"{name}_low", "float", measured_in, "lower end of its 95 % interval"),
        Column(f"{name}_high", "float", measured_in, "upper end of its 95 % interval"),
        Column(f"{name}_n", "int", "count", "what it rests on"),
    )


def _columns(split: str | None) -> tuple[Column, ...]:
    """Give the columns; what touchpoints are split by replaces a column of the same name, or follows the names."""
    if split is None:
        return COLUMNS
    meaning = "company time, as a selection reads it" if split == "period" else f"{split} there; null where unknown"
    column = Column(split, "str", "key", meaning)
    if any(one.name == split for one in COLUMNS):
        return tuple(column if one.name == split else one for one in COLUMNS)
    return (*COLUMNS[:NAMES], column, *COLUMNS[NAMES:])


NAMES = 5
"""So many columns say which touchpoint a row is about."""
COLUMNS = (
    Column("touchpoint", "str", "key", "the touchpoint"),
    Column("label", "str", "text", "its name for people"),
    Column("stage", "str", "key", "its stage; null where undefined"),
    Column("channel", "str", "key", "its channel; null where undefined"),
    Column("department", "str", "text", "who is accountable for it; null where undefined"),
    Column("interactions", "int", "count", "interactions at it"),
    Column("people", "int", "count", "known people who were there or judged it"),
    Column("people_unknown", "float", "share", "share of its interactions and judgements by nobody known"),
    *_with_interval("feeling", "float", "feeling", "mean of what was felt about it"),
    *_with_interval("share_bad", "float", "share", "share of experiences there that were bad, of those known"),
    Column("answers_only", "bool", "", "whether what went wrong is known from answers alone"),
    *_with_interval("after_good", "float", "feeling", "mean last feeling of trips that had it good"),
    *_with_interval("after_bad", "float", "feeling", "mean last feeling of trips that had it bad"),
    *_with_interval("after_none", "float", "feeling", "mean last feeling of trips that never came here"),
    *_with_interval("contrast", "float", "feeling", "after_good − after_bad; association, not cause"),
    Column("hurts", "float", "people × feeling", "people × share_bad × contrast"),
)
