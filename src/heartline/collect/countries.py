"""Countries: their time zones, and how their weeks begin. From the zone table that comes with `tzdata` (zone.tab)."""

from __future__ import annotations

from functools import cache
from importlib import resources

SUNDAY_FIRST = frozenset({"BR", "CA", "CO", "IL", "IN", "JP", "KR", "MX", "PE", "PH", "US", "ZA"})
"""Countries whose calendars commonly begin on Sunday (Unicode CLDR, weekData, 2024)."""
MAIN = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CL": "America/Santiago", "CN": "Asia/Shanghai", "CY": "Asia/Nicosia",
    "EC": "America/Guayaquil", "ES": "Europe/Madrid", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
"""Where a country has several zones, the one in which most of its people live."""


def zone_of(country: str) -> str:
    """Give a country's time zone, UTC where the table knows none."""
    return MAIN.get(country) or _first().get(country, "UTC")


@cache
def _first() -> dict[str, str]:
    found: dict[str, str] = {}
    text = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            country, _place, zone = line.split("\t")[:3]
            found.setdefault(country, zone)
    return found
