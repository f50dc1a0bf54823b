"""The filter chips: one row, the same on every page, kept in the address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heartline.core.errors import InvalidInput
from heartline.core.period import Period, parse_period
from heartline.core.selection import Selection
from heartline.store.definitions import Definitions

from .names import called

MANY = ("unit", "channel", "stage", "touchpoint", "product", "category")
ONE = ("period", "as_of", "compare", "segment")
MOST_OPTIONS = 60


@dataclass(frozen=True)
class Option:
    """A choice inside a chip."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Chip:
    """A filter: its name in the address, its name for people, what is chosen, what there is to choose."""

    name: str
    label: str
    shown: str
    options: tuple[Option, ...]
    many: bool
    on: bool
    first: str = ""
    last: str = ""
    """Of a period that was chosen by its months: both, as the address has them."""


def read(query: QueryDict) -> dict[str, Any]:
    """Read a selection from an address; months from two fields become a period."""
    values: dict[str, Any] = {}
    for name in MANY:
        keys = [key for item in query.getlist(name) for key in item.split(",") if key]
        if keys:
            values[name] = tuple(dict.fromkeys(keys))
    for name in ONE:
        if query.get(name):
            values[name] = query[name]
    if query.get("from") or query.get("to"):
        values["period"] = _months(query.get("from", ""), query.get("to", ""))
    return values


def _months(first: str, last: str) -> str:
    """Write two months, both inside, as a half-open period."""
    for month in (first, last):
        if month and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
            raise InvalidInput("bad_period", _("“%(month)s” is not a month.") % {"month": month}, field="period")
    end = parse_period(last).end if last else None
    return f"{first + '-01' if first else ''}/{end or ''}"


def address(values: Mapping[str, Any], **more: str) -> str:
    """Write a selection as a query string, without what is at its default."""
    pairs = [(name, ",".join(value) if isinstance(value, tuple) else value) for name, value in values.items()]
    return urlencode([*pairs, *more.items()], safe=",/")


def chips(definitions: Definitions, values: Mapping[str, Any], period: str, names: Iterable[str]) -> list[Chip]:
    """Make the row of chips; one that has nothing to choose is left out."""
    made = [_period(values, period)]
    labels = {
        "channel": (_("Channel"), _channels(definitions)),
        "touchpoint": (_("Touchpoint"), _labelled(definitions, "touchpoint")),
        "stage": (_("Stage"), {key: stage(definitions, key) for key in _stages(definitions)}),
        "unit": (_("Part of the company"), _labelled(definitions, "unit")),
        "segment": (_("People"), _labelled(definitions, "segment")),
    }
    for name in names:
        label, known = labels[name]
        chosen = values.get(name, ())
        chosen = (chosen,) if isinstance(chosen, str) else chosen
        everything = _("everyone") if name == "segment" else _("all")
        if known:
            shown = ", ".join(known.get(key, key) for key in chosen) or everything
            options = [Option(key, text, key in chosen) for key, text in list(known.items())[:MOST_OPTIONS]]
            if name == "segment":
                options.insert(0, Option("", everything, not chosen))
            made.append(Chip(name, label, shown, tuple(options), name != "segment", bool(chosen)))
    made.append(_compare(values))
    return made


def _period(values: Mapping[str, Any], resolved: str) -> Chip:
    asked = values.get("period", "")
    presets = [("", _("Last twelve months with data")), ("all", _("All of it"))]
    options = tuple(Option(value, label, value == asked) for value, label in presets)
    months = ("", "")
    if asked and not any(option.chosen for option in options):
        days = parse_period(asked)
        last = days.end - timedelta(days=1) if days.end else None
        months = (f"{days.start:%Y-%m}" if days.start else "", f"{last:%Y-%m}" if last else "")
    return Chip("period", _("Period"), said(parse_period(resolved)), options, False, bool(asked), *months)


def _compare(values: Mapping[str, Any]) -> Chip:
    asked = values.get("compare", "")
    presets = {"": _("nothing"), "before": _("the period before"), "last_year": _("the same weeks last year")}
    options = tuple(Option(value, label, value == asked) for value, label in presets.items())
    return Chip("compare", _("Compared with"), presets.get(asked, asked), options, False, bool(asked))


def said(period: Period) -> str:
    """Write a period for people: Jan 2017 – Aug 2018, 3 March 2017, since May 2017."""
    if period.start is None and period.end is None:
        return _("all of it")
    last = period.end - timedelta(days=1) if period.end else None
    whole = all(day is None or day.day == 1 for day in (period.start, period.end))
    write = _month if whole else _day
    if period.start is None or last is None:
        day = period.start or last
        assert day is not None
        return (_("since %(day)s") if period.start else _("until %(day)s")) % {"day": write(day)}
    first, end = write(period.start), write(last)
    return first if first == end else f"{first} – {end}"


def _month(day: date) -> str:
    return date_format(day, "M Y")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _labelled(definitions: Definitions, kind: str) -> dict[str, str]:
    return {key: body_label(definitions, kind, key) for key in definitions.all(kind)}


def body_label(definitions: Definitions, kind: str, key: str | None) -> str:
    """Name a defined thing for people, in the language of the page where it has a name in it."""
    return _("not known") if key is None else called(definitions.all(kind).get(key, {}), key)


def _channels(definitions: Definitions) -> dict[str, str]:
    defined = dict.fromkeys(definitions.all("channel"))
    used = dict.fromkeys(body["channel"] for body in definitions.all("touchpoint").values() if body.get("channel"))
    return {key: channel(definitions, key) for key in sorted({**defined, **used})}


def channel(definitions: Definitions, key: str) -> str:
    """Name a channel for people."""
    plain = {
        "web": _("Web"), "mobile": _("Mobile app"), "email": _("E-mail"), "phone": _("Phone"), "chat": _("Chat"),
        "messaging": _("Messaging"), "store": _("Store"), "social": _("Social media"), "advertising": _("Advertising"),
        "delivery": _("Delivery"), "marketplace": _("Marketplace"), "print": _("Print"), "partner": _("Partner"),
    }  # fmt: skip
    return plain.get(key) or body_label(definitions, "channel", key)


def stage(definitions: Definitions, key: str) -> str:
    """Name a stage for people."""
    plain = {
        "awareness": _("Awareness"), "consideration": _("Consideration"), "purchase": _("Purchase"),
        "delivery": _("Delivery"), "use": _("Use"), "support": _("Support"), "loyalty": _("Loyalty"),
        "advocacy": _("Advocacy"),
    }  # fmt: skip
    said = body_label(definitions, "stage", key)
    return plain.get(key, said) if said == key.capitalize() else said  # a label that only says the key says nothing


def _stages(definitions: Definitions) -> list[str]:
    used = {body.get("stage") for body in definitions.all("touchpoint").values()}
    return [key for key in definitions.stages if key in used]


assert {*MANY, *ONE} == {part.name for part in fields(Selection)}, "a filter that no page could keep"
