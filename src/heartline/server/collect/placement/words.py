"""Events and rules in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from heartline.collect.values import BadDefinition
from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, filters, numbers, ratings
from heartline.store.definitions import Definitions

TYPES: dict[str, Any] = {
    "track": gettext_lazy("something was done"),
    "page": gettext_lazy("a page was opened"),
    "screen": gettext_lazy("a screen of the app was opened"),
}
SIGNS: dict[str, Any] = {
    "is": gettext_lazy("is"),
    "not": gettext_lazy("is not"),
    "has": gettext_lazy("contains"),
    "above": gettext_lazy("is above"),
    "below": gettext_lazy("is below"),
    "there": gettext_lazy("is there"),
    "absent": gettext_lazy("is not there"),
}
COLUMNS: dict[str, Any] = {
    "touchpoint": gettext_lazy("Touchpoint"),
    "stage": gettext_lazy("Stage"),
    "about": gettext_lazy("Judges"),
    "kind": gettext_lazy("Sort of interaction"),
    "channel": gettext_lazy("Channel"),
    "unit": gettext_lazy("Part of the company"),
    "product": gettext_lazy("Product"),
    "ref": gettext_lazy("Order, ticket or booking"),
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "wait_s": gettext_lazy("Wait"),
    "score": gettext_lazy("Rating"),
    "scale": gettext_lazy("Scale of the rating"),
    "succeeded": gettext_lazy("How it went"),
    "text": gettext_lazy("What was said"),
    "mask": gettext_lazy("Taken out"),
    "plain": gettext_lazy("Holds nothing personal"),
    "place": gettext_lazy("Its turn"),
    "label": gettext_lazy("Name"),
    "when": gettext_lazy("Which events"),
}
PROPERTY_TYPES: dict[str, Any] = {
    "text": gettext_lazy("written words"),
    "number": gettext_lazy("number"),
    "yes_no": gettext_lazy("yes or no"),
    "list": gettext_lazy("list"),
    "object": gettext_lazy("group of properties"),
}
PERSONAL: dict[str, Any] = {
    "email": gettext_lazy("e-mail addresses, masked"),
    "phone": gettext_lazy("phone numbers, masked"),
    "card": gettext_lazy("card numbers, masked"),
    "iban": gettext_lazy("bank accounts, masked"),
    "contact": gettext_lazy("contact data, taken out"),
}
ODD: dict[str, Any] = {
    "bad_amount": gettext_lazy("amounts that are no numbers"),
    "bad_score": gettext_lazy("ratings that are no numbers"),
    "bad_currency": gettext_lazy("currencies that do not exist"),
    "bad_wait_s": gettext_lazy("waits that are no numbers"),
    "bad_succeeded": gettext_lazy("outcomes that are neither yes nor no"),
    "unknown_scale": gettext_lazy("ratings on a scale that is not known"),
    "score_out_of_range": gettext_lazy("ratings beyond the ends of their scale"),
    "many_properties": gettext_lazy("more properties than can be kept"),
}


def plain(value: Any) -> str:
    """Write a value of a rule."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(number_format(value, use_l10n=True)) if isinstance(value, int | float) else str(value)


def factor(name: str, times: float) -> str:
    """Say in what a property is counted."""
    known = {
        ("amount", 1.0): _("in whole units"),
        ("amount", 0.01): _("in hundredths, as cents"),
        ("wait_s", 1.0): _("in seconds"),
        ("wait_s", 0.001): _("in milliseconds"),
        ("wait_s", 60.0): _("in minutes"),
        ("wait_s", 3600.0): _("in hours"),
    }
    return known.get((name, times)) or _("times %(number)s") % {"number": plain(times)}


def name(definitions: Definitions, key: str, body: Mapping[str, Any]) -> str:
    """Name a rule for people."""
    return str(body.get("label") or key)


def touchpoint(definitions: Definitions, key: str | None) -> str:
    """Name a touchpoint, also where there is none."""
    return filters.body_label(definitions, "touchpoint", key) if key else _("no touchpoint")


def condition(definitions: Definitions, body: Mapping[str, Any]) -> str:
    """Say which events a rule is for."""
    when = body.get("when") or {}
    said = []
    if when.get("event"):
        said.append(_either([f"“{one}”" for one in when["event"]]))
    if when.get("type"):
        said.append(_either([str(TYPES.get(one, one)) for one in when["type"]]))
    if when.get("path"):
        said.append(_("on the page %(pages)s") % {"pages": _either(when["path"])})
    if when.get("source"):
        said.append(_("from %(sources)s") % {"sources": _either(when["source"])})
    if when.get("channel"):
        said.append(_("by %(channels)s") % {
            "channels": _either([filters.channel(definitions, one) for one in when["channel"]])
        })  # fmt: skip
    said += [_test(one) for one in when.get("properties") or ()]
    return ", ".join(said)


