"""What the desk of eligibility is asked: a survey, for its purpose, over a channel, with its share or target."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from heartline.core.eligibility import response_rate
from heartline.server.shell import eligible
from heartline.server.shell.eligible import Ask, Target

from ..models import Answering, Survey
from .models import Invited, Manner, Sending
from .values import Manner as How
from .values import Wish

KIND = "survey"
ANSWERS_IN = timedelta(days=7)
"""Whoever was asked longer ago has answered, or will not: the response rate is theirs."""
LIVED = timedelta(days=180)
AHEAD = timedelta(days=28)
ASKED = (Invited.State.WAITING, Invited.State.SENDING, Invited.State.SENT)


def manner(survey: Survey) -> How:
    """Give how a survey is sent."""
    kept = Manner.objects.filter(survey=survey).first()
    return How(**kept.body) if kept else How()


def purpose(how: How) -> str:
    """Give what a survey is sent for: its own purpose, else the company's."""
    return how.purpose or eligible.desk().purpose()


def named(survey: Survey, number: int) -> str:
    """Name a sending among all that is asked."""
    return f"{KIND}:{survey.key} {number}"


def ask(survey: Survey, wish: Wish, number: int, *, reminder: bool = False) -> Ask:
    """Give what the desk is asked for a sending."""
    how = manner(survey)
    target = Target(wish.target, *_lived(survey, wish)) if wish.target and not reminder else None
    return Ask(
        what=f"{KIND}:{survey.key}", name=named(survey, number), purpose=purpose(how), channel=wish.channel,
        again_days=how.again_days, share=wish.share / 100, target=target, reminder=reminder,
    )  # fmt: skip


Lived = tuple[dict[str, tuple[int, int, float]], dict[str, float]]


def _lived(survey: Survey, wish: Wish) -> Lived:
    """Give by unit how people answered until now, and how many candidates the rest of the month is to bring."""
    now = timezone.now()
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    asked = Invited.objects.filter(sending__survey=survey, state__in=ASKED, made_at__gt=now - LIVED)
    settled = Q(made_at__lt=now - ANSWERS_IN)
    counts = {
        "asked": _by_unit(asked.filter(settled)), "answered": _by_unit(_finished(asked.filter(settled))),
        "month": _by_unit(_finished(asked, since=month)), "open": _by_unit(asked.exclude(settled)),
        "fresh": _by_unit(_finished(asked.exclude(settled))),
    }  # fmt: skip
    lived = {}
    for unit in {unit for some in counts.values() for unit in some}:
        there = {name: some.get(unit, 0) for name, some in counts.items()}
        rate = float(response_rate(there["asked"], there["answered"]))  # type: ignore[arg-type]  # one number, not a column
        waiting = there["month"] + max(0.0, (there["open"] - there["fresh"]) * rate)
        lived[unit] = (there["asked"], there["answered"], waiting)
    return lived, _ahead(survey, now) if wish.after else {}


def _finished(some: QuerySet[Invited], since: datetime | None = None) -> QuerySet[Invited]:
    answered = Answering.objects.filter(finished_at__isnull=False)
    if since is not None:
        answered = answered.filter(finished_at__gte=since)
    return some.filter(token__in=answered.values("token"))


def _by_unit(some: QuerySet[Invited]) -> dict[str, int]:
    return dict(some.order_by().values_list("unit").annotate(number=Count("pk")))


def _ahead(survey: Survey, now: datetime) -> dict[str, float]:
    """Expect as many candidates a day as in the last four weeks."""
    left = calendar.monthrange(now.year, now.month)[1] - now.day
    lately: dict[str, float] = defaultdict(float)
    came = Invited.objects.filter(sending__survey=survey, sending__automatic=True, made_at__gt=now - AHEAD)
    for unit, number in _by_unit(came).items():
        lately[unit] = number / AHEAD.days * left
    return dict(lately)


def asked(survey: Survey) -> int:
    """Count the people who were asked to answer a survey by a message of ours; a reminder asks nobody anew."""
    return Invited.objects.filter(sending__survey=survey, sent_at__isnull=False).count()


def funnel(some: QuerySet[Sending]) -> dict[int, dict[str, int]]:
    """Count, for each sending, who is asked, whom it went out to, who opened it, who answered, and whom it failed."""
    states = Invited.State
    found = {
        one.pk: dict.fromkeys(("asked", "sent", "returned", "opened", "answered", "failed", "pending"), 0)
        for one in some
    }
    rows = Invited.objects.filter(sending__in=some).order_by().values("sending_id").annotate(
        asked=Count("pk", filter=Q(state__in=(*ASKED, states.FAILED))),
        sent=Count("pk", filter=Q(sent_at__isnull=False)),
        returned=Count("pk", filter=Q(state=states.FAILED, why__startswith="returned")),
        opened=Count("pk", filter=Q(opened_at__isnull=False)), failed=Count("pk", filter=Q(state=states.FAILED)),
        pending=Count("pk", filter=Q(state=states.PENDING)),
    )  # fmt: skip
    for row in rows:
        counts: dict[str, Any] = dict(row)
        found[counts.pop("sending_id")] |= counts
    answered = _finished(Invited.objects.filter(sending__in=some)).order_by().values_list("sending_id")
    for pk, number in answered.annotate(number=Count("pk")):
        found[pk]["answered"] = number
    return found
