"""The customers of the demo company: who they are, what they expect, how they like to buy, and how much they bear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .calendar import DAY, DAYS
from .company import CATEGORIES, COUNTRIES

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Rng = np.random.Generator

WEB, APP, COLLECT, STORE = range(4)
"""Ways to buy."""


@dataclass(frozen=True)
class Persona:
    """A sort of person; never told to the product, which may find it.

    Parameters
    ----------
    buys
        Purchases a year.
    ways
        Shares of web shop, app, click and collect, shop.
    touchy
        How much a bad experience hurts, 1 is ordinary.
    mood
        Where their feeling starts from.
    talks
        How readily they answer, 1 is ordinary.
    club
        Share that joins the club.
    leaves_by_price
        Chance to leave when prices rise.
    """

    key: str
    share: float
    buys: float
    ways: tuple[float, float, float, float]
    touchy: float
    mood: float
    talks: float
    club: float
    leaves_by_price: float


PERSONAS = (
    Persona("planner", 0.24, 2.4, (0.68, 0.10, 0.10, 0.12), 1.0, 0.08, 0.9, 0.45, 0.02),
    Persona("bargain hunter", 0.22, 2.7, (0.62, 0.22, 0.06, 0.10), 0.9, -0.04, 0.8, 0.35, 0.13),
    Persona("enthusiast", 0.16, 4.0, (0.50, 0.22, 0.09, 0.19), 0.75, 0.22, 1.6, 0.62, 0.01),
    Persona("busy parent", 0.22, 3.3, (0.36, 0.41, 0.14, 0.09), 1.5, 0.01, 0.75, 0.42, 0.03),
    Persona("regular of the shops", 0.16, 2.6, (0.22, 0.05, 0.23, 0.50), 1.1, 0.14, 0.9, 0.72, 0.02),
)


PARENTS = [one.key for one in PERSONAS].index("busy parent")
"""Busy parents' place among the personas."""


def of_personas(name: str) -> Floats:
    """Give a number of every persona as an array."""
    return np.array([getattr(one, name) for one in PERSONAS])


@dataclass(frozen=True)
class People:
    """Some customers, as arrays of equal length.

    Parameters
    ----------
    number
        Their number in the whole world, from 0.
    arrival
        Seconds since the first day; 0 for those who were customers before.
    old
        Whether they were customers before.
    touchy, mood, talks
        As of their persona, each person a little different.
    bears
        What they bear before it hurts, as a factor on what people bear; 1 is ordinary.
    likes
        Two categories that they need most (n, 2).
    shop
        The shop nearby, as a place in `Company.shops`.
    club_at, family_at
        When they joined the club, and its programme for families, in seconds; infinite for never, below 0 for before
        the first day.
    """

    number: Ints
    country: Ints
    persona: Ints
    arrival: Floats
    old: Flags
    buys: Floats
    touchy: Floats
    mood: Floats
    talks: Floats
    bears: Floats
    likes: Ints
    shop: Ints
    app: Flags
    newsletter: Flags
    second_device: Flags
    club_at: Floats
    family_at: Floats

    def __len__(self) -> int:
        return len(self.number)


def draw(rng: Rng, first: int, count: int) -> People:
    """Draw customers with the numbers from `first` on."""
    country = rng.choice(len(COUNTRIES), count, p=[one.share for one in COUNTRIES])
    persona = rng.choice(len(PERSONAS), count, p=of_personas("share"))
    old = rng.random(count) < 0.6
    arrival = np.where(old, 0.0, np.sqrt(rng.random(count)) * (DAYS - 14) * DAY)  # more come as the company grows
    ways = np.array([one.ways for one in PERSONAS])[persona]
    start = np.cumsum([0, *(len(one.cities) for one in COUNTRIES)])
    shops = np.array([len(one.cities) for one in COUNTRIES])
    first_liked = rng.integers(0, len(CATEGORIES), count)
    joins = rng.random(count) < of_personas("club")[persona]
    club_at = arrival + rng.exponential(150 * DAY, count)
    club_at = np.where(old & (rng.random(count) < 0.7), -1.0, club_at)
    family = rng.random(count) < np.where(persona == PARENTS, 0.72, 0.05)
    return People(
        number=np.arange(first, first + count),
        country=country,
        persona=persona,
        arrival=arrival,
        old=old,
        buys=of_personas("buys")[persona] * rng.gamma(2.2, 1 / 2.2, count),
        touchy=of_personas("touchy")[persona] * rng.lognormal(0, 0.15, count),
        mood=of_personas("mood")[persona] + rng.normal(0, 0.14, count),
        talks=of_personas("talks")[persona] * rng.lognormal(-0.08, 0.4, count),
        bears=rng.lognormal(0, 0.1, count),
        likes=np.stack(
            (first_liked, (first_liked + rng.integers(1, len(CATEGORIES), count)) % len(CATEGORIES)), axis=1
        ),
        shop=start[country] + (rng.random(count) ** 1.4 * shops[country]).astype(np.int64),
        app=rng.random(count) < 0.12 + 1.4 * ways[:, APP],
        newsletter=rng.random(count) < 0.5,
        second_device=rng.random(count) < 0.45,
        club_at=np.where(joins, club_at, np.inf),
        family_at=np.where(family, arrival + rng.exponential(60 * DAY, count), np.inf),
    )
