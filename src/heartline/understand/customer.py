"""The verb `customer`: everything one person lived with the company, over all channels, newest first."""

from __future__ import annotations

import re
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field

from heartline.collect.recipe import IDENTIFIERS
from heartline.core import ids, say
from heartline.core.errors import InvalidInput, NotFound, unknown
from heartline.core.period import Period
from heartline.core.registry import Evidence, Which, no_evidence, verb
from heartline.core.result import AsOf, Column, Figure, Result
from heartline.core.selection import Selection, spec, to_dict
from heartline.core.sentence import Sentence
from heartline.listen.intervals import alone, mean_interval
from heartline.store.lake import Lake
from heartline.store.listing import Held, Listed, Order
from heartline.store.schema import INTERACTION
from heartline.store.snapshot import Snapshot

from .lived import NAMES, lived

MEANINGS = {field.name: field for field in INTERACTION}
MEASURED = {"feeling": "feeling", "wait_s": "s", "score": "scale", "amount": "currency", "cost": "currency"}
OPENED = ("score", "feeling", "wait_s", "amount", "cost")


@spec
class CustomerSpec(Selection):
    """Whose timeline, and how much of it.

    Parameters
    ----------
    customer
        The customer's id, `kind:hex`, or any identifier of theirs in that form; or
    identifier
        one in clear, `email:alice@example.org`: it is hashed under the lake's key and not kept. Without a kind before
        a colon it is tried as each kind that there is.
    period
        Here all of time is the default.
    limit, offset
        How many rows, from where.
    """

    customer: str | None = None
    identifier: str | None = None
    limit: Annotated[int, Field(ge=0)] = 200
    offset: Annotated[int, Field(ge=0)] = 0


def customer_evidence(lake: Lake, spec: CustomerSpec, which: Which) -> Evidence:
    """List the interactions behind a figure of a customer, or the one behind a row."""
    snapshot = lake.at(spec.as_of)
    rows = _timeline(snapshot, spec)[0]
    if which.figure is None:
        if which.column not in OPENED:
            raise no_evidence(which)
        rows = rows.filter(rows.id == which.row.get("id"), rows[which.column].notnull())
        return Evidence("interactions", "mean", Listed(snapshot, rows.mutate(value=rows[which.column].cast("float64"))))
    if which.figure == "interactions":
        return Evidence("interactions", "count", Listed(snapshot, rows.mutate(value=rows.feeling)))
    if which.figure == "feeling":
        felt = rows.filter(rows.feeling.notnull())
        return Evidence("interactions", "mean", Listed(snapshot, felt.mutate(value=felt.feeling)))
    if which.figure in ("first", "last"):
        raise no_evidence(which)
    for money in ("amount", "cost"):
        currency = which.figure.removeprefix(f"{money}_")
        if currency != which.figure:
            paid = rows.filter(rows[money].notnull(), rows.currency == currency)
            return Evidence("interactions", "sum", Listed(snapshot, paid.mutate(value=paid[money].cast("float64"))))
    raise unknown("figure", which.figure, ["interactions", "first", "last", "feeling"], field="figure")


@verb(CustomerSpec, key=("id",), evidence=customer_evidence, cached=False)
def customer(lake: Lake, spec: CustomerSpec) -> Result:
    """Show everything one customer lived with the company, on all channels, newest first.

    Shape
    -----
    One row per interaction: `id` str; `occurred_at` timestamp, as exact as `occurred_precision` str says; `action`
    and `arm` str, what Heartline did; `channel`, `touchpoint`, `stage`, `about`, `kind`,
    `event`, `source`, `ref`, `unit`, `product` str; `text` str; `score` float on `scale`; `feeling` float −1…+1;
    `wait_s` float; `succeeded` bool; `amount`, `cost` float in `currency`, negative when money went back; null where
    unknown. Newest first, ties by position in the source. Figures: `interactions`; `first`, `last`, days of company
    time; `feeling`, the mean; `amount_EUR`, … and `cost_EUR`, …, one for each currency: several are never added.

    Uncertainty
    -----------
    `feeling`: ∓ 1.96 standard errors of the person's own answers.

    Raises
    ------
    NotFound
        `unknown_customer` when nothing is known of that person; `unknown_identifier_kind`.
    InvalidInput
        `bad_value` when neither or both of customer and identifier are given.

    Privacy
    -------
    Shows one pseudonymous person whole. A clear identifier is used once and left out of the result.
    """
    snapshot = lake.at(spec.as_of)
    rows, who, whole = _timeline(snapshot, spec)
    known, listed = whole, Held(whole) if whole is not None else Listed(snapshot, rows)
    if known is None:
        known = snapshot.execute(rows.select("occurred_at", "feeling", "amount", "cost", "currency"))
    newest = listed.page(Order("occurred_at", newest_first=True, ties=("seq", "id")), spec.limit, spec.offset)
    figures = _figures(known, snapshot.definitions.settings["timezone"])
    plain = to_dict(spec)
    plain.pop("identifier", None)
    return Result(
        verb="customer",
        spec=plain | {"customer": who, "period": spec.period or "all"},
        as_of=AsOf(snapshot.version, snapshot.time),
        answer=_answer(figures),
        figures=figures,
        columns=tuple(_column(name) for name in NAMES),
        rows=[_row(row) for row in newest.select(list(NAMES)).to_pylist()],
        notes=_notes(known),
    )


