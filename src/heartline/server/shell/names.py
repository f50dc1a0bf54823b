"""What defined things are called in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _


def called(body: Mapping[str, Any], key: str) -> str:
    """Name a defined thing: its label in the language of the page, else its label or name, else its key in words."""
    labels = body.get("labels") or {}
    own = labels.get((get_language() or "en").split("-")[0])
    return str(own or body.get("label") or body.get("name") or key.replace("_", " ").capitalize())


def department(body: Mapping[str, Any]) -> str:
    """Name the department that answers for a touchpoint: in the language of the page where it has a name in it."""
    own = (body.get("departments") or {}).get((get_language() or "en").split("-")[0])
    return str(own or body.get("department") or "")


def departments(bodies: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Give the names of all departments of some touchpoints in the language of the page."""
    return {str(body["department"]): department(body) for body in bodies if body.get("department")}


def counted_as(body: Mapping[str, Any]) -> str:
    """Name what a journey's passages are: usual words in the language of the page, others as defined."""
    text = str(body.get("counted_as") or "trips")
    return {
        "trips": _("passages"),
        "orders": _("orders"),
        "visits": _("visits"),
        "returns": _("returns"),
        "tickets": _("tickets"),
        "incidents": _("incidents"),
        "customers": _("customers"),
        "new customers": _("new customers"),
        "purchases": _("purchases"),
        "deliveries": _("deliveries"),
        "collections": _("collections"),
        "contacts": _("contacts"),
        "questions": _("questions"),
        "stays": _("stays"),
        "flights": _("flights"),
        "claims": _("claims"),
        "contracts": _("contracts"),
    }.get(text, text)
