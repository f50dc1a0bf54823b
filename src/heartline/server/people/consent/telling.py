"""What people say by themselves about being contacted, as something they did: it stands on their timeline, too."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import msgspec
from django.conf import settings

from heartline.collect.inbox import Received, named, opened
from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core.ids import identifier
from heartline.server.shell import reaching
from heartline.server.shell.opened import workspace

from .models import State
from .writing import New, digest

SOURCE = "consent"
REACHED = ("email", "phone")
SAID = {
    State.GIVEN: ("Consent Given", "consent_given"),
    State.WITHDRAWN: ("Consent Withdrawn", "consent_withdrawn"),
}
"""What a word is as an event, and at which touchpoint it is said."""


def tell(words: Sequence[New], *, address: str = "") -> None:
    """Have words stand among what the customer lived, each once; who is known by no address has no timeline for them.

    Parameters
    ----------
    words
        All of one person.
    address
        Their e-mail address where they just told it; else what is known of them is looked up.
    """
    if settings.DATA is None or not words:
        return
    who = {"email": address} if address else _reached(words[0].identifier)
    if not who:
        return
    body = msgspec.json.encode({"batch": [_event(word, who) for word in words]})
    row = Received(time.time_ns() // 1000, SOURCE, "batch", body, len(words), b"{}")
    with opened(named(settings.DATA)) as inbox:
        inbox.put([row])


def _event(word: New, who: dict[str, str]) -> dict[str, Any]:
    assert word.at is not None
    event, touchpoint = SAID[State(word.state)]
    name = digest(word.identifier, word.purpose, word.channel, word.state, word.at, word.source, word.via)
    about = {"purpose": word.purpose, "channel": word.channel}
    return {
        "type": "track", "event": event, "messageId": f"consent-{name}", "timestamp": word.at.isoformat(),
        "sentAt": word.at.isoformat(), "context": {"traits": who},
        "properties": {"touchpoint": touchpoint, **{key: value for key, value in about.items() if value}},
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
