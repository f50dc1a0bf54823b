"""What is held of people here: of each event's name the newest one as an example; nobody can tell whose it is."""

from __future__ import annotations

from heartline.server.shell.personal import Holding, Theirs, hold
from heartline.store.erasing import Gone

from .models import SeenEvent

NOTHING = "{}"


def register() -> None:
    """Say so."""
    hold(Holding("examples of events", ("placement.SeenEvent",), lambda _who: [], _erase))


def _erase(_who: Theirs) -> Gone:
    """Forget all examples: an order or a text in one may be theirs. The next event of a name is its example."""
    kept = SeenEvent.objects.exclude(example=NOTHING)
    return Gone(kept.update(example=NOTHING), SeenEvent.objects.count())
