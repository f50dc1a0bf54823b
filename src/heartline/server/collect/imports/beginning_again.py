"""An import that is under way while the data folder is emptied begins again, in the emptied one.

Who empties the folder says so before and after. In between nothing lands: an import that writes stops at its next note
of progress, so that nobody waits for it, and goes on once the folder is empty. What was brought and not yet taken in
stays, and is counted anew; imports that are over go with the rows that they brought.
"""

from __future__ import annotations

import time

from django.db.models import F

from . import uploads
from .models import Import, State

ALIVE = (State.READING, State.READY, State.LANDING)
PATIENCE_S = 120.0
"""How long an import waits for the folder to be emptied; then nobody empties it any more, and it goes on."""
EVERY_S = 0.2


class Interrupted(Exception):
    """The folder is about to be emptied."""


def hold() -> None:
    """Have imports that are under way stop and wait: the folder is about to be emptied."""
    Import.objects.filter(state__in=ALIVE).update(held=True, emptied=F("emptied") + 1)


def release() -> None:
    """Have them begin again: the folder is empty. What is over goes, and uploads that belong to nobody with it."""
    from . import tasks  # which wait for us

    Import.objects.exclude(state__in=ALIVE).delete()
    alive = list(Import.objects.filter(state__in=ALIVE))
    uploads.forget_all_but({one.key for one in alive})
    Import.objects.filter(state__in=ALIVE).update(held=False, checked=None, revision=F("revision") + 1)
    for one in alive:
        if one.state == State.READY:
            Import.objects.filter(pk=one.pk).update(stale=bool(one.plan))
            tasks.check.enqueue(one.key, one.revision + 1)


def wait(key: str) -> None:
    """Wait while the folder is being emptied."""
    until = time.monotonic() + PATIENCE_S
    while Import.objects.filter(key=key, held=True).exists():
        if time.monotonic() > until:
            Import.objects.filter(key=key).update(held=False)
        time.sleep(EVERY_S)


def undisturbed(one: Import) -> bool:
    """Tell whether the folder is still the one that this import began in."""
    return Import.objects.filter(pk=one.pk, emptied=one.emptied).exists()
