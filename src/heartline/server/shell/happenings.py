"""What happened in the house, told by whoever did it to whoever passes it on, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone


@dataclass(frozen=True)
class Happening:
    """Something that happened.

    Parameters
    ----------
    kind
        What, as the audit trail would name it: `note_consent`, `connection_failed`.
    key
        Names it among those of its kind, so that it is passed on once however often it is told.
    about
        Whom or what it is about: a customer (`kind:hex`), a source.
    details
        Never contact data; only what asks another system to write to somebody says where to.
    """

    kind: str
    key: str
    about: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=timezone.now)


Hear = Callable[[Sequence[Happening]], object]
_hearers: list[Hear] = []


def when_something_happens(hear: Hear) -> None:
    """Have somebody told of everything that happens; what they write stands or falls with what happened."""
    if hear not in _hearers:
        _hearers.append(hear)


def tell(*happenings: Happening) -> None:
    """Tell what happened; to be called in the transaction that makes it so."""
    for hear in _hearers:
        hear(happenings)
