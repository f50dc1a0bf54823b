"""Visits to the web shop and the app: those that lead to a purchase, those that do not, and those of nobody known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .book import Book, Words, numbered
from .calendar import DAY, DAYS, Floats, Ints
from .company import COUNTRIES, Company
from .people import APP, Flags, People, Rng
from .purchases import BARGAINS, Purchases
from .shopping import Checkouts

SOURCES = ("search engine", "advertisement", "newsletter", "direct")
AD, LETTER = 1, 2
CONFIRMED = 150
"""Seconds from the checkout to its confirmation."""
BROWSING_A_YEAR = 3.2
LEFT_BASKET = 0.36
"""Of the visits without a checkout, how many put something into the basket and leave it there."""
STRANGERS = 0.45
"""Visitors for each customer who never say who they are."""


@dataclass(frozen=True)
class Visits:
    """Visits; arrays of equal length.

    Parameters
    ----------
    who
        Place among the people; −1 for strangers.
    buy
        Place among the checkouts; −1 for visits without one.
    pace
        How long people take, 1 is ordinary.
    device
        Place among the devices: two for each person, then one for each stranger.
    """

    who: Ints
    country: Ints
    at: Floats
    app: Flags
    device: Ints
    product: Ints
    pages: Ints
    basket: Flags
    source: Ints
    buy: Ints
    pace: Floats

    def __len__(self) -> int:
        return len(self.who)


def draw(rng: Rng, people: People, buys: Purchases, checked: Checkouts, leaves: Floats, company: Company) -> Visits:
    """Draw the visits of customers until they leave, and of strangers."""
    count = len(people)
    buyer = buys.customer[checked.of]
    before = rng.poisson(0.75, len(checked.of))
    seeks = np.repeat(np.arange(len(checked.of)), before)
    idle = np.repeat(np.arange(count), rng.poisson(BROWSING_A_YEAR * (1 - people.arrival / (DAYS * DAY)) * 2, count))
    strangers = round(count * STRANGERS)
    who = np.concatenate((buyer, buyer[seeks], idle, np.full(strangers, -1)))
    at = np.concatenate(
        (
            buys.at[checked.of],
            buys.at[checked.of[seeks]] - rng.exponential(3.5 * DAY, len(seeks)) - 0.6 * DAY,
            people.arrival[idle] + rng.random(len(idle)) * (DAYS * DAY - people.arrival[idle]),
            rng.random(strangers) * DAYS * DAY,
        )
    )
    buy = np.concatenate((np.arange(len(checked.of)), np.full(len(seeks) + len(idle) + strangers, -1)))
    wanted = (buys.product[checked.of], buys.product[checked.of[seeks]])
    any_product = rng.integers(0, len(company.products), len(idle) + strangers)
    product = np.concatenate((*wanted, any_product))
    stays = (at >= 0) & (at < np.append(leaves, np.inf)[who])
    first = np.arange(len(who)) < len(buyer)
    stays[first] = buys.at[checked.of] < leaves[buyer]  # a visit that began before the first day is kept with its order
    pages, pace = 1 + rng.poisson(np.where(first, 0.35, 0.45)), rng.uniform(0.7, 1.6, len(who))
    at[first] -= _until_bought(pages, pace)[first]
    at = np.maximum(at, 1.0)
    known = who >= 0
    app = known & np.append(people.app, False)[who] & (rng.random(len(who)) < 0.4)
    app[first] = (buys.way[checked.of] == APP) | ((buys.way[checked.of] != 0) & app[first])
    other = known & np.append(people.second_device, False)[who] & (rng.random(len(who)) < 0.4)
    device = np.where(known, 2 * who + other, 2 * count + np.arange(len(who)) - (len(who) - strangers))
    country = np.where(known, np.append(people.country, 0)[who], rng.choice(len(COUNTRIES), len(who)))
    visits = Visits(
        who, country, at, app, device, product,
        pages=pages,
        basket=first | (rng.random(len(who)) < LEFT_BASKET),
        source=_sources(rng, people, who),
        buy=buy,
        pace=pace,
    )  # fmt: skip
    return _some(visits, np.flatnonzero(stays))


def visit_names(book: Book, places: Ints) -> pa.Array:
    """Give the names of visits."""
    return numbered("W", book.block * 10_000_000 + places)


def _until_bought(pages: Ints, pace: Floats) -> Floats:
    """Give the seconds from the beginning of a visit to the order."""
    return np.asarray((100 + 60 * pages) * pace + CONFIRMED + 3)


def _some(visits: Visits, rows: Ints) -> Visits:
    return Visits(*(getattr(visits, name)[rows] for name in Visits.__dataclass_fields__))


def _sources(rng: Rng, people: People, who: Ints) -> Ints:
    chosen = rng.choice(len(SOURCES), len(who), p=[0.36, 0.16, 0.12, 0.36])
    hunted = (np.append(people.persona, -1)[who] == BARGAINS) & (rng.random(len(who)) < 0.15)
    chosen = np.where(hunted, AD, chosen)
    reads = np.append(people.newsletter, False)[who]
    return np.where((chosen == LETTER) & ~reads, 0, chosen)


def tell(rng: Rng, book: Book, visits: Visits, checked: Checkouts, names: dict[str, Words], company: Company) -> None:
    """Write the web shop's and the app's log."""
    count = len(visits)
    every = np.arange(count)
    number = visit_names(book, every)
    pace = visits.pace
    page_at = visits.at + 12 * pace
    baskets = np.flatnonzero(visits.basket)
    done = visits.buy >= 0
    at_checkout = np.flatnonzero(done)
    which = visits.buy[at_checkout]
    goes_wrong = checked.error[which]
    again = np.flatnonzero(checked.again[which])
    bought = np.flatnonzero(checked.bought[which])
    passed, paid_again = np.flatnonzero(checked.passed[which]), np.flatnonzero(checked.paid_again[which])
    ended = visits.at[at_checkout] + _until_bought(visits.pages, pace)[at_checkout] - CONFIRMED - 3
    paying = ended + np.where(checked.again[which], 110, 20)
    came = np.flatnonzero(visits.source == AD), np.flatnonzero(visits.source == LETTER)
    pages = np.repeat(every, visits.pages)
    place = np.arange(len(pages)) - np.repeat(np.cumsum(visits.pages) - visits.pages, visits.pages)
    looked = np.flatnonzero(rng.random(count) < 0.4)
    steps = (
        (came[0], visits.at[came[0]] - 4, "advertisement", None, None),
        (came[1], visits.at[came[1]] - 4, "newsletter_click", None, None),
        (every[~visits.app], visits.at[~visits.app], "web_visit", None, None),
        (every[visits.app], visits.at[visits.app], "app_visit", None, None),
        (looked, visits.at[looked] + 7 * pace[looked], "search", None, None),
        (pages, page_at[pages] + place * 28 * pace[pages], "product_page", None, None),
        (baskets, page_at[baskets] + 30 * visits.pages[baskets] * pace[baskets], "basket", None, None),
        (at_checkout, ended, "checkout", checked.load[which], ~goes_wrong),
        (at_checkout[again], ended[again] + 95, "checkout", checked.load[which][again], np.ones(len(again), bool)),
        (at_checkout[passed], paying[passed], "payment", None, ~checked.declined[which][passed]),
        (at_checkout[paid_again], paying[paid_again] + 30, "payment", None, np.ones(len(paid_again), bool)),
        (at_checkout[bought], ended[bought] + CONFIRMED, "order_confirmed", None, None),
    )
    products = Words(visits.product, [one.key for one in company.products])
    for rows, at, event, load, ok in steps:
        logged_in = visits.app[rows] | np.isin(event, ("checkout", "payment", "order_confirmed"))
        person = np.where(logged_in & (visits.who[rows] >= 0), visits.who[rows], -1)
        device = np.where(visits.app[rows], -1, visits.device[rows])
        channel = np.where(visits.app[rows], 1, 0)
        if event in ("advertisement", "newsletter_click"):
            channel = np.full(len(rows), 2 if event == "advertisement" else 3)
        book.add(
            "web", visits.country[rows], np.maximum(at, 0),
            visit=number.take(rows), device=Words(device, names["device"].words),
            customer=Words(person, names["customer"].words), event=event,
            channel=Words(channel, ("web", "mobile", "advertising", "email")),
            unit=Words(visits.country[rows], [f"{one.key}_online" for one in COUNTRIES]),
            product=products[rows] if event in ("product_page", "basket") else None,
            load_s=load, ok=ok, came_from=Words(visits.source[rows], SOURCES) if event.endswith("_visit") else None,
        )  # fmt: skip
