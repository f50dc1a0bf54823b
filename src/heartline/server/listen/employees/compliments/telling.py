"""Compliments are told once: by mail to who has an address, and on the first page to who signs in."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from .. import addresses
from ..models import Compliment, Member
from ..pulse.posting import can_send
from . import texts

log = logging.getLogger("heartline.employees")


def waiting() -> QuerySet[Compliment]:
    """Give the compliments that nobody was told of."""
    return Compliment.objects.filter(state=Compliment.State.GIVEN, told_at=None, hidden_at=None)


def due() -> bool:
    """Tell whether somebody is to be told."""
    return waiting().exists()


def tell() -> int:
    """Tell whoever was praised, each compliment once; give how many mails went.

    A compliment is claimed before its mail goes. Whoever is stopped in between tells it by no second mail.
    """
    sent = 0
    for member in Member.objects.filter(pk__in=waiting().values("member_id")).select_related("user"):
        mine = []
        for one in waiting().filter(member=member):
            claimed = Compliment.objects.filter(pk=one.pk, told_at=None)
            if claimed.update(told_at=timezone.now(), mailed="claimed"):
                mine.append(one)
        if mine:
            sent += _mail(member, mine)
    return sent


def _mail(member: Member, some: list[Compliment]) -> int:
    address = addresses.opened(member) or (member.user.email if member.user else "")
    state = "none"
    if address and member.thanked and can_send():
        state = "sent"
        try:
            message(member, some, address).send()
        except (SMTPException, OSError) as error:
            log.warning("A compliment was not mailed: %s.", type(error).__name__)
            state = "failed"
    Compliment.objects.filter(pk__in=[one.pk for one in some]).update(mailed=state)
    return int(state == "sent")


SPEAKING = {"de": ("DE", "AT", "CH", "LI"), "es": ("ES", "MX", "AR", "CO", "CL", "PE")}


def spoken(definitions: Definitions) -> str:
    """Give the language in which employees are written to: by the company's first country, else English."""
    first = next(iter(definitions.settings.get("countries") or ()), "")
    return next((language for language, countries in SPEAKING.items() if first in countries), "en")


def message(member: Member, some: list[Compliment], address: str) -> EmailMessage:
    """Write the mail: who signs in here finds the words there, the others in the mail."""
    definitions = workspace().lake.at().definitions
    tongue = spoken(definitions)
    said = [] if member.user else list(texts.of([one.interaction for one in some]).values())
    with override(tongue):
        context = {
            "name": member.name, "number": len(some), "texts": [one["text"] for one in said],
            "link": f"{settings.URL.scheme}://{settings.URL.netloc}{reverse('compliments')}" if member.user else "",
        }  # fmt: skip
        subject, _, body = render_to_string("employees/praise.txt", context).partition("\n")
    headers = {"Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject.strip(), body=body.lstrip("\n"), to=[address], headers=headers)
