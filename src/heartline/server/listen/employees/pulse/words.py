"""What the pages on how employees feel say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.employees import FEWEST
from heartline.core.errors import HeartlineError
from heartline.listen.employees.moved import Moved
from heartline.server.shell import errors, numbers

__all__ = ["FEWEST"]


def value(row: Mapping[str, Any], name: str = "value") -> str:
    """Write a number of a row: points of eNPS with a digit, averages with two."""
    return numbers.number(row[name], 1 if row["measure"] == "nps" else 2)


def between(row: Mapping[str, Any]) -> str:
    """Write its interval."""
    if row["low"] is None or row["high"] is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": value(row, "low"), "high": value(row, "high")}


def moved(change: Moved | None, measure: str) -> str:
    """Say whether something moved from one month to the next."""
    if change is None:
        return ""
    if not change.sure:
        return _("as before, as far as one can tell")
    size = numbers.number(abs(change.value), 1 if measure == "nps" else 2)
    return (_("rose by %(n)s") if change.value > 0 else _("fell by %(n)s")) % {"n": size}


def sentence(head: Mapping[str, Any] | None, link: str, change: str, lowest: str) -> SafeString | str:
    """Say how employees feel."""
    if head is None and lowest:
        return format_html(_("What employees agree with least: <strong>{lowest}</strong>"), lowest=lowest)
    if head is None:
        return _("Nobody can tell yet: fewer than five employees have answered.")
    first = format_html(
        _(
            'Would they recommend working here? eNPS <a class="num" href="{link}"><strong>{value}</strong></a>,'
            " {between}."
        ),
        link=link, value=value(head), between=between(head),
    )  # fmt: skip
    last = _("Against the month before it: %(change)s.") % {"change": change} if change else ""
    least = _("They agree least with: “%(lowest)s”") % {"lowest": lowest} if lowest else ""
    return format_html("{} {} {}", first, last, least)


def nobody() -> str:
    """Say that nobody was asked."""
    return _("No employee has been asked yet.")


def asks(people: int, going: int) -> str:
    """Say how employees are asked."""
    some = ngettext("%(n)s employee is on the list.", "%(n)s employees are on the list.", people)
    said = some % {"n": numbers.count(people)}
    if not going:
        return said + " " + _("Nobody is asked regularly.")
    more = ngettext("%(n)s survey goes out by itself.", "%(n)s surveys go out by themselves.", going)
    return said + " " + more % {"n": numbers.count(going)}


def how() -> list[tuple[str, str]]:
    """Say how the page was made."""
    return [
        (_("eNPS"), _("The share who answer 9 or 10 minus the share who answer 0 to 6, in points; adjusted Wald"
                      " interval (Rocks 2016).")),
        (_("Statements"), _("The average of the answers, with 1.96 standard errors to both sides.")),
        (_("Moved"), _("From the last month but one with answers to the last; limits by Zou and Donner (2008). Where"
                       " chance alone could do it, it is as before.")),
        (_("Anonymous"), _("Answers are counted in fives, in the order in which they came; nothing is shown of fewer"
                           " than five, nor anything from which that could be worked out. Nobody knows who answered.")),
        (_("Apart"), _("What employees answer is in no rating, no journey and no feeling of customers.")),
    ]  # fmt: skip


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    fields = {
        "name": _("Please write first and last name."), "email": _("This is no e-mail address."),
        "unit": _("Please choose one of the units."), "every_weeks": _("Weeks are a number from 1 to 52."),
        "survey": _("Please choose one of the surveys for employees."),
    }  # fmt: skip
    if error.code == "taken":
        return _("Somebody with this address is on the list already.")
    if error.field in fields:
        return fields[error.field]
    return errors.told(error)
