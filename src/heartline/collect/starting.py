"""The first map of a company: made of its trade, its countries and its shops, before there are any data.

A template (`templates/TRADE.yaml`) names stages, departments, touchpoints with promised waits, and journeys, in every
language; what comes of it are ordinary definitions, which anybody changes as any others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from heartline.core.errors import InvalidInput, unknown
from heartline.core.ids import slug
from heartline.store.definitions import Definitions

from . import catalogue, yaml_marks
from .bodies import COMPANY
from .catalogue import Change
from .countries import SUNDAY_FIRST, zone_of
from .currencies import CURRENCIES

FOLDER = Path(__file__).parent / "templates"
LANGUAGES = ("en", "de", "es")
TRADES = ("retail", "services", "software", "travel")
MOST_SHOPS = 5_000


@dataclass(frozen=True)
class Shop:
    """A line of the pasted list: a name, and the country it lies in."""

    name: str
    city: str
    country: str


@cache
def template(trade: str) -> Mapping[str, Any]:
    """Read a trade's template.

    Raises
    ------
    NotFound
        `unknown_trade`.
    """
    if trade not in TRADES:
        raise unknown("trade", trade, list(TRADES), field="trade")
    found: dict[str, Any] = yaml_marks.read(FOLDER / f"{trade}.yaml").plain()
    return found


def label(trade: str, language: str) -> tuple[str, str]:
    """Give a trade's name and what it is about."""
    held = template(trade)
    return str(held["label"][_spoken(language)]), str(held["about"][_spoken(language)])


def company(
    trade: str,
    language: str,
    countries: Sequence[str],
    currency: str,
    shops: str = "",
    *,
    names: Mapping[str, str] | None = None,
    name: str = "",
) -> tuple[Change, ...]:
    """Make a company's first definitions.

    Parameters
    ----------
    trade
        One of TRADES.
    language
        Of the names: `en`, `de` or `es`; others get the first.
    countries
        Their codes, the main one first: its zone is the company's.
    currency
        ISO 4217.
    shops
        A pasted list, one shop a line: `name`, `name, city` or `name, city, country`.
    names
        What countries are called, by code.

    Raises
    ------
    NotFound
        `unknown_trade`.
    InvalidInput
        `no_country`, `bad_currency`, `too_many_shops`; and `BadDefinition` for a country that is none.
    """
    if not countries:
        raise InvalidInput("no_country", "A company is somewhere.", field="countries", remedy="Name a country.")
    if currency not in CURRENCIES:
        raise InvalidInput("bad_currency", f"There is no currency “{currency}”.", field="currency",
                           remedy="Write an ISO 4217 code like EUR.")  # fmt: skip
    spoken = _spoken(language)
    held = template(trade)
    changes = [_settings(trade, countries, currency, name)]
    changes += _stages(held, spoken)
    changes += _touchpoints(held, spoken)
    changes += _journeys(held, spoken)
    changes += _units(countries, names or {}, read_shops(shops, countries, names or {}))
    return tuple(changes)


def new(definitions: Definitions, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give the changes that define something that is not there: what somebody defined already stays as it is."""
    return tuple(
        change for change in changes if change.kind == "settings" or change.key not in definitions.all(change.kind)
    )


def _spoken(language: str) -> str:
    return language[:2] if language[:2] in LANGUAGES else LANGUAGES[0]


def _settings(trade: str, countries: Sequence[str], currency: str, name: str) -> Change:
    body: dict[str, Any] = {
        "name": name,
        "timezone": zone_of(countries[0]),
        "week_start": "sunday" if countries[0] in SUNDAY_FIRST else "monday",
        "currency": currency,
        "countries": list(dict.fromkeys(countries)),
        "trade": trade,
    }
    return catalogue.of_values("settings", COMPANY, body)


def _stages(held: Mapping[str, Any], language: str) -> list[Change]:
    return [
        catalogue.of_values("stage", key, {"label": said[language], "place": place})
        for place, (key, said) in enumerate(held["stages"].items(), 1)
    ]


def _touchpoints(held: Mapping[str, Any], language: str) -> list[Change]:
    departments = held["departments"]
    return [
        catalogue.of_values(
            "touchpoint",
            key,
            {
                "label": said[language],
                "stage": said["stage"],
                "channel": said["channel"],
                "department": departments[said["department"]][language],
                "expected_wait_s": said.get("wait"),
            },
        )
        for key, said in held["touchpoints"].items()
    ]


def _journeys(held: Mapping[str, Any], language: str) -> list[Change]:
    return [
        catalogue.of_values(
            "journey",
            key,
            {
                "label": said[language],
                "counted_as": said["counted_as"][language],
                "per": said["per"],
                "starts": said["starts"],
                "goal": said["goal"],
                "within_s": said["within"],
                "designed": said["designed"],
            },
        )
        for key, said in held["journeys"].items()
    ]


def read_shops(text: str, countries: Sequence[str], names: Mapping[str, str]) -> list[Shop]:
    """Read a pasted list of shops; a country is known by its code or its name, else it is the main one.

    Raises
    ------
    InvalidInput
        `too_many_shops`.
    """
    called = {code.casefold(): code for code in countries}
    called |= {names[code].casefold(): code for code in countries if code in names}
    found = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.replace("\t", ",").replace(";", ",").split(",") if part.strip()]
        if not parts:
            continue
        country = called.get(parts[-1].casefold()) if len(parts) > 1 else None
        city = "" if len(parts) < (3 if country else 2) else parts[1]
        found.append(Shop(parts[0], city, country or countries[0]))
    if len(found) > MOST_SHOPS:
        raise InvalidInput("too_many_shops", f"These are more than {MOST_SHOPS:,} shops.", field="shops",
                           remedy="Bring them in as a file.")  # fmt: skip
    return found


def _units(countries: Sequence[str], names: Mapping[str, str], shops: Sequence[Shop]) -> list[Change]:
    made: dict[str, dict[str, Any]] = {}
    for code in dict.fromkeys(countries):
        made[code.lower()] = {
            "name": names.get(code, code), "kind": "country", "country": code, "timezone": zone_of(code),
        }  # fmt: skip
    for shop in shops:
        name = (
            shop.name if not shop.city or shop.city.casefold() in shop.name.casefold() else f"{shop.name}, {shop.city}"
        )
        body = {"name": name, "parent": shop.country.lower(), "kind": "store", "country": shop.country}
        made.setdefault(slug(name) or name, body)
    return [catalogue.of_values("unit", key, body) for key, body in made.items()]
