"""Events become interactions: the touchpoint that their name or page is, what they say, and whose they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from heartline.collect.moving import moved
from heartline.store.definitions import Definitions
from heartline.store.schema import INTERACTIONS, MONEY
from heartline.store.supposing import Move

from . import persons, times
from .company import Company
from .decoding import Decoded, Refused
from .defaults import Columns, place
from .groups import Group, grouped
from .persons import Persons
from .seen import Seen, look
from .wire import ROWS, Context, Values

IDS = 20
"""Bits of a request's number in `seq` that are left for the event's place in it."""
TEXTS = ("ref", "channel", "touchpoint", "stage", "about", "kind", "event", "source", "unit", "product", "scale",
         "currency", "text", "language")  # fmt: skip
FLOATS = ("score", "feeling", "wait_s")


@dataclass
class Placed:
    """What events come to.

    Parameters
    ----------
    rows
        One row for each event that says that something happened: the columns of an interaction as they are received
        and placed, and one column of clear values for each kind of identifier.
    people
        One row for each event that says who somebody is: id, source, occurred_at, seq, and the same identifier columns.
    contacts
        Contact data and other traits: kind and identifier of the person, name, value, at, source.
    consents
        What people agreed to: kind and identifier, purpose, granted, at, source.
    refused
        Events that cannot be used, with those that could not be decoded.
    seen
        What the catalogue of events is made of.
    kinds
        Kinds of identifiers, the strongest first: names of columns of `rows` and `people`.
    found
        Touchpoints that rows are at and nobody has defined: key -> body.
    """

    rows: pa.Table
    people: pa.Table
    contacts: pa.Table
    consents: pa.Table
    refused: list[Refused]
    seen: Seen
    kinds: tuple[str, ...]
    found: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def placed(decoded: Decoded, definitions: Definitions) -> Placed:
    """Place events.

    Parameters
    ----------
    decoded
        What `decode` gave.
    definitions
        The company's: touchpoints, rules, kinds of identifiers, settings.

    Returns
    -------
    The same whatever the order of the events and however they were split into requests; only `seq` follows these.
    """
    made = Placing(definitions)
    made.add(decoded)
    return made.done()


class Placing:
    """Events on their way to be placed, some requests after the other.

    Parameters
    ----------
    definitions
        The company's.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.company = Company(definitions)
        self.kinds = persons.kinds(definitions.all("identifier_kind"))
        self.seen = Seen()
        self.contacts: persons.Facts = {}
        self.consents: persons.Facts = {}
        self.refused: list[Refused] = []
        self._rows: list[pa.Table] = []
        self._people: list[pa.Table] = []

    def add(self, decoded: Decoded) -> None:
        """Place some."""
        at, received, wrong = times.occurred(decoded)
        whose = Persons(decoded, at, self.kinds, self.company.region)
        whose.read()
        rows, others = _sorted_out(decoded, whose, wrong)
        ids = _ids(decoded, rows), _ids(decoded, others)  # as they came: their properties are changed below
        columns = Columns(len(decoded.events))
        for group in grouped(decoded, wrong):
            place(group, self.company, whose, columns)
            look(self.seen, group, at, columns)
            _properties(group, decoded, columns)
        for number, parts in decoded.mended.items():
            left = [f"left_out:{part}" for part in parts]
            self.seen.doubt(_source(decoded, number), decoded.events[number].type or "", left)
        self._rows.append(_rows(decoded, rows, ids[0], at, received, columns, whose, self.company.moves))
        self._people.append(_people(decoded, others, ids[1], at, whose))
        refused = {number for number, code in enumerate(wrong) if code}
        whose.tell(self.contacts, whose.contacts, refused)
        whose.tell(self.consents, whose.consents, refused)
        self.refused += decoded.refused

    def done(self) -> Placed:
        """Give what they came to."""
        return Placed(
            rows=pa.concat_tables(self._rows).combine_chunks(),
            people=pa.concat_tables(self._people).combine_chunks(),
            contacts=persons.told(persons.CONTACTS, self.contacts),
            consents=persons.told(persons.CONSENTS, self.consents),
            refused=self.refused,
            seen=self.seen,
            kinds=self.kinds,
            found=self.company.found,
        )


def _sorted_out(decoded: Decoded, whose: Persons, wrong: list[str | None]) -> tuple[list[int], list[int]]:
    """Tell events that say that something happened from those that say who somebody is; refuse impossible ones.

    Those are: with an impossible time, and such as say who somebody is without saying who.
    """
    rows: list[int] = []
    others: list[int] = []
    for number, (event, code) in enumerate(zip(decoded.events, wrong, strict=True)):
        if code is not None:
            decoded.refuse(number, code, "timestamp")
        elif event.type in ROWS:
            rows.append(number)
        elif whose.strongest(number) is None:
            wrong[number] = "no_person"
            decoded.refuse(number, "no_person", "userId")
        else:
            others.append(number)
    return rows, others


def _source(decoded: Decoded, number: int) -> str:
    return decoded.received[decoded.whose[number]].source


WRITE = msgspec.json.Encoder().encode


