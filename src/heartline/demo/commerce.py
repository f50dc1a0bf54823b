"""Writes down what the shop systems know: orders, parcels, collections, tills, returns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from .aftermath import COST_PARCEL, COST_RETURN, Returns
from .book import Book, Words, numbered
from .calendar import Floats, Ints
from .company import COUNTRIES, Company
from .feelings import HOUR
from .mishaps import Mishaps
from .people import APP, COLLECT, Flags, People, Rng
from .purchases import REASONS, Purchases
from .shopping import Parcels, Pickups, Tills

ORDERS, RECEIPTS, RETURNS = "H", "K", "R"
CURRENCIES = [one.currency for one in COUNTRIES]
PRICES = np.array([one.price for one in COUNTRIES])


class Ledger:
    """Names of one block's orders and people, and the columns that most files share."""

    def __init__(self, book: Book, people: People, buys: Purchases, names: dict[str, Words], company: Company) -> None:
        self.book, self.people, self.buys, self.names, self.company = book, people, buys, names, company
        self.number = book.block * 10_000_000 + np.arange(len(buys))
        self.products = [one.key for one in company.products]

    def country(self, of: Ints) -> Ints:
        """Give the country of purchases' customers."""
        return np.asarray(self.people.country[self.buys.customer[of]])

    def person(self, of: Ints, kind: str = "customer") -> Words:
        """Give a name of purchases' customers."""
        return Words(self.buys.customer[of], self.names[kind].words)

    def ref(self, of: Ints, letter: str = ORDERS) -> pa.Array:
        """Give the numbers of purchases' orders."""
        return numbered(letter, self.number[of])

    def product(self, of: Ints) -> Words:
        """Give what purchases were of."""
        return Words(self.buys.product[of], self.products)

    def web_shop(self, of: Ints) -> Words:
        """Give the country's web shop."""
        return Words(self.country(of), [f"{one.key}_online" for one in COUNTRIES])

    def shop(self, of: Ints) -> Words:
        """Give the shop nearby."""
        return Words(self.people.shop[self.buys.customer[of]], self.company.shops)

    def currency(self, of: Ints) -> Words:
        """Give the currency of the country."""
        return Words(self.country(of), CURRENCIES)

    def local(self, of: Ints, euro: float) -> Floats:
        """Give an amount of euro in the country's currency."""
        return np.asarray(np.round(euro * PRICES[self.country(of)], 2), np.float64)

    def orders(self, rng: Rng, kept: Ints) -> None:
        """Write what was ordered online; a few say what it is for."""
        of, buys = kept, self.buys
        told = rng.random(len(of)) < 0.35
        collected = buys.way[of] == COLLECT
        other = self.people.second_device[buys.customer[of]] & (rng.random(len(of)) < 0.3)
        in_app = buys.way[of] == APP
        device = np.where(in_app, -1, 2 * buys.customer[of] + other)
        self.book.add(
            "orders", self.country(of), buys.at[of], ref=self.ref(of), customer=self.person(of),
            device=Words(device, self.names["device"].words),
            event=Words(collected.astype(np.int64), ("order_placed", "collect_ordered")),
            channel=Words(in_app.astype(np.int64), ("web", "mobile")), unit=self.web_shop(of),
            product=self.product(of), quantity=buys.quantity[of], amount=buys.amount[of], currency=self.currency(of),
            bought_for=Words(np.where(told, buys.reason[of], -1), REASONS), discounted=buys.discounted[of],
        )  # fmt: skip

    def parcels(self, sent: Parcels, kept: Ints) -> None:
        """Write what the warehouse and the carrier report of some parcels."""
        of = sent.of[kept]
        country = self.country(of)
        shared = {
            "ref": self.ref(of), "customer": self.person(of), "unit": self.web_shop(of), "product": self.product(of),
            "carrier": Words(country, [one.carrier for one in COUNTRIES]),
        }  # fmt: skip
        at = self.buys.at[of]
        handed = sent.handed[kept]
        self.book.add("parcels", country, at + handed, event="handed_to_carrier", wait_s=handed, **shared)
        self.book.add(
            "parcels", country, at + sent.wait[kept], event="delivery", wait_s=sent.wait[kept], ok=~sent.broken[kept],
            cost=self.local(of, COST_PARCEL), currency=self.currency(of), **shared,
        )  # fmt: skip

    def mishaps(self, missed: Mishaps, kept: Flags) -> None:
        """Write what the systems know of orders that never arrive; `kept` tells of every purchase."""
        buys = self.buys
        for of, later in ((missed.cancelled, missed.cancelled_at), (missed.left, missed.shelved)):
            here, event = kept[of], "order_cancelled" if of is missed.cancelled else "not_collected"
            some = of[here]
            self.book.add(
                "orders", self.country(some), buys.at[some] + later[here], ref=self.ref(some),
                customer=self.person(some), event=event, unit=self.web_shop(some), product=self.product(some),
                quantity=buys.quantity[some], amount=-buys.amount[some], currency=self.currency(some),
            )  # fmt: skip
        self._lost(missed, kept[missed.lost])
        left, ready = missed.left[kept[missed.left]], missed.ready[kept[missed.left]]
        self.book.add(
            "collections", self.country(left), buys.at[left] + ready, event="collect_ready", wait_s=ready,
            ref=self.ref(left), customer=self.person(left), unit=self.shop(left), product=self.product(left),
        )  # fmt: skip

    def _lost(self, missed: Mishaps, here: Flags) -> None:
        of, handed, lost = missed.lost[here], missed.handed[here], missed.lost_at[here]
        country, at = self.country(of), self.buys.at[of]
        shared = {
            "ref": self.ref(of), "customer": self.person(of), "unit": self.web_shop(of), "product": self.product(of),
            "carrier": Words(country, [one.carrier for one in COUNTRIES]), "currency": self.currency(of),
        }  # fmt: skip
        self.book.add("parcels", country, at + handed, event="handed_to_carrier", wait_s=handed, **shared)
        self.book.add(
            "parcels", country, at + lost, event="parcel_lost", ok=False,
            cost=self.buys.amount[of] + self.local(of, COST_PARCEL), **shared,
        )  # fmt: skip

    def collections(self, got: Pickups, kept: Ints) -> None:
        """Write what the pick-up desks report."""
        of = got.of[kept]
        shared = {
            "ref": self.ref(of), "customer": self.person(of), "unit": self.shop(of), "product": self.product(of),
        }  # fmt: skip
        country, at = self.country(of), self.buys.at[of]
        ready, fetched, queue = got.ready[kept], got.fetched[kept], got.queue[kept]
        self.book.add("collections", country, at + ready, event="collect_ready", wait_s=ready, **shared)
        self.book.add("collections", country, at + fetched, event="pickup", wait_s=queue, **shared)

    def tills(self, sold: Tills, kept: Ints) -> None:
        """Write what was sold in shops; without a card nobody knows to whom."""
        of = sold.of[kept]
        card = np.where(sold.known[kept], self.buys.customer[of], -1)
        self.book.add(
            "till", self.country(of), self.buys.at[of], ref=self.ref(of, RECEIPTS),
            card=Words(card, self.names["card"].words), unit=self.shop(of), product=self.product(of),
            quantity=self.buys.quantity[of], amount=self.buys.amount[of], currency=self.currency(of),
        )  # fmt: skip

    def returns(self, back: Returns, kept: Ints) -> None:
        """Write what came back."""
        of = back.of[kept]
        shared = {
            "ref": self.ref(of, RETURNS), "customer": self.person(of), "unit": self.web_shop(of),
            "product": self.product(of), "currency": self.currency(of), "order": self.ref(of),
        }  # fmt: skip
        country, asked, sent, refund = self.country(of), back.asked[kept], back.sent[kept], back.refund[kept]
        self.book.add("returns", country, asked, event="return_request", **shared)
        self.book.add(
            "returns", country, asked + sent, event="parcel_returned", cost=self.local(of, COST_RETURN), **shared
        )
        office = np.floor((asked + refund) / (24 * HOUR)) * 24 * HOUR + (8 + 9 * ((asked * 7919) % 97) / 97) * HOUR
        paid = np.maximum(office, asked + sent + HOUR)
        self.book.add("returns", country, paid, event="refund", wait_s=refund, amount=-self.buys.amount[of], **shared)

    def dropped(self, back: Returns, kept: Flags) -> None:
        """Write the returns that were announced and never sent."""
        of, at = back.dropped[kept], back.dropped_at[kept]
        self.book.add(
            "returns", self.country(of), at, event="return_request", ref=self.ref(of, RETURNS),
            customer=self.person(of), unit=self.web_shop(of), product=self.product(of), currency=self.currency(of),
            order=self.ref(of),
        )  # fmt: skip
