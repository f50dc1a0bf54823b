"""Groups of people that a manager would look at, by what the company's systems know of them; and names of its units."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from .calendar import Calendar
from .company import COUNTRIES, NAME, Company

BOUGHT = ["order_placed", "collect_ordered", "store_purchase"]
COUNTRY_NAMES = {
    "de": {"de": "Deutschland", "es": "Alemania"},
    "es": {"de": "Spanien", "es": "España"},
    "uk": {"de": "Vereinigtes Königreich", "es": "Reino Unido"},
}


def segments(calendar: Calendar) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the groups, as definitions of kind `segment`."""
    year = f"{calendar.until - timedelta(days=364)}/{calendar.until + timedelta(days=1)}"
    sales = [f"{day.first}/{day.last + timedelta(days=1)}" for day in calendar.black_fridays]
    for key, label, german, spanish, rules in (
        ("new_customers", "New customers of the last year", "Neue Kunden des letzten Jahres",
         "Clientes nuevos del último año", [{"touchpoint": "account_opened", "period": year}]),
        ("frequent_buyers", "Frequent buyers (gold members)", "Vielkäufer (Goldkunden)",
         "Compradores frecuentes (oro)", [{"touchpoint": "gold_level"}]),
        ("families", "Families", "Familien", "Familias", [{"touchpoint": "family_joined"}]),
        ("shop_customers", "People who also come to our shops", "Leute, die auch in die Filialen kommen",
         "Quienes también vienen a las tiendas", [{"touchpoint": ["store_purchase", "pickup"]}]),
        ("app_users", "People who use the app", "Leute mit der App", "Quienes usan la app",
         [{"touchpoint": "app_visit"}]),
        ("sale_buyers", "Black Friday buyers", "Käufer am Black Friday", "Compradores del Black Friday",
         [{"touchpoint": BOUGHT, "period": days} for days in sales]),
    ):  # fmt: skip
        yield key, {"label": label, "labels": {"de": german, "es": spanish}, "any": rules}


def unit_labels(company: Company) -> dict[str, dict[str, str]]:
    """Give what units are called in German and Spanish, where that differs from their name."""
    made = {}
    names = {one.key: COUNTRY_NAMES[one.key] for one in COUNTRIES}
    for unit in company.units:
        country = names.get(unit.key) or names.get(unit.parent or "", {})
        made[unit.key] = {
            "company": {"de": NAME, "es": NAME},
            "country": country,
            "web shop": {"de": f"Webshop {country.get('de')}", "es": f"Tienda web {country.get('es')}"},
            "team": {"de": f"Kundenservice {country.get('de')}", "es": f"Atención al cliente {country.get('es')}"},
            "store": {"de": unit.name.replace("Shop", "Filiale"), "es": unit.name.replace("Shop", "Tienda")},
        }[unit.kind]
    return made
