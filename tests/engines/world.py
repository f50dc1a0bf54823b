"""A small world with every sort of row that the lake can hold, planted by a fixed seed in several versions.

Unknown customers, rows that nobody placed, ties in time, assignments, several currencies and scales, texts and themes,
waits that are too long, nested journeys per order and per customer; overrides, people who turn out to be one,
definitions that change, files folded in between.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from heartline.core.scales import SCALES
from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import POLL
from heartline.store import others
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS, OVERRIDES

START = datetime(2023, 11, 3, 7, 0, tzinfo=UTC)
TOUCHPOINTS: dict[str, dict[str, Any]] = {
    "web_visit": {"label": "Web visit", "stage": "awareness", "channel": "web"},
    "shop": {"label": "Shop", "stage": "consideration", "channel": "store", "department": "Stores"},
    "order_placed": {"label": "Order placed", "stage": "purchase", "channel": "web", "department": "Sales"},
    "payment": {"label": "Payment", "stage": "purchase", "channel": "web", "department": "Finance"},
    "handed_over": {"label": "Handed over", "stage": "delivery", "channel": "delivery", "department": "Logistics"},
    "delivery": {
        "label": "Delivery", "stage": "delivery", "channel": "delivery", "department": "Logistics",
        "expected_wait_s": 432000.0,
    },
    "review": {"label": "Review", "stage": "advocacy", "channel": "web"},
    "call_center": {
        "label": "Call center", "stage": "support", "channel": "phone", "department": "Service",
        "expected_wait_s": 90.0,
    },
    "solved": {"label": "Solved", "stage": "support", "channel": "phone", "department": "Service"},
}  # fmt: skip
JOURNEYS: dict[str, dict[str, Any]] = {
    "order": {
        "label": "An order", "counted_as": "orders", "per": "ref", "starts": ["order_placed"], "goal": "delivery",
        "ends": "limit", "within_s": 25 * 86400, "designed": ["order_placed", "payment", "handed_over", "delivery"],
    },
    "visit": {
        "label": "A visit", "counted_as": "visits", "per": "customer", "starts": "any", "goal": "order_placed",
        "ends": "goal", "within_s": 20 * 86400, "designed": ["web_visit", "shop", "order_placed"],
    },
    "care": {
        "label": "Care", "counted_as": "requests", "per": "customer", "starts": ["call_center", "shop"],
        "goal": "solved", "ends": "limit", "within_s": 30 * 86400, "designed": ["call_center", "solved"],
    },
    "relation": {  # without a limit, so that trips are open
        "label": "A relation", "counted_as": "relations", "per": "customer", "starts": ["order_placed"],
        "goal": "solved", "ends": "goal",
    },
}  # fmt: skip
UNITS: dict[str, dict[str, Any]] = {
    "company": {"name": "The company", "kind": "brand"},
    "de": {"name": "Germany", "parent": "company", "kind": "country", "country": "DE", "timezone": "Europe/Berlin"},
    "berlin": {"name": "Berlin", "parent": "de", "kind": "store"},
    "munich": {"name": "Munich", "parent": "de", "kind": "store"},
    "us": {"name": "USA", "parent": "company", "kind": "country", "country": "US", "timezone": "America/New_York"},
    "nyc": {"name": "New York", "parent": "us", "kind": "store"},
}
PRODUCTS: dict[str, dict[str, Any]] = {
    "lamp": {"name": "Lamp", "category": "light", "brand": "Lux", "price": 40.0, "margin": 0.3},
    "bulb": {"name": "Bulb", "category": "light", "brand": "Lux", "price": 5.0, "margin": 0.6},
    "chair": {"name": "Chair", "category": "seat", "brand": "Sit", "price": 90.0, "margin": 0.4},
    "sofa": {"name": "Sofa", "category": "seat", "brand": "Sit", "price": 900.0},
}
SEGMENTS: dict[str, dict[str, Any]] = {
    "buyers": {"any": [{"touchpoint": "order_placed"}], "none": []},
    "calm": {"any": [{"score_from": 3}, {"channel": ["store", "phone"]}], "none": [{"feeling_to": -0.5}]},
    "berliners": {"any": [{"unit": "de"}], "none": [{"category": "seat"}]},
}
OTHERS: dict[str, dict[str, dict[str, Any]]] = {
    "scale": {"mood4": {"low": 1, "high": 4, "measure": "top", "top_from": 4}},
    "stage": {key: {"label": key.title()} for key in ("awareness", "consideration", "purchase", "delivery", "support")}
    | {"advocacy": {"label": "Advocacy"}},
    "settings": {"company": {"timezone": "Europe/Berlin", "week_start": "monday", "currency": "EUR"}},
}
MERGED = {"user_id:07": "user_id:02", "user_id:19": "user_id:02"}
"""People who turn out to be one: earlier rows learn it, later ones land with it."""
TEXTS = ("Arrived late, box was torn", "Sehr gut, danke!", "fast & friendly", "“¿Dónde está?” – nobody answered", None)


class Plan:
    """Draws the rows of the world, the same at every run."""

    def __init__(self) -> None:
        self.random = random.Random(20240229)
        self.people = [f"user_id:{number:02d}" for number in range(26)]
        self.rows: list[dict[str, Any]] = []

    def draw(self) -> list[dict[str, Any]]:
        """Give all rows, in an order that time does not follow."""
        for number in range(70):
            self._order(f"o{number:02d}")
        for person in self.people:
            self._contacts(person)
        for _ in range(40):
            self._contacts(None)
        self._odd_ones()
        self.random.shuffle(self.rows)
        return self.rows

    def _order(self, ref: str) -> None:
        pick = self.random
        person = None if pick.random() < 0.15 else pick.choice(self.people)
        at = self._some_time()
        common = {"ref": ref, "unit": pick.choice(list(UNITS)), "product": pick.choice([*PRODUCTS, "unheard_of", None])}
        money: dict[str, Any] = {
            "amount": Decimal(pick.randrange(500, 90000)) / 100,
            "currency": pick.choice(["EUR", "EUR", "USD"]),
        }
        self._add(person, "order_placed", at, **common, **money)
        if pick.random() < 0.3:  # paid twice, at one and the same time: a tie that only seq or id can break
            self._add(person, "payment", at, **common)
        self._add(person, "payment", at, **common)
        if pick.random() < 0.1:  # ordered again under the same name
            self._add(person, "order_placed", at + timedelta(days=2), **common, **money)
        if pick.random() < 0.75:
            at += timedelta(hours=pick.randrange(1, 90))
            self._add(person, "handed_over", at, **common)
        if pick.random() < 0.75:
            wait = pick.randrange(1, 12) * 86400.0 + 0.5
            at += timedelta(seconds=wait)
            self._add(person, "delivery", at, **common, wait_s=wait, succeeded=pick.choice([True, True, False, None]))
            if pick.random() < 0.6:
                at += timedelta(hours=pick.randrange(1, 900))
                self._judge(person, "review", at, "stars5", about="delivery", **common)
            if pick.random() < 0.15:
                self._add(person, "refund", at, **common, amount=-money["amount"], currency=money["currency"])

    def _contacts(self, person: str | None) -> None:
        pick = self.random
        at = self._some_time()
        for _ in range(pick.randrange(1, 7)):
            at += timedelta(hours=pick.choice([0, 1, 5, 30, 400]), microseconds=pick.randrange(3))
            touchpoint = pick.choice(["web_visit", "web_visit", "shop", "call_center", "solved"])
            unit = {"unit": pick.choice([*UNITS, None])}
            if touchpoint == "call_center":
                self._add(person, touchpoint, at, wait_s=pick.choice([10.25, 60.0, 95.0, 700.0, None]), **unit)
                self._judge(person, touchpoint, at, pick.choice(["nps", "nps", "csat5", "ces7", "mood4"]), **unit)
            else:
                self._add(person, touchpoint, at, succeeded=pick.choice([True, None]), **unit)

    def _odd_ones(self) -> None:
        at = START + timedelta(days=200)
        self._add(self.people[0], None, at, event="unplaced")
        self._add(self.people[1], "web_visit", at, kind="assignment", action="gift", arm="held_out")
        self._add(self.people[2], "message", at, kind="message", channel="email", action="mail", arm="treated")
        self._add(self.people[3], "order_placed", at, currency="JPY", amount=Decimal(90000), cost=Decimal("1.2345"))
        self._add(self.people[4], "shop", at, feeling=None, text=None, succeeded=False)
        self._add(None, "review", at, text="no idea who wrote this", language="en", feeling=-0.25, about="shop")
        for person in self.people[5:8]:  # three people at the very same moment, around the change of clocks
            self._add(person, "shop", datetime(2024, 3, 31, 0, 59, 59, 999999, tzinfo=UTC))
            self._add(person, "web_visit", datetime(2024, 3, 31, 1, 0, tzinfo=UTC))

    def _judge(self, person: str | None, touchpoint: str, at: datetime, scale: str, **more: Any) -> None:
        pick = self.random
        low, high = {"mood4": (1, 4)}.get(scale) or (int(SCALES[scale].low), int(SCALES[scale].high))
        score = float(pick.randint(low, high))
        text = pick.choice(TEXTS)
        judged = {
            "kind": "feedback", "score": score, "scale": scale, "feeling": 2 * (score - low) / (high - low) - 1,
            "text": text, "language": text and pick.choice(["en", "de"]),
            "themes": text and pick.choice([["delivery"], ["staff", "wait"], []]), "about": touchpoint,
        }  # fmt: skip
        self._add(person, touchpoint, at, **(judged | more))

    def _add(self, person: str | None, touchpoint: str | None, at: datetime, **more: Any) -> None:
        number = len(self.rows)
        placed = TOUCHPOINTS.get(touchpoint or "", {})
        self.rows.append({
            "id": f"world:{(number * 7919) % 10007:05d}", "occurred_at": at, "occurred_precision": "second",
            "received_at": at, "seq": number // 2, "identifier": person, "customer": person,
            "channel": placed.get("channel", "web"), "touchpoint": touchpoint, "stage": placed.get("stage"),
            "kind": "event", "event": f"raw {touchpoint}", "source": "world" if number % 3 else "other", "landed": 0,
        } | more)  # fmt: skip

    def _some_time(self) -> datetime:
        return START + timedelta(minutes=self.random.randrange(420 * 24 * 60))


def plant(folder: Path) -> Lake:
    """Make the world: five versions, files folded after the third."""
    rows = Plan().draw()
    first, second, third = rows[: len(rows) // 2], rows[len(rows) // 2 : -60], rows[-60:]
    lake = Lake.create(folder)
    with lake.write("first") as writer:
        kinds = {"touchpoint": TOUCHPOINTS, "journey": JOURNEYS, "unit": UNITS, "product": PRODUCTS}
        for kind, bodies in ({"segment": SEGMENTS} | kinds | OTHERS).items():
            for key, body in bodies.items():
                writer.define(kind, key, body)
        writer.append(_table(first))
    with lake.write("second") as writer:
        writer.append(_table(second))
        writer.add("overrides", _overrides(first[:20], "touchpoint", "shop", also="stage"))
        writer.add("overrides", _overrides([row for row in first if row.get("text")][:9], "feeling", 0.125))
    with lake.write("third") as writer:
        writer.define("survey", POLL.key, codebook.body([POLL]))
        writer.append(_table(_polled()))
        writer.append(_table(_reviewed("de")))
        writer.add("customers", _became(MERGED))
        writer.define("touchpoint", "call_center", TOUCHPOINTS["call_center"] | {"expected_wait_s": 30.0})
    lake.compact(force=True)
    with lake.write("fourth") as writer:
        writer.append(_table([row | {"customer": MERGED.get(row["customer"], row["customer"])} for row in third]))
        writer.add("overrides", _overrides(second[:15], "touchpoint", "web_visit", also="stage"))
        writer.add("overrides", _overrides(second[40:60], "succeeded", False))
        writer.add("customers", _became({"user_id:11": "user_id:03"}))
    with lake.write("fifth") as writer:
        writer.define("journey", "order", JOURNEYS["order"] | {"within_s": 18 * 86400})
    with others.made(lake).write("a competitor") as writer:
        writer.define("unit", "rival", {"name": "Rival", "kind": "competitor"})
        writer.append(_table(_reviewed("rival")))
    others.note(lake)
    return lake


def _reviewed(unit: str) -> list[dict[str, Any]]:
    """Review the company or a competitor on a platform, and answer some of it."""
    plan, pick = Plan(), random.Random(unit)
    for number in range(60):
        at, source = START + timedelta(days=210 + number % 20), {"source": "maps", "unit": unit}
        said = {"score": float(pick.randint(1, 5)), "scale": "stars5", "text": pick.choice(TEXTS), "language": "en"}
        themes = pick.choice([["delivery"], ["staff", "wait"], []])
        review = {"event": "review", "kind": "feedback", "id": f"maps:review-{number}", "themes": themes}
        plan._add(None, "review", at, **source, **said, **review)
        if number % 3 == 0:
            given = {"event": "answer", "kind": "message", "id": f"maps:answer-{number}"}
            plan._add(None, "review", at + timedelta(hours=number), **source, **given)
    return plan.rows


def _polled() -> list[dict[str, Any]]:
    """Answer a survey, some people several times."""
    plan, pick = Plan(), random.Random(77)
    for number in range(40):
        person, at = pick.choice([*plan.people, None]), START + timedelta(days=200 + number)
        common = {"kind": "feedback", "event": "Survey Answered", "unit": pick.choice([*UNITS, None])}
        answers: tuple[dict[str, Any], ...] = (
            {"question": "likely"}, {"question": "way", "chosen": pick.choice(["web", "shop"])},
            {"question": "parts", "row": "price", "chosen": pick.randint(1, 3)},
        )  # fmt: skip
        for place, said in enumerate(answers):
            properties = msgspec.json.encode({"survey": POLL.key, "response": f"r{number}", **said}).decode()
            scored = {"score": float(pick.randint(1, 3)), "scale": "smiley3"} if place == 0 else {}
            plan._add(person, "survey", at, **common, **scored, properties=properties, id=f"poll:{number}.{place}")
    return [row | {"customer": MERGED.get(row["customer"], row["customer"])} for row in plan.rows]


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=INTERACTIONS)


def _overrides(rows: list[dict[str, Any]], column: str, value: Any, *, also: str | None = None) -> pa.Table:
    """Override a column, and its stage with a touchpoint, with a null for every fourth row."""
    records = []
    for number, row in enumerate(rows):
        new = None if number % 4 == 3 else value
        record = {"id": row["id"], "sets": [column], column: new, f"was_{column}": row.get(column), "rule": "a rule"}
        if also:
            record |= {"sets": [column, also], f"was_{also}": row.get(also), also: new and TOUCHPOINTS[new]["stage"]}
        records.append(record | {"landed": 0})
    return pa.Table.from_pylist(records, schema=OVERRIDES)


def _became(people: dict[str, str]) -> pa.Table:
    return pa.table({"identifier": list(people), "customer": list(people.values()), "was": list(people)})
