"""Mails that ask employees: each at most once, with the link that everybody has, so that nobody is known by it."""

from __future__ import annotations

import logging
from datetime import timedelta
from smtplib import SMTPException
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heartline.listen.surveys import codebook
from heartline.server.shell.opened import workspace

from .. import addresses
from ..models import Pulse, Question
from . import commands

log = logging.getLogger("heartline.employees")
AT_ONCE = 100
TRIES = 3
PAUSE = timedelta(minutes=5)
OURS = ("en", "de", "es")


def can_send() -> bool:
    """Tell whether a mail server is named."""
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def waiting() -> QuerySet[Question]:
    """Give the mails that are to go out now."""
    return Question.objects.filter(state=Question.State.WAITING, at__lte=timezone.now())


def due() -> bool:
    """Tell whether anybody is to be asked."""
    return can_send() and (Pulse.objects.filter(on=True, next_at__lte=timezone.now()).exists() or waiting().exists())


def post() -> int:
    """Ask whoever is to be asked; give how many mails went."""
    if not can_send():
        return 0
    commands.begin_due()
    return sum(_send(one) for one in waiting().select_related("pulse", "member").order_by("pk")[:AT_ONCE])


def _send(one: Question) -> int:
    """Claim a mail, then send it: who is stopped in between sends it not again."""
    claimed = Question.objects.filter(pk=one.pk, state=Question.State.WAITING)
    if not claimed.update(state=Question.State.SENDING, tries=one.tries + 1):
        return 0
    state, at = Question.State.SENT, timezone.now()
    try:
        mail(one).send()
    except (SMTPException, OSError) as error:
        log.warning("A mail to an employee did not go: %s.", type(error).__name__)
        later = one.tries + 1 < TRIES
        state, at = (Question.State.WAITING, at + PAUSE) if later else (Question.State.FAILED, at)
    Question.objects.filter(pk=one.pk).update(state=state, at=at)
    return int(state == Question.State.SENT)


def mail(one: Question) -> EmailMessage:
    """Write the mail that asks somebody."""
    assert one.member is not None
    definitions = workspace().lake.at().definitions
    book = codebook.find(definitions, one.pulse.survey)
    tongue = book.languages[0]
    company = str(definitions.settings.get("name") or settings.URL.hostname or "Heartline")
    with override(tongue if tongue in OURS else "en"):
        title = " ".join(book.words(book.title, tongue).split())
        context = {"title": title, "company": company, "link": address(one.pulse.survey, one.member.unit)}
        text = render_to_string("employees/ask.txt", context)
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=title, body=text, to=[addresses.opened(one.member)], headers=headers)


def address(survey: str, unit: str) -> str:
    """Give the link to a survey: the same for everybody of a part of the company."""
    home = f"{settings.URL.scheme}://{settings.URL.netloc}"
    query = f"?{urlencode({'unit': unit})}" if unit else ""
    return f"{home}{reverse('survey_answer_start', args=[survey])}{query}"
