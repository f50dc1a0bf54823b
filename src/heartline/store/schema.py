"""The tables of the lake, column by column. The one place where they are written down."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")
MONEY = pa.decimal128(18, 4)


@dataclass(frozen=True)
class Field:
    """A column: `group` is received (never changes), placement or reading (may be overridden), or system."""

    name: str
    type: pa.DataType
    group: str
    meaning: str


INTERACTION = (
    Field("id", pa.string(), "received", "unique name: source, then its message id or a hash of the content"),
    Field("occurred_at", MOMENT, "received", "when it happened"),
    Field(
        "occurred_precision",
        pa.string(),
        "received",
        "how exactly that is known: second, minute, hour, day, month, year, period",
    ),
    Field("received_at", MOMENT, "received", "when it came to Heartline"),
    Field("seq", pa.int64(), "received", "position in its source; breaks ties in time"),
    Field("identifier", pa.string(), "received", "kind:hex of the strongest identifier; null when nobody is known"),
    Field("customer", pa.string(), "person", "the person now: their oldest identifier; null when nobody is known"),
    Field("ref", pa.string(), "received", "the order, ticket, booking or visit it belongs to"),
    Field("channel", pa.string(), "received", "key of the channel"),
    Field("touchpoint", pa.string(), "placement", "key of the touchpoint; null when not placed"),
    Field("stage", pa.string(), "placement", "key of the stage: the touchpoint's, unless set"),
    Field("about", pa.string(), "placement", "touchpoint that the score or text judges; default its own"),
    Field("kind", pa.string(), "placement", "what sort of interaction: event, feedback, message, assignment, …"),
    Field("event", pa.string(), "received", "the source's own name for it"),
    Field("source", pa.string(), "received", "key of the source"),
    Field("unit", pa.string(), "received", "key of the part of the company"),
    Field("product", pa.string(), "received", "key of the product"),
    Field("score", pa.float64(), "received", "what the person answered, on its scale"),
    Field("scale", pa.string(), "received", "key of the scale"),
    Field("feeling", pa.float64(), "reading", "−1…+1, from the score, else from the text; null when unknown"),
    Field("wait_s", pa.float64(), "placement", "seconds the customer was made to wait"),
    Field("succeeded", pa.bool_(), "placement", "whether it went right; null when unknown"),
    Field("amount", MONEY, "received", "money, negative when it went back"),
    Field("cost", MONEY, "received", "what it cost the company"),
    Field("currency", pa.string(), "received", "ISO 4217 of amount and cost"),
    Field("text", pa.string(), "received", "what the person wrote or said"),
    Field("language", pa.string(), "reading", "BCP 47 tag of the text"),
    Field("themes", pa.list_(pa.string()), "reading", "what the text is about"),
    Field("action", pa.string(), "received", "what Heartline did"),
    Field("arm", pa.string(), "received", "treated or held_out"),
    Field("properties", pa.string(), "received", "everything else, as JSON; never contact data"),
    Field("landed", pa.int64(), "system", "the lake version in which it landed"),
)

DEFINITION = (
    Field("kind", pa.string(), "system", "touchpoint, stage, journey, identifier_kind, scale, unit, segment, …"),
    Field("key", pa.string(), "system", "its name"),
    Field("body", pa.string(), "system", "the definition as JSON; null when it was removed"),
    Field("source", pa.string(), "system", "who wrote it: a recipe's source, a page, code"),
    Field("landed", pa.int64(), "system", "the lake version in which it landed"),
)

IDENTITY = (
    Field("left", pa.string(), "system", "an identifier, kind:hex"),
    Field("right", pa.string(), "system", "another identifier of the same person; the same one again: first seen"),
    Field("same", pa.bool_(), "system", "true: one person; false: no longer held to be one"),
    Field("source", pa.string(), "system", "who said so: a source's key, a rule, a person's role"),
    Field("landed", pa.int64(), "system", "the lake version in which it landed"),
)

REFUSAL = (
    Field("left", pa.string(), "system", "an identifier, kind:hex"),
    Field("right", pa.string(), "system", "another one, said to be of the same person"),
    Field("why", pa.string(), "system", "why that was not taken: two_unique, weak_between, too_many, nobody"),
    Field("source", pa.string(), "system", "who said so: a source's key"),
    Field("landed", pa.int64(), "system", "the lake version in which it was said first"),
)

CUSTOMER = (
    Field("identifier", pa.string(), "system", "an identifier, kind:hex"),
    Field("customer", pa.string(), "system", "the person it belongs to from this version on"),
    Field("was", pa.string(), "system", "the person it belonged to before"),
    Field("landed", pa.int64(), "system", "the lake version in which it landed"),
)


def _overrides(interaction: tuple[Field, ...]) -> tuple[Field, ...]:
    """Make the columns of an override: what it changes, to what, and what stood there before."""
    changed = [field for field in interaction if field.group in ("placement", "reading")]
    return (
        Field("id", pa.string(), "system", "the interaction that is changed"),
        Field("sets", pa.list_(pa.string()), "system", "names of the columns that are changed"),
        *(Field(field.name, field.type, field.group, f"new value: {field.meaning}") for field in changed),
        *(Field(f"was_{field.name}", field.type, field.group, f"{field.name} as it was before") for field in changed),
        Field("rule", pa.string(), "system", "rule or model, with its version, that made the change"),
        Field("landed", pa.int64(), "system", "the lake version in which it landed"),
    )


OVERRIDE = _overrides(INTERACTION)


def arrow(fields: tuple[Field, ...]) -> pa.Schema:
    """Give the fields as an Arrow schema."""
    return pa.schema([pa.field(field.name, field.type) for field in fields])


INTERACTIONS = arrow(INTERACTION)
DEFINITIONS = arrow(DEFINITION)
IDENTITIES = arrow(IDENTITY)
REFUSALS = arrow(REFUSAL)
CUSTOMERS = arrow(CUSTOMER)
OVERRIDES = arrow(OVERRIDE)
OVERRIDABLE = tuple(field.name for field in INTERACTION if field.group in ("placement", "reading"))
