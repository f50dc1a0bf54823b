"""Messages are made of what somebody is still to be told: the first at once, what follows gathered."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from heartline.server.accounts import access
from heartline.server.shell.opened import workspace
from heartline.store.steps import step

from . import rights
from .models import Habits, Hearer, Message, Telling

RHYTHMS = {
    Hearer.Rhythm.HOUR: timedelta(hours=1), Hearer.Rhythm.DAY: timedelta(days=1), Hearer.Rhythm.WEEK: timedelta(weeks=1)
}  # fmt: skip
LETTER_HOUR = 7
"""Of Monday, company time."""


def zone() -> ZoneInfo:
    """Give the company's zone."""
    return ZoneInfo(str(workspace().lake.at().definitions.settings["timezone"]))


def due() -> bool:
    """Tell whether there is something to be told now."""
    return Telling.objects.filter(message=None, hearer__next_at__lte=timezone.now()).exists()


def compose(now: datetime | None = None) -> int:
    """Make the messages that are due; give how many."""
    now = now or timezone.now()
    untold = Hearer.objects.filter(tellings__message=None, tellings__isnull=False, next_at__lte=now).distinct()
    ways: dict[tuple[int, int | None], list[Hearer]] = {}
    for hearer in untold.select_related("user", "user__alert_habits", "chat"):
        wait = quiet(getattr(hearer.user, "alert_habits", None), now)
        if wait is None:
            ways.setdefault((hearer.user_id, hearer.chat_id), []).append(hearer)
        else:
            Hearer.objects.filter(pk=hearer.pk).update(next_at=wait)
    return sum(_made(some, now) for some in ways.values())


def quiet(habits: Habits | None, now: datetime) -> datetime | None:
    """Tell until when somebody wants to hear nothing; None where they may be told now."""
    if habits is None or habits.quiet_from is None or habits.quiet_to is None:
        return None
    local = now.astimezone(zone())
    first, last = habits.quiet_from, habits.quiet_to
    inside = first <= local.hour < last if first < last else local.hour >= first or local.hour < last
    if not inside or first == last:
        return None
    day = local.date() + timedelta(days=1 if local.hour >= last else 0)
    return datetime.combine(day, time(last), zone()).astimezone(UTC)


def _made(some: Iterable[Hearer], now: datetime) -> int:
    """Make one message of all that is due by one way."""
    hearers = list(some)
    with transaction.atomic():
        _withdrawn(hearers)
        message = Message.objects.create(user=hearers[0].user, chat=hearers[0].chat, name=_name(), due_at=now)
        mine = Telling.objects.filter(hearer__in=hearers, message=None)
        if not mine.update(message=message):  # somebody else made it meanwhile, or they may not see it any more
            message.delete()
            return 0
        for hearer in hearers:
            Hearer.objects.filter(pk=hearer.pk).update(next_at=now + RHYTHMS[Hearer.Rhythm(hearer.rhythm)])
        step("message made")
    step("message committed")
    return 1


def _withdrawn(hearers: Iterable[Hearer]) -> None:
    """Take back what somebody may not see any more."""
    definitions = workspace().lake.at().definitions
    for hearer in hearers:
        waiting = Telling.objects.filter(hearer=hearer, message=None).select_related("finding__alert")
        gone = [one.pk for one in waiting if not rights.sees(hearer.user, one.finding.alert.units, definitions)]
        Telling.objects.filter(pk__in=gone).delete()


def _name() -> str:
    return f"<{uuid.uuid4().hex}@{settings.URL.hostname or 'localhost'}>"


def monday(now: datetime) -> date:
    """Give the Monday of a moment, in company time."""
    local = now.astimezone(zone())
    return local.date() - timedelta(days=local.weekday())


def letters_due(now: datetime | None = None) -> list[Habits]:
    """Give whom a weekly letter is to be made for: from Monday morning on, and no later than Tuesday night."""
    now = now or timezone.now()
    wanted = Habits.objects.filter(weekly=True, user__is_active=True)
    if not wanted.exists():
        return []
    day = monday(now)
    start = datetime.combine(day, time(LETTER_HOUR), zone()).astimezone(UTC)
    if not start <= now < start + timedelta(hours=41):
        return []
    had = Message.objects.filter(week=day.isoformat()).values_list("user_id", flat=True)
    return [one for one in wanted.exclude(user__in=had).select_related("user") if access.may(one.user, "read")]


def write_letters(now: datetime | None = None) -> int:
    """Have the weekly letters sent that are due; give how many."""
    now, made = now or timezone.now(), 0
    for one in letters_due(now):
        try:
            with transaction.atomic():
                Message.objects.create(user=one.user, name=_name(), week=monday(now).isoformat(), due_at=now)
            made += 1
        except IntegrityError:  # somebody else made it meanwhile
            continue
    return made
