"""The past placed again, in the background. The task may run twice: the second time finds less to change."""

from __future__ import annotations

import logging
import time

from django.utils import timezone
from django_tasks import task

from heartline.collect.events import past
from heartline.core.errors import HeartlineError
from heartline.server.shell import published
from heartline.server.shell.opened import workspace

from . import remembering
from .models import Run, State

log = logging.getLogger("heartline.placement")
EVERY_S = 0.4
"""How often the progress is written down."""


@task()
def place_again(number: int) -> None:
    """Place all events again by the rules of now."""
    run = Run.objects.filter(pk=number, state__in=(State.WAITING, State.RUNNING)).first()
    if run is None:
        return
    last = 0.0

    def tell(done: int, of: int, changed: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= EVERY_S or done == of:
            last = now
            Run.objects.filter(pk=number).update(
                state=State.RUNNING, done=done, of=of, changed=changed, heard_at=timezone.now()
            )

    try:
        outcome = past.place_again(workspace().lake, tell)
    except HeartlineError as error:
        _finish(number, State.FAILED, error.reason)
        return
    except Exception:
        log.exception("The past could not be placed again.")
        _finish(number, State.FAILED)
        raise
    remembering.placed_again(outcome.unplaced, outcome.places)
    _finish(number, State.DONE)
    published.soon()


def _finish(number: int, state: State, reason: str = "") -> None:
    Run.objects.filter(pk=number).update(state=state, reason=reason[:400], heard_at=timezone.now())
