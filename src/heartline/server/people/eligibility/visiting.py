"""Who is shown a survey on a page of the company's own: the same rules, for one person who is here now.

It has to be fast, since a page waits for it. So a no is found without the lock that reservations hold, and what a
person was asked is looked for only where a rule asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone

from heartline.collect.loading.guards import shut_out
from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core import consent, eligibility
from heartline.core.eligibility import ASKED, REASONS, Facts, Past, Rules
from heartline.core.ids import identifier
from heartline.server.shell import consenting
from heartline.server.shell.eligible import Ask
from heartline.server.shell.opened import workspace
from heartline.server.shell.showing import Decision, Name, Visit

from . import reading, rules
from .models import Gate, Refused, Reservation
from .rules import Company

SAME_VISIT = timedelta(minutes=30)
"""Who was shown it and went on to another page is shown it again: that is one contact."""


def decided(ask: Ask, visit: Visit) -> Decision:
    """Say whether somebody who is here may be asked; who may, and would be interrupted, is reserved at once."""
    ours, now = rules.company(), timezone.now()
    name = _name(visit.who)
    person = name or visit.key
    names = names_of(workspace().lake.at(), [name]) if name else {}
    if visit.interrupts and _shown_now(ask, names, now):
        return Decision()
    held = _held(ask, ours, visit)
    reason = _reason(ask, visit, person, names, held, now)
    if reason == ASKED and visit.interrupts and name:
        reason = _reserved(ask, visit, name, names, held, now)
    if reason != ASKED and name:
        _refused(ask, visit, name, reason, now)
    return Decision(reason == ASKED, "" if reason == ASKED else reason)


def _name(who: Name | None) -> str | None:
    """Give the identifier of whom the page knows; nobody where the value is what programs write for nobody."""
    if who is None:
        return None
    kind, value = who[0], normal(*who)
    return None if shut_out(kind, value) else identifier(kind, value, workspace().lake.key)


def _shown_now(ask: Ask, names: Iterable[str], now: datetime) -> bool:
    """Tell whether they were shown it on this visit already."""
    same = Reservation.objects.filter(identifier__in=list(names), what=ask.what, channel=ask.channel)
    return same.filter(at__gt=now - SAME_VISIT).exists()


def _held(ask: Ask, ours: Company, visit: Visit) -> Rules:
    """Give the rules: nobody is woken who is here, so no hours are quiet; what stands in the page keeps no pause."""
    share = ask.share
    if ask.target is not None:
        asked, answered, waiting = ask.target.lived.get(visit.unit, (0, 0, 0.0))
        share = float(eligibility.shares(
            ask.target.answers, np.array([asked]), np.array([answered]), np.array([waiting]),
            np.array([1.0 + ask.target.ahead.get(visit.unit, 0.0)]),
        )[0])  # fmt: skip
    held = replace(rules.rules(ask, ours, ["UTC"], [share]), quiet=None)
    return held if visit.interrupts else replace(held, cooldown_us=0, again_us=0, caps=())


def _reason(ask: Ask, visit: Visit, person: str, names: dict[str, int], held: Rules, now: datetime) -> str:
    one = np.zeros(1, np.int64)
    facts = Facts(
        person=one, consent=np.array([_allowed(ask, names)], np.int64), meant=np.ones(1, bool),
        reachable=np.ones(1, bool), failing=np.zeros(1, bool), unit=one,
        draw=eligibility.draws(ask.name, [person]),
        past=reading.past(ask, dict.fromkeys(names, 0), held, now) if held.window_us or held.again_us is None
        else Past(one[:0], one[:0]),
    )  # fmt: skip
    return REASONS[int(eligibility.decide(facts, held, reading.us(now)).reason[0])]


def _allowed(ask: Ask, names: dict[str, int]) -> int:
    """Give what consent says, as a place in `core.consent.REASONS`: asked for where the purpose names this channel."""
    body = rules.purposes().get(ask.purpose)
    if body is None or ask.channel not in (body.get("channels") or ()):
        return consent.REASONS.index(consent.ALLOWED)
    if not names:  # nobody known has said nothing
        needs = (body.get("basis") or consent.CONSENT) == consent.CONSENT
        return consent.REASONS.index(consent.NOTHING_SAID if needs else consent.ALLOWED)
    said = consenting.standing(list(names)[:1], ask.purpose, ask.channel)
    return consent.REASONS.index(said.reasons[0])


@transaction.atomic
def _reserved(ask: Ask, visit: Visit, name: str, names: dict[str, int], held: Rules, now: datetime) -> str:
    """Decide once more where nobody else reserves, and write it down."""
    Gate.objects.get_or_create(pk=1)
    Gate.objects.select_for_update().get(pk=1)
    reason = _reason(ask, visit, name, names, held, now)
    if reason == ASKED:
        Reservation.objects.get_or_create(key=visit.key, defaults={
            "identifier": name, "what": ask.what, "channel": ask.channel, "at": now, "unit": visit.unit,
        })  # fmt: skip
    return reason


def _refused(ask: Ask, visit: Visit, name: str, reason: str, now: datetime) -> None:
    """Keep why somebody was not asked, once a day: pages are opened more often than that."""
    key = f"{ask.name}:{name}:{now.date()}"
    row = Refused(key=key, identifier=name, what=ask.what, name=ask.name, reason=reason, unit=visit.unit, at=now)
    if not Refused.objects.filter(key=key).exists():
        Refused.objects.bulk_create([row], ignore_conflicts=True)
