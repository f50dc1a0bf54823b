"""Keeps what belongs to a batch and not into the lake, in one transaction that is durable before the lake has it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import msgspec
from django.db import Error, close_old_connections, transaction
from django.db.models import F
from django.utils import timezone

from heartline.collect.inbox import Received, tally
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.taking import Refusal
from heartline.core.errors import Unavailable
from heartline.server.shell import arriving
from heartline.server.shell.sealed import seal

from .models import Batch, Count, Held

LANDED, AGAIN, LEFT, AT_PORT = "landed", "again", "left:", "port:"
BATCHES = ("batch", "import")
MOST_HELD = 10_000
"""Events of a batch that are kept to be tried again; more are counted only."""


class Desk:
    """The keeper of a server's loader."""

    def keep(self, batch: Kept) -> None:
        """Keep it; what was told before under the same number is replaced.

        Raises
        ------
        Unavailable
            `database_away`.
        """
        try:
            close_old_connections()
            with transaction.atomic():
                _record(batch)
                _hold(batch)
                arriving.tell(batch)
        except Error as error:
            raise _away(error) from error

    def landed(self, number: int, version: int, seconds: dict[str, float], lag_s: float) -> None:
        """Note when it landed; whoever cannot is not waited for."""
        rounded = {name: round(value, 4) for name, value in seconds.items()}
        try:
            Batch.objects.filter(number=number).update(
                landed_at=timezone.now(), version=version, seconds=rounded, lag_s=round(lag_s, 3)
            )
        except Error as error:
            raise _away(error) from error


def _away(error: Error) -> Unavailable:
    return Unavailable(
        "database_away", f"The operational database cannot be reached: {error}.", remedy="See to it; nothing is lost."
    )


def moment(at_us: int) -> datetime:
    """Give a moment in microseconds as one."""
    return datetime.fromtimestamp(at_us / 1e6, UTC)


def _record(batch: Kept) -> None:
    """Write the batch down, and its counts to those of its day."""
    day = moment(batch.oldest_us).date()
    counts = _counts(batch)
    before = Batch.objects.filter(number=batch.number).first()
    changes = Counter(counts)
    if before is not None:
        changes.subtract({(source, what): number for source, what, number in before.counts})
    _count(day, changes)
    Batch.objects.update_or_create(
        number=batch.number,
        defaults={
            "at": moment(batch.oldest_us), "requests": len(batch.received), "events": batch.events,
            "landed": batch.landed.total(), "known": batch.known, "refused": len(batch.refused),
            "counts": [[source, what, number] for (source, what), number in counts.items()],
        },
    )  # fmt: skip


def _counts(batch: Kept) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    found.update({(source, LANDED): number for source, number in batch.landed.items()})
    found.update({(source, AGAIN): number for source, number in batch.again.items()})
    found.update((batch.received[one.received].source, one.code) for one in batch.refused)
    found.update({("", f"{LEFT}{why}"): number for why, number in batch.left_out.items() if number})
    found.update({("", f"{AT_PORT}{code}"): number for code, number in tally.read(batch.received).items()})
    return found


def _count(day: date, changes: Counter[tuple[str, str]]) -> None:
    for (source, what), number in changes.items():
        if number:
            Count.objects.get_or_create(day=day, source=source, what=what)
            Count.objects.filter(day=day, source=source, what=what).update(number=F("number") + number)


def _hold(batch: Kept) -> None:
    """Keep the events that could not be used."""
    Held.objects.filter(batch=batch.number).delete()
    Held.objects.bulk_create(
        [_held(batch.number, one, batch.received[one.received]) for one in batch.refused[:MOST_HELD]], batch_size=200
    )


def _held(number: int, refused: Refusal, received: Received) -> Held:
    kind, body = alone(received, refused.raw)
    return Held(
        batch=number, request=refused.received, place=refused.number, source=received.source, kind=kind,
        at=moment(received.at_us), about=received.about.decode(errors="replace"), code=refused.code,
        field=refused.field[:200], body=seal(body, held_about(number, refused.received, refused.number)),
    )  # fmt: skip


def held_about(batch: int, request: int, place: int) -> str:
    """Say what an encrypted event belongs to."""
    return f"held {batch} {request} {place}"


class _Shared(msgspec.Struct):
    """What a batch says for all its events."""

    sent_at: msgspec.Raw = msgspec.field(name="sentAt", default=msgspec.Raw())
    context: msgspec.Raw = msgspec.field(default=msgspec.Raw())


def alone(received: Received, raw: bytes) -> tuple[str, bytes]:
    """Give kind and body of a request that holds one event of another: with what the batch said for all of them."""
    if received.kind not in BATCHES or raw == received.body:
        return received.kind, received.body
    try:
        shared = msgspec.json.decode(received.body, type=_Shared)
    except (msgspec.DecodeError, UnicodeDecodeError):
        shared = _Shared()
    said = [b'"batch":[' + raw + b"]"]
    for name, value in ((b"sentAt", bytes(shared.sent_at)), (b"context", bytes(shared.context))):
        if value:
            said.append(b'"' + name + b'":' + value)
    return received.kind, b"{" + b",".join(said) + b"}"
