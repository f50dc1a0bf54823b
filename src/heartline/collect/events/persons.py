"""Who events are about: identifiers in one form, contact data, and what people agreed to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from heartline.collect.mapping import CONTACT, NOTHING
from heartline.store.schema import MOMENT

from . import personal
from .cleaning import snake
from .decoding import Decoded
from .groups import Group
from .wire import Event, Values, Word

KINDS = ("user_id", "email", "phone", "anonymous_id", "device")
"""Kinds of identifiers that every company has, the strongest first; defined ones stand behind user_id."""
LONGEST = 300
LONGEST_NOTHING = max(map(len, NOTHING))
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}\.[^@\s.]{2,63}")
OWN = ("order_", "checkout_", "email", "payment_", "refund", "booking_", "subscription_", "account_", "sign")
"""Touchpoints and names of events in which an address is the customer's own."""
SPARE = frozenset({"id", "email", "phone", "avatar", "created_at", "createdat", "user_id", "anonymous_id"})

CONTACTS = pa.schema(
    [("kind", pa.string()), ("identifier", pa.string()), ("name", pa.string()), ("value", pa.string()),
     ("at", MOMENT), ("source", pa.string())]
)  # fmt: skip
CONSENTS = pa.schema(
    [("kind", pa.string()), ("identifier", pa.string()), ("purpose", pa.string()), ("granted", pa.bool_()),
     ("at", MOMENT), ("source", pa.string())]
)  # fmt: skip

Facts = dict[tuple[Any, ...], int]
"""Kind and identifier of a person, what about them, its value, its source -> when that was said last."""


@dataclass
class Persons:
    """Identifiers of every event by kind, and what was found about people on the way.

    Parameters
    ----------
    region
        The country whose phone numbers come without a code.
    """

    decoded: Decoded
    at: npt.NDArray[np.int64]
    kinds: tuple[str, ...]
    region: str | None
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    contacts: list[tuple[int, str, str]] = field(default_factory=list)
    consents: list[tuple[int, str, bool]] = field(default_factory=list)

    def read(self) -> None:
        """Find the identifiers that events carry outside their properties."""
        events = self.decoded.events
        self.columns = {kind: [None] * len(events) for kind in self.kinds}
        self.columns["user_id"] = all_named([event.user_id for event in events])
        self.columns["anonymous_id"] = all_named([event.anonymous_id for event in events])
        for place, event in enumerate(events):
            context = event.context
            if event.type == "alias":
                self.columns["anonymous_id"][place] = named(event.previous_id)
            if event.traits:
                self._traits(place, event, event.traits)
            if context is not None:
                if context.traits:
                    self._traits(place, event, context.traits)
                if context.device is not None and context.device.id:
                    self.columns["device"][place] = named(context.device.id)
                if context.consent:
                    self._consent(place, context.consent)

    def _traits(self, place: int, event: Event, traits: Values) -> None:
        """Take what is known about a person; of a group only what it is called."""
        if event.type == "group" and traits is event.traits:
            label = traits.get("name")
            self._contact(place, "company", label if label else named(event.group_id))
            return
        for key, value in traits.items():
            name = snake(key)
            if name == "consent" and isinstance(value, dict):
                self._consent(place, value)
                continue
            if name in self.columns:
                self._identifier(place, name, value)
            if name in ("email", "phone") or name not in SPARE:
                self._contact(place, name if name in CONTACT else f"traits.{name}", value)

    def _identifier(self, place: int, kind: str, value: Any) -> None:
        found = self.normal(kind, value)
        if found is not None and self.columns[kind][place] is None:
            self.columns[kind][place] = found

    def _contact(self, place: int, name: str, value: Any) -> None:
        if isinstance(value, dict):
            prefix = "address" if name.endswith("address") else name
            for key, part in value.items():
                if not isinstance(part, dict | list):
                    self._contact(place, f"{prefix}.{snake(key)}", part)
        elif isinstance(value, str | int | float | bool):
            text = str(value).strip()
            if text.lower() not in NOTHING:
                self.contacts.append((place, name[:100], text[:1_000]))

    def _consent(self, place: int, said: Values) -> None:
        wanted = said.get("categoryPreferences", said)
        if isinstance(wanted, dict):
            for purpose, granted in wanted.items():
                if type(granted) is bool and snake(purpose):
                    self.consents.append((place, snake(purpose)[:100], granted))

    def normal(self, kind: str, value: Any) -> str | None:
        """Write an identifier in the one form of its kind; None where it is none."""
        found = named(value if isinstance(value, str | int | float) and not isinstance(value, bool) else None)
        if found is None:
            return None
        if kind == "email":
            return found.lower() if EMAIL.fullmatch(found) else None
        if kind == "phone":
            return personal.e164(found, self.region)
        return found

    def carried(self, group: Group, *, own: bool) -> None:
        """Take identifiers and contact data from the properties of a group, whose own property they then are no more.

        Parameters
        ----------
        own
            Whether an e-mail address or phone number in it is the customer's own.
        """
        taken = [kind for kind in self.kinds if kind not in KINDS] + (["email", "phone"] if own else [])
        for key in group.keys:
            name = snake(key)
            if name in taken:
                for place, value in zip(group.places.tolist(), group.take_out(key), strict=True):
                    self._identifier(place, name, value)
                    if name in ("email", "phone"):
                        self._contact(place, name, value)
            elif own and name in CONTACT and name != "name":
                for place, value in zip(group.places.tolist(), group.take_out(key), strict=True):
                    self._contact(place, name, value)
            elif own and name in ("shipping_address", "billing_address"):
                for place, value in zip(group.places.tolist(), group.take_out(key), strict=True):
                    self._contact(place, "address", value)

    def strongest(self, place: int) -> tuple[str, str] | None:
        """Give the strongest identifier of an event."""
        for kind in self.kinds:
            value = self.columns[kind][place]
            if value is not None:
                return kind, value
        return None

    def table(self, places: Sequence[int]) -> dict[str, pa.Array]:
        """Give the identifiers of some events, by kind."""
        empty = pa.nulls(len(places), pa.string())
        return {
            kind: pa.array([column[place] for place in places], pa.string()) if any(column) else empty
            for kind, column in self.columns.items()
        }

    def tell(self, facts: Facts, found: Sequence[tuple[int, str, Any]], refused: set[int]) -> None:
        """Add what was found about people, each with the strongest identifier of its event; of the same, the newest."""
        received, whose = self.decoded.received, self.decoded.whose
        for place, name, value in found:
            person = None if place in refused else self.strongest(place)
            if person is not None:
                key = (*person, name, value, received[whose[place]].source)
                at = int(self.at[place])
                facts[key] = max(facts.get(key, at), at)


