"""What events say about consent: each may repeat it, so what is repeated is one word with its first and last time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from heartline.collect.loading.guards import shut_out
from heartline.collect.loading.keeping import Kept
from heartline.core.ids import identifier
from heartline.server.shell.opened import workspace

from .models import EVERYTHING, State, Via, Word
from .runs import Run, told
from .writing import AT_ONCE, digest

Place = tuple[str, str, str]
"""Identifier, purpose, source."""


def learn(batch: Kept) -> None:
    """Keep what a batch says; told again, it changes nothing."""
    table = batch.taken.consents
    if table is None or not table.num_rows:
        return
    said: dict[Place, list[tuple[datetime, str]]] = defaultdict(list)
    for row in _rows(table, workspace().lake.key):
        state = State.GIVEN if row["granted"] else State.WITHDRAWN
        said[row["identifier"], row["purpose"], row["source"]].append((row["at"], state.value))
    places = sorted(said)
    for start in range(0, len(places), AT_ONCE):
        some = places[start : start + AT_ONCE]
        _keep({place: said[place] for place in some})


def _rows(table: Any, key: bytes) -> Iterator[dict[str, Any]]:
    """Give rows with their person as the lake knows them, without those about nobody."""
    known: dict[tuple[str, str], str | None] = {}
    for row in table.to_pylist():
        who = row.pop("kind"), row.pop("identifier")
        if who not in known:
            known[who] = None if shut_out(*who) else identifier(*who, key)
        if known[who] is not None:
            yield row | {"identifier": known[who]}


def _keep(said: dict[Place, list[tuple[datetime, str]]]) -> None:
    there: dict[Place, list[Run]] = defaultdict(list)
    kept = Word.objects.filter(identifier__in={who for who, _, _ in said}, via=Via.EVENT, channel=EVERYTHING)
    rows = {word.pk: word for word in kept.select_for_update()}
    for word in rows.values():
        assert word.at is not None
        there[word.identifier, word.purpose, word.source].append(Run(word.state, word.at, word.last_at, word.pk))
    fresh, moved = [], []
    for place, words in said.items():
        for run in told(there[place], words):
            if run.changed:
                (moved if run.row else fresh).append(_word(place, run, rows.get(run.row or 0)))
    Word.objects.bulk_update(moved, ["at", "last_at", "digest"], batch_size=AT_ONCE)
    Word.objects.bulk_create(fresh, batch_size=AT_ONCE, ignore_conflicts=True)


def _word(place: Place, run: Run, there: Word | None) -> Word:
    who, purpose, source = place
    word = there or Word(identifier=who, purpose=purpose, state=run.state, source=source, via=Via.EVENT)
    word.at, word.last_at = run.at, run.last_at
    word.digest = digest(who, purpose, EVERYTHING, run.state, run.at, source, Via.EVENT)
    return word
