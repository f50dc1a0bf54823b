"""What of the house itself is told: heard in the transaction that makes it so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.utils import timezone

from heartline.act import envelopes
from heartline.collect.loading.keeping import Kept
from heartline.server.shell.happenings import Happening

from . import kinds
from .making import keep, message
from .models import Endpoint, Refusals

TOLD_OF_US = (Endpoint.State.ON, Endpoint.State.PAUSED)
"""Who is switched off, or gone, misses what happens meanwhile."""


def hearers(kind: str) -> list[Endpoint]:
    """Give the systems that hear a kind of things."""
    return [one for one in Endpoint.objects.filter(state__in=TOLD_OF_US) if kind in one.hears]


def happened(some: Sequence[Happening]) -> None:
    """Tell whoever hears of such things."""
    asked: dict[str, list[Endpoint]] = {}
    for one in some:
        known = kinds.OF_HAPPENINGS.get(one.kind)
        if known is None or (known.given and not one.details.get(known.given)):
            continue
        if known.kind not in asked:
            asked[known.kind] = hearers(known.kind)
        name = envelopes.name(known.type, one.kind, one.key)
        customer = one.about if ":" in one.about else ""
        data = {"about": one.about, **one.details}
        keep(message(to, known.type, name, one.at, data, customer=customer) for to in asked[known.kind])


def refused(batch: Kept) -> None:
    """Keep what of a batch could not be used, where somebody hears of it; told again, it replaces what was kept."""
    if not batch.refused or not hearers("refused"):
        return
    counts = Counter(one.code for one in batch.refused)
    at = datetime.fromtimestamp(batch.oldest_us / 1e6, UTC)
    Refusals.objects.update_or_create(batch=batch.number, defaults={"counts": dict(counts), "at": at})


def erased(names: Iterable[str], key: bytes) -> None:
    """Tell whoever hears of it that somebody was erased, so that they can forget them, too.

    The message names all their identifiers; it is kept encrypted, and emptied once it was taken.
    """
    some = sorted(names)
    name = envelopes.name(kinds.ERASED, key.hex(), *some)
    data = {"identifiers": some}
    keep(message(to, kinds.ERASED, name, timezone.now(), data) for to in hearers("erased"))
