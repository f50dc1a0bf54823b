"""What people say by themselves about being contacted, as something they did: it stands on their timeline, too."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core.ids import identifier
from heartline.server.shell import own_events, reaching
from heartline.server.shell.lanes import PEOPLE
from heartline.server.shell.opened import workspace

from .models import Request, State, Word
from .writing import New, named_by, write

SOURCE = "consent"
REACHED = ("email", "phone")
PAUSE_S, TRIES = 0.5, 20
JUST = timedelta(minutes=1)
"""How long after a confirmation its address may still be on its way to us."""
EVENTS = {State.GIVEN: "Consent Given", State.WITHDRAWN: "Consent Withdrawn"}


def tell(words: Sequence[Word], *, address: str = "") -> bool:
    """Have words stand among what the customer lived, each once.

    Parameters
    ----------
    words
        All of one person.
    address
        Their e-mail address where they just told it; else what is known of them is looked up.

    Returns
    -------
    False where they are known by no address: there is no timeline for them yet.
    """
    if settings.DATA is None or not words:
        return True
    who = {"email": address} if address else _reached(words[0].identifier)
    if not who:
        return False
    own_events.put(SOURCE, *(_event(word, who) for word in words))
    return True


def told(words: Sequence[New], *, address: str = "") -> int:
    """Write words of one person down and have them stand on their timeline; give how many were new."""
    new = write(words)
    names = [named_by(word) for word in words]
    kept = list(Word.objects.filter(digest__in=names))
    if not tell(kept, address=address) and _confirmed(kept[0].identifier):
        transaction.on_commit(lambda: tell_later.enqueue(names))
    return new


@task(queue_name=PEOPLE)
def tell_later(names: list[str]) -> bool:
    """Tell words of somebody whose address is on its way: it was confirmed a moment ago."""
    words = list(Word.objects.filter(digest__in=names))
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE_S)
        if tell(words):
            return True
    return False


def _confirmed(name: str) -> bool:
    return Request.objects.filter(identifier=name, used_at__gt=timezone.now() - JUST).exists()


def _event(word: Word, who: dict[str, str]) -> dict[str, Any]:
    assert word.at is not None
    about = {"purpose": word.purpose, "channel": word.channel}
    return {
        "type": "track", "event": EVENTS[State(word.state)], "messageId": f"consent-{word.digest}",
        "timestamp": word.at.isoformat(), "context": {"traits": who},
        "properties": {key: value for key, value in about.items() if value},
    }  # fmt: skip


def _reached(name: str) -> dict[str, str]:
    """Give an address by which the lake knows somebody, in clear: that of the identifier, or another of theirs."""
    now = workspace()
    names = [name, *(other for other in names_of(now.lake.at(), [name]) if other != name)]
    found: dict[str, dict[str, str]] = {}
    for known in reaching.known(names, REACHED).values():
        for kind, value in known.items():
            found[identifier(kind, normal(kind, value), now.lake.key)] = {kind: value}
    return next((found[one] for one in names if one in found), {})
