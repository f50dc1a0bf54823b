"""Messages as they go out: claimed, sent, written down.

Whoever is stopped after claiming may have sent it or not. A mail is then sent again under the same Message-ID, by which
mailboxes know it; between the server's word and ours lies one write to the database.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from heartline.core.errors import HeartlineError
from heartline.server.shell.sealed import unseal
from heartline.store.steps import step

from . import chatting, commands, letters, weekly
from .models import Chat, Message

log = logging.getLogger("heartline.alerts")
AT_ONCE = 50
LOST = timedelta(seconds=90)
"""A message that is claimed for so long is sent again: whoever sent it is gone. Longer than any sending takes."""
PAUSES_S = (15, 60, 300, 1_800, 7_200, 21_600)
State = Message.State
_chatting = threading.Lock()


def can_mail() -> bool:
    """Tell whether a mail server is named."""
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def _waiting() -> QuerySet[Message]:
    some = Message.objects.filter(state=State.WAITING, due_at__lte=timezone.now())
    return some if can_mail() else some.exclude(chat=None)


def _lost() -> QuerySet[Message]:
    return Message.objects.filter(state=State.SENDING, claimed_at__lt=timezone.now() - LOST)


def due() -> bool:
    """Tell whether a message is to go out."""
    return _waiting().exists() or _lost().exists()


def post() -> int:
    """Send the mails that are due, and see that chats get theirs; give how many mails went."""
    _lost().update(state=State.WAITING)
    mails = list(_waiting().filter(chat=None).select_related("user", "user__alert_habits").order_by("due_at")[:AT_ONCE])
    sent = _mails(mails) if mails else 0
    if _waiting().exclude(chat=None).exists() and _chatting.acquire(blocking=False):
        threading.Thread(target=_chats_beside, daemon=True, name="alerts to chats").start()
    return sent


def _mails(some: Sequence[Message]) -> int:
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        log.warning("The mail server cannot be reached: %s.", type(error).__name__)
        for one in some:
            _later(one, "no_server")
        return 0
    try:
        return sum(_sent(one, lambda one=one: _mail(one, connection)) for one in some)  # type: ignore[misc]
    finally:
        connection.close()


def _mail(one: Message, connection: Any) -> None:
    made = weekly.mail(one) if one.week else letters.mail(one)
    if made is None:
        raise _Nothing
    made.connection = connection
    made.send()


def _chats_beside() -> None:
    """Send what chats are to get; in a thread of its own, so that a slow one holds up nobody's mail."""
    try:
        chats()
    except Exception:
        log.exception("Sending to chats stumbled; it is tried again.")
    finally:
        connections.close_all()
        _chatting.release()


def chats() -> int:
    """Send the messages to chats that are due; give how many went."""
    some = _waiting().exclude(chat=None).select_related("user", "user__alert_habits", "chat").order_by("due_at")
    return sum(_sent(one, lambda one=one: _chat(one)) for one in some[:AT_ONCE])  # type: ignore[misc]


def _chat(one: Message) -> None:
    assert one.chat is not None
    said = letters.chat(one)
    if said is None:
        raise _Nothing
    chatting.send(address(one.chat), *said)


def address(chat: Chat) -> str:
    """Give the address of a chat, which is a secret."""
    return unseal(chat.sealed, commands.about(chat)).decode()


class _Nothing(Exception):
    """There is nothing left to say."""


def _sent(one: Message, send: Callable[[], object]) -> int:
    """Claim a message, send it, write down what came of it."""
    mine = Message.objects.filter(pk=one.pk, state=State.WAITING)
    if not mine.update(state=State.SENDING, claimed_at=timezone.now()):
        return 0
    step("message claimed")
    try:
        send()
    except _Nothing:
        return _over(one, State.DROPPED, "nothing_left")
    except SMTPRecipientsRefused as error:
        code = max((code for code, _text in error.recipients.values()), default=0)
        return _over(one, State.FAILED, "refused") if code >= 500 else _later(one, "not_taken")
    except SMTPDataError as error:
        return _over(one, State.FAILED, "not_taken") if error.smtp_code >= 500 else _later(one, "not_taken")
    except (SMTPException, OSError):
        return _later(one, "no_server")
    except HeartlineError as error:
        return _later(one, error.code)
    except Exception:
        log.exception("An alert could not be written; those behind it go out.")
        return _later(one, "not_written")
    step("message sent")
    Message.objects.filter(pk=one.pk).update(state=State.SENT, sent_at=timezone.now(), why="")
    if one.chat is not None and one.chat.failed:
        Chat.objects.filter(pk=one.chat.pk).update(failed="")
    return 1


def _over(one: Message, state: str, why: str) -> int:
    Message.objects.filter(pk=one.pk).update(state=state, why=why[:40])
    return 0


def _later(one: Message, why: str) -> int:
    """Try again in a while; at last give up."""
    log.warning("An alert could not be sent: %s.", why)
    if one.chat_id is not None:
        Chat.objects.filter(pk=one.chat_id).update(failed=why[:40])
    if one.tries >= len(PAUSES_S):
        return _over(one, State.FAILED, why)
    due_at = timezone.now() + timedelta(seconds=PAUSES_S[one.tries])
    same = Message.objects.filter(pk=one.pk)
    same.update(state=State.WAITING, due_at=due_at, tries=one.tries + 1, why=why[:40])
    return 0
