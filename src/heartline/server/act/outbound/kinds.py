"""What another system can be told of, and which happenings of the house that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["rows", "scores", "digest", "people", "imports", "house"]


@dataclass(frozen=True)
class Kind:
    """A sort of messages.

    Parameters
    ----------
    key
        As endpoints name it.
    types
        Its messages, as CloudEvents types.
    source
        Where it is learnt: the lake's rows, its people, its imports, or the house itself.
    happenings
        Of the house: kinds of `shell/happenings.py`.
    """

    key: str
    types: tuple[str, ...]
    source: Source
    happenings: tuple[str, ...] = ()
    given: str = ""
    """Only those happenings that say something of this."""


INTERACTION = "heartline.interaction.landed"
SCORE = "heartline.score.given"
DIGEST = "heartline.interactions.counted"
JOINED, PARTED = "heartline.people.joined", "heartline.people.parted"
IMPORTED = "heartline.import.finished"
REFUSED = "heartline.events.refused"
ERASED = "heartline.person.erased"
CONSENT = "heartline.consent.changed"
FAILED = "heartline.connection.failed"
ASKING = "heartline.survey.asking"
ALERT = "heartline.alert.told"
TEST = "heartline.test"

KINDS = {
    kind.key: kind
    for kind in (
        Kind("interactions", (INTERACTION,), "rows"),
        Kind("counts", (DIGEST,), "digest"),
        Kind("scores", (SCORE,), "scores"),
        Kind("people", (JOINED, PARTED), "people"),
        Kind("imports", (IMPORTED,), "imports"),
        Kind("refused", (REFUSED,), "house"),
        Kind("erased", (ERASED,), "house"),
        Kind("consent", (CONSENT,), "house", ("consent_changed",)),
        Kind("asking", (ASKING,), "house", ("invite_by_message",)),
        Kind("alerts", (ALERT,), "house", ("tell_alert",)),
        Kind("connections", (FAILED,), "house", ("fetch_connection",), "error"),
    )
}


@dataclass(frozen=True)
class Told:
    """What a happening is told as: to whom that hears a kind, with which type, and only where it says something."""

    kind: str
    type: str
    given: str


OF_HAPPENINGS = {name: Told(kind.key, kind.types[0], kind.given) for kind in KINDS.values() for name in kind.happenings}
EXAMPLES = "interactions", "scores"
"""Ticked in a new form."""
