"""From the lake into the list of messages: what landed since each system was told last, and where it was told up to.

Messages and cursor are kept in one transaction, so that a process may be stopped at any moment. No more than a window
of messages waits for one system; the rest waits in the lake.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from heartline.act import envelopes, telling
from heartline.act.telling import Place, Wanted
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot
from heartline.store.steps import step

from . import kinds
from .making import keep, message
from .models import Cursor, Delivery, Endpoint, Refusals

WINDOW = 2_000
"""Messages that wait for one system at most, so that a million rows cost no more than these."""
AT_ONCE = 500
EVERY = timedelta(seconds=60)
"""Counts are told once in so long."""
GROUPS = 500
"""Touchpoints of one count at most."""
KEPT = timedelta(days=1)


def fan_out() -> int:
    """Make the messages that are due to be made; give how many."""
    snapshot = workspace().lake.at()
    made = 0
    beyond = Cursor.objects.filter(version__gt=snapshot.version)  # an older folder was restored: from now on
    beyond.update(version=snapshot.version, landed=0, after="")
    for endpoint in Endpoint.objects.filter(state=Endpoint.State.ON):
        room = WINDOW - Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.WAITING).count()
        for cursor in cursors(endpoint, snapshot.version):
            if cursor.version < snapshot.version and room > 0:
                count = _told(endpoint, cursor, snapshot, min(room, AT_ONCE))
                room, made = room - count, made + count
    return made + _refused()


def behind() -> bool:
    """Tell whether there is anything to be made: a cheap look, asked every moment."""
    hearing = Endpoint.objects.filter(state=Endpoint.State.ON)
    if not hearing.exists():
        return False
    newest = workspace().lake.manifest.newest().version
    new = Cursor.objects.filter(endpoint__in=hearing).exclude(version=newest).exists()
    return new or Refusals.objects.filter(told=False).exists()


def cursors(endpoint: Endpoint, newest: int) -> list[Cursor]:
    """Give up to where a system was told of what it hears; of what it hears for the first time, from now on."""
    wanted = {kinds.KINDS[kind].source for kind in endpoint.hears} - {"house"}
    known = {cursor.of: cursor for cursor in endpoint.cursors.all()}
    for of in sorted(wanted - set(known)):
        known[of], _ = Cursor.objects.get_or_create(endpoint=endpoint, of=of, defaults={"version": newest})
    return [known[of] for of in sorted(wanted)]


def _told(endpoint: Endpoint, cursor: Cursor, snapshot: Snapshot, most: int) -> int:
    """Make the next messages of one sort, and move its cursor; somebody else who did so meanwhile has done it."""
    since = Place(cursor.version, cursor.landed, cursor.after)
    messages, place = MAKERS[cursor.of](endpoint, cursor, snapshot, since, most)
    step("messages read")
    if place == since:
        return 0
    with transaction.atomic():
        same = Cursor.objects.filter(pk=cursor.pk, version=cursor.version, landed=cursor.landed, after=cursor.after)
        if not same.update(version=place.version, landed=place.landed, after=place.after, at=timezone.now()):
            return 0
        count = keep(messages)
        step("messages kept")
    step("messages committed")
    return count


def wanted(endpoint: Endpoint, snapshot: Snapshot, *, scored: bool = False) -> Wanted:
    """Give which interactions a system wants."""
    units = tuple(sorted(snapshot.definitions.units_below(endpoint.units))) if endpoint.units else ()
    score = (endpoint.scale, endpoint.low, endpoint.high) if scored else ("", None, None)
    return Wanted(tuple(endpoint.touchpoints), units, scored, *score, history=endpoint.history)


Made = tuple[list[Delivery], Place]


def _rows(endpoint: Endpoint, cursor: Cursor, snapshot: Snapshot, since: Place, most: int) -> Made:
    scored = cursor.of == "scores"
    kind = kinds.SCORE if scored else kinds.INTERACTION
    some = wanted(endpoint, snapshot, scored=scored)
    rows, place = telling.rows(snapshot, since, some, most, texts=endpoint.texts)
    return [
        message(
            endpoint, kind, envelopes.name(kind, row["id"]), row["occurred_at"], _plain(row), customer=row["customer"]
        )
        for row in rows
    ], place


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known, and our own bookkeeping."""
    return {name: value for name, value in row.items() if value is not None and name != "landed"}


