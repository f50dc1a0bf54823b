"""Rows that were taken back before they landed: waited for as long as it takes, each version looked through once.

Whoever takes something back has a row of their own that says so, until the lake has let go of it. What is remembered
here only spares looking again; a worker that starts anew looks once through everything.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
from django.db import models
from django.utils import timezone

from heartline.core.errors import Conflict
from heartline.store.lake import Lake
from heartline.store.withdrawing import withdraw

from . import published
from .opened import workspace

KEY = re.compile(r"[0-9a-f]{32}")
"""Of what is told by a form: made with it, so that a second tap tells the same."""
UNDO_S = 60
PAUSE_S, TRIES = 0.5, 20
"""How often, and how long apart, the lake is looked into for what was told a moment ago."""
_looked: dict[tuple[Path, str], int] = {}
"""Up to which version a row was looked for in vain, by data folder and id."""


def may_be_there(lake: Lake, ids: Collection[str]) -> bool:
    """Tell whether any of these rows may have landed since it was looked for last."""
    if not ids:
        return False
    newest = lake.manifest.newest().version
    return any(_looked.get((lake.folder, one), 0) < newest for one in ids)


def landed(lake: Lake, ids: Collection[str]) -> set[str]:
    """Give which of these rows are in the lake; asked again it looks at what landed since only.

    Parameters
    ----------
    ids
        All that are waited for of a kind.
    """
    if not may_be_there(lake, ids):
        return set()
    snapshot = lake.at()
    after = min(_looked.get((lake.folder, one), 0) for one in ids)
    rows = snapshot.rows("id", "landed")
    wanted = lake.engine.memory(pa.table({"id": pa.array(sorted(ids), pa.string())}))
    found = set(snapshot.execute(rows.filter(rows.landed > after).semi_join(wanted, "id"))["id"].to_pylist())
    for one in found:  # asked for again only where removing them failed
        _looked.pop((lake.folder, one), None)
    _looked.update({(lake.folder, one): snapshot.version for one in ids if one not in found})
    return found


def removed(lake: Lake, source: str, left: Mapping[str, datetime]) -> set[str]:
    """Remove those of a source's rows that were taken back and have landed; give which.

    Parameters
    ----------
    left
        The ids of all that are waited for, with the moment at which each was written at the earliest.
    """
    there = landed(lake, left)
    if there:
        withdraw(lake, source, sorted(there), since=min(left[one] for one in there))
    return there


class Told(models.Model):
    """That somebody told something by a form, so that they can take it back; what it was is in the lake only."""

    key = models.CharField(max_length=32, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    undone_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        """Each feature has a table of its own."""

        abstract = True

    @property
    def ends(self) -> datetime:
        """The moment until which it can be taken back."""
        return self.at + timedelta(seconds=UNDO_S)


T = TypeVar("T", bound=Told)


def take_back(one: Told) -> bool:
    """Mark something as taken back; tell whether it was not yet.

    Raises
    ------
    Conflict
        `too_late`.
    """
    if one.undone_at is not None:
        return False
    if timezone.now() > one.ends:
        raise Conflict("too_late", "The minute is over.", remedy="Ask whoever looks after the data.")
    one.undone_at = timezone.now()
    one.save(update_fields=["undone_at"])
    return True


def waiting(kind: type[T], source: str) -> dict[str, T]:
    """Give what was taken back and has not left the lake, by the ids of its rows.

    It may land long after it was taken back, when the loader was away: it is waited for until it did.
    """
    left = kind._default_manager.filter(undone_at__isnull=False, gone_at=None)
    return {f"{source}:{one.key}": one for one in left}


def take_out(kind: type[Told], source: str, *, tries: int = 1) -> int:
    """Remove from the lake what was taken back and has landed; give how many.

    Parameters
    ----------
    tries
        How often to look: what was told a moment ago lands within seconds.
    """
    gone = 0
    for number in range(tries):
        if number:
            time.sleep(PAUSE_S)
        left = waiting(kind, source)
        there = removed(workspace().lake, source, {name: one.at for name, one in left.items()})
        kind._default_manager.filter(pk__in=[left[one].pk for one in there]).update(gone_at=timezone.now())
        gone += len(there)
        if len(there) == len(left):
            break
    if gone:
        published.soon()
    return gone
