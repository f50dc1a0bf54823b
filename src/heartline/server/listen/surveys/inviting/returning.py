"""Mails of ours that come back: read from a mailbox over IMAP, or told by another system as an event.

Of a mailbox only what names a message that we sent changes anything, so nobody can silence an address by a report of
their own making; events need a key. An address that is gone is written to no more; what failed for now is tried again;
both stand in the funnel.

HEARTLINE_RETURNS     imaps://USER:PASSWORD@HOST:PORT/MAILBOX: where they come to
HEARTLINE_RETURN_TO   the address of that mailbox; without it they come to the sender of the mails
"""

from __future__ import annotations

import imaplib
import logging
import os
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.utils import timezone

from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core.ids import identifier
from heartline.listen.surveys import returned
from heartline.listen.surveys.returned import Returned
from heartline.server.shell import eligible
from heartline.server.shell.opened import workspace

from . import posting, whom
from .models import Invited

log = logging.getLogger("heartline.surveys")
AT_ONCE = 200
TIMEOUT_S = 20.0
AGAIN = (timedelta(hours=6), timedelta(days=1), timedelta(days=2))
"""What failed for now goes out again after these; then it has failed."""
LATELY, FEW = timedelta(days=7), 20
"""How long ago a message went out at most that is meant where none is named, and how many are looked at for that."""
MESSAGE = re.compile(r"([^\s<>\"\\@]{1,120}@[^\s<>\"\\,]{1,70})")
"""Names of messages in what another system says, whatever it calls them; addresses look alike, and name none."""
LOST = "returned"
"""Why a message failed that came back for good; what came back for now and never got through is `returned_later`."""
Count = Counter[str]


def named() -> bool:
    """Tell whether a mailbox is named."""
    return bool(os.environ.get("HEARTLINE_RETURNS"))


def take() -> int:
    """Read what came back since; give how many messages of ours it was about.

    A mailbox that does not answer is asked again later. What was read is marked as seen, and stays there.
    """
    counts: Count = Counter()
    try:
        with _mailbox(os.environ["HEARTLINE_RETURNS"]) as box:
            for number, raw in _unseen(box):
                found = returned.read(raw)
                counts[_kept(found) if found else "unknown"] += 1
                box.store(number, "+FLAGS", "\\Seen")
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("The mailbox of returned mails cannot be read: %s.", type(error).__name__)
    return sum(number for what, number in counts.items() if what != "unknown")


@contextmanager
def _mailbox(said: str) -> Iterator[imaplib.IMAP4]:
    where = urlsplit(said)
    host = where.hostname or "localhost"
    box: imaplib.IMAP4
    if where.scheme == "imaps":
        safe = ssl.create_default_context()
        box = imaplib.IMAP4_SSL(host, where.port or 993, ssl_context=safe, timeout=TIMEOUT_S)
    else:
        box = imaplib.IMAP4(host, where.port or 143, timeout=TIMEOUT_S)
        if "STARTTLS" in box.capabilities:
            box.starttls(ssl.create_default_context())
    try:
        box.login(unquote(where.username or ""), unquote(where.password or ""))
        status, _data = box.select(f'"{unquote(where.path.strip("/")) or "INBOX"}"')
        if status != "OK":
            raise imaplib.IMAP4.error("no such mailbox")
        yield box
    finally:
        box.logout()


def _unseen(box: imaplib.IMAP4) -> Iterator[tuple[str, bytes]]:
    _status, found = box.search(None, "UNSEEN")
    for number in found[0].decode().split()[:AT_ONCE]:
        _status, data = box.fetch(number, "(BODY.PEEK[])")
        for part in data:
            if isinstance(part, tuple):
                yield number, part[1]


@transaction.atomic
def _kept(found: Returned) -> str:
    """Note what came back; the same report again changes nothing."""
    one = Invited.objects.select_for_update().filter(message_id=found.message_id).first()
    if one is None or one.state != Invited.State.SENT:
        return "unknown"
    reached = whom.named(one.secret)
    if found.verdict in ("gone", "spam"):
        if reached is not None:
            why = "spam" if found.verdict == "spam" else (found.status or "returned")
            eligible.desk().failed(reached[1], "email", why)
        return _settled(one, found.verdict)
    if found.verdict == "later" and one.tries < len(AGAIN):
        return _again(one)
    return _failed(one, "returned_later" if found.verdict == "later" else "returned_unread")


def _settled(one: Invited, verdict: str) -> str:
    """Note what is so for good: the address is gone, or its owner calls it spam."""
    if verdict != "spam":
        return _failed(one, LOST)
    Invited.objects.filter(pk=one.pk).update(remind_at=None)  # it had arrived
    return "spam"


@transaction.atomic
def told(address: str, why: str, said: str) -> str:
    """Note what another system told of an address: of the message that it names, else of our last one to it."""
    named = MESSAGE.findall(said)
    ours = Invited.objects.select_for_update().filter(message_id__in=[f"<{name}>" for name in named])
    one = ours.first() or _last_to(address)
    if one is None or one.state != Invited.State.SENT:
        return "unknown"
    return _settled(one, "spam" if why == "spam" else "gone")


def _last_to(address: str) -> Invited | None:
    """Give what went out last to an address, not long ago."""
    lake = workspace().lake
    mark = identifier("email", normal("email", address), lake.key)
    lately = Invited.objects.select_for_update().filter(sent_at__gt=timezone.now() - LATELY)
    some = lately.filter(identifier__in=names_of(lake.at(), [mark]), sending__wish__channel="email")
    for one in some.order_by("-sent_at", "-pk")[:FEW]:
        reached = whom.named(one.secret)
        if reached is not None and normal(*reached) == normal("email", address):
            return one
    return None


def _failed(one: Invited, why: str) -> str:
    """A message that did not arrive counts for no limit, and nobody is reminded of it."""
    if not one.reminding:
        Invited.objects.filter(pk=one.pk).update(state=Invited.State.FAILED, why=why, remind_at=None)
        eligible.desk().release([one.key])
    else:
        Invited.objects.filter(pk=one.pk).update(remind_at=None)
        eligible.desk().release([posting.reminder_key(one)])
    return why


def _again(one: Invited) -> str:
    due_at = timezone.now() + AGAIN[one.tries]
    Invited.objects.filter(pk=one.pk).update(
        state=Invited.State.WAITING, due_at=due_at, tries=one.tries + 1, remind_at=None
    )
    return "again"