def _properties(group: Group, decoded: Decoded, columns: Columns) -> None:
    """Write the properties of a group's events, with what their client said about the moment."""
    known: dict[tuple[Any, ...], msgspec.Raw] = {}
    events, kind = decoded.events, group.name.type
    for number, path, client, values in zip(
        group.places.tolist(), group.paths, group.clients, group.properties, strict=True
    ):
        context = events[number].context
        if "context" in values:
            values["context_"] = values.pop("context")
        own = (id(context), path)  # of the same context; it lives as long as its events
        found = known.get(own)
        if found is None:
            found = known[own] = _moment(known, kind, path, client, context)
        values["context"] = found
    columns.put("properties", group.places, list(map(WRITE, group.properties)))


def _moment(
    known: dict[tuple[Any, ...], msgspec.Raw], kind: str, path: str, client: str, context: Context | None
) -> msgspec.Raw:
    """Write what a client said about a moment; contexts may differ and yet say the same about it."""
    if context is None or context.campaign:
        return msgspec.Raw(WRITE(_about(kind, path, client, context)))
    library, app, system, device = context.library, context.app, context.os, context.device
    key = (
        path, client, context.locale, library and library.name, app and app.name, system and system.name,
        device and device.type,
    )  # fmt: skip
    if key not in known:
        known[key] = msgspec.Raw(WRITE(_about(kind, path, client, context)))
    return known[key]


def _about(kind: str, path: str, client: str, context: Context | None) -> Values:
    """Give what rules, now and later, may ask about beside the properties."""
    found: Values = {"type": kind}
    if path:
        found["path"] = path
    if client:
        found["client"] = client
    if context is not None:
        if context.campaign:
            found["campaign"] = {
                key[:100]: value for key, value in context.campaign.items() if type(value) is str and "@" not in value
            }
        for name, part in (("app", context.app), ("os", context.os), ("library", context.library)):
            if part is not None and part.name:
                found[name] = part.name
        if context.device is not None and context.device.type:
            found["device"] = context.device.type
        if context.locale:
            found["locale"] = context.locale
    return found


def _ids(decoded: Decoded, numbers: Sequence[int]) -> list[str]:
    """Name events: by their source's own name, else by their content."""
    events, whose = decoded.events, decoded.whose
    sources = [f"{one.source}:" for one in decoded.received]
    made = []
    for number in numbers:
        name = events[number].message_id
        if not name or len(name) > persons.LONGEST or name.isspace():
            name = _hashed(decoded, number)
        made.append(sources[whose[number]] + name)
    return made


def _hashed(decoded: Decoded, number: int) -> str:
    """Hash what an event says; one that does not say when happened when it came."""
    event = decoded.events[number]
    when = event.original_timestamp if event.timestamp is None else event.timestamp
    if when is None:
        when = decoded.received[decoded.whose[number]].at_us
    said = [
        event.type, event.event, event.name, event.user_id, event.anonymous_id, event.previous_id, event.group_id,
        when, event.message_id, event.properties, event.traits,
    ]  # fmt: skip
    return hashlib.blake2b(msgspec.json.encode(said, order="sorted"), digest_size=16).hexdigest()


def _seq(decoded: Decoded, numbers: Sequence[int]) -> pa.Array:
    """Number events in the order in which they were received."""
    some = np.array(numbers, np.int64)
    requests = np.array([one.id for one in decoded.received], np.int64)[np.array(decoded.whose, np.int64)[some]]
    return pa.array((requests << IDS) + np.array(decoded.numbers, np.int64)[some])


def _rows(
    decoded: Decoded,
    numbers: list[int],
    ids: list[str],
    at: times.I64,
    received: times.I64,
    columns: Columns,
    whose: Persons,
    moves: Sequence[Move] = (),
) -> pa.Table:
    some = np.array(numbers, np.int64)
    made: dict[str, pa.Array] = {
        "id": pa.array(ids, pa.string()),
        "occurred_at": pa.array(at[some]).cast(INTERACTIONS.field("occurred_at").type),
        "occurred_precision": pa.repeat(pa.scalar("second"), len(numbers)),
        "received_at": pa.array(received[some]).cast(INTERACTIONS.field("received_at").type),
        "seq": _seq(decoded, numbers),
    }
    for name in TEXTS:
        made[name] = columns.array(name, some, pa.string())
    for name in FLOATS:
        made[name] = columns.array(name, some, pa.float64())
    made["succeeded"] = columns.array("succeeded", some, pa.bool_())
    for name in ("amount", "cost"):
        made[name] = columns.array(name, some, pa.float64()).cast(MONEY, safe=False)
    made["properties"] = columns.array("properties", some, pa.string())
    if moves:
        made |= {name: column.cast(pa.string()) for name, column in moved(made, moves).items()}
    return pa.table({**made, **whose.table(numbers)})


def _people(decoded: Decoded, numbers: list[int], ids: list[str], at: times.I64, whose: Persons) -> pa.Table:
    made = {
        "id": pa.array(ids, pa.string()),
        "source": pa.array([_source(decoded, number) for number in numbers], pa.string()),
        "occurred_at": pa.array(at[np.array(numbers, np.int64)]).cast(INTERACTIONS.field("occurred_at").type),
        "seq": _seq(decoded, numbers),
    }
    return pa.table({**made, **whose.table(numbers)})


__all__ = ["Placed", "Placing", "placed"]
