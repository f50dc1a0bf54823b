"""What people outside do: ask to be written to, confirm it, leave, choose. Each is a word in the ledger, with proof."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from heartline.collect.loading.guards import shut_out
from heartline.collect.together import names_of
from heartline.core.errors import HeartlineError, InvalidInput, NotFound
from heartline.core.ids import identifier
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal

from . import ledger, links, purposes, silenced
from .models import EVERYTHING, Request, Shown, State, Via, Word
from .telling import SOURCE, told
from .writing import New, covered

CHANNEL, KIND = "email", "email"
ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}\.[^@\s.<>,;\"]{2,63}")
A_DAY, AT_ONCE = 3, timedelta(minutes=10)
"""Mails to one address: so many a day, and so far apart. Nobody can fill somebody else's mailbox with our form."""
AN_HOUR = 20
"""Requests from one network in an hour."""
KEPT = timedelta(days=7)
"""How long a request waits to be confirmed; then nothing of it is left."""
BITS = {4: 24, 6: 48}


class TooMany(HeartlineError):
    """More from one network than people ask by hand."""

    status = 429


def network(address: str) -> str:
    """Cut an address down to its network; empty for what is no address."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, BITS[found.version]), strict=False).network_address)


@transaction.atomic
def ask(*, purpose: str, address: str, shown: Shown, visitor: str) -> None:
    """Keep that somebody wants to be written to, for a mail that asks them to confirm it.

    Nothing that happens here tells whether an address is known: too many requests for it, or a suppression, look like
    any other.

    Parameters
    ----------
    shown
        The text that they saw.
    visitor
        Where the request came from, as an address of the network.

    Raises
    ------
    InvalidInput
        `bad_address`.
    TooMany
        `too_many`: the network has asked too often.
    """
    purposes.on(purpose, CHANNEL)
    address = address.strip()
    if not ADDRESS.fullmatch(address) or shut_out(KIND, address.lower()):
        raise InvalidInput("bad_address", "This is no e-mail address.", field="email", remedy="Check it.")
    from_, now = network(visitor), timezone.now()
    if from_ and Request.objects.filter(network=from_, asked_at__gt=now - timedelta(hours=1)).count() >= AN_HOUR:
        raise TooMany("too_many", "Too many requests come from your network.", remedy="Try again in an hour.")
    name = identifier(KIND, address.lower(), workspace().lake.key)
    made = Request(identifier=name, purpose=purpose, channel=CHANNEL, shown=shown, language=shown.language,
                   network=from_, asked_at=now)  # fmt: skip
    made.sealed_address = seal(address.encode(), made.about) if _may_write(name, now) else b""
    made.save()


def _may_write(name: str, now: datetime) -> bool:
    """Tell whether a mail may go to an address now."""
    lately = Request.objects.filter(identifier=name, asked_at__gt=now - timedelta(days=1))
    times = list(lately.order_by("-asked_at").values_list("asked_at", flat=True)[:A_DAY])
    if len(times) >= A_DAY or (times and times[0] > now - AT_ONCE):
        return False
    bars = Word.objects.filter(identifier=name, state__in=ledger.BARS, channel__in=(CHANNEL, EVERYTHING))
    last = bars.order_by("-last_at", "-state").values_list("state", flat=True).first()
    return last != State.SUPPRESSED and (last == State.RELEASED or not silenced.rows([name], CHANNEL))


def waiting(token: str) -> Request:
    """Give the request that a link confirms, if it still waits.

    Raises
    ------
    NotFound
        `link_over`.
    """
    number, tail = links.confirmed(token)
    one = Request.objects.select_related("shown").filter(pk=number, used_at=None).first()
    if one is None or one.identifier[-8:] != tail or not one.sealed_address:
        raise NotFound("link_over", "This link was used, or is too old.", remedy="Ask for a new one.")
    return one


@transaction.atomic
def confirm(*, token: str, visitor: str) -> Request:
    """Confirm a request: once; the address becomes one of a person whom we may write to.

    Raises
    ------
    NotFound
        `link_over`.
    """
    one, now = waiting(token), timezone.now()
    if not Request.objects.filter(pk=one.pk, used_at=None).update(used_at=now, sealed_address=b""):
        raise NotFound("link_over", "This link was used, or is too old.", remedy="Ask for a new one.")
    proof = {
        "method": "double opt-in", "asked_at": one.asked_at.isoformat(), "asked_from": one.network,
        "message_id": one.message_id, "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "confirmed_at": now.isoformat(), "confirmed_from": network(visitor),
    }  # fmt: skip
    word = New(one.identifier, one.purpose, one.channel, State.GIVEN, now, SOURCE, Via.FORM, shown=one.shown,
               confirmed_at=now, proof=proof, covers=_covered(one.identifier, one.purpose))  # fmt: skip
    told([word], address=one.address)
    return one


def _covered(name: str, purpose: str) -> list[str]:
    return covered(name, names_of(workspace().lake.at(), [name]), purpose)


@transaction.atomic
def leave(*, token: str, visitor: str) -> links.Leaving:
    """Take somebody's no that came by the link of a mail.

    Raises
    ------
    NotFound
        `link_over`.
    """
    what, now = links.left(token), timezone.now()
    said = {"method": "link in a mail", "from": network(visitor), "at": now.isoformat()}
    word = New(what.identifier, what.purpose, what.channel, State.WITHDRAWN, now, SOURCE, Via.LINK, proof=said)
    told([word])
    return what


@transaction.atomic
def choose(*, token: str, wanted: Mapping[tuple[str, str], bool], visitor: str, language: str = "") -> int:
    """Take what somebody chose on their page; give how many choices changed.

    Raises
    ------
    NotFound
        `link_over`.
    """
    name, now, words = links.chosen(token), timezone.now(), []
    said = {"method": "page of choices, opened by a link in a mail", "from": network(visitor), "at": now.isoformat()}
    for (purpose, channel), yes in wanted.items():
        one = purposes.on(purpose, channel)
        before = ledger.standing([name], purpose, channel)
        if bool(before.allowed[0]) == yes or before.reasons[0] == "suppressed":
            continue
        state = State.GIVEN if yes else State.WITHDRAWN
        sure = now if yes and name.startswith(f"{channel}:") else None  # the link came to that address
        words.append(
            New(name, purpose, channel, state, now, SOURCE, Via.CHOICES, shown=purposes.shown(one, language),
                confirmed_at=sure, proof=said, covers=_covered(name, purpose))
        )  # fmt: skip
    return told(words)


@transaction.atomic
def nothing_more(*, token: str, visitor: str) -> None:
    """Take that somebody wants nothing more, for whatever purpose.

    Raises
    ------
    NotFound
        `link_over`.
    """
    name, now = links.chosen(token), timezone.now()
    said = {"method": "page of choices, opened by a link in a mail", "from": network(visitor), "at": now.isoformat()}
    word = New(name, EVERYTHING, EVERYTHING, State.WITHDRAWN, now, SOURCE, Via.CHOICES, proof=said)
    told([word])


def forget_old() -> int:
    """Remove the requests that nobody confirmed in time, and what is left of those confirmed; give how many."""
    return Request.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()[0]
