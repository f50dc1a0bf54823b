"""What the page of contacts says."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, names

from .models import Noted
from .whom import ORDER

ICONS = {"advice": "message-circle", "purchase": "package", "question": "circle-help", "complaint": "triangle-alert",
         "compliment": "heart", "return": "undo-2"}  # fmt: skip


def whats() -> dict[str, str]:
    """Name what can happen."""
    return {
        "advice": _("Advice"), "purchase": _("Purchase"), "question": _("Question"), "complaint": _("Complaint"),
        "compliment": _("Compliment"), "return": pgettext("reason of a visit", "Return"),
    }  # fmt: skip


def faces() -> list[tuple[int, str]]:
    """Name how it can feel, the worst first."""
    return [(1, _("Very bad")), (2, _("Bad")), (3, _("So-so")), (4, _("Good")), (5, _("Very good"))]


def kinds(possible: tuple[str, ...], defined: Any) -> list[tuple[str, str]]:
    """Name what a customer can be known by."""
    usual = {"user_id": _("Customer number"), "email": _("E-mail"), "phone": _("Telephone"), "card": _("Card")}
    named = [(key, usual.get(key) or names.called(defined.get(key, {}), key)) for key in possible]
    return [("", _("Recognise it")), *named, (ORDER, _("Order or ticket"))]


def done(noted: Noted, customer: str) -> str:
    """Say what was noted, and of whom."""
    what = {"what": whats()[noted.what]}
    if noted.undone_at:
        return _("%(what)s: taken back. It is in no figure.") % what
    if noted.found == ORDER:
        return _("%(what)s: noted with this order.") % what
    if noted.found == "nobody":
        return _("%(what)s: noted, of nobody known.") % what
    if customer:
        return _("%(what)s: noted. It stands with the customer in a few seconds.") % what
    return _("%(what)s: noted, of a customer who is new here.") % what


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    known = {
        "bad_who": _("This names no customer in that form. Please check what was typed, or leave it empty."),
        "bad_value": _("Please say what happened, and choose one of the units."),
        "not_your_unit": _("You can note contacts of your own units only."),
        "too_late": _("The minute is over. Ask whoever looks after the data to remove it."),
        "taken": _("Please open the page again."),
        "unknown": _("You have noted nothing of the kind."),
    }
    return known.get(error.code) or errors.told(error)
