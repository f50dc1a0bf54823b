"""The mail that asks to confirm: written in the language of the form, sent by the company's mail server."""

from __future__ import annotations

import logging
from datetime import timedelta
from email.utils import make_msgid
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from heartline.server.shell.opened import workspace

from . import links
from .models import Request
from .purposes import Purpose, all_purposes

log = logging.getLogger("heartline.consent")
PAUSES_S = (30, 120, 600, 1_800, 3_600)
AT_ONCE = 200


def can_send() -> bool:
    """Tell whether a mail server is named."""
    return bool(settings.EMAIL_HOST) or not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")


def company() -> str:
    """Give what the company is called."""
    return str(workspace().lake.at().definitions.settings.get("name") or settings.URL.hostname or "Heartline")


def waiting() -> int:
    """Count the people who asked and have no mail yet."""
    return Request.objects.filter(sent_at=None, used_at=None).exclude(sealed_address=b"").count()


def due() -> bool:
    """Tell whether a mail is to be sent now."""
    return can_send() and _due().exists()


def _due() -> QuerySet[Request]:
    wanted = Request.objects.filter(sent_at=None, used_at=None, again_at__lte=timezone.now())
    return wanted.exclude(sealed_address=b"")


def post() -> int:
    """Send the mails that wait; give how many went. What cannot be sent now is tried again, as long as it waits."""
    if not can_send():
        return 0
    some = list(_due().select_related("shown").order_by("asked_at")[:AT_ONCE])
    if not some:
        return 0
    known, sent = all_purposes(), 0
    connection = get_connection()
    for one in some:
        mail = message(one, known.get(one.purpose))
        mail.connection = connection
        try:
            mail.send()
        except (SMTPException, OSError) as error:
            log.warning("A mail that asks to confirm could not be sent: %s.", type(error).__name__)
            later(one)
        else:
            Request.objects.filter(pk=one.pk).update(sent_at=timezone.now(), message_id=one.message_id)
            sent += 1
    return sent


def later(one: Request) -> None:
    """Try again in a while."""
    pause = PAUSES_S[min(one.tries, len(PAUSES_S) - 1)]
    Request.objects.filter(pk=one.pk).update(tries=one.tries + 1, again_at=timezone.now() + timedelta(seconds=pause))


def message(one: Request, purpose: Purpose | None) -> EmailMessage:
    """Write the mail of a request."""
    one.message_id = make_msgid(domain=settings.URL.hostname or "localhost")
    with override(one.language):
        label = purpose.label if purpose else one.purpose
        values = {
            "company": company(), "text": one.shown.text, "link": links.confirming(one),
            "day": date_format(timezone.localtime(one.asked_at), "DATETIME_FORMAT"), "days": links.CONFIRM_S // 86_400,
        }  # fmt: skip
        body = _(
            "Somebody asked on %(day)s that %(company)s writes to this address:\n\n"
            "“%(text)s”\n\n"
            "Was that you? Then open this page and confirm it:\n\n%(link)s\n\n"
            "The link holds for %(days)s days and works once. Was it not you? Then do nothing: without it nobody "
            "writes to you."
        )
        return EmailMessage(
            subject=_("Please confirm: %(label)s") % {"label": " ".join(label.split())},
            body=body % values,
            to=[one.address],
            headers={"Message-ID": one.message_id, "Auto-Submitted": "auto-generated"},
        )