def told(schema: pa.Schema, facts: Facts) -> pa.Table:
    """Give what was found about people as a table, in the order of time."""
    made = [(*key[:4], at, key[4]) for key, at in sorted(facts.items(), key=lambda one: (one[1], one[0]))]
    columns = list(zip(*made, strict=True)) or [()] * len(schema)
    return pa.table(
        [
            pa.array(column, pa.int64()).cast(kind) if kind == MOMENT else pa.array(column, kind)
            for column, kind in zip(columns, schema.types, strict=True)
        ],
        schema=schema,
    )


def named(word: Word) -> str | None:
    """Give an identifier as a text; None for what systems write where they do not know somebody."""
    if type(word) is str:
        found = word if word.isalnum() else word.strip()
    elif word is None:
        return None
    else:
        found = str(int(word)) if isinstance(word, float) and word.is_integer() else str(word)
    if not found or len(found) > LONGEST or (len(found) <= LONGEST_NOTHING and found.lower() in NOTHING):
        return None
    return found


def all_named(words: Sequence[Word]) -> list[str | None]:
    """Give identifiers as texts, as `named` does; most are texts as they are to be."""
    return [
        word
        if word is None or (type(word) is str and LONGEST_NOTHING < len(word) <= LONGEST and word.strip() == word)
        else named(word)
        for word in words
    ]


def kinds(defined: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Give the kinds of identifiers that events are looked through for, the strongest first."""
    order = {"unique": 0, "strong": 1, "weak": 2}
    own = [kind for kind in defined if kind not in KINDS]
    return ("user_id", *sorted(own, key=lambda kind: order.get(defined[kind].get("power", "strong"), 1)), *KINDS[1:])
