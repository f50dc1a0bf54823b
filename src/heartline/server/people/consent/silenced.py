"""Suppressions that outlive people: keyed hashes by which an address that comes again is known, and nothing else."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from django.utils import timezone

from heartline.server.shell.opened import workspace

from .models import EVERYTHING, Silenced, State, Word

_LABEL = b"suppressed\0"
_HEX = 32
Row = tuple[str, int, str, bool, tuple[str, ...]]


def mark(name: str) -> str:
    """Give the mark of an identifier (`kind:hex`)."""
    return hmac.digest(workspace().lake.key, _LABEL + name.encode(), "sha256").hex()[:_HEX]


def rows(names: Iterable[str], channel: str) -> list[Row]:
    """Give, as rows for `core.consent.columns`, which of some identifiers were suppressed before they were erased."""
    marks = dict(Silenced.objects.filter(channel__in=(channel, EVERYTHING)).values_list("mark", "at"))
    if not marks:
        return []
    found = ((name, marks.get(mark(name))) for name in names)
    return [(name, int(at.timestamp() * 1e6), State.SUPPRESSED.value, False, ()) for name, at in found if at]


def keep(names: Iterable[str]) -> int:
    """Keep the suppressions of identifiers whose words are about to go; give how many."""
    last: dict[tuple[str, str], str] = {}
    bars = Word.objects.filter(identifier__in=list(names), state__in=(State.SUPPRESSED, State.RELEASED))
    for word in bars.order_by("last_at", "state", "pk"):  # of two at one moment the suppression is last
        last[word.identifier, word.channel] = word.state
    held = [
        Silenced(mark=mark(name), channel=channel, at=timezone.now())
        for (name, channel), state in last.items()
        if state == State.SUPPRESSED
    ]
    Silenced.objects.bulk_create(held, ignore_conflicts=True)
    return len(held)