def _timeline(snapshot: Snapshot, spec: CustomerSpec) -> tuple[ibis.Table, str, pa.Table | None]:
    """Give the rows of the person who is asked for, the person's id, and the rows as they were read.

    Whoever is asked for by the id that rows carry is found by reading these, without being looked up before. None is
    read where these are many, or only some are asked for.
    """
    if (spec.customer is None) == (spec.identifier is None):
        raise InvalidInput(
            "bad_value", "Name a customer, or an identifier in clear.", field="customer",
            remedy="customer=email:9f…, or identifier=email:alice@example.org.",
        )  # fmt: skip
    who, whole = _whom(snapshot, spec)
    chosen = _all_of_time(spec)
    rows = snapshot.selected(chosen, "customer", "seq", *NAMES)
    rows = rows.filter(rows.customer == who).drop("customer")
    plain = chosen.days == Period() and not chosen.row_filters and not chosen.segment
    return rows, who, whole if plain else None


def _whom(snapshot: Snapshot, spec: CustomerSpec) -> tuple[str, pa.Table | None]:
    """Give the id of the person who is asked for, and all of their rows, unless these are many."""
    if spec.customer:
        whole = lived(snapshot, spec.customer)
        if whole is None or whole.num_rows:
            return spec.customer, whole
        who = known_customer(snapshot, spec.customer)
    else:
        wanted = _pseudonyms(snapshot, str(spec.identifier))
        who = next((found for one in _seen(snapshot, wanted) if (found := _person(snapshot, one))), "")
        if not who:
            raise _unknown("identifier")
    return who, lived(snapshot, who)


def known_customer(snapshot: Snapshot, wanted: str) -> str:
    """Give the customer that an id or another identifier, `kind:hex`, belongs to.

    Raises
    ------
    NotFound
        `unknown_customer`.
    """
    who = _person(snapshot, wanted)
    if who is None:
        raise _unknown("customer")
    return who


def _unknown(field: str) -> NotFound:
    return NotFound(
        "unknown_customer", "Nothing is known of this customer.", field=field,
        remedy="Check the spelling, and the kind before the colon.",
    )  # fmt: skip


def _all_of_time(spec: CustomerSpec) -> Selection:
    """Give the spec's selection, over all of time unless it names a period."""
    names = Selection.__dataclass_fields__
    return Selection(
        **{name: getattr(spec, name) for name in names} | {"period": spec.period or "all", "compare": None}
    )


def _pseudonyms(snapshot: Snapshot, clear: str) -> list[str]:
    """Hash an identifier as an import does: without blanks around it, e-mail in lower case, phones as + and digits.

    Without a kind, as one of each kind: those of the company first.
    """
    kind, colon, value = (part.strip() for part in clear.partition(":"))
    if not (value if colon else kind) or (colon and not kind):
        raise InvalidInput(
            "bad_value", "An identifier has a kind and a value.", field="identifier",
            remedy="Write it like email:alice@example.org.",
        )  # fmt: skip
    if colon:
        return [_hashed(snapshot, kind, value)]
    kinds = {**snapshot.definitions.all("identifier_kind"), **IDENTIFIERS}
    return [_hashed(snapshot, one, kind) for one in kinds]


def _hashed(snapshot: Snapshot, kind: str, value: str) -> str:
    if kind == "email":
        value = value.lower()
    if kind == "phone":
        value = re.sub(r"[^0-9+]", "", value)
    return ids.identifier(kind, value, snapshot.lake.key)


def _seen(snapshot: Snapshot, wanted: list[str]) -> list[str]:
    """Leave out, of several identifiers, those that no row and no assertion carries: by one look instead of many."""
    if len(wanted) == 1:
        return wanted
    rows = snapshot.rows("customer", "identifier")
    rows = rows.filter(rows.customer.isin(wanted) | rows.identifier.isin(wanted)).distinct()
    known = {name for row in snapshot.execute(rows).to_pylist() for name in row.values()}
    ledger = snapshot.table("identities")
    for side in ("left", "right"):
        known.update(ledger.filter(pc.is_in(ledger[side], pa.array(wanted, pa.string())))[side].to_pylist())
    return [one for one in wanted if one in known]


