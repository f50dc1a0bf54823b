"""Orders that never arrive: cancelled, lost on the way, or never fetched from the shop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, Floats, Ints
from .company import COUNTRIES
from .feelings import HOUR, Answers, ask, felt
from .people import COLLECT, People, Rng
from .purchases import BARGAINS, Purchases

CANCELLED, CANCELLED_BY_HUNTERS = 0.022, 0.062
"""Shares of the orders that their customers take back: bargain hunters find it cheaper elsewhere."""
LOST = {"de": 0.008, "es": 0.024, "uk": 0.013}
"""Shares of the parcels that the carrier of each country loses."""
NEVER_FETCHED = 0.045
SHELVED_DAYS = 10
"""So long an order waits to be fetched; then it goes back on the shelf."""


@dataclass(frozen=True)
class Mishaps:
    """Orders that never arrive, by their purchases; times in seconds since the order.

    Parameters
    ----------
    handed, lost_at
        When lost parcels were given to the carrier, and when it said that they are lost.
    answers
        About a lost parcel.
    ready, shelved
        When orders that nobody fetched were ready, and when they went back on the shelf.
    """

    cancelled: Ints
    cancelled_at: Floats
    lost: Ints
    handed: Floats
    lost_at: Floats
    answers: Answers
    left: Ints
    ready: Floats
    shelved: Floats

    @property
    def of(self) -> Ints:
        """All of them."""
        return np.concatenate((self.cancelled, self.lost, self.left))


def draw(rng: Rng, people: People, buys: Purchases, of: Ints) -> Mishaps:
    """Draw which of some orders never arrive."""
    who, collected = buys.customer[of], buys.way[of] == COLLECT
    hunts = people.persona[who] == BARGAINS
    cancelled = ~collected & (rng.random(len(of)) < np.where(hunts, CANCELLED_BY_HUNTERS, CANCELLED))
    likely = np.array([LOST[one.key] for one in COUNTRIES])[people.country[who]]
    lost = of[~collected & ~cancelled & (rng.random(len(of)) < likely)]
    left = of[collected & (rng.random(len(of)) < NEVER_FETCHED)]
    some = of[cancelled]
    handed = rng.gamma(3.0, 0.22, len(lost)) * DAY + 2 * HOUR
    anger = felt(rng, people, buys.customer[lost], 0.3, np.full(len(lost), 0.95))
    ready = rng.lognormal(np.log(2.4), 0.6, len(left)) * HOUR
    return Mishaps(
        some, rng.uniform(0.3, 9, len(some)) * HOUR,
        lost, handed, handed + rng.uniform(9, 16, len(lost)) * DAY,
        ask(rng, anger, people.talks[buys.customer[lost]], "csat5", 0.12),
        left, ready, ready + SHELVED_DAYS * DAY,
    )  # fmt: skip
