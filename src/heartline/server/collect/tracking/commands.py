"""What the script's page writes: a key with the line that carries it, and what came in last."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from heartline.collect.loading.keeping import Kept
from heartline.server.accounts import commands
from heartline.server.accounts.models import User

from .models import Lately

EVENTS, BATCHES = 20, 30
"""How many events of how many batches are kept: enough to see that they come."""
COLUMNS = ("id", "occurred_at", "event", "touchpoint", "source", "wait_s", "succeeded", "properties")


def make_key(*, name: str, by: User) -> str:
    """Make the key of a site, and give it, this once; its events are called by the site's name.

    Raises
    ------
    Forbidden, Conflict, InvalidInput, Unavailable
        As `create_write_key`.
    """
    return commands.create_write_key(name=name, by=by)


def learn(batch: Kept) -> None:
    """Keep the last events of a batch; the same batch again replaces what it told before."""
    rows = batch.taken.rows
    last = rows.slice(max(0, rows.num_rows - EVENTS)).select([name for name in COLUMNS if name in rows.column_names])
    events = [_told(row) for row in last.to_pylist()]
    with transaction.atomic():
        Lately.objects.update_or_create(batch=batch.number, defaults={"events": events})
        Lately.objects.filter(batch__lte=batch.number - BATCHES).delete()


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """Give of an event what says that it came, and nothing that says from whom."""
    told = msgspec.json.decode(row.pop("properties", None) or b"{}").get("context") or {}
    at = row.pop("occurred_at")
    return {
        **{name: value for name, value in row.items() if value is not None},
        "at": at.isoformat(),
        **{name: told[name] for name in ("type", "path", "library") if isinstance(told.get(name), str)},
    }


@transaction.atomic
def forget_all() -> None:
    """Forget what came in."""
    Lately.objects.all().delete()
