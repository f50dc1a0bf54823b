"""What accounts say to people: roles, refusals, and what was done."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors

from . import audit
from .deeds import DEEDS
from .models import Role


def roles() -> dict[str, tuple[str, str]]:
    """Give every role's name and what it may do."""
    may = {
        Role.ADMIN: _("sees and does everything, also people, keys and this company's settings"),
        Role.MANAGER: _("sees everything, brings data in, names touchpoints and journeys, shares pages"),
        Role.ANALYST: _("sees everything, brings data in, names touchpoints and journeys, shares pages"),
        Role.MARKETER: _("sees numbers and quotes without who said it, shares pages"),
        Role.AGENT: _("sees numbers and single customers"),
        Role.STORE_MANAGER: _("sees numbers and customers of certain stores, and nothing else"),
        Role.VIEWER: _("sees numbers and quotes without who said it"),
    }
    return {role.value: (str(role.label), may[role]) for role in Role}


def refused(error: HeartlineError) -> str:
    """Say why a command refused."""
    known = {
        "email_taken": _("Somebody already has this address."),
        "name_taken": _("There already is a key of this name."),
        "units_needed": _("A store manager is here for certain stores: choose them."),
        "last_administrator": _("Somebody has to be left who administers. Make somebody else an administrator first."),
    }
    if error.code == "bad_value" and error.field == "units":
        return _("An administrator is here for the whole company.")
    return known.get(error.code) or errors.told(error)


def doer(name: str) -> str:
    """Name who did something: a person by their address, or the command line."""
    return _("command line") if name == audit.COMMAND_LINE else name


def action(key: str) -> str:
    """Say what was done; actions of features that have no words here are said as they are named."""
    return str(DEEDS.get(key, key.replace("_", " ")))


def detail(name: str, value: Any) -> tuple[str, str]:
    """Say a detail of what was done: its name, and what it was."""
    known = {
        "role": _("role:"),
        "units": _("parts of the company:"),
        "name": _("name:"),
        "from": _("from"),
        "days": _("days:"),
        "rows": _("with the rows behind the numbers:"),
        "query": _("filters:"),
        "kind": _("kind:"),
    }
    return known.get(name, f"{name.replace('_', ' ')}:"), _value(name, value)


def _value(name: str, value: Any) -> str:
    if value is True:
        return _("yes")
    if name == "role" and value in Role.values:
        return str(Role(value).label)
    if isinstance(value, list):
        between = " → " if name != "units" or any(isinstance(item, list) for item in value) else ", "
        return between.join(_value(name, item) for item in value) or _("the whole company")
    return str(value) or "–"
