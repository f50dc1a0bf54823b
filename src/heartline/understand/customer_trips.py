"""The verb `customer_trips`: which journeys one person made, from when to when, and whether the goal was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.core import say
from heartline.core.chosen import CHOSEN
from heartline.core.errors import HeartlineError, unknown
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, build, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.store import selecting
from heartline.store.kernel import PER, Array, Columns
from heartline.store.lake import Lake
from heartline.store.schema import MOMENT
from heartline.store.snapshot import Snapshot

from . import question
from .customer import known_customer
from .lived import lived
from .question import Question, Walked
from .trip_rows import ARROW, listed

READ = ("id", "occurred_at", "seq", "customer", "ref", "touchpoint", "about", "kind")


@spec
class CustomerTripsSpec(Selection):
    """Whose trips.

    Parameters
    ----------
    customer
        The customer's id, `kind:hex`, or any identifier of theirs in that form.
    journey
        Only trips of this journey.
    period
        Here all of time is the default.
    """

    customer: str
    journey: str | None = None


def customer_trips_evidence(lake: Lake, spec: CustomerTripsSpec, which: Which) -> Evidence:
    """List the trips behind their number, a trip behind its duration, or its steps."""
    snapshot = lake.at(spec.as_of)
    found = _found(snapshot, spec)
    if which.figure is not None:
        if which.figure not in ("trips", "reached_goal", "open_trips"):
            raise unknown("figure", which.figure, ["trips", "reached_goal", "open_trips"], field="figure")
        keep = {"trips": None, "reached_goal": "reached_goal", "open_trips": "open"}[which.figure]
        rows = [trip.row for trip in found if keep is None or trip.row[keep]]
        return Evidence("trips", "count", _table([row | {"value": 1} for row in rows]))
    if which.column not in ("steps", "duration_s"):
        raise no_evidence(which)
    wanted = [which.row.get(name) for name in KEY]
    some = [trip for trip in found if [trip.row[name] for name in KEY] == wanted]
    if which.column == "duration_s":
        return Evidence("trips", "mean", _table([trip.row | {"value": trip.row["duration_s"]} for trip in some]))
    return Evidence("interactions", "count", pa.concat_tables([_EMPTY, *(trip.steps for trip in some)]))


KEY = ("journey", "owner", "trip")


@verb(CustomerTripsSpec, key=KEY, evidence=customer_trips_evidence)
def customer_trips(lake: Lake, spec: CustomerTripsSpec) -> Result:
    """List the trips that one customer made through the journeys, the latest first.

    Shape
    -----
    One row per trip: `journey` str; `owner` str, the customer, or the order, booking or ticket that the journey
    follows; `trip` int, counted from 1 for each owner; `start`, `end` timestamp; `steps` int; `path` str, its
    touchpoints; `reached_goal` bool; `open` bool, whether it may still reach it; `duration_s` float, from the first
    step to the last. The latest start first, ties by key. Figures: `trips`, `reached_goal`, `open_trips`.

    Units
    -----
    `duration_s` in seconds; times in UTC.

    Uncertainty
    -----------
    None: all there are.

    Raises
    ------
    NotFound
        `unknown_customer` when nothing is known of that person; `unknown_journey`.

    Privacy
    -------
    Shows one pseudonymous person.
    """
    snapshot = lake.at(spec.as_of)
    found = _found(snapshot, spec)
    counts = {
        "trips": len(found),
        "reached_goal": sum(trip.row["reached_goal"] for trip in found),
        "open_trips": sum(trip.row["open"] for trip in found),
    }
    methods = {"trips": "all trips", "reached_goal": "trips that reached their goal", "open_trips": "trips still open"}
    return Result(
        verb="customer_trips",
        spec=to_dict(spec) | {"period": spec.period or "all"},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(counts),
        figures={name: Figure(n, n=n, method=methods[name], counts="trips") for name, n in counts.items()},
        columns=COLUMNS,
        rows=[trip.row for trip in found],
    )


@dataclass(frozen=True)
class _Trip:
    """A trip, and its steps as evidence lists them."""

    row: dict[str, Any]
    steps: pa.Table


def _found(snapshot: Snapshot, spec: CustomerTripsSpec) -> list[_Trip]:
    """Cut the person's trips out of what they, and their orders and tickets, went through."""
    everything = build(Selection, {**{name: getattr(spec, name) for name in Selection.__dataclass_fields__}})
    for name, keys in everything.row_filters.items():
        selecting.check(snapshot, name, keys)
    whole = build(Selection, {"period": spec.period or "all", "as_of": spec.as_of})
    defined = snapshot.definitions.all("journey")
    if spec.journey is not None and spec.journey not in defined:
        raise unknown("journey", spec.journey, list(defined), field="journey")
    who, mine = _mine(snapshot, spec.customer, everything)
    found: list[_Trip] = []
    read: dict[str, pa.Table] = {}
    for key in [spec.journey] if spec.journey else defined:
        try:
            asked = question.ask(snapshot, whole, key)
        except HeartlineError:  # a journey that is ill defined is said on its own page
            continue
        per = asked.journey.per
        if per not in read:
            read[per] = _rows(snapshot, who, per, everything, mine)
        found += _cut(asked, read[per], who)
    found.sort(key=lambda trip: tuple(str(trip.row[name]) for name in KEY))
    found.sort(key=lambda trip: trip.row["start"], reverse=True)
    return found


