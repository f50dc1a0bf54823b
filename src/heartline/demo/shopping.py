"""What becomes of meant purchases: the checkout, the parcel, the pick-up desk, the shop. With feelings and answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, DAYS, STRIKE_COUNTRY, Calendar, Floats, Ints
from .company import CATEGORIES, COUNTRIES, CROWDED_SHOPS, NOUNS, Company
from .feelings import BEARINGS, HOUR, Answers, ask, felt
from .people import APP, STORE, Flags, People, Rng
from .purchases import Purchases

DISAPPOINTING = NOUNS.index("coffee maker")
"""What does not keep what it promises."""
SATURDAY, SUNDAY = 5, 6
DECLINED = {"de": 0.026, "es": 0.058, "uk": 0.03}
"""Shares of the payments that are declined: the bank of the Spanish web shop asks for a code that often never comes."""
PAYS_AGAIN = 0.56


@dataclass(frozen=True)
class Checkouts:
    """Every online purchase's checkout; `of` is its purchase.

    Parameters
    ----------
    again
        Who tried again after an error.
    passed
        Who got as far as the payment.
    declined, paid_again
        Payments that were declined, and those who then paid another way.
    """

    of: Ints
    load: Floats
    error: Flags
    again: Flags
    passed: Flags
    declined: Flags
    paid_again: Flags
    bought: Flags
    answers: Answers


@dataclass(frozen=True)
class Orders:
    """How ordering felt, asked in the mail that confirms the order; `of` is the purchase."""

    of: Ints
    answers: Answers


@dataclass(frozen=True)
class Parcels:
    """Every parcel; times in seconds since the order."""

    of: Ints
    handed: Floats
    wait: Floats
    broken: Flags
    in_strike: Flags
    answers: Answers

    @property
    def late(self) -> Flags:
        """Which came later than promised."""
        return np.asarray(self.wait > BEARINGS["delivery"].promised_s)


@dataclass(frozen=True)
class Pickups:
    """Every order collected in a shop; times in seconds."""

    of: Ints
    ready: Floats
    fetched: Floats
    queue: Floats
    answers: Answers


@dataclass(frozen=True)
class Tills:
    """Every purchase in a shop, and whether the club card was shown: without it nobody knows who it was."""

    of: Ints
    known: Flags
    answers: Answers


@dataclass(frozen=True)
class Homes:
    """How what was bought is liked at home."""

    of: Ints
    disappointing: Flags
    answers: Answers


def checkouts(rng: Rng, people: People, buys: Purchases, calendar: Calendar) -> Checkouts:
    """Let online purchases go through the checkout."""
    of = np.flatnonzero(buys.way != STORE)
    who = buys.customer[of]
    slow = calendar.slow_shop()[buys.day[of]] * (buys.way[of] != APP)
    load = rng.lognormal(np.log(1.65), 0.4, len(of)) * (1 + 3.0 * slow)
    error = rng.random(len(of)) < 0.012 + 0.2 * slow
    gives_up = rng.random(len(of)) < 0.006 + np.clip((load - 4.0) * 0.06, 0, 0.5)
    again = error & ~gives_up & (rng.random(len(of)) < 0.6)
    passed = ~gives_up & (~error | again)
    likely = np.array([DECLINED[one.key] for one in COUNTRIES])[people.country[who]]
    declined = passed & (rng.random(len(of)) < likely)
    paid_again = declined & (rng.random(len(of)) < PAYS_AGAIN)
    pain = BEARINGS["checkout"].pain(load, people, who) + 0.75 * error + 0.5 * declined
    answers = ask(rng, felt(rng, people, who, 0.32, pain), people.talks[who], "ces7", 0.05)
    bought = passed & (~declined | paid_again)
    return Checkouts(of, load, error, again, passed, declined, paid_again, bought, answers)


def orders(rng: Rng, people: People, buys: Purchases, checked: Checkouts) -> Orders:
    """Let people say how ordering was."""
    bought = np.flatnonzero(checked.bought)
    of = checked.of[bought]
    who = buys.customer[of]
    pain = 0.6 * BEARINGS["checkout"].pain(checked.load[bought], people, who) + 0.4 * checked.error[bought]
    return Orders(of, ask(rng, felt(rng, people, who, 0.42, pain), people.talks[who], "csat5", 0.022))


def parcels(rng: Rng, people: People, buys: Purchases, of: Ints, calendar: Calendar, company: Company) -> Parcels:
    """Pack and deliver orders."""
    who, day = buys.customer[of], buys.day[of]
    country, category = people.country[who], company.category[buys.product[of]]
    bulky = np.array([one.bulky for one in CATEGORIES])[category]
    crowd = calendar.crowd()[day]
    handed = rng.gamma(3.0, 0.22, len(of)) * np.sqrt(crowd) * DAY
    struck = calendar.struck()[day] * (country == [one.key for one in COUNTRIES].index(STRIKE_COUNTRY))
    transit = rng.gamma(2.6, 1 / 2.6, len(of)) * np.array([one.transit_days for one in COUNTRIES])[country]
    transit *= np.where(bulky, 1.25, 1.0) * (1 + 0.35 * (crowd > 1.6))
    transit += struck * rng.uniform(2.0, 8.0, len(of))
    wait = _at_the_door(rng, calendar, buys.at[of], handed + (0.3 + transit) * DAY)
    breaks = np.array([one.broken for one in CATEGORIES])[category]
    broken = rng.random(len(of)) < breaks
    pain = BEARINGS["delivery"].pain(wait, people, who) + 0.85 * broken
    answers = ask(rng, felt(rng, people, who, 0.36, pain), people.talks[who], "csat5", 0.1)
    return Parcels(of, np.minimum(handed, wait - 6 * HOUR), wait, broken, struck > 0, answers)


def pickups(rng: Rng, people: People, buys: Purchases, of: Ints, calendar: Calendar, company: Company) -> Pickups:
    """Lay orders ready in a shop, and let people queue for them."""
    who = buys.customer[of]
    crowd = calendar.crowd()[buys.day[of]]
    ready = rng.lognormal(np.log(1.9), 0.6, len(of)) * crowd * HOUR
    ready += np.where(buys.at[of] % DAY > 17 * HOUR, 13 * HOUR, 0) * (rng.random(len(of)) < 0.2)
    fetched = _in_opening_hours(rng, buys.at[of] + ready + rng.exponential(18 * HOUR, len(of))) - buys.at[of]
    fetched = np.maximum(fetched, ready + 0.25 * HOUR)
    weekday = (calendar.first.weekday() + ((buys.at[of] + fetched) // DAY).astype(np.int64)) % 7
    crowded = np.isin(people.shop[who], [company.shops.index(key) for key in CROWDED_SHOPS]) & (weekday == SATURDAY)
    queue = rng.lognormal(np.log(190), 0.65, len(of)) * np.where(crowded, 4.0, 1.0)
    pain = BEARINGS["pickup"].pain(queue, people, who) + BEARINGS["collect_ready"].pain(ready, people, who)
    answers = ask(rng, felt(rng, people, who, 0.48, pain), people.talks[who], "smiley5", 0.16)
    return Pickups(of, ready, fetched, queue, answers)


def tills(rng: Rng, people: People, buys: Purchases) -> Tills:
    """Let people buy in shops."""
    of = np.flatnonzero(buys.way == STORE)
    who = buys.customer[of]
    known = (people.club_at[who] < buys.at[of]) & (rng.random(len(of)) < 0.8)
    pain = np.where(rng.random(len(of)) < 0.08, 0.6, np.zeros(len(of)))
    feeling = felt(rng, people, who, 0.4, pain)
    return Tills(of, known, ask(rng, feeling, people.talks[who], "smiley5", 0.09))


def homes(rng: Rng, people: People, buys: Purchases, of: Ints, company: Company) -> Homes:
    """Let people live with what they bought."""
    who = buys.customer[of]
    disappointing = company.noun[buys.product[of]] == DISAPPOINTING
    poor = rng.random(len(of)) < np.where(disappointing, 0.55, 0.07)
    answers = ask(rng, felt(rng, people, who, 0.42, 0.85 * poor), people.talks[who], "stars5", 0.055)
    return Homes(of, poor, answers)


def _at_the_door(rng: Rng, calendar: Calendar, start: Floats, wait: Floats) -> Floats:
    """Move arrivals to the hours at which parcels come, never on a Sunday or sooner than the night after the order."""
    hour = rng.triangular(9, 13, 19.5, len(wait)) * HOUR
    day = np.floor((start + wait) / DAY)
    day += day * DAY + hour < start + 0.7 * DAY
    day += (calendar.first.weekday() + day) % 7 == SUNDAY
    return np.asarray(day * DAY + hour - start)


def _in_opening_hours(rng: Rng, at: Floats) -> Floats:
    hour = at % DAY / HOUR
    closed = (hour < 10.5) | (hour > 18.8)
    day = np.floor(at / DAY) + (hour > 18.8)
    return np.where(closed, day * DAY + rng.uniform(10.5, 18.8, len(at)) * HOUR, at)


def within(at: Floats) -> Flags:
    """Tell what happened by the last day; the rest is still to come."""
    return np.asarray(at < DAYS * DAY)
