"""The countries and currencies that the start offers, by name; others are written by their codes."""

from __future__ import annotations

from django.utils.translation import gettext as _


def countries() -> dict[str, str]:
    """Name countries, in the order in which they are offered."""
    named = {
        "DE": _("Germany"), "AT": _("Austria"), "CH": _("Switzerland"), "ES": _("Spain"), "GB": _("United Kingdom"),
        "IE": _("Ireland"), "FR": _("France"), "IT": _("Italy"), "PT": _("Portugal"), "NL": _("Netherlands"),
        "BE": _("Belgium"), "LU": _("Luxembourg"), "DK": _("Denmark"), "SE": _("Sweden"), "NO": _("Norway"),
        "FI": _("Finland"), "PL": _("Poland"), "CZ": _("Czechia"), "GR": _("Greece"), "RO": _("Romania"),
        "US": _("United States"), "CA": _("Canada"), "MX": _("Mexico"), "BR": _("Brazil"), "AR": _("Argentina"),
        "CL": _("Chile"), "CO": _("Colombia"), "AU": _("Australia"), "NZ": _("New Zealand"), "IN": _("India"),
    }  # fmt: skip
    return dict(sorted(named.items(), key=lambda item: _sorted(item[1])))


def _sorted(text: str) -> str:
    """Sort an Ö with the O."""
    return text.casefold().translate(str.maketrans("äöüáéíóúñ", "aouaeioun"))


CURRENCIES = ("EUR", "GBP", "CHF", "USD", "SEK", "NOK", "DKK", "PLN", "CZK", "RON", "CAD", "MXN", "BRL", "ARS", "CLP",
              "COP", "AUD", "NZD", "INR")  # fmt: skip
