"""Messages as they go out: each at most once, to an address that is looked up now, and only if that is still allowed.

A message is claimed before it is sent. Whoever is stopped in between leaves it claimed: nobody knows whether it went,
so it is not sent again, and counts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import make_msgid
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from heartline.core.eligibility import ASKED
from heartline.core.errors import HeartlineError
from heartline.listen.surveys.values import Survey
from heartline.server.shell import eligible, happenings, own_events
from heartline.server.shell.eligible import Verdict
from heartline.server.shell.happenings import Happening
from heartline.store.steps import step

from .. import commands as surveys
from .. import sending
from ..models import Answering, State
from . import asks, mails
from .models import Invited, Sending
from .values import Manner

log = logging.getLogger("heartline.surveys")
AT_ONCE = 50
LASTS_S = 5.0
"""How long one turn sends; what is told to other systems waits for no more than that."""
PAUSES_S = (60, 300, 1_800, 7_200)
LOST = timedelta(minutes=10)
"""A message that is claimed for so long is lost: whoever sent it is gone."""
SENT = "Survey Sent"
TOLD = "invite_by_message"


def can_send() -> bool:
    """Tell whether a mail server is named."""
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def due() -> bool:
    """Tell whether a message is to go out, or was lost."""
    return _waiting().exists() or _claimed().exists()


def _waiting() -> QuerySet[Invited]:
    some = Invited.objects.filter(state=Invited.State.WAITING, due_at__lte=timezone.now())
    return some if can_send() else some.exclude(sending__wish__channel="email")


def _claimed() -> QuerySet[Invited]:
    return Invited.objects.filter(state=Invited.State.SENDING, claimed_at__lt=timezone.now() - LOST)


def post() -> int:
    """Send what is due, for a few seconds; give how many messages went."""
    _claimed().filter(reminding=True).update(state=Invited.State.SENT, remind_at=None)
    _claimed().update(state=Invited.State.FAILED, why="interrupted")
    sent, end = 0, time.monotonic() + LASTS_S
    while time.monotonic() < end:
        some = list(_waiting().select_related("sending__survey").order_by("due_at", "pk")[:AT_ONCE])
        for one in {each.sending_id: each.sending for each in some}.values():
            sent += _of(one, [each for each in some if each.sending_id == one.pk])
        if not some:
            break
    return sent


def _of(one: Sending, some: list[Invited]) -> int:
    """Send messages of one sending, over one connection."""
    channel, how = one.wish["channel"], asks.manner(one.survey)
    if one.survey.state != State.OPEN:
        return _drop(some, "not_open")
    purpose = asks.purpose(how)
    try:
        reached = eligible.desk().reach([each.identifier for each in some], purpose, channel)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return _drop(some, error.code)
    finished = set(
        Answering.objects.filter(token__in=[each.token for each in some], finished_at__isnull=False)
        .values_list("token", flat=True)
    )  # fmt: skip
    going = []
    for each, seen in zip(some, reached, strict=True):
        if seen.reason != ASKED or each.token in finished:
            _drop([each], "answered" if each.token in finished else seen.reason)
        else:
            going.append((each, seen))
    survey = surveys.value(_asked(one))
    if channel != "email":
        return sum(_tell(each, seen, survey) for each, seen in going if _claim(each))
    return _mails(going, Post(survey, how, purpose))


@dataclass(frozen=True)
class Post:
    """What all mails of a sending have in common."""

    survey: Survey
    how: Manner
    purpose: str


def _mails(going: list[tuple[Invited, Verdict]], post: Post) -> int:
    """Send mails over one connection; where there is no server now, all of them wait a minute."""
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        log.warning("The mail server cannot be reached: %s.", type(error).__name__)
        due_at = timezone.now() + timedelta(seconds=PAUSES_S[0])
        Invited.objects.filter(pk__in=[each.pk for each, _ in going]).update(due_at=due_at)
        return 0
    try:
        return sum(_mail(each, seen, post, connection) for each, seen in going if _claim(each))
    finally:
        connection.close()


def _asked(one: Sending) -> dict[str, Any]:
    """Give the survey as it is asked now."""
    edition = one.survey.editions.filter(number=one.survey.edition).first()
    return dict(edition.body if edition else one.survey.body)


def _drop(some: Iterable[Invited], why: str) -> int:
    """Do not ask some after all; what was reserved for them is free again. A reminder is left out."""
    for each in some:
        waits = Invited.objects.filter(pk=each.pk, state=Invited.State.WAITING, reminding=each.reminding)
        if each.reminding:
            dropped, key = waits.update(state=Invited.State.SENT, remind_at=None), reminder_key(each)
        else:
            dropped, key = waits.update(state=Invited.State.DROPPED, why=why[:40]), each.key
        if dropped:  # else somebody else sent it meanwhile, and it counts
            eligible.desk().release([key])
    return 0


def reminder_key(one: Invited) -> str:
    """Name the reminder of an invitation among all contacts."""
    return f"{one.key[:290]}:again"


def _claim(one: Invited) -> bool:
    """Take a message, so that nobody else sends it."""
    mine = Invited.objects.filter(pk=one.pk, state=Invited.State.WAITING)
    return bool(mine.update(state=Invited.State.SENDING, claimed_at=timezone.now()))


def _mail(one: Invited, seen: Verdict, post: Post, connection: Any) -> int:
    """Send a mail; what the server refuses for good fails, what it cannot take now is tried again."""
    step("message claimed")
    message_id = make_msgid(domain=settings.URL.hostname or "localhost")
    mail = mails.message(
        post.survey, post.how, one, to=seen.address, language=seen.language, purpose=post.purpose,
        message_id=message_id, reminder=one.reminding,
    )  # fmt: skip
    mail.connection = connection
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        return _refused(one, seen, max((code for code, _text in error.recipients.values()), default=0))
    except SMTPDataError as error:
        return _failed(one, "not_taken") if error.smtp_code >= 500 else _later(one, error)
    except (SMTPException, OSError) as error:
        connection.close()
        return _later(one, error)
    step("message sent")
    return _done(one, seen, post.survey.key, message_id)


def _refused(one: Invited, seen: Verdict, code: int) -> int:
    """Note what a mail server said of an address: for good (5..), or for now."""
    if code < 500:
        return _later(one, SMTPException())
    eligible.desk().failed(seen.address, "email", str(code))
    return _failed(one, "refused")


def _failed(one: Invited, why: str) -> int:
    state = Invited.State.SENT if one.reminding else Invited.State.FAILED
    Invited.objects.filter(pk=one.pk).update(state=state, why=why)
    eligible.desk().release([reminder_key(one) if one.reminding else one.key])
    return 0


def _later(one: Invited, error: Exception) -> int:
    """Try again in a while; at last give up."""
    log.warning("An invitation to a survey could not be sent: %s.", type(error).__name__)
    if one.tries >= len(PAUSES_S):
        return _failed(one, "not_taken")
    due_at = timezone.now() + timedelta(seconds=PAUSES_S[one.tries])
    Invited.objects.filter(pk=one.pk).update(state=Invited.State.WAITING, due_at=due_at, tries=one.tries + 1)
    return 0


@transaction.atomic
def _done(one: Invited, seen: Verdict, key: str, message_id: str = "") -> int:
    """Note that a message went, on the person's timeline, too."""
    now = timezone.now()
    how = asks.manner(one.sending.survey)
    changes: dict[str, Any] = {"state": Invited.State.SENT, "message_id": message_id}
    if one.reminding:
        changes |= {"reminded_at": now, "remind_at": None, "tries": 0}
    else:
        again = now + timedelta(days=how.remind_days) if how.remind_days else None
        changes |= {"sent_at": one.sent_at or now, "remind_at": again}
    Invited.objects.filter(pk=one.pk).update(**changes)
    own_events.put(sending.SOURCE, _event(one, seen, key, now.isoformat()))
    return 1


def _event(one: Invited, seen: Verdict, key: str, at: str) -> dict[str, Any]:
    """Write down as an event that somebody was asked."""
    channel = one.sending.wish["channel"]
    kind = "email" if channel == "email" else "phone"
    said = {"survey": key, "channel": channel, "unit": one.unit, "ref": one.order,
            "reminder": one.reminding or None, "sending": one.sending.number}  # fmt: skip
    return {
        "type": "track", "event": SENT, "messageId": f"{one.token}.{'reminded' if one.reminding else 'sent'}",
        "timestamp": at, "context": {"traits": {kind: seen.address}},
        "properties": {name: value for name, value in said.items() if value},
    }  # fmt: skip


@transaction.atomic
def _tell(one: Invited, seen: Verdict, survey: Survey) -> int:
    """Tell whoever sends text messages for us; what we tell them is kept encrypted until they took it."""
    link = mails.address(survey, one, mails.spoken(survey, seen.language))
    name = f"{one.token}.{'reminded' if one.reminding else 'sent'}"
    details = {"survey": survey.key, "to": seen.address, "link": link, "reminder": one.reminding}
    happenings.tell(Happening(TOLD, name, one.identifier, details))
    return _done(one, seen, survey.key)
