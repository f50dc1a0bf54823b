"""What is allowed now, as the ledger says it: of one person, or of a hundred thousand at once with one query."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice, repeat
from typing import Any

import numpy as np
from django.db.models import Case, CharField, Q, QuerySet, When
from django.db.models.functions import Cast
from django.utils import timezone

from heartline.collect.together import names_of
from heartline.core import consent
from heartline.core.consent import REASONS, Words
from heartline.server.shell.consenting import Permissions
from heartline.server.shell.opened import workspace

from . import purposes, silenced
from .models import EVERYTHING, State, Word

FEW = 500
"""So many names are asked for by name; more are picked from the words of the purpose as these are read."""
AT_ONCE = 20_000
"""So many words are held beside those that were asked for."""
BARS = (State.SUPPRESSED, State.RELEASED)
Row = tuple[str, int, str, bool, Sequence[str]]
"""Name, microsecond, state, whether it was confirmed, the names that it covers."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def standing(people: Sequence[str], purpose: str, channel: str) -> Permissions:
    """Say who may be contacted; see `shell.consenting.standing`."""
    terms = purposes.on(purpose, channel).terms
    whose = names_of(workspace().lake.at(), people)
    rows = _rows(words_on(purpose, channel), whose.keys())
    rows += silenced.rows(whose, channel)
    numbers = sorted(set(whose.values()))
    place = {person: number for number, person in enumerate(numbers)}
    words = consent.columns(rows, {name: place[person] for name, person in whose.items()})
    found = consent.standing(words, len(numbers), terms, _us(timezone.now()))
    asked = np.array([place[whose[person]] for person in people], np.int64)
    return Permissions(
        list(people),
        found.allowed[asked] if len(asked) else np.zeros(0, bool),
        [REASONS[reason] for reason in found.reason[asked].tolist()] if len(asked) else [],
        _yes(rows, words, found.yes, asked, len(numbers)),
    )


def _yes(rows: Sequence[tuple[Any, ...]], words: Words, yes: Any, asked: Any, people: int) -> list[tuple[str, ...]]:
    found: list[list[str]] = [[] for _ in range(people)]
    for number in np.flatnonzero(yes).tolist():
        found[words.person[words.name[number]]].append(rows[number][0])
    return [tuple(dict.fromkeys(found[person])) for person in asked.tolist()]


def words_on(purpose: str, channel: str) -> QuerySet[Word]:
    """Give the words that count for a purpose and a channel: its own, those on everything, and every suppression."""
    there = Q(channel__in=(channel, EVERYTHING))
    about = Q(purpose__in=(purpose, EVERYTHING)) | Q(state__in=BARS)
    return Word.objects.filter(there & about)


def _rows(words: QuerySet[Word], names: Collection[str]) -> list[Row]:
    """Read the words of some names; of others none is kept, since there may be millions."""
    if len(names) <= FEW:
        words = words.filter(identifier__in=names)
    answering = words.exclude(covers=[]).order_by().values_list("identifier", "pk", "covers")
    covers = {key: others for name, key, others in answering.iterator(chunk_size=AT_ONCE) if name in names}
    asked = words.order_by().values_list(
        "pk", "identifier", Cast("last_at", CharField()), "state", Case(When(confirmed_at=None, then=0), default=1)
    )
    some = asked.iterator(chunk_size=AT_ONCE)
    found: list[Row] = []
    while read := list(islice(some, AT_ONCE)):
        found += _read([row for row in read if row[1] in names], covers)
    return found


def _read(rows: Sequence[tuple[Any, ...]], covers: Mapping[int, Sequence[str]]) -> Iterator[Row]:
    """Read words as the database gives them; times are texts there."""
    whole: list[Any] = list(zip(*rows, strict=True)) or [()] * 5
    moments = np.array([text.partition("+")[0] for text in whole[2]], "datetime64[us]").astype(np.int64).tolist()
    said = [covers.get(key, ()) for key in whole[0]] if covers else repeat(())
    return zip(whole[1], moments, whole[3], map(bool, whole[4]), said, strict=False)


def _us(at: datetime) -> int:
    past = at - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds
