"""What the desk is asked where a survey appears on the company's own pages: for whom, how often, until how many answer.

The lot is drawn anew each month, so that the same few are not asked for ever.
"""

from __future__ import annotations

import calendar
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from heartline.core.eligibility import response_rate
from heartline.server.shell import eligible
from heartline.server.shell.eligible import Ask, Target
from heartline.server.shell.showing import Name, Visit

from ..models import Answering, Survey
from . import asks
from .asks import AHEAD, LIVED, Lived

CHANNEL = "web"
ANSWERS_IN_S = 3_600.0
"""Whoever was shown it longer ago has answered, or will not."""
LOOKED_S = 60.0
"""What was lived is counted anew after so long."""
AT_ONCE = 500
MONTH = 30
_lived: dict[tuple[str, int], tuple[float, Lived]] = {}


def ask(survey: Survey) -> Ask:
    """Give what the desk is asked for somebody who is on a page now."""
    how, now = asks.manner(survey), timezone.now()
    what = f"{asks.KIND}:{survey.key}"
    return Ask(
        what=what, name=f"{what} {CHANNEL} {now:%Y-%m}", purpose=asks.purpose(how), channel=CHANNEL,
        again_days=how.again_days, share=how.page_share / 100,
        target=Target(how.page_target, *lived(survey, now)) if how.page_target else None,
    )  # fmt: skip


def visit(survey: Survey, token: str, who: Name | None, unit: str, way: str) -> Visit:
    """Give who is here, and how it would appear."""
    return Visit(f"{asks.KIND}:{survey.key}:{CHANNEL}:{token}", who, unit[:120], way != "inline")


def lived(survey: Survey, now: datetime) -> Lived:
    """Give by unit how people answered until now, and how many who may be asked the rest of the month is to bring."""
    key = (survey.key, survey.pk)
    at, found = _lived.get(key, (0.0, ({}, {})))
    if at and time.monotonic() - at < LOOKED_S:
        return found
    found = _counted(survey, now)
    _lived[key] = time.monotonic(), found
    return found


def a_month(survey: Survey, now: datetime) -> dict[str, float]:
    """Give by unit how many who may be asked come in a month, by the last four weeks."""
    what, since = f"{asks.KIND}:{survey.key}", now - AHEAD
    came = Counter(unit for _key, unit, _at in eligible.desk().contacts(what, CHANNEL, since))
    came.update(eligible.desk().passed_over(what, CHANNEL, since))
    return {unit: number / AHEAD.days * MONTH for unit, number in came.items()}


def _counted(survey: Survey, now: datetime) -> Lived:
    month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    what = f"{asks.KIND}:{survey.key}"
    contacts = eligible.desk().contacts(what, CHANNEL, now - LIVED)
    ended = _finished(key[-32:] for key, _unit, _at in contacts)
    counts: dict[str, Counter[str]] = {}
    for key, unit, at in contacts:
        some = counts.setdefault(unit, Counter())
        done = ended.get(key[-32:])
        settled = (now - at).total_seconds() > ANSWERS_IN_S
        some["asked"] += settled
        some["answered"] += settled and done is not None
        some["open"] += not settled and done is None
        some["month"] += done is not None and done >= month
        some["lately"] += at > now - AHEAD
    found = {}
    for unit, some in counts.items():
        rate = float(response_rate(some["asked"], some["answered"]))  # type: ignore[arg-type]  # one number, no column
        found[unit] = some["asked"], some["answered"], some["month"] + some["open"] * rate
    left = calendar.monthrange(now.year, now.month)[1] - now.day
    passed = eligible.desk().passed_over(what, CHANNEL, now - AHEAD)
    ahead = {
        unit: (counts.get(unit, Counter())["lately"] + passed.get(unit, 0)) / AHEAD.days * left
        for unit in {*counts, *passed}
    }
    return found, ahead


def _finished(tokens: Iterable[str]) -> dict[str, datetime]:
    listed, found = list(tokens), dict[str, datetime]()
    for start in range(0, len(listed), AT_ONCE):
        some = Answering.objects.filter(token__in=listed[start : start + AT_ONCE], finished_at__isnull=False)
        found |= {token: at for token, at in some.values_list("token", "finished_at") if at is not None}
    return found
