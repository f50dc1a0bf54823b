"""What the company sends: newsletters, notices to phones, and twice a year a question."""

from __future__ import annotations

import numpy as np

from .book import Words
from .calendar import DAY, DAYS, Calendar, Floats
from .commerce import Ledger
from .company import COUNTRIES
from .feelings import HOUR, ask
from .people import Rng
from .voices import Voices

EVERY_LETTER, EVERY_NOTICE = 28, 45
BY_LETTER = 0.004
"""Chance that a newsletter makes somebody unsubscribe."""
UNITS = [f"{one.key}_online" for one in COUNTRIES]


def letters(rng: Rng, ledger: Ledger, leaves: Floats, calendar: Calendar) -> None:
    """Write newsletters, on a Thursday every four weeks and before Black Friday, until somebody unsubscribes."""
    people = ledger.people
    monday = -calendar.first.weekday() % 7
    days = [(day, "monthly") for day in range(monday + 3, DAYS, EVERY_LETTER)]
    days += [(calendar.place(span.first) - 1, "Black Friday") for span in calendar.black_fridays]
    readers = np.flatnonzero(people.newsletter)
    stops = people.arrival[readers] + rng.exponential(EVERY_LETTER / BY_LETTER, len(readers)) * DAY
    gone = np.isfinite(leaves[readers]) & (rng.random(len(readers)) < 0.5)
    stops = np.where(gone, np.minimum(stops, leaves[readers] + rng.exponential(20 * DAY, len(readers))), stops)
    emails, country = ledger.names["email"].words, people.country
    for day, occasion in days:
        at = day * DAY + 7 * HOUR
        who = readers[(people.arrival[readers] < at) & (stops > at)]
        ledger.book.add(
            "mailings", country[who], at + rng.uniform(0, 2400, len(who)), email=Words(who, emails),
            event="newsletter", unit=Words(country[who], UNITS), occasion=occasion,
        )  # fmt: skip
    over = stops < DAYS * DAY
    who = readers[over]
    ledger.book.add(
        "mailings", country[who], stops[over], email=Words(who, emails), event="unsubscribed",
        unit=Words(country[who], UNITS),
    )  # fmt: skip


def notices(rng: Rng, ledger: Ledger, leaves: Floats) -> None:
    """Write notices to the phones of those who have the app and still use it."""
    people = ledger.people
    users = np.flatnonzero(people.app)
    for day in range(11, DAYS, EVERY_NOTICE):
        at = day * DAY + 17.5 * HOUR
        who = users[(people.arrival[users] < at) & (leaves[users] + 30 * DAY > at)]
        ledger.book.add(
            "mailings", people.country[who], at + rng.uniform(0, 600, len(who)),
            customer=Words(who, ledger.names["customer"].words), event="push",
            unit=Words(people.country[who], UNITS), occasion="offer",
        )  # fmt: skip


def recommend(rng: Rng, voices: Voices, leaves: Floats, sore: Floats, calendar: Calendar) -> None:
    """Ask customers every half year whether they would recommend the company.

    Parameters
    ----------
    sore
        How much each customer was hurt on the whole.
    """
    ledger, people = voices.ledger, voices.ledger.people
    last = np.full(len(people), -1)
    np.maximum.at(last, ledger.buys.customer, np.arange(len(ledger.buys)))
    risen = calendar.place(calendar.price_rise.first)
    for day in range(50, DAYS, 182):
        there = (people.arrival < day * DAY) & (leaves > day * DAY) & (last >= 0)
        who = np.flatnonzero(there & (rng.random(len(people)) < 0.9))
        dear = 0.22 if risen < day < risen + 200 else 0.0
        feeling = np.clip(people.mood[who] + 0.4 - sore[who] - dear + rng.normal(0, 0.28, len(who)), -1, 1)
        given = ask(rng, feeling, people.talks[who], "nps", 0.09)
        rows = np.flatnonzero(given.given)
        cause = np.where(dear > 0, "price", "bad")
        topics = np.select([feeling[rows] > 0.3, feeling[rows] < -0.1], ["relation.good", f"relation.{cause}"],
                           "relation.mixed")  # fmt: skip
        at = day * DAY + rng.uniform(8, 21, len(rows)) * HOUR + rng.exponential(1.2 * DAY, len(rows))
        voices.answers(last[who[rows]], given, rows, at, topics, "company", "email", product=None)
