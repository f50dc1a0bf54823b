"""Purchases as they are meant: who, when, which way, what. Whether they come about is seen later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, DAYS, Calendar, Floats, Ints
from .company import COUNTRIES, Company
from .people import APP, COLLECT, PERSONAS, STORE, WEB, Flags, People, Rng

YEAR = 365 * DAY
REASONS = ("replacement", "moving house", "a gift", "a treat", "saw it somewhere")
"""What people buy for."""
BARGAINS = 1
"""Bargain hunters' place among the personas."""


@dataclass(frozen=True)
class Purchases:
    """Meant purchases, sorted by customer and time; arrays of equal length.

    Parameters
    ----------
    customer
        Place in the block.
    at
        Seconds since the first day, on the customer's wall clock.
    way
        Web shop, app, click and collect, shop.
    amount
        What is to be paid, in the customer's currency.
    gain
        What stays of it, in euro.
    """

    customer: Ints
    at: Floats
    way: Ints
    product: Ints
    quantity: Ints
    amount: Floats
    gain: Floats
    discounted: Flags
    reason: Ints

    def __len__(self) -> int:
        return len(self.customer)

    @property
    def day(self) -> Ints:
        """The day of each, from 0."""
        return np.clip((self.at // DAY).astype(np.int64), 0, DAYS - 1)


def draw(rng: Rng, people: People, calendar: Calendar, company: Company) -> Purchases:
    """Draw what some customers mean to buy, as if nobody ever left."""
    customer, at = _when(rng, people, calendar)
    way = _ways(rng, people, customer)
    hour = np.where(way == STORE, rng.uniform(10.5, 18.5, len(at)), _evening(rng, len(at)))
    at = np.floor(at / DAY) * DAY + hour * 3600
    keep = (at >= people.arrival[customer] // DAY * DAY) & (at < DAYS * DAY)
    customer, at, way = customer[keep], at[keep], way[keep]
    order = np.lexsort((at, customer))
    customer, at, way = customer[order], at[order], way[order]
    day = (at // DAY).astype(np.int64)
    product = _products(rng, people, customer, company)
    quantity = 1 + (rng.random(len(at)) < 0.22) + (rng.random(len(at)) < 0.08)
    level = calendar.price()[day] * (1 - calendar.discount()[day])
    paid = company.price[product] * quantity * level
    gain = paid - company.price[product] * quantity * (1 - company.margin[product])
    abroad = np.array([one.price for one in COUNTRIES])[people.country[customer]]
    return Purchases(
        customer=customer,
        at=at,
        way=way,
        product=product,
        quantity=quantity,
        amount=np.round(paid * abroad, 2),
        gain=gain,
        discounted=calendar.discount()[day] > 0,
        reason=rng.choice(len(REASONS), len(at), p=[0.34, 0.12, 0.2, 0.2, 0.14]),
    )


def _when(rng: Rng, people: People, calendar: Calendar) -> tuple[Ints, Floats]:
    """Give customers and days of purchases: as many as their years ask for, on busy days rather than on quiet ones."""
    busy = np.concatenate(([0], np.cumsum(calendar.busy())))
    busy /= busy[-1]
    begun = np.interp(people.arrival, np.arange(DAYS + 1) * DAY, busy)
    many = rng.poisson(people.buys * (1 - begun) * DAYS * DAY / YEAR)
    customer = np.repeat(np.arange(len(people)), many)
    share = begun[customer] + rng.random(len(customer)) * (1 - begun[customer])
    at = np.interp(share, busy, np.arange(DAYS + 1) * DAY)
    dearer = at >= calendar.place(calendar.price_rise.first) * DAY
    spared = dearer & (people.persona[customer] == BARGAINS) & (rng.random(len(at)) < 0.18)
    fresh = np.flatnonzero(~people.old)  # whoever is new came to buy something
    return (
        np.concatenate((customer[~spared], fresh)),
        np.concatenate((at[~spared], people.arrival[fresh])),
    )


def _ways(rng: Rng, people: People, customer: Ints) -> Ints:
    shares = np.cumsum(np.array([one.ways for one in PERSONAS]), axis=1)[people.persona[customer]]
    way = (rng.random(len(customer))[:, None] > shares).sum(axis=1).clip(0, STORE)
    return np.where((way == APP) & ~people.app[customer], WEB, way)


def _products(rng: Rng, people: People, customer: Ints, company: Company) -> Ints:
    liked = people.likes[customer, (rng.random(len(customer)) < 0.35).astype(np.int64)]
    category = np.where(
        rng.random(len(customer)) < 0.62, liked, rng.integers(0, company.category.max() + 1, len(liked))
    )
    each = np.bincount(company.category)[0]
    first = np.searchsorted(company.category, category)
    favoured = (rng.random(len(customer)) ** 1.5 * each).astype(np.int64)  # some sell better than others
    return np.asarray(first + favoured, np.int64)


def _evening(rng: Rng, count: int) -> Floats:
    """Give hours of the day at which people shop at home."""
    late = rng.random(count) < 0.55
    return np.where(late, rng.normal(20.2, 1.4, count), rng.normal(13.2, 3.0, count)).clip(6.5, 23.6)


ONLINE = (WEB, APP, COLLECT)
