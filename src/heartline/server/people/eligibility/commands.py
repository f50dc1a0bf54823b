"""What is written of eligibility by people of the company: the rules; and what is swept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal

from . import rules
from .models import Ours, Refused
from .rules import Company

RIGHT = "define"
KEPT = timedelta(days=400)
"""How long it is remembered why somebody was not asked."""
KEPT_OF_PAGES = timedelta(days=60)
"""Of those who were on the company's own pages: they are many."""


@transaction.atomic
def set_rules(*, ours: Company, by: Principal) -> None:
    """Say how often people may be asked; it holds for everything that is reserved from now on.

    Raises
    ------
    InvalidInput
        `bad_value` with its field.
    Forbidden
        `not_allowed`.
    """
    access.require(by, RIGHT)
    before = rules.company()
    body = ours.checked().body()
    if ours == before and Ours.objects.exists():
        return
    Ours.objects.update_or_create(pk=1, defaults={"body": body})
    audit.record(by=by, action="set_contact_rules", subject="contact rules", **body)


def forget_old() -> int:
    """Forget why people were not asked long ago; give how many. What went out stays: it counts for ever."""
    now = timezone.now()
    on_pages = Refused.objects.filter(name__contains=" web ", at__lt=now - KEPT_OF_PAGES)
    return on_pages.delete()[0] + Refused.objects.filter(at__lt=now - KEPT).delete()[0]
