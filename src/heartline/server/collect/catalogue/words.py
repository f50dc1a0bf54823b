"""Definitions in words: their values, what changed in them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.collect import catalogue
from heartline.collect.bodies import FIELDS, Field, field_of
from heartline.collect.values import BadDefinition
from heartline.core.errors import HeartlineError
from heartline.core.scales import SCALES
from heartline.server.shell import errors, filters, numbers, ratings
from heartline.store.definitions import Definitions

from . import kinds

FELT = {"bad": ("feeling_to", -0.001), "good": ("feeling_from", 0.001)}
"""What unhappy and happy mean in a group's form: a feeling on either side of neutral."""


def name(definitions: Definitions, kind: str, key: str) -> str:
    """Name a defined thing for people."""
    if kind == "stage":
        return filters.stage(definitions, key)
    if kind == "channel":
        return filters.channel(definitions, key)
    if kind == "settings":
        return str(kinds.KINDS["settings"].one)
    if kind == "scale" and key in SCALES:
        return ratings.scale_name(SCALES[key])
    return filters.body_label(definitions, kind, key)


def value(definitions: Definitions, field: Field, held: Any) -> str:
    """Write a field's value for people."""
    if held is None or held in ([], {}):
        return numbers.NONE
    if field.type == "duration":
        return numbers.duration(held)
    if field.type == "yes_no":
        return _("yes") if held else _("no")
    if field.type == "choice":
        return str(kinds.CHOICES.get(held, held))
    if field.type == "day":
        return date_format(date.fromisoformat(str(held)), "DATE_FORMAT")
    if field.type in ("number", "whole"):
        return str(number_format(held, use_l10n=True))
    if field.type == "labels":
        return "; ".join(f"{language(code)}: {text}" for code, text in held.items())
    if field.type == "rates":
        return "; ".join(_rate(rate) for rate in held)
    if field.type == "rules":
        return _(" or ").join(rule(definitions, one) for one in held)
    if held == "any":
        return _("anywhere")
    parts = [str(part) for part in (held if isinstance(held, list) else [held])]
    return ", ".join(name(definitions, field.refers, part) if field.refers else part for part in parts)


def language(code: str) -> str:
    """Name a language in itself."""
    names = {known: str(name) for known, name in settings.LANGUAGES}
    return names.get(code, code)


def _rate(rate: Mapping[str, Any]) -> str:
    day = date_format(date.fromisoformat(str(rate["date"])), "DATE_FORMAT")
    return _("%(currency)s %(rate)s from %(day)s") % {
        "currency": rate["currency"], "rate": number_format(rate["rate"], use_l10n=True), "day": day,
    }  # fmt: skip


def rule(definitions: Definitions, one: Mapping[str, Any]) -> str:
    """Say one filter of a group of people: “was at Delivery and unhappy”."""
    said = []
    order = [*(field for field in ("touchpoint", "about") if field in one), *one]
    for field, held in ((field, one[field]) for field in dict.fromkeys(order)):
        if (field, held) in FELT.values():
            said.append(_("was unhappy") if field == "feeling_to" else _("was happy"))
            continue
        texts = held if isinstance(held, list) else [held]
        kind = "touchpoint" if field == "about" else field
        names = ", ".join(
            name(definitions, kind, text)
            if kind in ("touchpoint", "channel", "unit", "stage", "product")
            else str(text)
            for text in texts
        )
        said.append(_filter(field, names))
    return ", ".join(said)


def _filter(field: str, names: str) -> str:
    texts = {
        "touchpoint": _("was at %(names)s"),
        "about": _("judged %(names)s"),
        "channel": _("by %(names)s"),
        "unit": _("in %(names)s"),
        "stage": _("in the stage %(names)s"),
        "product": _("with the product %(names)s"),
        "category": _("with products of %(names)s"),
        "kind": _("with interactions of the sort %(names)s"),
        "source": _("known from %(names)s"),
        "score_from": _("answered %(names)s or more"),
        "score_to": _("answered %(names)s or less"),
        "feeling_from": _("felt %(names)s or better"),
        "feeling_to": _("felt %(names)s or worse"),
        "period": _("in the period %(names)s"),
    }
    return texts[field] % {"names": names}


