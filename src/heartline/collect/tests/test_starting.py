"""The first map: whole in every language, and made of nothing but the answers to three questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartline.collect import catalogue, starting
from heartline.collect.countries import zone_of
from heartline.core.errors import HeartlineError
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake
from heartline.workspace import Workspace

SHOPS = """Berlin Mitte, Berlin, Germany
Altona, Hamburg
Sol, Madrid, ES

Corner shop
"""


@pytest.mark.parametrize("trade", starting.TRADES)
@pytest.mark.parametrize("language", starting.LANGUAGES)
def test_every_trade_makes_a_whole_map_in_every_language(trade: str, language: str) -> None:
    changes = starting.company(trade, language, ["DE", "ES"], "EUR")
    made = catalogue.checked(Definitions(), changes)
    assert 2 <= len(made.all("journey")) <= 4
    assert len(made.all("touchpoint")) >= 9
    assert all(body["label"] and body["department"] for body in made.all("touchpoint").values())
    assert any(body.get("expected_wait_s") for body in made.all("touchpoint").values())
    used = {body["stage"] for body in made.all("touchpoint").values()}
    assert used == set(made.stages)
    for body in made.all("journey").values():
        assert body["designed"][0] in body["starts"]
        assert body["goal"] in body["designed"]
        assert body["within_s"] > 0
    assert all(starting.label(trade, language))


def test_names_are_those_of_the_language() -> None:
    said = {
        language: catalogue.checked(Definitions(), starting.company("retail", language, ["DE"], "EUR"))
        for language in (*starting.LANGUAGES, "pt-br")
    }
    labels = {language: made.all("touchpoint")["return"]["label"] for language, made in said.items()}
    assert labels == {"en": "Return", "de": "Rückgabe", "es": "Devolución", "pt-br": "Return"}
    assert {made.all("journey")["return"]["counted_as"] for made in said.values()} == {
        "returns", "Rückgaben", "devoluciones",
    }  # fmt: skip


def test_shops_lie_in_their_countries() -> None:
    changes = starting.company(
        "retail", "en", ["DE", "ES"], "EUR", SHOPS, names={"DE": "Germany", "ES": "Spain"}, name="Tea"
    )
    made = catalogue.checked(Definitions(), changes)
    assert [(key, body["name"], body.get("parent")) for key, body in made.all("unit").items()] == [
        ("de", "Germany", None), ("es", "Spain", None), ("berlin_mitte", "Berlin Mitte", "de"),
        ("altona_hamburg", "Altona, Hamburg", "de"), ("sol_madrid", "Sol, Madrid", "es"),
        ("corner_shop", "Corner shop", "de"),
    ]  # fmt: skip
    assert made.settings["timezone"] == "Europe/Berlin"
    assert (made.settings["currency"], made.settings["name"]) == ("EUR", "Tea")
    assert made.all("unit")["es"]["timezone"] == "Europe/Madrid"
    assert made.units_below(["de"]) == {"de", "berlin_mitte", "altona_hamburg", "corner_shop"}


def test_it_works_without_any_data(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path)
    catalogue.written(lake, starting.company("travel", "en", ["GB"], "GBP"), source="start")
    rows = Workspace(lake).journeys().rows
    assert [(row["label"], row["trips"]) for row in rows] == [
        ("A trip", 0), ("From search to booking", 0), ("A request on the way", 0),
    ]  # fmt: skip
    assert lake.at().definitions.settings["timezone"] == "Europe/London"


def test_what_is_defined_already_stays(tmp_path: Path) -> None:
    lake = Lake.create(tmp_path)
    mine = catalogue.of_values("touchpoint", "return", {"label": "Mine"})
    catalogue.written(lake, [mine], source="page")
    changes = starting.new(lake.at().definitions, starting.company("retail", "en", ["DE"], "EUR"))
    catalogue.written(lake, changes, source="start")
    assert lake.at().definitions.all("touchpoint")["return"] == {"label": "Mine"}
    assert len(lake.at().definitions.all("touchpoint")) == 13


@pytest.mark.parametrize(
    ("trade", "countries", "currency", "code"),
    [
        ("mining", ["DE"], "EUR", "unknown_trade"),
        ("retail", [], "EUR", "no_country"),
        ("retail", ["DE"], "Euro", "bad_currency"),
        ("retail", ["Germany"], "EUR", "bad_country"),
    ],
)
def test_what_cannot_be_is_refused(trade: str, countries: list[str], currency: str, code: str) -> None:
    with pytest.raises(HeartlineError) as refused:
        starting.company(trade, "en", countries, currency)
    assert refused.value.code == code


def test_zones_are_those_where_most_people_live() -> None:
    assert [zone_of(code) for code in ("DE", "ES", "US", "AU", "JP", "XX")] == [
        "Europe/Berlin", "Europe/Madrid", "America/New_York", "Australia/Sydney", "Asia/Tokyo", "UTC",
    ]  # fmt: skip
