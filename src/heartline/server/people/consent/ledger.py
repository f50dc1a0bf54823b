"""What is allowed now, as the ledger says it: of one person, or of a hundred thousand at once with one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q, QuerySet
from django.utils import timezone

from heartline.collect.identity import components
from heartline.collect.people import edges
from heartline.core import consent
from heartline.core.consent import REASONS, Words
from heartline.server.shell.consenting import Permissions
from heartline.server.shell.opened import workspace
from heartline.store.snapshot import Snapshot

from . import purposes, silenced
from .models import EVERYTHING, State, Word

FEW = 500
"""So many names are asked for by name; more are picked from all words of the purpose."""
BARS = (State.SUPPRESSED, State.RELEASED)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def standing(people: Sequence[str], purpose: str, channel: str) -> Permissions:
    """Say who may be contacted; see `shell.consenting.standing`."""
    terms = purposes.on(purpose, channel).terms
    whose = names_of(workspace().lake.at(), people)
    rows = _rows(words_on(purpose, channel), list(whose))
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


def _rows(words: QuerySet[Word], names: Sequence[str]) -> list[tuple[str, int, str, bool, Sequence[str]]]:
    if len(names) <= FEW:
        words = words.filter(identifier__in=names)
    found = words.order_by().values_list("identifier", "last_at", "state", "confirmed_at", "covers")
    return [
        (name, _us(at), state, confirmed is not None, covers)
        for name, at, state, confirmed, covers in found.iterator(chunk_size=20_000)
    ]


def _us(at: datetime) -> int:
    past = at - _EPOCH
    return (past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds


def names_of(snapshot: Snapshot, people: Iterable[str]) -> dict[str, int]:
    """Give every identifier of some people, each with the number of its person; two who are one now have one number."""
    known = pa.array(dict.fromkeys(people), pa.string())
    fresh, ledger, touched = known, snapshot.ledger(), []
    while len(fresh):
        some = snapshot.lake.engine.memory(pa.table({"name": fresh}))
        near = ledger.filter(ledger.left != ledger.right)
        near = near.semi_join(some, near.left == some.name).union(
            near.semi_join(some, near.right == some.name), distinct=True
        )
        found = snapshot.execute(near.select("left", "right", "same", "landed"))
        touched.append(found)
        ends = pa.chunked_array([*found["left"].chunks, *found["right"].chunks], pa.string()).unique()
        fresh = ends.filter(pc.invert(pc.is_in(ends, value_set=known)))
        known = pa.concat_arrays([known, fresh.cast(pa.string())])
    _all, now = edges(pa.concat_tables(touched)) if touched else (None, None)
    labels = _labels(known, now)
    return dict(zip(known.to_pylist(), labels, strict=True))


def _labels(known: pa.Array, now: Any) -> list[int]:
    """Number the people of identifiers, by the pairs that hold now."""
    if now is None or not now.num_rows:
        return list(range(len(known)))
    left, right = (pc.index_in(now[side].combine_chunks(), value_set=known) for side in ("left", "right"))
    sides = (left.to_numpy().astype(np.int64), right.to_numpy().astype(np.int64))
    return [int(label) for label in components(len(known), *sides)]
