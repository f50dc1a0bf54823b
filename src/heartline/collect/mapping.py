"""What the columns of a recipe's query are for: an interaction's, an identifier, contact data, or a property."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from heartline.core.scales import Scale
from heartline.store.engine.landing import Reading, refuse_types
from heartline.store.schema import INTERACTIONS

from .currencies import CURRENCIES
from .reasons import CODES
from .recipe import Entry, Recipe
from .yaml_marks import Place

REFUSED = {
    "customer": "who the customer is follows from the identifiers",
    "identifier": "it is made from columns named as identifier kinds",
    "feeling": "it follows from score and scale, or from the text",
    "received_at": "it is the moment of the import",
    "language": "it is read from the text",
    "themes": "they are read from the text",
    "landed": "it is the version of the lake",
    "seq": "it is the row's place in the recipe",
    "source": "it stands at the top of the recipe",
}
"""Columns of an interaction that no recipe may set, and why."""

SETTABLE = tuple(name for name in INTERACTIONS.names if name not in REFUSED)

CONTACT = frozenset(
    """
    name full_name first_name last_name middle_name given_name family_name surname salutation title_of_person
    email e_mail mail phone telephone mobile mobile_phone fax
    address address_line address_line_1 address_line_2 street street_address house_number
    zip zip_code postcode postal_code postbox date_of_birth birthday
    """.split()  # noqa: SIM905  (a list of words reads better)
)
"""Columns that say where or how to reach a person: never part of a row's properties."""

NOTHING = ("", "null", "(null)", "none", "nil", "n/a", "na", "nan", "undefined", "unknown", "-")
"""What systems write where they do not know somebody: never an identifier."""


def reading(
    recipe: Recipe, entry: Entry, types: Mapping[str, str], scales: Mapping[str, Scale], now: datetime
) -> Reading:
    """Decide what every column of an entry's query is for.

    Raises
    ------
    InvalidInput
        `refused_column` for one that no recipe may set, `column_twice`, and `wrong_type` for one whose type cannot
        hold what it is for; the field is the recipe's file and line.
    """
    place = entry.query.place if entry.query else entry.place
    fields, identifiers, properties = _uses(recipe, types, place)
    ordered = {kind: identifiers[kind] for kind in recipe.kinds if kind in identifiers}
    made = Reading(
        types=types,
        fields=fields,
        identifiers=ordered,
        properties=properties,
        period=entry.period,
        scales=scales,
        currencies=sorted(CURRENCIES),
        nothing=NOTHING,
        reasons=CODES,
        now=now.astimezone(UTC),
        now_there=now.astimezone(ZoneInfo(recipe.timezone)),
        salt=msgspec.json.encode([recipe.source, dict(sorted(entry.constants.items()))]).decode(),
    )
    refuse_types(made, str(place))
    return made


def _uses(recipe: Recipe, types: Mapping[str, str], place: Place) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Tell columns apart: fields of an interaction by name, identifiers by kind, and what goes to the properties."""
    fields: dict[str, str] = {}
    identifiers: dict[str, str] = {}
    properties: list[str] = []
    seen: set[str] = set()
    for column in types:
        name = column.lower()
        if name in seen or column.startswith("__"):
            raise place.wrong(
                f"“{column}” stands twice in the SELECT.", "Expected each name once.", code="column_twice"
            )
        seen.add(name)
        if name in REFUSED:
            raise place.wrong(
                f"“{name}” may not be set: {REFUSED[name]}.",
                "Leave it out, or name it otherwise.",
                code="refused_column",
            )
        if name in recipe.kinds:
            if not recipe.competitor:  # who writes to somebody else is no customer of ours
                identifiers[name] = column
        elif name in SETTABLE and not (name == "unit" and recipe.competitor):
            fields[name] = column
        elif name not in CONTACT:
            properties.append(column)
    return fields, identifiers, properties


def identities(recipe: Recipe, types: Mapping[str, str], ids: Mapping[str, str], now: datetime) -> Reading:
    """Give the use of the columns of an `identities` query, all of them identifiers."""
    ordered = {kind: ids[kind] for kind in recipe.kinds if kind in ids}
    return Reading(types, {}, ordered, (), None, {}, (), NOTHING, (), now, now)