def _counts(endpoint: Endpoint, cursor: Cursor, snapshot: Snapshot, since: Place, most: int) -> Made:
    if timezone.now() < cursor.at + EVERY:
        return [], since
    counts = telling.summed(snapshot, since, wanted(endpoint, snapshot), GROUPS)
    place = Place(snapshot.version)
    if not counts:
        return [], place
    name = envelopes.name(kinds.DIGEST, endpoint.pk, since.version, place.version, snapshot.time.isoformat())
    data = {
        "interactions": sum(one["interactions"] for one in counts),
        "by_touchpoint": [_plain(one) for one in counts],
        "since": telling.moment(snapshot, since.version),
    }
    return [message(endpoint, kinds.DIGEST, name, snapshot.time, data)], place


def _people(endpoint: Endpoint, cursor: Cursor, snapshot: Snapshot, since: Place, most: int) -> Made:
    rows, place = telling.moved(snapshot, since, most)
    return list(_moved(endpoint, snapshot, rows)), place


def _moved(endpoint: Endpoint, snapshot: Snapshot, rows: list[dict[str, Any]]) -> Iterator[Delivery]:
    for row in rows:
        kind, at = kinds.PARTED if row["parted"] else kinds.JOINED, telling.moment(snapshot, row["landed"])
        name = envelopes.name(kind, row["id"], at.isoformat())
        data = {"customer": row["customer"], "was": row["was"]}
        yield message(endpoint, kind, name, at, data, customer=row["customer"], other=row["was"])


def _imports(endpoint: Endpoint, cursor: Cursor, snapshot: Snapshot, since: Place, most: int) -> Made:
    done = telling.imported(snapshot, since)
    return [
        message(
            endpoint, kinds.IMPORTED, envelopes.name(kinds.IMPORTED, one["version"], one["at"].isoformat()), one["at"],
            {"source": one["source"], "interactions": one["interactions"]},
        )
        for one in done
    ], Place(snapshot.version)  # fmt: skip


MAKERS = {"rows": _rows, "scores": _rows, "digest": _counts, "people": _people, "imports": _imports}
"""Source of a kind -> what makes its messages."""


def _refused() -> int:
    """Tell of events that could not be used, once in a while, all of that time together."""
    waiting = list(Refusals.objects.filter(told=False).order_by("batch")[:GROUPS])
    if not waiting or timezone.now() < min(one.at for one in waiting) + EVERY:
        return 0
    counts: dict[str, int] = {}
    for one in waiting:
        for code, count in one.counts.items():
            counts[code] = counts.get(code, 0) + count
    name = envelopes.name(kinds.REFUSED, waiting[0].batch, waiting[-1].batch, waiting[0].at.isoformat())
    data = {"events": sum(counts.values()), "by_reason": counts}
    with transaction.atomic():
        if not Refusals.objects.filter(pk__in=[one.pk for one in waiting], told=False).update(told=True):
            return 0
        Refusals.objects.filter(told=True, at__lt=timezone.now() - KEPT).delete()
        return keep(
            message(to, kinds.REFUSED, name, waiting[-1].at, data)
            for to in Endpoint.objects.filter(state__in=(Endpoint.State.ON, Endpoint.State.PAUSED))
            if "refused" in to.hears
        )


@transaction.atomic
def begin_again() -> None:
    """Forget what was told: the data folder was emptied. Systems stay, and hear what comes from now on."""
    Delivery.objects.all().delete()
    Refusals.objects.all().delete()
    Cursor.objects.all().update(version=0, landed=0, after="")
