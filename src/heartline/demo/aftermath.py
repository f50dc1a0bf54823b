"""What comes after a purchase: returns, questions to customer service, and who leaves over it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, DAYS, STRIKE_COUNTRY, Calendar, Floats, Ints
from .company import CATEGORIES, COUNTRIES, Company
from .feelings import BEARINGS, HOUR, Answers, ask, felt
from .mishaps import Mishaps
from .people import PARENTS, PERSONAS, Flags, People, Rng, of_personas
from .purchases import Purchases
from .shopping import Checkouts, Homes, Parcels, Pickups

CALL, MAIL, CHAT = range(3)
TOUCHPOINTS = ("call", "mail_reply", "chat")
COSTS = (6.8, 4.2, 2.9)
"""What a contact costs the company in euro, by channel."""
NEVER_SENT = 0.08
"""Of the returns that are announced, how many are never sent."""
COST_CALL_BACK, COST_RETURN, COST_PARCEL = 5.2, 5.9, 4.6
WHERE, BROKEN, PRODUCT, INVOICE, CHECKOUT, PRICE = range(6)
EVENING = 1.6
"""So much longer than others parents wait for the phone: they call in the evening, when everybody does."""
REASONS = ("where", "broken", "product", "invoice", "checkout", "price")
"""Why people turn to customer service."""


@dataclass(frozen=True)
class Returns:
    """Every return; times in seconds since the request, which came at `asked`. `announced` is how asking felt.

    `dropped` are purchases whose return was announced at `dropped_at` and then never sent.
    """

    of: Ints
    asked: Floats
    sent: Floats
    refund: Floats
    announced: Answers
    answers: Answers
    dropped: Ints
    dropped_at: Floats


@dataclass(frozen=True)
class Contacts:
    """Every question to customer service.

    Parameters
    ----------
    hung_up
        Calls that ended in the queue.
    solved
        At the first contact.
    call_back
        Seconds until a call back settled what was not solved; nan where nobody called.
    """

    of: Ints
    at: Floats
    reason: Ints
    channel: Ints
    wait: Floats
    hung_up: Flags
    solved: Flags
    call_back: Floats
    answers: Answers


def returns(rng: Rng, people: People, buys: Purchases, of: Ints, arrived: Floats, company: Company) -> Returns:
    """Let people send things back."""
    likely = np.array([one.returned for one in CATEGORIES])[company.category[buys.product[of]]]
    back = rng.random(len(of)) < likely
    of, arrived = of[back], arrived[back]
    who = buys.customer[of]
    asked = np.floor((arrived + rng.uniform(1, 11, len(of)) * DAY) / DAY) * DAY + rng.uniform(8, 22, len(of)) * HOUR
    drops = rng.random(len(of)) < NEVER_SENT
    dropped, dropped_at = of[drops], asked[drops]
    of, asked, who = of[~drops], asked[~drops], who[~drops]
    sent = rng.uniform(0.6, 3.5, len(of)) * DAY
    refund = sent + rng.lognormal(np.log(3.9), 0.62, len(of)) * DAY
    pain = BEARINGS["refund"].pain(refund, people, who)
    answers = ask(rng, felt(rng, people, who, 0.25, pain), people.talks[who], "ces7", 0.32)
    maze = 0.55 * (rng.random(len(of)) < 0.12)  # some find no way through the form
    announced = ask(rng, felt(rng, people, who, 0.36, maze), people.talks[who], "ces7", 0.1)
    return Returns(of, asked, sent, refund, announced, answers, dropped, dropped_at)


def contacts(
    rng: Rng,
    people: People,
    buys: Purchases,
    calendar: Calendar,
    checked: Checkouts,
    sent: Parcels,
    got: Pickups,
    missed: Mishaps,
) -> Contacts:
    """Let people call, write and chat."""
    of, at, reason = _why(rng, people, buys, calendar, checked, sent, got, missed)
    at = np.floor(at / DAY) * DAY + np.clip(at % DAY, 8.2 * HOUR, 19.5 * HOUR)
    who, day = buys.customer[of], np.clip((at // DAY).astype(np.int64), 0, DAYS - 1)
    shops = people.persona[who] == len(PERSONAS) - 1
    channel = np.where(rng.random(len(of)) < np.where(shops, 0.72, 0.47), CALL, rng.choice((MAIL, CHAT), len(of)))
    wait, hung_up = _waits(rng, people, who, channel, day, calendar)
    hard = np.isin(reason, (WHERE, BROKEN))
    solved = ~hung_up & (rng.random(len(of)) < np.where(hard, 0.66, 0.86))
    back = ~solved & (rng.random(len(of)) < 0.7)
    pain = sum(BEARINGS[key].pain(wait, people, who) * (channel == place) for place, key in enumerate(TOUCHPOINTS))
    pain = pain + np.where(solved, 0.0, np.where(back, 0.45, 0.75)) + 0.15 * (reason == PRICE)
    answers = ask(rng, felt(rng, people, who, 0.38, pain), people.talks[who], "csat5", 0.26)
    later = np.where(back, rng.uniform(0.3, 3.2, len(of)) * DAY, np.nan)
    return Contacts(of, at, reason, channel, wait, hung_up, solved, later, answers)


def _why(
    rng: Rng,
    people: People,
    buys: Purchases,
    calendar: Calendar,
    checked: Checkouts,
    sent: Parcels,
    got: Pickups,
    missed: Mishaps,
) -> tuple[Ints, Floats, Ints]:
    """Give purchases, moments and reasons of all contacts."""
    found = []
    promised = BEARINGS["delivery"].promised_s
    asks = promised + rng.uniform(0.1, 1.6, len(sent.of)) * DAY
    late = (asks < sent.wait - 2 * HOUR) & (rng.random(len(sent.of)) < 0.3 * people.touchy[buys.customer[sent.of]])
    found.append((sent.of[late], buys.at[sent.of[late]] + asks[late], WHERE))
    gone = missed.lost[rng.random(len(missed.lost)) < 0.7]
    found.append((gone, buys.at[gone] + promised + rng.uniform(0.3, 4, len(gone)) * DAY, WHERE))
    broken = sent.broken & (rng.random(len(sent.of)) < 0.62)
    after = sent.wait[broken] + rng.exponential(0.8 * DAY, int(broken.sum()))
    found.append((sent.of[broken], buys.at[sent.of[broken]] + after, BROKEN))
    lost = checked.error & (rng.random(len(checked.of)) < 0.14)
    found.append((checked.of[lost], buys.at[checked.of[lost]] + rng.exponential(3 * HOUR, int(lost.sum())), CHECKOUT))
    arrived = np.concatenate((sent.of, got.of))
    when = np.concatenate((buys.at[sent.of] + sent.wait, buys.at[got.of] + got.fetched))
    for share, why, within in ((0.13, PRODUCT, 9.0), (0.035, INVOICE, 6.0)):
        asked = rng.random(len(arrived)) < share
        found.append((arrived[asked], when[asked] + rng.exponential(within * DAY, int(asked.sum())), why))
    risen = calendar.place(calendar.price_rise.first) * DAY
    dearer = (buys.at > risen) & (buys.at < risen + 45 * DAY) & (rng.random(len(buys)) < 0.05)
    found.append((np.flatnonzero(dearer), buys.at[dearer] + rng.exponential(DAY, int(dearer.sum())), PRICE))
    of = np.concatenate([part[0] for part in found])
    at = np.concatenate([part[1] for part in found])
    reason = np.concatenate([np.full(len(part[0]), part[2]) for part in found])
    return of, at, reason


def _waits(rng: Rng, people: People, who: Ints, channel: Ints, day: Ints, calendar: Calendar) -> tuple[Floats, Flags]:
    """Give how long people wait for somebody, and who hangs up."""
    country = people.country[who]
    crowd = calendar.crowd()[day]
    struck = calendar.struck()[day] * (country == [one.key for one in COUNTRIES].index(STRIKE_COUNTRY))
    busy = crowd * (1 + 1.6 * struck)
    evening = np.where(people.persona[who] == PARENTS, EVENING, 1.0)
    queue = rng.lognormal(np.log(np.array([one.queue_s for one in COUNTRIES])[country]), 0.85) * evening
    mail = rng.lognormal(np.log(13.5), 0.62, len(who)) * HOUR * np.where(country == 1, 1.25, 1.0)
    chat = rng.lognormal(np.log(24.0), 0.6, len(who))
    wait = np.select([channel == CALL, channel == MAIL], [queue * busy, mail * np.sqrt(busy)], chat * np.sqrt(busy))
    patience = 2.2 * BEARINGS["call"].bears_s * people.bears[who]
    hung_up = (channel == CALL) & (rng.random(len(who)) < np.clip((wait - patience) / 600, 0, 0.85))
    return wait, hung_up


LEAVE = ("late delivery", "broken on arrival", "slow refund", "question not solved", "checkout failed",
         "disappointing product", "price rise", "parcel lost", "payment declined",
         "no reason that we gave")  # fmt: skip
LATE_PARCEL, BROKEN_PARCEL, SLOW_REFUND, UNSOLVED, FAILED_CHECKOUT, POOR_PRODUCT, DEARER = range(7)
LOST_PARCEL, UNPAID, OTHER = range(7, len(LEAVE))


@dataclass(frozen=True)
class Leaving:
    """When each customer leaves, in seconds (infinite: not by the last day), over what, and the chance it was drawn by.

    `faced` and `left_over` count, by reason, how many experiences could have made people leave, and how many did.
    """

    at: Floats
    reason: Ints
    faced: Ints


def leaving(
    rng: Rng, people: People, buys: Purchases, calendar: Calendar, checked: Checkouts, sent: Parcels, home: Homes,
    back: Returns, asked: Contacts, missed: Mishaps,
) -> Leaving:  # fmt: skip
    """Let people leave: over what they lived, or over what we never learn."""
    beyond = (sent.wait - BEARINGS["delivery"].promised_s) / DAY
    late = np.where(beyond > 0, np.minimum(0.05 + 0.03 * beyond, 0.25), 0.0)
    slow = np.where(back.refund > BEARINGS["refund"].bears_s, 0.11, 0.0)
    unsolved = np.where(asked.solved, 0.0, np.where(np.isnan(asked.call_back), 0.14, 0.05))
    lost = checked.error & ~checked.passed
    unpaid = checked.declined & ~checked.paid_again
    arrived = buys.at[sent.of] + sent.wait
    causes = (
        (buys.customer[sent.of], arrived, late, LATE_PARCEL),
        (buys.customer[sent.of], arrived, np.where(sent.broken, 0.12, 0.0), BROKEN_PARCEL),
        (buys.customer[back.of], back.asked + back.refund, slow, SLOW_REFUND),
        (buys.customer[asked.of], asked.at + DAY, unsolved, UNSOLVED),
        (buys.customer[checked.of], buys.at[checked.of], np.where(lost, 0.09, 0.0), FAILED_CHECKOUT),
        (
            buys.customer[missed.lost],
            buys.at[missed.lost] + missed.lost_at,
            np.full(len(missed.lost), 0.3),
            LOST_PARCEL,
        ),
        (buys.customer[checked.of], buys.at[checked.of], np.where(unpaid, 0.07, 0.0), UNPAID),
        (buys.customer[home.of], buys.at[home.of] + 12 * DAY, np.where(home.disappointing, 0.05, 0.0), POOR_PRODUCT),
    )
    who = np.concatenate([cause[0] for cause in causes])
    at = np.concatenate([cause[1] for cause in causes])
    likely = np.concatenate([cause[2] for cause in causes]) * people.touchy[who]
    reason = np.concatenate([np.full(len(cause[0]), cause[3]) for cause in causes])
    everybody = np.arange(len(people))
    risen = calendar.place(calendar.price_rise.first) * DAY + rng.exponential(25 * DAY, len(people))
    there = people.arrival < risen
    moved = people.arrival + rng.exponential(24 * 365 * DAY, len(people))
    who = np.concatenate((who, everybody, everybody))
    at = np.concatenate((at, risen, moved))
    likely = np.concatenate((likely, of_personas("leaves_by_price")[people.persona] * there, np.ones(len(people))))
    reason = np.concatenate((reason, np.full(len(people), DEARER), np.full(len(people), OTHER)))
    goes = (rng.random(len(who)) < likely) & (at < DAYS * DAY)
    return _first(len(people), who, at, reason, goes, np.bincount(reason[likely > 0], minlength=len(LEAVE)))


def _first(count: int, who: Ints, at: Floats, reason: Ints, goes: Flags, faced: Ints) -> Leaving:
    """Take everybody's first reason to leave."""
    places = np.flatnonzero(goes)
    places = places[np.lexsort((at[places], who[places]))]
    first = places[np.append(True, who[places][1:] != who[places][:-1])] if len(places) else places
    when, why = np.full(count, np.inf), np.full(count, -1)
    when[who[first]], why[who[first]] = at[first], reason[first]
    return Leaving(when, why, faced)