def _mine(snapshot: Snapshot, wanted: str, selection: Selection) -> tuple[str, pa.Table]:
    """Give who is meant and all their rows; somebody else than who is named only where no row carries that id."""
    whole = lived(snapshot, wanted)
    who = wanted if whole is None or whole.num_rows else known_customer(snapshot, wanted)
    whole = whole if who == wanted else lived(snapshot, who)
    if whole is None:
        rows = _everybody(snapshot, selection)
        whole = snapshot.execute(rows.filter(rows.customer == who))
    return who, whole


def _everybody(snapshot: Snapshot, selection: Selection) -> ibis.Table:
    filters = {"product" if name == "category" else name for name in selection.row_filters}
    return snapshot.rows(*dict.fromkeys((*READ, *sorted(filters))))


def _rows(snapshot: Snapshot, who: str, per: str, selection: Selection, mine: pa.Table) -> pa.Table:
    """Give all rows of the person, or of their refs, in order; `wanted` marks those that match the filters."""
    table = mine
    refs = pc.unique(mine["ref"].drop_null())
    if per == "ref":
        rows = _everybody(snapshot, selection)
        table = mine.slice(0, 0)
        if len(refs) > selecting.LITERALS:
            table = snapshot.execute(rows.semi_join(snapshot.lake.engine.memory(pa.table({"ref": refs})), "ref"))
        elif len(refs):
            table = snapshot.execute(rows.filter(rows.ref.isin(refs.to_pylist())))
    table = table.append_column("wanted", _matching(snapshot, table, selection)).select([*READ, "wanted"])
    step = pc.and_(
        pc.is_valid(table["touchpoint"]), pc.invert(pc.fill_null(pc.equal(table["kind"], "assignment"), False))
    )
    places = pc.if_else(step, table["touchpoint"], pa.scalar(None, pa.string()))
    table = table.set_column(table.column_names.index("touchpoint"), "touchpoint", places)
    owner = PER[per]
    keep = pc.and_(pc.is_valid(table[owner]), pc.or_(step, pc.is_valid(table["about"])))
    keep = pc.and_(keep, pc.invert(pc.is_in(table["kind"], value_set=pa.array(CHOSEN))))
    order = [(owner, "ascending"), ("occurred_at", "ascending"), ("seq", "ascending"), ("id", "ascending")]
    if selection.segment and who not in _members(snapshot, selection.segment):
        keep = pc.and_(keep, pa.scalar(False))
    return table.filter(keep).sort_by(order).combine_chunks()


def _matching(snapshot: Snapshot, table: pa.Table, selection: Selection) -> pa.Array:
    """Tell which rows match the filters."""
    keep = pa.array(np.ones(table.num_rows, bool))
    for name, keys in selection.row_filters.items():
        column, values = selecting.accepted(snapshot, name, keys)
        found = pc.is_in(table[column], value_set=pa.array(values, pa.string()))
        keep = pc.and_(keep, pc.fill_null(found, False).combine_chunks())
    return keep


def _members(snapshot: Snapshot, key: str) -> set[str]:
    return set(snapshot.execute(selecting.segment(snapshot, key))["customer"].to_pylist())