def _person(snapshot: Snapshot, wanted: str) -> str | None:
    """Give the customer that an identifier belongs to; None when it was never seen."""
    for known in _names_of(snapshot, wanted):
        rows = snapshot.rows("customer", "identifier")
        found = rows.filter((rows.customer == known) | (rows.identifier == known)).select("customer").limit(1)
        people = snapshot.execute(found)["customer"].to_pylist()
        if people and people[0] is not None:
            return str(people[0])
    return None


def _names_of(snapshot: Snapshot, wanted: str) -> list[str]:
    """Give an identifier, then the others of its person by the identity ledger."""
    ledger = snapshot.table("identities")
    if not ledger.num_rows:
        return [wanted]
    state: dict[tuple[str, str], bool] = {}
    names, todo = [wanted], [wanted]
    while todo:
        some = pa.array(todo, pa.string())
        touched = ledger.filter(pc.or_(pc.is_in(ledger["left"], some), pc.is_in(ledger["right"], some)))
        for row in touched.select(["left", "right", "same"]).to_pylist():
            low, high = sorted((row["left"], row["right"]))
            state[low, high] = row["same"]
        todo = []
        for (left, right), same in state.items():
            for one, other in ((left, right), (right, left)):
                if same and one in names and other not in names:
                    names.append(other)
                    todo.append(other)
    return names


def _figures(known: pa.Table, zone: str) -> dict[str, Figure]:
    felt = [value for value in known["feeling"].to_pylist() if value is not None]
    sums = alone(felt)
    low, high = mean_interval(sums)
    method = "mean of what was felt; 1.96 standard errors"
    figures = {
        "interactions": Figure(known.num_rows, n=known.num_rows, method="all interactions of this customer"),
        "first": Figure(_day(known, zone, "min"), measured_in="day", method="first interaction, in company time"),
        "last": Figure(_day(known, zone, "max"), measured_in="day", method="last interaction, in company time"),
        "feeling": Figure(sums.mean if felt else None, low, high, len(felt), "feeling", method),
    }
    for money in ("amount", "cost"):
        paid = known.filter(pc.and_(pc.is_valid(known[money]), pc.is_valid(known["currency"])))
        for currency in sorted(set(paid["currency"].to_pylist())):
            part = paid.filter(pc.equal(paid["currency"], currency))
            total = float(pc.sum(part[money]).as_py())
            figures[f"{money}_{currency}"] = Figure(
                total, n=part.num_rows, measured_in=currency, method=f"sum of {money}"
            )
    return figures


def _day(known: pa.Table, zone: str, which: str) -> str | None:
    moments = known["occurred_at"]
    found = (pc.min(moments) if which == "min" else pc.max(moments)).as_py()
    if found is None:
        return None
    return str(found.astimezone(ZoneInfo(zone)).date())


def _row(row: dict[str, Any]) -> dict[str, Any]:
    money = {name: None if row[name] is None else float(row[name]) for name in ("amount", "cost")}
    return {name: money.get(name, row[name]) for name in NAMES}


def _column(name: str) -> Column:
    kinds = {pa.string(): "str", pa.float64(): "float", pa.bool_(): "bool"}
    field = MEANINGS[name]
    type_ = "timestamp" if pa.types.is_timestamp(field.type) else kinds.get(field.type, "float")
    return Column(name, type_, MEASURED.get(name, "UTC" if type_ == "timestamp" else "key"), field.meaning)


def _answer(figures: dict[str, Figure]) -> Sentence:
    values: dict[str, Any] = {"n": say.count(figures["interactions"].n), "first": figures["first"].value}
    values |= {"last": figures["last"].value, "feeling": say.number(_float(figures["feeling"].value), 2)}
    if not figures["interactions"].n:
        return Sentence("This customer did nothing in the period.")
    if figures["feeling"].n:
        return Sentence("{n} interactions from {first} to {last}, at a feeling of {feeling}.", values)
    return Sentence("{n} interactions from {first} to {last}; how they felt is not known.", values)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _notes(known: pa.Table) -> tuple[Sentence, ...]:
    currencies = sorted({code for code in known["currency"].to_pylist() if code})
    if len(currencies) < 2:
        return ()
    return (Sentence("Money in {currencies} is not added together.", {"currencies": ", ".join(currencies)}),)
