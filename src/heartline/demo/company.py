"""The demo company: Halden Home, which sells things for the home in three countries. Its units, shops and catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from heartline.core.ids import slug

NAME = "Halden Home"
ZONE, CURRENCY = "Europe/Berlin", "EUR"


@dataclass(frozen=True)
class Country:
    """A country: its key, what people there speak and pay in, and how things are there.

    Parameters
    ----------
    share
        Of the customers.
    price
        What one euro costs there.
    transit_days
        Mean time that its carrier takes.
    queue_s
        Median wait for the phone on an ordinary day.
    """

    key: str
    name: str
    code: str
    language: str
    zone: str
    currency: str
    price: float
    share: float
    carrier: str
    transit_days: float
    queue_s: float
    phone: str
    cities: tuple[str, ...]
    hours: str


COUNTRIES = (
    Country("de", "Germany", "DE", "de", "Europe/Berlin", "EUR", 1.0, 0.37, "Nordpaket", 1.5, 62, "+49151",
            ("Berlin", "Hamburg", "München", "Köln", "Leipzig", "Stuttgart"), "Mo-Sa 10:00-20:00"),
    Country("es", "Spain", "ES", "es", "Europe/Madrid", "EUR", 1.0, 0.31, "Envíos del Sur", 2.1, 70, "+34612",
            ("Madrid", "Barcelona", "Valencia", "Sevilla", "Bilbao"), "Mo-Sa 10:00-21:30"),
    Country("uk", "United Kingdom", "GB", "en", "Europe/London", "GBP", 0.86, 0.32, "Parcelway", 1.7, 105, "+44770",
            ("London", "Manchester", "Bristol", "Leeds", "Edinburgh"), "Mo-Sa 09:00-19:00; Su 11:00-17:00"),
)  # fmt: skip
RATES = (("first", 1.155), ("middle", 1.17), ("late", 1.162))
"""What a pound costs in euro from the first day, from the start of the second year, and from the last half year on."""
CROWDED_SHOPS = ("de_koln", "es_sevilla")
"""Shops whose pick-up desk has one person too few on Saturdays."""


@dataclass(frozen=True)
class Unit:
    """A part of the company."""

    key: str
    name: str
    parent: str | None
    kind: str
    country: str | None
    timezone: str
    hours: str | None


@dataclass(frozen=True)
class Product:
    """A product: its category's place, its price in euro, and the share of it that stays."""

    key: str
    name: str
    category: str
    brand: str
    price: float
    margin: float
    noun: int


@dataclass(frozen=True)
class Category:
    """A category: what is in it, its prices, and how often it comes back or breaks."""

    key: str
    nouns: tuple[str, ...]
    low: float
    high: float
    margin: float
    returned: float
    broken: float
    bulky: bool = False


CATEGORIES = (
    Category("Lighting", ("floor lamp", "table lamp", "pendant light"), 29, 180, 0.46, 0.07, 0.035),
    Category("Furniture", ("armchair", "bookcase", "desk"), 89, 620, 0.38, 0.06, 0.045, True),
    Category("Textiles", ("bed linen", "curtain", "throw"), 19, 110, 0.55, 0.15, 0.01),
    Category("Kitchen", ("frying pan", "coffee maker", "knife set"), 22, 190, 0.41, 0.06, 0.02),
    Category("Garden", ("garden chair", "parasol", "plant pot"), 18, 240, 0.43, 0.06, 0.03, True),
    Category("Bath", ("towel set", "bath mat", "mirror cabinet"), 15, 170, 0.5, 0.08, 0.03),
    Category("Decoration", ("vase", "rug", "wall clock"), 12, 260, 0.57, 0.09, 0.03),
    Category("Storage", ("laundry basket", "shoe cabinet", "storage box"), 14, 210, 0.47, 0.05, 0.02),
)
NOUNS = tuple(noun for category in CATEGORIES for noun in category.nouns)
MODELS = (
    "Nora", "Vidar", "Alma", "Sol", "Tove", "Linde", "Mira", "Odin", "Selma", "Bruno", "Elin", "Kai", "Runa", "Nils",
    "Freya", "Arlo",
)  # fmt: skip
BRANDS = ("Halden", "Halden Basic", "Atelier Nord", "Casa Lume", "Brackwell")


class Company:
    """Units and catalogue as tables; what the simulator draws from stands beside them as arrays."""

    @cached_property
    def units(self) -> list[Unit]:
        """The tree: the company, its countries, their shops, web shops and service teams."""
        found = [Unit("halden", NAME, None, "company", None, ZONE, None)]
        for one in COUNTRIES:
            found.append(Unit(one.key, one.name, "halden", "country", one.code, one.zone, None))
            for key, name, kind, hours in (
                (f"{one.key}_online", f"Web shop {one.name}", "web shop", None),
                (f"{one.key}_service", f"Customer service {one.name}", "team", "Mo-Sa 08:00-20:00"),
            ):
                found.append(Unit(key, name, one.key, kind, one.code, one.zone, hours))
            found += [
                Unit(shop_key(one, city), f"Shop {city}", one.key, "store", one.code, one.zone, one.hours)
                for city in one.cities
            ]
        return found

    @cached_property
    def products(self) -> list[Product]:
        """The catalogue: sixteen models of each of the twenty-four things."""
        rng = np.random.default_rng(2024)  # one catalogue, whatever the seed
        made: list[Product] = []
        for category in CATEGORIES:
            for noun in category.nouns:
                level = rng.uniform(0.7, 1.3) * np.sqrt(category.low * category.high)
                for model in MODELS:
                    price = float(np.clip(level * rng.lognormal(0, 0.45), category.low, category.high))
                    made.append(
                        Product(
                            f"H{len(made) + 1001}",
                            f"{noun.capitalize()} {model}",
                            category.key,
                            str(rng.choice(BRANDS, p=[0.34, 0.26, 0.16, 0.13, 0.11])),
                            round(price) - 0.01 if price > 20 else round(price * 2) / 2,
                            round(category.margin + rng.uniform(-0.05, 0.05), 3),
                            NOUNS.index(noun),
                        )
                    )
        return made

    @cached_property
    def shops(self) -> list[str]:
        """Keys of all shops, country by country."""
        return [shop_key(one, city) for one in COUNTRIES for city in one.cities]

    @cached_property
    def shop_names(self) -> list[str]:
        """The cities of all shops, in the same order."""
        return [city for one in COUNTRIES for city in one.cities]

    @cached_property
    def price(self) -> Any:
        """Prices of all products in euro."""
        return np.array([one.price for one in self.products])

    @cached_property
    def margin(self) -> Any:
        """Margins of all products."""
        return np.array([one.margin for one in self.products])

    @cached_property
    def category(self) -> Any:
        """The place of every product's category."""
        places = {one.key: place for place, one in enumerate(CATEGORIES)}
        return np.array([places[one.category] for one in self.products])

    @cached_property
    def noun(self) -> Any:
        """What every product is."""
        return np.array([one.noun for one in self.products])


def shop_key(country: Country, city: str) -> str:
    """Give the key of a shop."""
    return f"{country.key}_{slug(city)}"
