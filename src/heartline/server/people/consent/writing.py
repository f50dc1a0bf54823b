"""Words as they are written into the ledger: each once, however often it is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from heartline.server.shell import happenings
from heartline.server.shell.happenings import Happening

from .models import EVERYTHING, Shown, State, Via, Word

AT_ONCE = 500
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Where nobody knows when: older than every word whose time is known."""


@dataclass(frozen=True)
class New:
    """A word to be written; see `Word`."""

    identifier: str
    purpose: str
    channel: str
    state: str
    at: datetime | None
    source: str
    via: str
    reason: str = ""
    evidence: str = ""
    shown: Shown | None = None
    confirmed_at: datetime | None = None
    proof: dict[str, Any] = field(default_factory=dict)
    covers: Sequence[str] = ()


def digest(identifier: str, purpose: str, channel: str, state: str, at: datetime | None, source: str, via: str) -> str:
    """Name a word by what it says, so that it is written once."""
    said = (identifier, purpose, channel, state, at.astimezone(UTC).isoformat() if at else "", source, via)
    return hashlib.blake2b("\0".join(said).encode(), digest_size=16).hexdigest()


def named_by(word: New) -> str:
    """Name a word as it is written."""
    source = word.source[:120]
    return digest(word.identifier, word.purpose[:120], word.channel[:40], word.state, word.at, source, word.via)


def write(words: Iterable[New]) -> int:
    """Add words; give how many were new."""
    made = [_word(word) for word in words]
    new = 0
    for start in range(0, len(made), AT_ONCE):
        some = {word.digest: word for word in made[start : start + AT_ONCE]}
        there = set(Word.objects.filter(digest__in=list(some)).values_list("digest", flat=True))
        fresh = [word for name, word in some.items() if name not in there]
        Word.objects.bulk_create(fresh, ignore_conflicts=True)
        happenings.tell(*(_told(word) for word in fresh if word.via != Via.IMPORT))
        new += len(fresh)
    return new


def _told(word: Word) -> Happening:
    """Tell of a word; those that files bring are of the past."""
    details = {"purpose": word.purpose, "channel": word.channel, "state": word.state, "source": word.source}
    return Happening("consent_changed", word.digest, word.identifier, details, at=word.last_at)


def _word(word: New) -> Word:
    no = word.state != State.GIVEN
    made = Word(
        identifier=word.identifier, purpose=word.purpose[:120], channel=word.channel[:40], state=word.state, at=word.at,
        last_at=word.at or (timezone.now() if no else LONG_AGO), source=word.source[:120], via=word.via,
        reason=word.reason[:300], shown=word.shown, confirmed_at=word.confirmed_at, proof=word.proof,
        covers=list(word.covers),
        digest=named_by(word),
    )  # fmt: skip
    made.note(word.evidence)
    return made


def covered(identifier: str, names: Iterable[str], purpose: str) -> list[str]:
    """Give the other identifiers of the same person under which something was said about a purpose before."""
    others = [name for name in names if name != identifier]
    about = (purpose, EVERYTHING) if purpose else None
    words = Word.objects.filter(identifier__in=others)
    words = words if about is None else words.filter(purpose__in=about)
    return sorted(set(words.order_by().values_list("identifier", flat=True)))