def _cut(asked: Question, table: pa.Table, who: str) -> list[_Trip]:
    """Cut rows into trips, and keep those of the person that hold a wanted row."""
    columns = _columns(table, PER[asked.journey.per])
    walked = Walked(columns, asked)
    ours = np.array(columns.customers(walked.customer), object) == who
    before = np.concatenate(([0], np.cumsum(table["wanted"].to_numpy(zero_copy_only=False))))
    keep = np.flatnonzero(ours & (before[walked.trips.last] > before[walked.trips.first]))
    rows = listed(walked, keep).to_pylist()
    every = walked.all_trips
    nth = np.arange(len(every)) - np.searchsorted(every.owner, every.owner) + 1
    place = np.searchsorted(every.first, walked.trips.first[keep])
    return [
        _Trip(
            {"journey": asked.journey.key, "owner": row["owner"], "trip": int(nth[at])}
            | {column.name: row[column.name] for column in COLUMNS[3:]},
            _steps(walked, trip, table),
        )
        for row, at, trip in zip(rows, place.tolist(), keep.tolist(), strict=True)
    ]


def _columns(table: pa.Table, owner: str) -> Columns:
    """Give rows as a kernel would see them."""
    coded = {name: pc.dictionary_encode(table[name].combine_chunks()) for name in (owner, "customer", "touchpoint")}
    codes: dict[str, Array] = {
        name: part.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32) for name, part in coded.items()
    }
    names = {name: part.dictionary.to_pylist() for name, part in coded.items()}
    return Columns(
        {
            "owner": codes[owner],
            "time": table["occurred_at"].cast(pa.int64()).to_numpy(),
            "touchpoint": codes["touchpoint"],
            "customer": codes["customer"],
        },
        {"touchpoint": names["touchpoint"]},
        {
            "owner": lambda some: [names[owner][code] for code in some.tolist()],
            "customer": lambda some: [names["customer"][code] for code in some.tolist()],
        },
    )


def _steps(walked: Walked, trip: int, table: pa.Table) -> pa.Table:
    """List the steps of a walked trip."""
    places = np.arange(walked.first[trip], walked.first[trip + 1])
    rows = places if walked.rows is None else walked.rows[places]
    return (
        table.take(pa.array(rows)).select(_EMPTY.column_names[:-1]).append_column("value", pa.array(np.ones(len(rows))))
    )


_EMPTY = pa.table(
    {  # an array of a list would load pandas, for nobody
        "id": pa.nulls(0, pa.string()),
        "occurred_at": pa.nulls(0, MOMENT),
        "customer": pa.nulls(0, pa.string()),
        "touchpoint": pa.nulls(0, pa.string()),
        "value": pa.nulls(0, pa.float64()),
    }
)


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    kinds = {"str": pa.string(), "int": pa.int64(), "timestamp": MOMENT, "bool": pa.bool_(), "float": pa.float64()}
    fields = [pa.field(column.name, kinds[column.type]) for column in COLUMNS]
    return pa.Table.from_pylist(rows, schema=pa.schema([*fields, pa.field("value", pa.float64())]))


def _answer(counts: dict[str, int]) -> Sentence:
    if not counts["trips"]:
        return Sentence("This customer made none of the journeys.")
    return Sentence(
        "{n} trips; {reached} reached their goal, {open} are still open.",
        {"n": say.count(counts["trips"]), "reached": say.count(counts["reached_goal"]),
         "open": say.count(counts["open_trips"])},
    )  # fmt: skip


COLUMNS = (
    Column("journey", "str", "key", "the journey"),
    Column("owner", "str", "key", "the customer, or the order, booking or ticket that the journey follows"),
    Column("trip", "int", "count", "which of its owner's trips it is, counted from 1"),
    Column("start", "timestamp", "UTC", "its first step"),
    Column("end", "timestamp", "UTC", "its last step"),
    Column("steps", "int", "count", "how many steps it has"),
    Column("path", "str", "key", f"its touchpoints, with “{ARROW.strip()}” between"),
    Column("reached_goal", "bool", "", "whether it reached its goal"),
    Column("open", "bool", "", "whether it may still reach it"),
    Column("duration_s", "float", "s", "from its first step to its last"),
)
