"""Writes down what people say and what is said to them: service, answers, members, mailings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from . import aftermath
from .aftermath import CALL, COST_CALL_BACK, COSTS, MAIL, REASONS, Contacts, Leaving, Returns
from .book import Words, numbered
from .calendar import DAY, DAYS, Floats, Ints
from .commerce import PRICES, RETURNS, Ledger
from .company import COUNTRIES, NOUNS
from .feelings import HOUR, Answers, scored
from .mishaps import Mishaps
from .people import COLLECT, Flags, Rng
from .sentences import Speaker
from .shopping import Checkouts, Homes, Orders, Parcels, Pickups, Tills
from .visits import Visits, visit_names

TICKETS = "T"
SPEAKING = ("call", "mail_question", "chat")
ASKED_BY_WORD = 0.84
"""Of those who answer, who also writes something."""
PAGE_ASKED = 0.012
"""Of the visits, how many answer the question beside the page."""
NOTED = 0.9
"""Of the calls and chats, how many are taken down."""
GOLD = 8
"""Purchases after which a member of the club is called gold."""
MODELS_AT = -1


@dataclass
class Voices:
    """Everything that is said in one block."""

    ledger: Ledger
    speaker: Speaker
    rng: Rng

    def texts(
        self, of: Ints, topics: Iterable[str], aloud: Flags | None = None, **numbers: Any
    ) -> np.typing.NDArray[np.object_]:
        """Let people say something about purchases; an empty topic says nothing."""
        ledger, said = self.ledger, np.full(len(of), None, object)
        country = ledger.country(of)
        products = [ledger.company.products[place] for place in ledger.buys.product[of]]
        shop = ledger.people.shop[ledger.buys.customer[of]]
        for place, topic in enumerate(topics):
            if topic:
                slots: Mapping[str, Any] = {
                    "noun": NOUNS[products[place].noun],
                    "model": products[place].name.split()[MODELS_AT],
                    "city": ledger.company.shop_names[shop[place]],
                    **{name: int(values[place]) for name, values in numbers.items()},
                }
                spoken = aloud is not None and bool(aloud[place])
                said[place] = self.speaker.say(COUNTRIES[country[place]].language, topic, slots, aloud=spoken)
        return said

    def answers(
        self, of: Ints, given: Answers, rows: Ints, at: Floats, topics: np.typing.NDArray[np.str_], about: Any,
        channel: str, **columns: Any,
    ) -> None:  # fmt: skip
        """Write the answers of some rows of `given`; not all of them come with words."""
        told = self.rng.random(len(rows)) < ASKED_BY_WORD
        numbers = {name: columns.pop(name) for name in ("days", "minutes", "hours") if name in columns}
        text = self.texts(of, np.where(told, topics, ""), **numbers)
        made = {"customer": self.ledger.person(of), "product": self.ledger.product(of), **columns}
        made.setdefault("unit", self.ledger.web_shop(of))
        self.ledger.book.add(
            "answers", self.ledger.country(of), at, about=about, score=given.score[rows], scale=given.scale, text=text,
            channel=channel, **made,
        )  # fmt: skip

    def of_checkouts(self, checked: Checkouts, seen: Visits, kept: Flags) -> None:
        """Ask on the page after the checkout."""
        rows = np.flatnonzero(checked.answers.given & kept)
        visit_of = np.zeros(len(checked.of), np.int64)
        visit_of[seen.buy[seen.buy >= 0]] = np.flatnonzero(seen.buy >= 0)
        of = checked.of[rows]
        feeling = checked.answers.feeling[rows]
        cause = np.where(checked.error[rows], "error", np.where(checked.load[rows] > 3, "slow", "mixed"))
        topics = np.where(feeling > 0.25, "checkout.good", np.char.add("checkout.", cause))
        self.answers(
            of, checked.answers, rows, self.ledger.buys.at[of] + 900, topics, "checkout", "web",
            ref=visit_names(self.ledger.book, visit_of[rows]),
        )  # fmt: skip

    def of_pages(self, seen: Visits) -> None:
        """Ask some who leave without the checkout whether they found what they looked for: nobody asks for a name."""
        looked = (seen.buy < 0) & (self.rng.random(len(seen)) < PAGE_ASKED)
        rows = np.flatnonzero(looked)
        feeling = np.clip(self.rng.normal(0.28, 0.5, len(rows)), -1, 1)
        at = seen.at[rows] + 60 + 30 * seen.pages[rows]
        self.ledger.book.add(
            "answers", seen.country[rows], at, about="product_page", ref=visit_names(self.ledger.book, rows),
            score=scored(self.rng, feeling, "smiley3"), scale="smiley3", channel="web",
            customer=Words(np.where(seen.app[rows], seen.who[rows], -1), self.ledger.names["customer"].words),
            unit=Words(seen.country[rows], [f"{one.key}_online" for one in COUNTRIES]),
            product=Words(seen.product[rows], self.ledger.products),
        )  # fmt: skip

    def of_orders(self, ordered: Orders, kept: Flags) -> None:
        """Ask in the mail that confirms the order."""
        rows = np.flatnonzero(ordered.answers.given & kept)
        of, feeling = ordered.of[rows], ordered.answers.feeling[rows]
        topics = np.where(feeling > 0.25, "checkout.good", "checkout.mixed")
        collected = (self.ledger.buys.way[of] == COLLECT).astype(np.int64)
        at = self.ledger.buys.at[of] + self.rng.exponential(900, len(of)) + 120
        self.answers(
            of, ordered.answers, rows, at, topics, Words(collected, ("order_placed", "collect_ordered")), "email",
            ref=self.ledger.ref(of),
        )  # fmt: skip

    def of_parcels(self, sent: Parcels, kept: Flags) -> None:
        """Ask a day after the delivery, by mail."""
        rows = np.flatnonzero(sent.answers.given & kept)
        of, feeling = sent.of[rows], sent.answers.feeling[rows]
        late = np.where(sent.in_strike[rows], "strike", "late")
        cause = np.select(
            [sent.broken[rows] & (feeling < 0.3), sent.late[rows] & (feeling < 0.2), feeling > 0.25],
            ["broken", late, "good"],
            "mixed",
        )
        at = self.ledger.buys.at[of] + sent.wait[rows] + self.rng.exponential(22 * HOUR, len(of)) + 20 * HOUR
        days = np.round(sent.wait[rows] / DAY).clip(1)
        self.answers(
            of, sent.answers, rows, at, np.char.add("delivery.", cause), "delivery", "email", days=days,
            ref=self.ledger.ref(of),
        )  # fmt: skip

    def of_lost(self, missed: Mishaps, kept: Flags) -> None:
        """Ask those whose parcel was lost, when they are told so."""
        rows = np.flatnonzero(missed.answers.given & kept)
        of = missed.lost[rows]
        at = self.ledger.buys.at[of] + missed.lost_at[rows] + self.rng.exponential(20 * HOUR, len(of)) + HOUR
        days = np.round(missed.lost_at[rows] / DAY)
        topics = np.full(len(of), "delivery.lost")
        self.answers(of, missed.answers, rows, at, topics, "parcel_lost", "email", days=days, ref=self.ledger.ref(of))

    def of_pickups(self, got: Pickups, kept: Flags) -> None:
        """Ask at the pick-up desk's terminal, for which the receipt is scanned."""
        rows = np.flatnonzero(got.answers.given & kept)
        of, feeling, queue = got.of[rows], got.answers.feeling[rows], got.queue[rows]
        cause = np.select([feeling > 0.25, queue > 5 * 60], ["good", "wait"], "mixed")
        at = self.ledger.buys.at[of] + got.fetched[rows] + 300
        self.answers(
            of, got.answers, rows, at, np.char.add("pickup.", cause), "pickup", "store", unit=self.ledger.shop(of),
            ref=self.ledger.ref(of), minutes=np.maximum(2, queue / 60),
        )  # fmt: skip

    def of_tills(self, sold: Tills, kept: Flags) -> None:
        """Ask at the shop's exit: a terminal that knows nobody, else the electronic receipt."""
        rows = np.flatnonzero(sold.answers.given & kept)
        of = sold.of[rows]
        who = np.where(sold.known[rows], self.ledger.buys.customer[of], -1)
        feeling = sold.answers.feeling[rows]
        topics = np.select([feeling > 0.25, feeling < -0.05], ["shop.good", "shop.bad"], "shop.mixed")
        self.answers(
            of, sold.answers, rows, self.ledger.buys.at[of] + 400, topics, "store_purchase", "store",
            customer=Words(who, self.ledger.names["customer"].words), unit=self.ledger.shop(of), product=None,
        )  # fmt: skip

    def of_homes(self, home: Homes, arrived: Floats, kept: Flags) -> None:
        """Ask two weeks later how the product is."""
        rows = np.flatnonzero(home.answers.given & kept)
        of, feeling = home.of[rows], home.answers.feeling[rows]
        topics = np.select([feeling > 0.25, feeling < -0.1], ["product.good", "product.bad"], "product.mixed")
        at = arrived[rows] + self.rng.uniform(9, 24, len(rows)) * DAY
        self.answers(of, home.answers, rows, at, topics, "product_use", "web")

    def of_returns(self, back: Returns, kept: Flags) -> None:
        """Ask when a return was announced, and when the money is back."""
        rows = np.flatnonzero(back.answers.given & kept)
        of, feeling = back.of[rows], back.answers.feeling[rows]
        asked = np.flatnonzero(back.announced.given & kept)
        topics = np.where(back.announced.feeling[asked] > 0, "portal.good", "portal.bad")
        at = back.asked[asked] + self.rng.exponential(600, len(asked)) + 60
        self.answers(
            back.of[asked], back.announced, asked, at, topics, "return_request", "web",
            ref=self.ledger.ref(back.of[asked], RETURNS),
        )  # fmt: skip
        slow = back.refund[rows] > 7 * DAY
        topics = np.select([feeling > 0.25, slow], ["refund.good", "refund.slow"], "refund.mixed")
        at = back.asked[rows] + back.refund[rows] + self.rng.uniform(26, 80, len(rows)) * HOUR
        days = np.round(back.refund[rows] / DAY)
        self.answers(of, back.answers, rows, at, topics, "refund", "email", days=days, ref=self.ledger.ref(of, RETURNS))

    def of_contacts(self, asked: Contacts, tickets: Any, kept: Flags) -> None:
        """Ask when a question was settled, or two days after it was not; where the parcel is, soon after."""
        rows = np.flatnonzero(asked.answers.given & kept)
        of, feeling, wait = asked.of[rows], asked.answers.feeling[rows], asked.wait[rows]
        place = np.array(["call", "mail", "chat"])[asked.channel[rows]]
        cause = np.select(
            [feeling > 0.25, wait > np.array([180.0, 24 * HOUR, 60])[asked.channel[rows]], ~asked.solved[rows]],
            ["good", "wait", "unsolved"],
            "mixed",
        )
        topics = np.char.add(np.char.add(place, "."), cause)
        spent = np.where(asked.channel[rows] == MAIL, wait, 0.0)
        rest = np.where(asked.reason[rows] == aftermath.WHERE, 0.0, np.nan_to_num(asked.call_back[rows], nan=2 * DAY))
        at = asked.at[rows] + spent + np.where(asked.solved[rows], 0.0, rest) + 0.8 * HOUR
        about = Words(asked.channel[rows], aftermath.TOUCHPOINTS)
        self.answers(
            of, asked.answers, rows, at, topics, about, "email", minutes=np.maximum(4, wait / 60).clip(max=59),
            hours=(wait / HOUR).clip(25, 99), ref=tickets.take(rows), unit=self.service(of), product=None,
        )  # fmt: skip

    def service(self, of: Ints) -> Words:
        """Give the country's service team."""
        return Words(self.ledger.country(of), [f"{one.key}_service" for one in COUNTRIES])

    def contacts(self, asked: Contacts, kept: Ints) -> Any:
        """Write what customer service noted; give the tickets' numbers. About an order on its way it is the order's."""
        ledger, book = self.ledger, self.ledger.book
        number = book.block * 10_000_000 + np.arange(len(asked.of))
        where = asked.reason == aftermath.WHERE
        import pyarrow.compute as pc

        tickets = pc.if_else(where, ledger.ref(asked.of), numbered(TICKETS, number))
        of, country = asked.of[kept], ledger.country(asked.of[kept])
        hidden = (asked.channel[kept] == CALL) & (self.rng.random(len(kept)) < 0.08)
        who = np.where(hidden, -1, ledger.buys.customer[of])
        writes = asked.channel[kept] == MAIL
        heard = writes | (~asked.hung_up[kept] & (self.rng.random(len(kept)) < NOTED))
        topics = np.where(heard, np.char.add("ask.", np.array(REASONS)[asked.reason[kept]]), "")
        shared = {
            "ref": tickets.take(kept), "unit": self.service(of), "currency": ledger.currency(of),
            "customer": Words(np.where(asked.channel[kept] == CALL, -1, who), ledger.names["customer"].words),
            "phone": Words(np.where(asked.channel[kept] == CALL, who, -1), ledger.names["phone"].words),
        }  # fmt: skip
        at, wait, channel = asked.at[kept], asked.wait[kept], asked.channel[kept]
        spoken = ~writes
        book.add(
            "service", country, at, event=Words(channel, SPEAKING), wait_s=np.where(spoken, wait, np.nan),
            ok=pa.array(asked.solved[kept], mask=writes), cost=np.where(spoken, np.array(COSTS)[channel], np.nan)
            * PRICES[country], reason=Words(asked.reason[kept], REASONS), text=self.texts(of, topics, ~writes),
            **shared,
        )  # fmt: skip
        self._later(asked, kept, shared, country)
        return tickets

    def _later(self, asked: Contacts, kept: Ints, shared: Mapping[str, Any], country: Ints) -> None:
        """Write the replies, the calls back, and that a question is settled."""
        at, wait, channel = asked.at[kept], asked.wait[kept], asked.channel[kept]
        add = self.ledger.book.add
        wrote = np.flatnonzero(channel == MAIL)
        some = {name: _taken(value, wrote) for name, value in shared.items()}
        add(
            "service", country[wrote], at[wrote] + wait[wrote], event="mail_reply", wait_s=wait[wrote],
            ok=asked.solved[kept][wrote], cost=COSTS[MAIL] * PRICES[country[wrote]], **some,
        )  # fmt: skip
        spent = at + np.where(channel == MAIL, wait, np.where(channel == CALL, wait + 260, wait + 420))
        back = asked.call_back[kept]
        again = np.flatnonzero(~np.isnan(back))
        some = {name: _taken(value, again) for name, value in shared.items()}
        cost = COST_CALL_BACK * PRICES[country[again]]
        add("service", country[again], spent[again] + back[again], event="call_back", ok=True, cost=cost, **some)
        settled = np.flatnonzero(asked.solved[kept] | ~np.isnan(back))
        some = {name: _taken(value, settled) for name, value in shared.items()}
        done = spent[settled] + np.nan_to_num(back[settled]) + 120
        add("service", country[settled], done, event="question_settled", **some)

    def members(self, leaves: Leaving) -> None:
        """Write the club's and the accounts' register: who came, joined, recommended us, left."""
        ledger, rng, people = self.ledger, self.rng, self.ledger.people
        count = len(people)
        stays = np.minimum(leaves.at, DAYS * DAY)
        there = np.maximum(0, stays - people.arrival)  # some leave on the very day on which they came
        everybody = np.arange(count)
        closes = np.flatnonzero(np.isfinite(leaves.at) & (rng.random(count) < 0.22))
        first_buy = np.full(count, np.inf)
        np.minimum.at(first_buy, ledger.buys.customer, ledger.buys.at)
        opened = np.flatnonzero(~people.old)
        joined = np.flatnonzero((people.club_at >= 0) & (people.club_at < stays))
        families = np.flatnonzero(people.family_at < stays)
        golden, gold_at = self._golden(stays)
        refers = np.repeat(everybody, rng.poisson(np.clip(people.mood, 0.02, 1) * there / (DAYS * DAY)))
        referred = people.arrival[refers] + rng.random(len(refers)) * there[refers]
        steps = (
            (opened, np.where(np.isfinite(first_buy), first_buy - 170, people.arrival)[opened], "account_opened"),
            (joined, people.club_at[joined], "club_joined"),
            (families, people.family_at[families], "family_joined"),
            (golden, gold_at, "gold_level"),
            (refers, referred, "referral"),
        )
        names = ledger.names["customer"].words
        units = [f"{one.key}_online" for one in COUNTRIES]
        last = self._last_purchase()
        for who, at, event in steps:
            country = people.country[who]
            says = np.where((self.rng.random(len(who)) < 0.8) & (last[who] >= 0), "relation.good", "")
            ledger.book.add(
                "members", country, np.maximum(at, 0), customer=Words(who, names), event=event,
                unit=Words(country, units), text=self.texts(last[who], says) if event == "referral" else None,
            )  # fmt: skip
        self._closed(leaves, closes)

    def _golden(self, stays: Floats) -> tuple[Ints, Floats]:
        """Give the members of the club who bought so often that they are called gold, and since when."""
        buys = self.ledger.buys
        first = np.searchsorted(buys.customer, np.arange(len(stays)))
        many = np.bincount(buys.customer, minlength=len(stays))
        often = np.flatnonzero(many >= GOLD)
        at = np.maximum(buys.at[first[often] + GOLD - 1] + HOUR, self.ledger.people.club_at[often] + HOUR)
        there = at < stays[often]
        return often[there], at[there]

    def _last_purchase(self) -> Ints:
        """Give everybody's last purchase; -1 where there is none."""
        last = np.full(len(self.ledger.people), -1)
        np.maximum.at(last, self.ledger.buys.customer, np.arange(len(self.ledger.buys)))
        return last

    def _closed(self, leaves: Leaving, who: Ints) -> None:
        """Write the accounts that were closed, and what was said when they were."""
        ledger, people = self.ledger, self.ledger.people
        topic = {
            aftermath.LATE_PARCEL: "delivery", aftermath.BROKEN_PARCEL: "delivery", aftermath.SLOW_REFUND: "refund",
            aftermath.UNSOLVED: "service", aftermath.DEARER: "price",
        }  # fmt: skip
        last = self._last_purchase()
        who = who[last[who] >= 0]
        topics = [f"leave.{topic.get(reason, 'other')}" for reason in leaves.reason[who].tolist()]
        country = people.country[who]
        ledger.book.add(
            "members", country, leaves.at[who] + 2 * HOUR, customer=Words(who, ledger.names["customer"].words),
            event="account_closed", unit=Words(country, [f"{one.key}_online" for one in COUNTRIES]),
            text=self.texts(last[who], topics),
        )  # fmt: skip


def _taken(value: Any, rows: Ints) -> Any:
    return value[rows] if isinstance(value, Words) else value.take(rows)
