"""Where contacts are reserved: each part of the candidates is decided and written while nobody else does so.

Whoever reserves holds one row. On PostgreSQL that is a lock of the row, on SQLite the only writer has it anyway. What
counts for caps is read behind it, so that two workers never give the same person's last free place away twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from heartline.collect.person import normal
from heartline.core import eligibility
from heartline.core.eligibility import ASKED, REASONS, TARGET_MET, Decision, Rules
from heartline.core.ids import identifier
from heartline.server.shell import eligible
from heartline.server.shell.eligible import Ask, Candidate, Keep, Verdict
from heartline.server.shell.opened import workspace

from . import reading, rules, words
from .models import Failing, Gate, Refused, Reservation
from .people import KINDS, People, known, zones

AT_ONCE = 2_000
"""So many are decided in one transaction: others who write wait no longer than that takes."""
DRAWN = (REASONS.index(eligibility.NOT_DRAWN), REASONS.index(TARGET_MET))


class OurDesk(eligible.Desk):
    """Decides by the company's rules, on one check."""

    def look(self, ask: Ask, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Say what would be decided now; nothing is kept."""
        people, held, now = self._ready(ask, candidates)
        return _verdicts(people, _decided(ask, people, held, now)) if candidates else []

    def reserve(self, ask: Ask, candidates: Sequence[Candidate], keep: Keep) -> Counter[str]:
        """Decide, and keep it; see `shell.eligible.Desk`."""
        people, held, now = self._ready(ask, candidates)
        counts: Counter[str] = Counter()
        Gate.objects.get_or_create(pk=1)
        for start in range(0, len(candidates), AT_ONCE):
            part = people.part(np.arange(start, min(start + AT_ONCE, len(candidates))))
            counts += _reserved(ask, part, held, now, keep)
        return counts

    def reach(self, people: Sequence[str], purpose: str, channel: str) -> list[Verdict]:
        """Say how some customers are reached now, by consent and address alone."""
        ask = Ask("", "", purpose, channel)
        rules.lawful(ask, rules.company())
        found = known(ask, [Candidate(person, f"{place}") for place, person in enumerate(people)])
        alone = replace(found.facts, person=np.arange(len(people)))
        decision = eligibility.decide(alone, Rules(), reading.us(timezone.now()))
        return _verdicts(found, decision)

    def release(self, keys: Sequence[str]) -> None:
        """Take back what did not go out."""
        Reservation.objects.filter(key__in=list(keys)).delete()

    def failed(self, address: str, channel: str, why: str) -> None:
        """Remember that an address takes nothing."""
        kind = KINDS[channel]
        mark = identifier(kind, normal(kind, address), workspace().lake.key)
        Failing.objects.update_or_create(
            identifier=mark, channel=channel, defaults={"why": why[:120], "at": timezone.now()}
        )

    def refused(self, what: str, name: str = "") -> dict[str, int]:
        """Count those who were not asked something, by reason; all, or those of one time of it."""
        some = Refused.objects.filter(what=what)
        some = some.filter(name=name) if name else some
        found = dict(some.order_by().values_list("reason").annotate(number=Count("pk")))
        return {reason: found[reason] for reason in REASONS if reason in found}

    def left_out(self, what: str, name: str, reason: str, start: int, most: int) -> list[tuple[str, str, datetime]]:
        """List who was not asked at one time of something."""
        some = Refused.objects.filter(what=what, name=name, **({"reason": reason} if reason else {}))
        return list(some.order_by("-at", "pk").values_list("identifier", "reason", "at")[start : start + most])

    def contacts(self, what: str, channel: str, since: datetime) -> list[tuple[str, str, datetime]]:
        """List the contacts of something over a channel."""
        some = Reservation.objects.filter(what=what, channel=channel, at__gt=since, reminder=False)
        return list(some.order_by().values_list("key", "unit", "at"))

    def passed_over(self, what: str, channel: str, since: datetime) -> dict[str, int]:
        """Count by unit whom the lot left out."""
        lots = [REASONS[number] for number in DRAWN]
        some = Refused.objects.filter(what=what, name__startswith=f"{what} {channel} ", reason__in=lots, at__gt=since)
        return dict(some.order_by().values_list("unit").annotate(number=Count("identifier", distinct=True)))

    def why(self, reason: str) -> str:
        """Say in words why people are not asked: they …"""
        return words.reason(reason)

    def purpose(self) -> str:
        """Give what surveys are sent for where nothing else is said."""
        return rules.company().survey_purpose

    def _ready(self, ask: Ask, candidates: Sequence[Candidate]) -> tuple[People, Rules, datetime]:
        """Look up all that does not change under our hands, and find the shares of the units."""
        ours, now = rules.company(), timezone.now()
        rules.lawful(ask, ours)
        people = known(ask, candidates)
        whole = [ask.share] * (len(people.units) + 1)
        held = rules.rules(ask, ours, zones(people.units), whole)
        if ask.target is not None and candidates:
            free = replace(held, shares=[1.0] * len(whole))
            held = replace(held, shares=_shares(ask, people, _decided(ask, people, free, now)))
        return people, held, now


def _shares(ask: Ask, people: People, free: Decision) -> list[float]:
    """Give the share of each unit that brings about as many answers as are wanted."""
    assert ask.target is not None
    units = [*people.units, ""]
    now = np.bincount(people.facts.unit[free.asked] % len(units), minlength=len(units)).astype(np.float64)
    lived = np.array([ask.target.lived.get(unit, (0, 0, 0.0)) for unit in units], np.float64)
    ahead = np.array([ask.target.ahead.get(unit, 0.0) for unit in units], np.float64)
    asked, answered = lived[:, 0].astype(np.int64), lived[:, 1].astype(np.int64)
    found: list[float] = eligibility.shares(ask.target.answers, asked, answered, lived[:, 2], now + ahead).tolist()
    return found


def _decided(ask: Ask, people: People, held: Rules, now: datetime) -> Decision:
    facts = replace(people.facts, past=reading.past(ask, people.names, held, now))
    return eligibility.decide(facts, held, reading.us(now))


@transaction.atomic
def _reserved(ask: Ask, part: People, held: Rules, now: datetime, keep: Keep) -> Counter[str]:
    """Decide and write one part."""
    Gate.objects.select_for_update().get(pk=1)
    keys = [one.key for one in part.candidates]
    there = {key for model in (Reservation, Refused) for key in _there(model, keys)}
    fresh = part.part(np.array([at for at, key in enumerate(keys) if key not in there], np.int64))
    if not fresh.candidates:
        return Counter()
    verdicts = _verdicts(fresh, _decided(ask, fresh, held, now))
    Reservation.objects.bulk_create(
        Reservation(key=one.candidate.key, identifier=one.candidate.person, what=ask.what, channel=ask.channel,
                    at=one.at, reminder=ask.reminder)
        for one in verdicts if one.reason == ASKED
    )  # fmt: skip
    Refused.objects.bulk_create(
        Refused(key=one.candidate.key, identifier=one.candidate.person, what=ask.what, name=ask.name,
                reason=one.reason, unit=one.candidate.unit or "", at=now)
        for one in verdicts if one.reason != ASKED
    )  # fmt: skip
    keep(verdicts)
    return Counter(one.reason for one in verdicts)


def _there(model: type[Reservation] | type[Refused], keys: list[str]) -> list[str]:
    found: list[str] = []
    for start in range(0, len(keys), reading.NAMES_AT_ONCE):
        found += model.objects.filter(key__in=keys[start : start + reading.NAMES_AT_ONCE]).values_list("key", flat=True)
    return found


def _verdicts(people: People, decision: Decision) -> list[Verdict]:
    """Write down what was decided, with the address and language of those who are asked."""
    made = []
    moments = {at: datetime.fromtimestamp(at / 1e6, UTC) for at in set(decision.at_us.tolist())}
    for one, person, reason, at in zip(
        people.candidates, people.facts.person.tolist(), decision.reason.tolist(), decision.at_us.tolist(), strict=True
    ):
        asked = reason == 0
        made.append(
            Verdict(one, REASONS[reason], moments[at], people.addresses[person] if asked else "",
                    people.languages.get(person, "") if asked else "")
        )  # fmt: skip
    return made
