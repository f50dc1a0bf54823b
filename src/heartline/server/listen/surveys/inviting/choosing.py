"""Whom a wish is for: read from the lake, and what is known of them from the contact data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import ibis
import pyarrow.compute as pc
from django.utils import timezone

from heartline.collect.together import names_of
from heartline.core.selection import Selection
from heartline.server.shell import reaching
from heartline.server.shell.eligible import Candidate
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

from .values import Wish


def selection(snapshot: Snapshot, wish: Wish) -> Selection:
    """Give the rows that a wish looks at: those of the last days by the company's calendar, or all."""
    period = "all"
    if wish.days:
        zone = ZoneInfo(snapshot.definitions.settings["timezone"])
        today = timezone.now().astimezone(zone).date()
        period = f"{today - timedelta(days=wish.days)}/"
    return Selection(
        period=period, segment=wish.segment or None, unit=(wish.unit,) if wish.unit else (),
        touchpoint=(wish.touchpoint,) if wish.touchpoint else (),
    )  # fmt: skip


def people(wish: Wish, name: str) -> list[Candidate]:
    """Give everybody whom a wish is for, with the unit that they had to do with last.

    Parameters
    ----------
    name
        Of the sending: with a person's it names one ask for ever.
    """
    snapshot = workspace().lake.at()
    rows = snapshot.selected(selection(snapshot, wish), "customer", "unit", "occurred_at")
    rows = rows.filter(rows.customer.notnull())
    each = rows.group_by("customer").aggregate(unit=rows.unit.argmax(rows.occurred_at))
    found = snapshot.execute(each.order_by("customer"))
    customers, units = found["customer"].to_pylist(), found["unit"].to_pylist()
    whose = meant(wish, customers)
    return [
        Candidate(person, f"{name}:{person}", unit, person in whose if whose is not None else True)
        for person, unit in zip(customers, units, strict=True)
    ]


def meant(wish: Wish, customers: Sequence[str]) -> set[str] | None:
    """Give those of some customers who are what a wish wants them to be now; None where it wants nothing.

    Whoever is asked about something that happened has to be in the segment when they are asked.
    """
    inside = _inside(wish.segment) if wish.after and wish.segment else None
    known = _of_trait(wish, customers) if wish.trait else None
    if inside is None or known is None:
        return inside if known is None else known
    return inside & known


def _inside(segment: str) -> set[str]:
    snapshot = workspace().lake.at()
    rows = snapshot.selected(Selection(period="all", segment=segment), "customer").distinct()
    return set(snapshot.execute(rows)["customer"].to_pylist())


def _of_trait(wish: Wish, customers: Sequence[str]) -> set[str]:
    names = names_of(workspace().lake.at(), customers)
    trait = wish.trait.lower()
    known = reaching.known(names, (trait, f"traits.{trait}"))
    wanted = wish.trait_is.strip().lower()
    having = {
        names[who] for who, values in known.items()
        if any(value.strip().lower() == wanted or (not wanted and value.strip()) for value in values.values())
    }  # fmt: skip
    return {person for person in customers if names[person] in having}


@dataclass(frozen=True)
class Happened:
    """Something that somebody is to be asked about."""

    id: str
    person: str
    unit: str | None
    ref: str | None
    at: datetime


@dataclass(frozen=True)
class Place:
    """Up to where the lake was looked through: all of `version`, and of later ones up to a row."""

    version: int
    landed: int = 0
    last: str = ""


def happened(snapshot: Snapshot, wish: Wish, since: Place, most: int) -> tuple[list[Happened], Place, int]:
    """Give what happened since, in the order in which it landed, the place behind it, and how much came too late.

    Parameters
    ----------
    most
        So many rows at a time.
    """
    assert wish.after is not None
    rows = _news(snapshot, wish, since).order_by("landed", "id").limit(most)
    found = snapshot.execute(rows.select("id", "customer", "unit", "ref", "occurred_at", "landed"))
    place = Place(snapshot.version)
    if found.num_rows == most:
        place = Place(since.version, found["landed"][-1].as_py(), found["id"][-1].as_py())
    oldest = timezone.now() - wish.after.delay - wish.after.window
    there = found.filter(pc.greater_equal(found["occurred_at"], oldest)).to_pylist()
    made = [Happened(row["id"], row["customer"], row["unit"], row["ref"], row["occurred_at"]) for row in there]
    return made, place, found.num_rows - len(made)


def lately(wish: Wish, days: int) -> dict[str, int]:
    """Count by unit what happened in the last days that somebody would be asked about."""
    snapshot = workspace().lake.at()
    rows = _news(snapshot, wish, Place(-1))
    rows = rows.filter(rows.occurred_at > ibis.literal(timezone.now() - timedelta(days=days)))
    found = snapshot.execute(rows.group_by("unit").aggregate(number=rows.count()))
    return {unit or "": number for unit, number in zip(*(found[name].to_pylist() for name in ("unit", "number")),
                                                       strict=True)}  # fmt: skip


def _news(snapshot: Snapshot, wish: Wish, since: Place) -> ibis.Table:
    after = wish.after
    assert after is not None
    rows = snapshot.rows("id", "customer", "unit", "ref", "occurred_at", "landed", "touchpoint", "event", "kind")
    later: Any = rows.landed > max(since.version, since.landed)
    if since.last:
        later = later | ((rows.landed == since.landed) & (rows.id > since.last))
    wanted = [later, rows.customer.notnull(), rows.kind.fill_null("") == "event"]
    if after.touchpoint:
        wanted.append(rows.touchpoint == after.touchpoint)
    if after.event:
        wanted.append(rows.event == after.event)
    if wish.unit:
        wanted.append(rows.unit.isin(sorted(snapshot.definitions.units_below([wish.unit]))))
    return rows.filter(*wanted)
