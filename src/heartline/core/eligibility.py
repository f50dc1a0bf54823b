"""Who may be asked now, and who may not for which reason: pure rules over columns, for one person or for all.

One check for everything that is sent to people on purpose. A contact stands at the moment at which it goes out, which
may lie ahead. Rules look both ways from it, so whatever the order in which contacts are decided, none of them breaks:

* within the cooldown of a contact nobody is contacted again, whatever it is about;
* within the days of a cap no more contacts of its channel lie than it allows, wherever one begins to count;
* of those who pass, a share is drawn. The draw hangs on the ask and the person alone: asked again, it says the same,
  and a bigger share asks everybody whom a smaller one asks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from .consent import ALLOWED
from .consent import REASONS as CONSENT_REASONS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shares = npt.NDArray[np.float64]

ASKED = "asked"
NOT_MEANT, NO_ADDRESS, ADDRESS_FAILS = "not_meant", "no_address", "address_fails"
ASKED_BEFORE, ASKED_LATELY, ENOUGH, NOT_DRAWN, TARGET_MET = (
    "asked_before", "asked_lately", "enough", "not_drawn", "target_met"
)  # fmt: skip
REASONS = (
    ASKED, *(reason for reason in CONSENT_REASONS if reason != ALLOWED), NOT_MEANT, NO_ADDRESS, ADDRESS_FAILS,
    ASKED_BEFORE, ASKED_LATELY, ENOUGH, TARGET_MET, NOT_DRAWN,
)  # fmt: skip
"""Asked, or why not; of several reasons the first that holds, in this order."""
DAY_US = 86_400_000_000
_OF_CONSENT = np.array([REASONS.index(ASKED if one == ALLOWED else one) for one in CONSENT_REASONS], np.int64)


@dataclass(frozen=True)
class Cap:
    """So many contacts in so many days; on one channel, or with an empty one on all of them together."""

    most: int
    days: int
    channel: str = ""


@dataclass(frozen=True)
class Quiet:
    """Hours of the day in which nobody is contacted: minutes since midnight, from `start` up to `end`."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Tell whether a minute of the day is quiet."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True)
class Rules:
    """What holds for an ask.

    Parameters
    ----------
    cooldown_us
        So long after any contact there is no other.
    again_us
        So long after the same ask it is not repeated; None: never.
    caps
        Those of the ask's channel, and those of all channels.
    quiet, zones
        Quiet hours, and by number of the unit its time zone.
    shares
        By number of the unit the share of people who are asked; the last is that of nobody's unit.
    """

    cooldown_us: int = 0
    again_us: int | None = 0
    caps: tuple[Cap, ...] = ()
    quiet: Quiet | None = None
    zones: Sequence[str] = ("UTC",)
    shares: Sequence[float] = (1.0,)

    @property
    def window_us(self) -> int:
        """How far contacts can matter, both ways."""
        return max([self.cooldown_us, self.again_us or 0, *(cap.days * DAY_US for cap in self.caps)])


@dataclass(frozen=True)
class Past:
    """Contacts there are, as columns: whose (number of the person), when, over which channel, whether the same ask."""

    person: Ints
    at_us: Ints
    channel: Sequence[str] = ()
    same: Flags = field(default_factory=lambda: np.zeros(0, bool))


@dataclass(frozen=True)
class Facts:
    """What is known of candidates, as columns.

    Parameters
    ----------
    person
        Number of the person; a person may stand here more than once and is asked at most once.
    consent
        Place in `core.consent.REASONS`.
    meant, reachable, failing
        Whether the ask is for them; an address is known; mails to it came back.
    unit
        Number of their unit, as in the rules.
    draw
        A number from 0 up to 1 for each; see `draws`.
    past
        Contacts of these people.
    """

    person: Ints
    consent: Ints
    meant: Flags
    reachable: Flags
    failing: Flags
    unit: Ints
    draw: Shares
    past: Past


@dataclass(frozen=True)
class Decision:
    """For each candidate the place in `REASONS`, and when they would be contacted."""

    reason: Ints
    at_us: Ints

    @property
    def asked(self) -> Flags:
        """Who is asked."""
        asked: Flags = self.reason == 0
        return asked

    def counts(self) -> dict[str, int]:
        """Count the candidates by reason, in the order of `REASONS`, without empty ones."""
        found = np.bincount(self.reason, minlength=len(REASONS)).tolist()
        return {reason: number for reason, number in zip(REASONS, found, strict=True) if number}


def decide(facts: Facts, rules: Rules, now_us: int) -> Decision:
    """Decide who is asked now, and say of everybody else why not.

    Parameters
    ----------
    facts
        The candidates.
    rules
        What holds.
    now_us
        The moment, in microseconds since 1970.
    """
    at_us = _moments(facts, rules, now_us)
    reason = _OF_CONSENT[facts.consent]
    for code, holds in (
        (NOT_MEANT, ~facts.meant), (NO_ADDRESS, ~facts.reachable), (ADDRESS_FAILS, facts.failing),
        *_tired(facts, rules, at_us), *_left_out(facts, rules),
    ):  # fmt: skip
        reason = np.where((reason == 0) & holds, REASONS.index(code), reason)
    chosen = np.flatnonzero(reason == 0)
    first = chosen[np.unique(facts.person[chosen], return_index=True)[1]]
    again = np.setdiff1d(chosen, first)
    reason[again] = REASONS.index(ASKED_LATELY)
    return Decision(reason, at_us)