def _either(texts: list[str]) -> str:
    return _(" or ").join(texts)


def _test(held: Mapping[str, Any]) -> str:
    sign = next(one for one in held if one != "property")
    if sign == "there":
        return _("%(property)s %(sign)s") % {
            "property": held["property"], "sign": SIGNS["there" if held["there"] else "absent"]
        }  # fmt: skip
    return _("%(property)s %(sign)s “%(value)s”") % {
        "property": held["property"], "sign": SIGNS[sign], "value": plain(held[sign])
    }  # fmt: skip


def sets(definitions: Definitions, body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Say what a rule makes of its events, column by column."""
    return [
        (str(said), _set(definitions, column, body[column]))
        for column, said in COLUMNS.items() if column in body and column not in ("label", "when")
    ]  # fmt: skip


def _set(definitions: Definitions, column: str, held: Any) -> str:
    if isinstance(held, Mapping):
        said = _("from “%(property)s”") % {"property": held["property"]}
        return f"{said} {factor(column, held['times'])}" if "times" in held else said
    if isinstance(held, list):
        return ", ".join(map(str, held))
    if column in ("touchpoint", "about"):
        return touchpoint(definitions, held)
    if column == "stage":
        return filters.stage(definitions, held)
    if column == "channel":
        return filters.channel(definitions, held)
    if column == "scale" and held in definitions.scales:
        return ratings.scale_name(definitions.scales[held])
    if column == "succeeded":
        return _("It went right") if held else _("It went wrong")
    return plain(held)


def doubt(what: str, number: int) -> str:
    """Say what was odd about an event."""
    kind, _colon, where = what.partition(":")
    count = numbers.count(number)
    if kind in PERSONAL:
        return _("%(what)s in “%(property)s”: %(number)s") % {
            "what": PERSONAL[kind],
            "property": where,
            "number": count,
        }
    if kind == "left_out":
        return _("“%(part)s” could not be read and was left out: %(number)s") % {"part": where, "number": count}
    said = ODD.get(kind)
    return f"{said or kind}: {count}"


def caught(count: int, of: int, moved: int, window: str, *, whole: bool) -> str:
    """Say what a rule catches."""
    newest = ngettext("of the newest %(number)s event", "of the newest %(number)s events", of)
    among = ngettext("of %(number)s event", "of %(number)s events", of) if whole else newest
    among %= {"number": numbers.count(of)}
    values = {"count": numbers.count(count), "among": among, "window": window, "moved": numbers.count(moved)}
    if not count:
        return _("It catches none %(among)s %(window)s.") % values
    if not moved:
        return _("It catches %(count)s %(among)s %(window)s. All of them are placed so already.") % values
    return _("It catches %(count)s %(among)s %(window)s. %(moved)s of them are placed otherwise now.") % values


def wrong(error: HeartlineError) -> str:
    """Say what is wrong with a rule, in the language of the page."""
    if error.code == "changed_meanwhile":
        return _("Somebody else changed this in the meantime. Look at it again, then save.")
    if error.code == "busy":
        return _("An import is writing just now. Nothing was changed; try again in a moment.")
    if error.code == "under_way":
        return _("The past is being placed again already. Wait until that is done.")
    if not isinstance(error, BadDefinition):
        return errors.told(error)
    values = {"field": COLUMNS.get(error.name, error.name), "value": error.value}
    known = {
        "missing_field": _("Say which events are meant: a name, a page, a source or a property."),
        "no_condition": _("Say which events are meant: a name, a page, a source or a property."),
        "sets_nothing": _("Say what these events are: choose a touchpoint, or fill something below it."),
        "unknown_reference": _("“%(field)s” names “%(value)s”, which is not defined."),
        "bad_test": _(
            "A condition on a property is not complete: “above” and “below” need a number, the others a word."
        ),
        "bad_value": _("“%(field)s” needs the name of a property, or = and a fixed value."),
        "bad_number": _("“%(field)s” needs a number from 1 up, not “%(value)s”."),
        "bad_text": _("A name is too long."),
        "bad_key": _("Give the rule a name."),
        "key_taken": _("There already is a rule called “%(value)s”."),
    }
    return known[error.code] % values if error.code in known else f"{error.reason} {error.remedy}"
