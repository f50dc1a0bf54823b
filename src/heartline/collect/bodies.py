"""What each kind of definition may say, field by field: the one list that files and pages are checked against."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "settings",
    "stage",
    "channel",
    "touchpoint",
    "journey",
    "unit",
    "product",
    "scale",
    "segment",
    "identifier_kind",
    "event",
    "rule",
    "purpose",
    "theme",
)
"""In the order in which a file has them: what is named stands before what names it."""
SECTIONS = {
    "settings": "company",
    "stage": "stages",
    "channel": "channels",
    "touchpoint": "touchpoints",
    "journey": "journeys",
    "unit": "units",
    "product": "products",
    "scale": "scales",
    "segment": "segments",
    "identifier_kind": "identifier_kinds",
    "event": "events",
    "rule": "rules",
    "purpose": "purposes",
    "theme": "themes",
}
"""What a kind is called in a file. `company` is one body, the others hold bodies by key."""
COMPANY = "company"
CHANNELS = (
    "web", "mobile", "email", "phone", "chat", "messaging", "store", "social", "advertising", "delivery",
    "marketplace", "print", "partner",
)  # fmt: skip
"""The channels that need no definition."""
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAWFUL = ("consent", "contract", "legitimate_interest")
"""Why people may be contacted for a purpose: the bases of `core.consent`."""
MEASURES = ("nps", "top", "mean")
EVENT_TYPES = ("track", "page", "screen")
CONDITIONS = ("source", "type", "event", "path", "channel")
"""What a rule of placement may look at beside properties."""
SIGNS = ("is", "not", "has", "above", "below", "there")
"""How it may compare a property."""


@dataclass(frozen=True)
class Field:
    """A field of a body.

    Parameters
    ----------
    name
        As the body has it.
    type
        What it holds: a key of `collect.values.READERS`.
    refers
        The kind of definition whose keys it holds.
    choices
        All that it may hold.
    required
        Whether a body needs it.
    """

    name: str
    type: str = "text"
    refers: str | None = None
    choices: tuple[str, ...] = ()
    required: bool = False

    @property
    def alias(self) -> str:
        """What it is called in a file: times are written as people do, `within: 180d`."""
        return self.name.removesuffix("_s") if self.type == "duration" else self.name


FIELDS: dict[str, tuple[Field, ...]] = {
    "settings": (
        Field("name"),
        Field("timezone", "timezone"),
        Field("week_start", "choice", choices=WEEK),
        Field("currency", "currency"),
        Field("rates", "rates"),
        Field("hours", "hours"),
        Field("countries", "countries"),
        Field("trade", "key"),
        Field("employee_figures", "yes_no"),
        Field("demo", "yes_no"),
    ),
    "stage": (Field("label"), Field("labels", "labels"), Field("place", "whole")),
    "channel": (Field("label"), Field("labels", "labels")),
    "touchpoint": (
        Field("label"),
        Field("labels", "labels"),
        Field("stage", "key", refers="stage"),
        Field("channel", "key", refers="channel"),
        Field("department"),
        Field("departments", "labels"),
        Field("contributes", "texts"),
        Field("expected_wait_s", "duration"),
        Field("also", "keys"),
        Field("takes", "rules"),
    ),
    "journey": (
        Field("label"),
        Field("labels", "labels"),
        Field("counted_as"),
        Field("per", "choice", choices=("customer", "ref")),
        Field("starts", "starts", refers="touchpoint"),
        Field("goal", "key", refers="touchpoint"),
        Field("ends", "choice", choices=("goal", "limit")),
        Field("within_s", "duration"),
        Field("designed", "keys", refers="touchpoint"),
    ),
    "unit": (
        Field("name"),
        Field("labels", "labels"),
        Field("parent", "name", refers="unit"),
        Field("kind"),
        Field("country", "country"),
        Field("timezone", "timezone"),
        Field("hours", "hours"),
    ),
    "product": (
        Field("name"),
        Field("category"),
        Field("brand"),
        Field("price", "number"),
        Field("margin", "number"),
    ),
    "scale": (
        Field("low", "number", required=True),
        Field("high", "number", required=True),
        Field("measure", "choice", choices=MEASURES, required=True),
        Field("top_from", "number"),
        Field("low_is_good", "yes_no"),
    ),
    "segment": (Field("label"), Field("labels", "labels"), Field("any", "rules"), Field("none", "rules")),
    "identifier_kind": (
        Field("power", "choice", choices=("unique", "strong", "weak"), required=True),
        Field("never", "texts"),
    ),
    "event": (
        Field("label", required=True),
        Field("labels", "labels"),
        Field("first", "day", required=True),
        Field("last", "day"),
        Field("kind"),
        Field("unit", "name", refers="unit"),
    ),
    "rule": (
        Field("label"),
        Field("labels", "labels"),
        Field("place", "whole"),
        Field("off", "yes_no"),
        Field("when", "when", required=True),
        Field("touchpoint", "key", refers="touchpoint"),
        Field("stage", "key", refers="stage"),
        Field("about", "key", refers="touchpoint"),
        Field("kind", "key"),
        Field("channel", "key", refers="channel"),
        Field("unit", "given"),
        Field("product", "given"),
        Field("ref", "given"),
        Field("amount", "given"),
        Field("currency", "given"),
        Field("wait_s", "given"),
        Field("score", "given"),
        Field("scale", "key"),
        Field("succeeded", "given"),
        Field("text", "given"),
        Field("mask", "texts"),
        Field("plain", "texts"),
    ),
    "purpose": (
        Field("label", required=True),
        Field("labels", "labels"),
        Field("text", "labels"),
        Field("channels", "keys", refers="channel", required=True),
        Field("basis", "choice", choices=LAWFUL, required=True),
        Field("double_opt_in", "yes_no"),
        Field("holds_months", "whole"),
    ),
    "theme": (
        Field("label"),
        Field("labels", "labels"),
        Field("sort", "choice", choices=("theme", "need", "reason")),
        Field("seeds", "texts"),
        Field("words", "texts"),
        Field("unless", "texts"),
        Field("centre"),
        Field("model"),
        Field("near", "number"),
        Field("pinned", "yes_no"),
        Field("named", "yes_no"),
        Field("off", "yes_no"),
        Field("into", "key"),
        Field("yes", "texts"),
        Field("no", "texts"),
        Field("found", "day"),
    ),
}
SLUGS = frozenset(set(KINDS) - {"settings", "unit", "product"})
"""Kinds whose keys are names like `call_center`; keys of units and products are what a company's systems call them."""
RULE_KEYS = ("touchpoint", "channel", "unit", "stage", "product", "category", "about", "kind", "source")
RULE_RANGES = ("score_from", "score_to", "feeling_from", "feeling_to")


def field_of(kind: str, name: str) -> Field | None:
    """Give a kind's field by its name or by what it is called in a file."""
    return next((field for field in FIELDS[kind] if name in (field.name, field.alias)), None)