def differences(
    definitions: Definitions, kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[tuple[str, str, str]]:
    """Give what two bodies differ in: the field, what it was, what it is."""
    old, new = catalogue.normal(before or {}), catalogue.normal(after or {})
    found = []
    for field in FIELDS[kind]:
        if old.get(field.name) != new.get(field.name):
            texts = [value(definitions, field, body.get(field.name)) for body in (old, new)]
            found.append((str(kinds.label(kind, field.name)), *texts))
    return [(one, two, three) for one, two, three in found]


def source(written: str) -> str:
    """Say who wrote a version where the audit trail does not know."""
    plain = {"page": _("on this page"), "file": _("from a file, by the command line"), "start": _("at the start"),
             "code": _("by a program"), "demo": _("with the demo shop")}  # fmt: skip
    return plain.get(written) or _("by the import “%(source)s”") % {"source": written}


def wrong(error: HeartlineError, kind: str = "") -> str:
    """Say what is wrong with a definition, in the language of the page."""
    if not isinstance(error, BadDefinition):
        plain = {
            "changed_meanwhile": _("Somebody else changed this in the meantime. Look at it again, then save."),
            "same_touchpoint": _("They are at this touchpoint already. Choose another one."),
            "unknown_correction": _("This correction has been taken back already."),
            "unknown_rule": _("This rule has ended already."),
            "bad_yaml": _("This is not YAML: %(said)s"),
            "bad_recipe": _("Something here has another shape than expected: %(said)s"),
            "busy": _("An import is writing just now. Nothing was changed; try again in a moment."),
        }
        if error.code in plain:
            where = f"{error.field}. {error.reason} {error.remedy}" if error.field else error.reason
            return plain[error.code] % {"said": where} if "%(" in plain[error.code] else plain[error.code]
        return errors.told(error)
    field = field_of(kind, error.name) if kind else None
    called = str(kinds.label(kind, field.name)) if field else error.name
    said = _reasons(called).get(error.code)
    said = f"{error.reason} {error.remedy}" if said is None else said % {"value": error.value, "field": called}
    return said if not error.place.line else _("Line %(line)s: %(said)s") % {"line": error.place.line, "said": said}


def _reasons(called: str) -> dict[str, str]:
    return {
        "bad_text": _("“%(field)s” needs words."),
        "bad_key": _("“%(value)s” cannot be a key: small letters, digits and underscores only."),
        "bad_choice": _("“%(field)s” cannot be “%(value)s”."),
        "bad_number": _("“%(field)s” needs a number, not “%(value)s”."),
        "bad_duration": _("“%(field)s” needs a time, as 3 days, not “%(value)s”."),
        "bad_day": _("“%(value)s” is not a day."),
        "bad_timezone": _("There is no time zone “%(value)s”. Expected a name such as Europe/Berlin."),
        "bad_currency": _("There is no currency “%(value)s”. Expected three letters such as EUR."),
        "bad_country": _("“%(value)s” is not the code of a country. Expected two capital letters such as DE."),
        "bad_hours": _("“%(value)s” cannot be read as opening hours. Expected “Mo-Fr 09:00-18:00; Sa 10:00-14:00”, or"
                       " 24/7."),
        "bad_period": _("“%(value)s” is not a period we can read."),
        "bad_range": _("“%(field)s” does not fit the two ends of the scale."),
        "nps_range": _("An NPS runs from 0 to 10."),
        "missing_field": _("“%(field)s” is missing."),
        "rate_without_date": _("A rate needs the day from which on it holds."),
        "bad_rates": _("A rate needs a day, a currency and a number."),
        "unknown_field": _("There is no field “%(value)s”."),
        "unknown_reference": _("“%(field)s” names “%(value)s”, which is not defined."),
        "unit_cycle": _("Nothing can belong to what is below itself."),
        "ends_before_start": _("It ends before it starts."),
        "still_used": _("It cannot go: “%(value)s” still names it. Change that one first."),
        "name_taken": _("“%(value)s” is a touchpoint of its own."),
        "merged_away": _("This touchpoint was merged into “%(value)s”. Take that back first."),
        "twice": _("“%(value)s” is both defined and removed."),
        "bad_version": _("The first line has to be “definitions: 1”."),
        "key_taken": _("There already is one called “%(value)s”."),
    }  # fmt: skip


def interactions(number: int | None) -> str:
    """Count interactions in words."""
    return ngettext("%(number)s interaction", "%(number)s interactions", number or 0) % {
        "number": numbers.count(number)
    }