def _moments(facts: Facts, rules: Rules, now_us: int) -> Ints:
    """Give when each would be contacted: now, or when the quiet hours of their unit are over."""
    by_unit = np.array([awake(now_us, rules.quiet, zone) for zone in rules.zones], np.int64)
    found: Ints = by_unit[facts.unit]
    return found


def awake(at_us: int, quiet: Quiet | None, zone: str) -> int:
    """Give the first moment from one on that is not in the quiet hours of a zone."""
    if quiet is None or quiet.start == quiet.end:
        return at_us
    local = datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(ZoneInfo(zone))
    if not quiet.holds(local.hour * 60 + local.minute):
        return at_us
    ends = time(quiet.end // 60, quiet.end % 60)
    for days in range(3):  # a clock that is put back may come to the end of the quiet hours twice
        found = datetime.combine(local.date() + timedelta(days=days), ends, ZoneInfo(zone)).astimezone(UTC)
        back = found.astimezone(ZoneInfo(zone))
        if found.timestamp() * 1e6 > at_us and not quiet.holds(back.hour * 60 + back.minute):
            return int(found.timestamp()) * 1_000_000
    raise AssertionError("unreachable")


def _tired(facts: Facts, rules: Rules, at_us: Ints) -> Iterable[tuple[str, Flags]]:
    """Give who was asked enough: before by this ask, lately by any, or as often as a cap allows."""
    past = facts.past
    row, which = _beside(facts.person, past.person)
    apart = np.abs(at_us[row] - past.at_us[which])
    people = len(facts.person)

    def any_of(holds: Flags) -> Flags:
        found = np.zeros(people, bool)
        found[row[holds]] = True
        return found

    same = past.same[which] if len(past.same) else np.zeros(len(which), bool)
    if rules.again_us is None:
        yield ASKED_BEFORE, any_of(same)
    elif rules.again_us:
        yield ASKED_BEFORE, any_of(same & (apart < rules.again_us))
    if rules.cooldown_us:
        yield ASKED_LATELY, any_of(apart < rules.cooldown_us)
    channels = np.array(past.channel, object)
    for cap in rules.caps:
        counted = apart < cap.days * DAY_US
        if cap.channel:
            counted &= channels[which] == cap.channel if len(channels) else False
        yield ENOUGH, np.bincount(row[counted], minlength=people) >= cap.most


def _beside(people: Ints, whose: Ints) -> tuple[Ints, Ints]:
    """Give all pairs of a candidate and a contact of theirs, as places in both."""
    order = np.argsort(whose, kind="stable")
    first, last = (np.searchsorted(whose[order], people, side) for side in ("left", "right"))
    counts = last - first
    row = np.repeat(np.arange(len(people)), counts)
    inside = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    return row, order[np.repeat(first, counts) + inside]


def _left_out(facts: Facts, rules: Rules) -> Iterable[tuple[str, Flags]]:
    """Give whom the share of their unit leaves out; where it is nothing, enough have answered."""
    share = np.array(rules.shares, np.float64)[facts.unit]
    yield TARGET_MET, share <= 0
    yield NOT_DRAWN, facts.draw >= share


def draws(ask: str, names: Iterable[str]) -> Shares:
    """Draw a number from 0 up to 1 for each of some people: always the same for the same ask and person.

    Parameters
    ----------
    ask
        What they are asked.
    names
        What each is known by.
    """
    key = hashlib.blake2b(ask.encode(), digest_size=32).digest()
    drawn = b"".join(hashlib.blake2b(name.encode(), key=key, digest_size=8).digest() for name in names)
    whole = np.frombuffer(drawn, np.uint64) >> np.uint64(11)
    found: Shares = whole.astype(np.float64) / 2.0**53
    return found


GUESS = (1.0, 9.0)
"""Before anybody was asked, one in ten is held to answer; the more were asked, the less this counts."""


def shares(target: int, asked: Ints, answered: Ints, waiting: Shares, candidates: Shares) -> Shares:
    """Give for each unit which share of its candidates to ask, so that about so many answer in a month.

    Parameters
    ----------
    target
        Answers wanted of each unit in the month.
    asked, answered
        Lived so far: how many were asked long enough ago, and how many of these answered; that is the response rate.
    waiting
        Answers of this month, and those still to be expected of people who were asked a moment ago.
    candidates
        How many could be asked in the rest of the month.
    """
    rate = response_rate(asked, answered)
    wanted = np.maximum(target - waiting, 0) / rate
    found: Shares = np.clip(wanted / np.maximum(candidates, 1), 0, 1)
    return found


def response_rate(asked: Ints, answered: Ints) -> Shares:
    """Give the lived response rate of each unit, held back by a guess while few were asked."""
    rate: Shares = (answered + GUESS[0]) / (asked + sum(GUESS))
    return rate
