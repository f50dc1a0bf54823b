"""The planted truths: what the simulator itself used and drew, added up block by block. The product never reads them.

Everything is counted over what really came about (before its customer left), also over those who never answered.
Contrasts and knees are said as the product's definitions say them, so that they can be held against its answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import surveys
from .aftermath import COST_CALL_BACK, COST_RETURN, COSTS, LEAVE, REASONS
from .book import Planted
from .calendar import DAY, DAYS, PRICE_RISE, Ints
from .company import CATEGORIES, COUNTRIES, CROWDED_SHOPS, NAME, NOUNS
from .experiences import Lived, experiences
from .feelings import BEARINGS
from .people import PERSONAS, WEB, Flags
from .shopping import DISAPPOINTING
from .visits import LEFT_BASKET
from .world import Lives, World

LISTED = 1_000
"""Customers who left that are named one by one."""
WHO = ("country", "persona", "family")


@dataclass
class Truth:
    """What is known of a world after some blocks."""

    world: World
    customers: int = 0
    interactions: int = 0
    sums: defaultdict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    rows: Counter[str] = field(default_factory=Counter)
    gone: list[dict[str, Any]] = field(default_factory=list)
    planted: Planted = field(default_factory=Counter)

    def add(self, lives: Lives, rows: Mapping[str, int], planted: Planted) -> None:
        """Add a block."""
        self.planted += planted
        self.customers += len(lives.people)
        self.rows.update(rows)
        self.interactions = sum(count for name, count in self.rows.items() if name != "customers")
        for one in experiences(lives):
            self._lived(lives, one)
        self._left(lives)
        self._sold(lives)
        self._asked(lives)
        self._missed(lives)

    def _plus(self, key: tuple[str, ...], **values: float) -> None:
        for name, value in values.items():
            self.sums[(*key, name)] += float(value)

    def _lived(self, lives: Lives, one: Lived) -> None:
        bearing = BEARINGS.get(one.touchpoint)
        over = np.zeros(len(one.wait), np.bool_)
        if bearing is not None:
            over = np.nan_to_num(one.wait, nan=0.0) > bearing.promised_s
        fact = over | one.failed
        groups: list[tuple[tuple[str, ...], Flags]] = [((), np.ones(len(fact), np.bool_))]
        people = lives.people
        for name, places, words in self._groups(lives):
            groups += [((name, word), places[one.customer] == place) for place, word in enumerate(words)]
        family = (people.family_at < np.minimum(lives.leaves.at, DAYS * DAY))[one.customer]
        groups += [(("family", "yes"), family), (("family", "no"), ~family)]
        heard = one.answers.heard
        told = fact | (one.answers.given & (heard < 0))
        for group, here in groups:
            key = ("lived", one.journey, one.touchpoint, *group)
            hit, fine = here & fact, here & ~fact
            self._plus(
                key, trips=here.sum(), bad=hit.sum(), told=(here & told).sum(), waited_too_long=(here & over).sum()
            )
            self._plus(key, felt=one.answers.feeling[here].sum(), felt_bad=one.answers.feeling[hit].sum())
            self._plus(key, felt_good=one.answers.feeling[fine].sum(), answered=(here & one.answers.given).sum())
            self._plus(key, heard=heard[here & one.answers.given].sum())
            for likely, end, bad in one.ends(fact):
                for name, some in (("end_bad", here & bad), ("end_good", here & ~bad)):
                    self._plus(key, **{name: (likely * end)[some].sum(), f"{name}_n": likely[some].sum()})

    def _left(self, lives: Lives) -> None:
        people, leaves = lives.people, lives.leaves
        buyers = np.bincount(lives.buys.customer[lives.kept], minlength=len(people)) > 0
        left = np.isfinite(leaves.at) & buyers  # whoever never bought has not left
        lost = np.zeros(len(people))
        np.add.at(lost, lives.buys.customer[~lives.kept], lives.buys.gain[~lives.kept])
        for place, reason in enumerate(LEAVE):
            here = left & (leaves.reason == place)
            self._plus(("left", "reason", reason), customers=here.sum(), lost=lost[here].sum())
            self._plus(("left", "reason", reason), faced=leaves.faced[place])
        for name, places, words in self._groups(lives):
            for place, word in enumerate(words):
                here = places == place
                self._plus(("left", name, word), customers=(left & here).sum(), of=here.sum())
        for who in np.flatnonzero(left)[: LISTED - len(self.gone)]:
            day = self.world.calendar.dates[min(DAYS - 1, int(leaves.at[who] // DAY))]
            self.gone.append(
                {"customer": f"C{people.number[who] + 1:07d}", "day": str(day), "reason": LEAVE[leaves.reason[who]]}
            )

    def _sold(self, lives: Lives) -> None:
        bought = np.zeros(len(lives.buys), np.bool_)
        bought[lives.checked.of[lives.checked.bought]] = True
        bought[lives.sold.of] = True
        bought &= lives.kept & (lives.buys.at < DAYS * DAY)
        unknown = lives.sold.of[~lives.sold.known & lives.kept[lives.sold.of]]
        self._plus(("sold",), sales=bought.sum(), unknown=len(unknown), gain=lives.buys.gain[bought].sum())
        given_up = lives.checked.of[~lives.checked.bought & lives.kept[lives.checked.of]]
        self._plus(("sold",), given_up=len(given_up), lost=lives.buys.gain[given_up].sum())
        slow = self.world.calendar.slow_shop()[lives.buys.day[given_up]] * (lives.buys.way[given_up] == WEB) > 0
        self._plus(("sold",), given_up_relaunch=slow.sum(), lost_relaunch=lives.buys.gain[given_up][slow].sum())
        self._plus(("returned",), returns=lives.kept[lives.back.of].sum())

    def _missed(self, lives: Lives) -> None:
        """Add up what never came about: payments, orders, parcels, collections, returns."""
        buys, checked, missed, back = lives.buys, lives.checked, lives.missed, lives.back
        sent = np.concatenate((lives.sent.of, missed.lost))
        unpaid = checked.declined & ~checked.paid_again
        for name, of, hit in (
            ("payments declined", checked.of[checked.passed], checked.of[checked.declined]),
            ("orders lost over a payment", checked.of[checked.passed], checked.of[unpaid]),
            ("orders cancelled", np.concatenate((sent, missed.cancelled)), missed.cancelled),
            ("parcels lost", sent, missed.lost),
            ("orders never fetched", np.concatenate((lives.got.of, missed.left)), missed.left),
            ("returns never sent", np.concatenate((back.of, back.dropped)), back.dropped),
        ):
            of, hit = of[lives.kept[of]], hit[lives.kept[hit]]
            self._plus(("missed", name), orders=len(hit), of=len(of), margin=buys.gain[hit].sum())
            for word, places, words in self._groups(lives):
                for place, group in enumerate(words):
                    some, all_of = (places[buys.customer[rows]] == place for rows in (hit, of))
                    self._plus(("missed", name, word, group), orders=some.sum(), of=all_of.sum())

    def _groups(self, lives: Lives) -> tuple[tuple[str, Ints, list[str]], ...]:
        return (
            ("country", lives.people.country, [one.key for one in COUNTRIES]),
            ("persona", lives.people.persona, [one.key for one in PERSONAS]),
        )

    def _asked(self, lives: Lives) -> None:
        asked = lives.asked
        here = lives.kept[asked.of] & (asked.at < DAYS * DAY)
        cost = np.array(COSTS)[asked.channel] + np.where(np.isnan(asked.call_back), 0.0, COST_CALL_BACK)
        for place, reason in enumerate(REASONS):
            some = here & (asked.reason == place)
            self._plus(("asked", reason), contacts=some.sum(), cost=cost[some].sum())

    def document(self) -> dict[str, Any]:
        """Give everything as `truth.json` holds it."""
        world = self.world
        return {
            "about": "What the simulator of the demo company used and drew. Feelings from -1 to 1, times in seconds, "
            "money in euro, shares from 0 to 1. The product never reads this.",
            "company": NAME,
            "customers": self.customers,
            "seed": world.seed,
            "first": str(world.calendar.first),
            "until": str(world.calendar.until),
            "interactions": self.interactions,
            "rows": dict(self.rows),
            "events": [{"key": event.key, **event.body()} for event in world.calendar.events],
            "touchpoints": self._touchpoints(),
            "waits": {
                key: {"promised_s": one.promised_s, "people_bear_s": one.bears_s,
                      "feeling_lost_per_hour_beyond": round(one.per_s * 3600, 4)}
                for key, one in BEARINGS.items()
            },
            "who": {
                persona.key: {"share": persona.share, "hurt_by": persona.touchy, "buys_a_year": persona.buys,
                              "answers": persona.talks, "leaves_when_prices_rise": persona.leaves_by_price}
                for persona in PERSONAS
            },
            "places": self._places(),
            "never_came_about": self._never(),
            "leaving": self._leaving(),
            "money": self._money(),
            "surveys": surveys.document(self.planted),
        }  # fmt: skip

    def _touchpoints(self) -> list[dict[str, Any]]:
        found = []
        keys = dict.fromkeys(key[1:3] for key in self.sums if key[0] == "lived")
        for journey, touchpoint in keys:
            whole = self._touchpoint(("lived", journey, touchpoint))
            for name in WHO:
                words = dict.fromkeys(key[4] for key in self.sums if key[:4] == ("lived", journey, touchpoint, name))
                whole[f"by_{name}"] = {word: self._touchpoint(("lived", journey, touchpoint, name, word))
                                       for word in words}  # fmt: skip
            found.append({"journey": journey, "touchpoint": touchpoint, **whole})
        return found

    def _touchpoint(self, key: tuple[str, ...]) -> dict[str, Any]:
        def get(name: str) -> float:
            return self.sums[(*key, name)]

        bad, trips = get("bad"), get("trips")
        ends = [_ratio(get(name), get(f"{name}_n")) for name in ("end_good", "end_bad")]
        return {
            "trips": round(trips),
            "bad": round(bad),
            "share_bad": _ratio(get("told"), trips),
            "waited_too_long": round(get("waited_too_long")),
            "feeling_of_all": _ratio(get("felt"), trips),
            "feeling_of_those_who_answer": _ratio(get("heard"), get("answered")),
            "answered": round(get("answered")),
            "feeling_lost_when_bad": _less(_ratio(get("felt_good"), trips - bad), _ratio(get("felt_bad"), bad)),
            "after_good": ends[0],
            "after_bad": ends[1],
            "contrast": _less(ends[0], ends[1]),
        }

    def _never(self) -> dict[str, Any]:
        """Give what went wrong before anything could arrive: how often, for whom, and the margin of these orders."""
        made: dict[str, Any] = {"visits_that_leave_a_basket": LEFT_BASKET}
        for name in dict.fromkeys(key[1] for key in self.sums if key[0] == "missed"):
            key = ("missed", name)
            whole: dict[str, Any] = {
                "orders": round(self.sums[(*key, "orders")]),
                "share": _ratio(self.sums[(*key, "orders")], self.sums[(*key, "of")]),
                "margin": round(self.sums[(*key, "margin")], 2),
            }
            for word in ("country", "persona"):
                groups = dict.fromkeys(one[3] for one in self.sums if one[:3] == (*key, word))
                whole[f"share_by_{word}"] = {
                    group: _ratio(self.sums[(*key, word, group, "orders")], self.sums[(*key, word, group, "of")])
                    for group in groups
                }
            made[name] = whole
        return made

    def _places(self) -> dict[str, Any]:
        calendar = self.world.calendar
        return {
            "crowded_shops_on_saturdays": list(CROWDED_SHOPS),
            "disappointing_product": NOUNS[DISAPPOINTING],
            "strike": {"unit": calendar.strike.unit, "first": str(calendar.strike.first)},
            "slow_web_shop": {"first": str(calendar.relaunch.first), "last": str(calendar.relaunch.last)},
            "price_rise": PRICE_RISE,
            "returned_by_category": {one.key: one.returned for one in CATEGORIES},
            "broken_by_category": {one.key: one.broken for one in CATEGORIES},
        }

    def _leaving(self) -> dict[str, Any]:
        reasons = {
            reason: {
                "customers": round(self.sums["left", "reason", reason, "customers"]),
                "faced": round(self.sums["left", "reason", reason, "faced"]),
                "margin_lost": round(self.sums["left", "reason", reason, "lost"], 2),
            }
            for reason in LEAVE
        }
        made: dict[str, Any] = {"customers": sum(one["customers"] for one in reasons.values()), "reasons": reasons}
        for name, words in (("country", [one.key for one in COUNTRIES]), ("persona", [one.key for one in PERSONAS])):
            made[f"share_by_{name}"] = {
                word: _ratio(self.sums["left", name, word, "customers"], self.sums["left", name, word, "of"])
                for word in words
            }
        return {**made, "some_who_left": self.gone}

    def _money(self) -> dict[str, Any]:
        def of(*key: str) -> float:
            return round(self.sums[key], 2)

        contacts = {
            reason: {"contacts": round(of("asked", reason, "contacts")), "cost": of("asked", reason, "cost")}
            for reason in REASONS
        }
        left = {reason: of("left", "reason", reason, "lost") for reason in LEAVE}
        return {
            "sales": round(of("sold", "sales")),
            "sales_of_nobody_known": _ratio(of("sold", "unknown"), of("sold", "sales")),
            "margin": of("sold", "gain"),
            "orders_given_up_at_the_checkout": round(of("sold", "given_up")),
            "margin_lost_at_the_checkout": of("sold", "lost"),
            "of_that_in_the_weeks_after_the_relaunch": of("sold", "lost_relaunch"),
            "contacts": contacts,
            "late_and_broken_deliveries": round(
                left["late delivery"] + left["broken on arrival"] + contacts["where"]["cost"]
                + contacts["broken"]["cost"], 2,
            ),
            "slow_refunds": left["slow refund"],
            "unsettled_questions": left["question not solved"],
            "failed_checkouts": round(of("sold", "lost") + left["checkout failed"] + contacts["checkout"]["cost"], 2),
            "price_rise": round(left["price rise"] + contacts["price"]["cost"], 2),
            "returns": round(of("returned", "returns") * COST_RETURN, 2),
        }  # fmt: skip


def _ratio(part: float, whole: float) -> float | None:
    return round(part / whole, 4) if whole else None


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else round(one - other, 4)
