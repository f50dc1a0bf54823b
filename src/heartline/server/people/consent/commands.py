"""Writes of consent that come from files and from people of the company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from heartline.collect.loading.guards import shut_out
from heartline.collect.person import normal
from heartline.core.errors import InvalidInput
from heartline.core.ids import identifier, slug
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.consenting import Told
from heartline.server.shell.opened import workspace
from heartline.store.tombstones import Tombstones

from . import ledger, purposes
from .models import EVERYTHING, State, Via
from .writing import New, covered, write

RIGHT, FREE_RIGHT = "read_people", "privacy"
"""Who may write down what a customer said; and who may end a suppression."""


@transaction.atomic
def take(rows: Sequence[Mapping[str, Any]]) -> Told:
    """Take what a file says, in the columns of `collect.exports.consents`.

    What was said before somebody was erased, or at a time that nobody knows, stays out.
    """
    lake = workspace().lake
    buried, words = Tombstones(lake), []
    for row in rows:
        kind, value, state = row["kind"], normal(row["kind"], row["value"]), row["state"]
        if state not in State.values or shut_out(kind, value):
            continue
        name, at = identifier(kind, value, lake.key), _moment(row["at"])
        erased = buried.erased_at(name)
        if erased is not None and (at is None or at < erased):
            continue
        words.append(
            New(name, slug(row["purpose"] or ""), slug(row["channel"] or ""), state, at, row["source"] or "",
                Via.IMPORT, reason=row["reason"] or "", confirmed_at=_moment(row["confirmed_at"]))
        )  # fmt: skip
    new = write(words)
    return Told(new, len(words) - new, len(rows) - len(words))


def _moment(text: str | None) -> datetime | None:
    """Read a time in UTC; None where there is none, or none that can be read."""
    try:
        found = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@transaction.atomic
def note(*, who: str, purpose: str, channel: str, state: str, reason: str, evidence: str = "", by: User) -> None:
    """Write down what a customer said to somebody of us, or that they must not be contacted.

    Parameters
    ----------
    who
        The customer, `kind:hex`.
    purpose, channel
        Empty: every one.

    Raises
    ------
    InvalidInput
        `bad_value`; `no_reason`; `no_evidence` for a yes without one; `too_wide` for a yes to everything.
    NotFound
        `unknown_purpose`, `unknown_channel`.
    Forbidden
        `not_allowed`.
    """
    access.require(by, FREE_RIGHT if state == State.RELEASED else RIGHT)
    reason, evidence = reason.strip(), evidence.strip()
    if state not in State.values:
        raise InvalidInput("bad_value", f"Nobody can say “{state}”.", field="state")
    if not reason:
        raise InvalidInput("no_reason", "A word needs its reason.", field="reason")
    if state == State.GIVEN:
        if not purpose or not channel:
            raise InvalidInput("too_wide", "A yes is to one purpose and one channel.", field="purpose")
        if not evidence:
            raise InvalidInput("no_evidence", "A yes needs its evidence.", field="evidence")
    if purpose and channel:
        purposes.on(purpose, channel)
    elif purpose:
        purposes.purpose(purpose)
    names = list(ledger.names_of(workspace().lake.at(), [who]))
    shown = purposes.shown(purposes.purpose(purpose)) if purpose and state == State.GIVEN else None
    now = timezone.now()
    under = names if state == State.RELEASED else [who]
    write(
        New(name, purpose if state in (State.GIVEN, State.WITHDRAWN) else EVERYTHING, channel, state, now,
            f"by {by.role}", Via.HAND, reason=reason, evidence=evidence, shown=shown,
            confirmed_at=now if state == State.GIVEN else None, covers=covered(name, names, purpose))
        for name in under
    )  # fmt: skip
    audit.record(by=by, action="note_consent", subject=who, state=state, purpose=purpose, channel=channel)


@transaction.atomic
def object_(*, names: Iterable[str], objects: bool, by: object) -> None:
    """Keep that somebody objects to profiling, or no longer does; the privacy desk has seen to their right."""
    state = State.WITHDRAWN if objects else State.GIVEN
    under = sorted(names)
    now = timezone.now()
    write(
        New(name, purposes.PROFILING, EVERYTHING, state, now, "privacy", Via.PRIVACY, reason="objection", covers=under)
        for name in under[:1]
    )
