"""Looks through texts that feel good for the names of employees; each text once, and only after it was read well."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isnan
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from heartline.listen.employees.naming import Mention, Names, Person, clause_of
from heartline.listen.text import embedding, meaning
from heartline.listen.text.reader import Reader, company
from heartline.listen.text.refining import mark
from heartline.listen.told import only
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.store.snapshot import Snapshot

from .. import addresses
from ..models import Compliment, Looked, Member

GOOD = 0.2
"""How a whole text has to feel, at least; the part that names somebody must not feel bad."""
AT_ONCE = 2_000
RECENT = timedelta(days=90)
"""What was said longer ago, when it came, is told to nobody."""
Row = dict[str, Any]


def up_to(lake: Lake) -> int | None:
    """Give the version up to which texts were read as well as they are; None before the first reading."""
    if not embedding.wanted():
        return int(lake.manifest.newest().version)
    read = mark(lake.folder)
    return None if read is None else read.version


def behind() -> bool:
    """Tell whether texts were read since names were looked for."""
    if not Member.objects.exists() and not User.objects.filter(is_active=True).exclude(name="").exists():
        return False
    there = up_to(workspace().lake)
    return there is not None and there > (Looked.objects.order_by("pk").values_list("version", flat=True).first() or 0)


def look() -> int:
    """Look through what was read since the last time; give how many compliments were found."""
    lake = workspace().lake
    there = up_to(lake)
    if there is None:
        return 0
    list_accounts()
    snapshot, found = lake.at(), 0
    reader = company(snapshot.definitions, lake.folder)
    names = _names(snapshot.definitions)
    while (step := _look(snapshot, there, names, reader)) is not None:
        found += step
    return found


def _look(snapshot: Snapshot, there: int, names: Names, reader: Reader) -> int | None:
    """Look through a part; None where nothing is left."""
    place, _ = Looked.objects.get_or_create(pk=1)
    if place.version >= there:
        return None
    rows = _texts(snapshot, place, there)
    praised = _praised(rows, names, reader)
    done = {"version": there, "landed": 0, "last": ""}
    if len(rows) == AT_ONCE:
        done = {"version": place.version, "landed": rows[-1]["landed"], "last": rows[-1]["id"]}
    with transaction.atomic():
        same = Looked.objects.filter(pk=1, version=place.version, landed=place.landed, last=place.last)
        if not same.update(**done):
            return 0  # another process was here
        before = Compliment.objects.count()
        Compliment.objects.bulk_create(praised, ignore_conflicts=True)
        return int(Compliment.objects.count() - before)


def _texts(snapshot: Snapshot, place: Looked, there: int) -> list[Row]:
    """Give the next texts of customers that feel good, in the order in which they landed."""
    names = ("id", "landed", "occurred_at", "text", "feeling", "unit", "kind")
    rows = only(snapshot.rows(*names), "customers")
    later: Any = rows.landed > max(place.version, place.landed)
    if place.last:
        later = later | ((rows.landed == place.landed) & (rows.id > place.last))
    rows = rows.filter(
        later, rows.landed <= there, rows.text.notnull(), rows.feeling >= GOOD,
        rows.occurred_at > timezone.now() - RECENT,
    )  # fmt: skip
    found: list[Row] = snapshot.execute(rows.order_by("landed", "id").limit(AT_ONCE)).to_pylist()
    return found


def _names(definitions: Definitions) -> Names:
    below = {key: definitions.units_below([key]) for key in definitions.all("unit")}

    def within(own: str, unit: str) -> bool:
        return own in below.get(unit, ()) or unit in below.get(own, ())

    people = [Person(one.pk, one.name, tuple(one.spoken), one.unit) for one in Member.objects.all()]
    return Names(people, within)


def _praised(rows: Sequence[Row], names: Names, reader: Reader) -> list[Compliment]:
    """Give the compliments in some texts: never one from a part of a text that feels bad."""
    named = [(row, one) for row in rows for one in names.find(row["text"], row["unit"] or "")]
    if not named:
        return []
    felt = _felt(reader, [row["text"] for row, _ in named], [clause_of(row["text"], one) for row, one in named])
    wanted = set(Member.objects.filter(thanked=True).values_list("pk", flat=True))
    bad = {(row["id"], key) for (row, one), feels in zip(named, felt, strict=True) if feels < 0 for key in one.keys}
    made: dict[tuple[str, int], Compliment] = {}
    for (row, one), feels in zip(named, felt, strict=True):
        sure = one.sure and not isnan(feels)
        for key in one.keys:
            there = made.get((row["id"], key))
            if key not in wanted or (row["id"], key) in bad:
                continue
            if there is None or (sure and there.state == Compliment.State.UNSURE):
                made[row["id"], key] = _compliment(row, one, key, sure=sure)
    return list(made.values())


def _compliment(row: Row, one: Mention, key: int, *, sure: bool) -> Compliment:
    state = Compliment.State.GIVEN if sure else Compliment.State.UNSURE
    return Compliment(
        interaction=row["id"][:500], member_id=key, form=one.words[:150], unit=row["unit"] or "", state=state,
        said_at=row["occurred_at"],
    )  # fmt: skip


def _felt(reader: Reader, texts: Sequence[str], parts: Sequence[str]) -> list[float]:
    """Read how parts of texts feel: as the whole where they are all of it; NaN where that cannot be told."""
    whole = [text == part for text, part in zip(texts, parts, strict=True)]
    found = reader.read_fast(parts, reader.read_fast(texts).languages).feelings
    if embedding.wanted():
        better = reader.read(parts, meaning.read(reader.embedder, list(parts)).middles()).feelings
        found = np.where(np.isnan(better), found, np.fmin(better, found))  # the one that is less kind
    return [0.0 if alone and isnan(one) else one for one, alone in zip(found.tolist(), whole, strict=True)]


@transaction.atomic
def list_accounts() -> None:
    """Put whoever signs in here and has a name on the list, or know them for who stands there with their address."""
    listed = set(Member.objects.exclude(user=None).values_list("user_id", flat=True))
    for user in User.objects.filter(is_active=True).exclude(name="").exclude(pk__in=listed):
        same = Member.objects.filter(email_digest=addresses.digest(user.email), user=None).first()
        if same is not None:
            Member.objects.filter(pk=same.pk).update(user=user)
        else:
            unit = user.units[0] if len(user.units) == 1 else ""
            Member.objects.create(name=user.name[:150], user=user, unit=unit)
