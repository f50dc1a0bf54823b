"""A definition as a form: its fields with what they hold and offer, and the body that a filled form gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from heartline.collect.bodies import CHANNELS, FIELDS, Field
from heartline.collect.currencies import CURRENCIES
from heartline.collect.values import SECONDS
from heartline.store.definitions import Definitions

from . import kinds, words

KEPT = frozenset({("settings", "trade"), ("settings", "demo"), ("touchpoint", "also"), ("touchpoint", "takes")})
"""Fields that no form shows: they stay as they are."""
MOST_OPTIONS = 300
"""Longer lists are written into rather than chosen from."""
MORE_STEPS, MORE_RATES = 3, 2
SIMPLE = ("touchpoint", "about", "channel", "unit", "feeling_to", "feeling_from")


@dataclass(frozen=True)
class Option:
    """A choice."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Input:
    """A field of a form: `shape` is how it is drawn, `parts` are the fields that it consists of."""

    name: str
    label: str
    shape: str
    hint: str = ""
    value: str = ""
    options: tuple[Option, ...] = ()
    parts: tuple[Input, ...] = ()
    error: str = ""
    required: bool = False


def inputs(
    definitions: Definitions, kind: str, body: Mapping[str, Any], *, only: Iterable[str] = (), errors: Mapping[str, str]
) -> list[Input]:
    """Give a kind's form, filled with a body."""
    wanted = set(only)
    return [
        replace(
            _input(definitions, kind, field, body.get(field.name)),
            error=errors.get(field.name, ""),
            required=field.required,
        )
        for field in FIELDS[kind]
        if (kind, field.name) not in KEPT and (not wanted or field.name in wanted)
    ]


def _input(definitions: Definitions, kind: str, field: Field, held: Any) -> Input:
    label, hint = (str(text) for text in kinds.FIELDS[kind, field.name])
    plain = Input(field.name, label, "text", hint, _text(held))
    shape = field.type
    if shape == "rules":
        return replace(plain, shape="rule", parts=_rule(definitions, field.name, held))
    if shape == "duration":
        return _duration(plain, held)
    if shape == "yes_no":
        return replace(plain, shape="check", value="1" if held else "")
    if shape == "choice":
        made = tuple(Option(key, str(kinds.CHOICES[key]), key == held) for key in field.choices)
        return replace(plain, shape="select", options=(Option("", "–", held is None), *made))
    if shape == "day":
        return replace(plain, shape="day")
    if shape == "starts":
        chosen = held if isinstance(held, list) else [held]
        return replace(plain, shape="checks", options=_options(definitions, "touchpoint", chosen))
    if shape == "keys":
        steps = [*(held or []), *[""] * MORE_STEPS]
        parts = tuple(
            _select(field.name, str(place), definitions, "touchpoint", key) for place, key in enumerate(steps, 1)
        )
        return replace(plain, shape="steps", parts=parts)
    if shape == "labels":
        return replace(plain, shape="labels", value="", parts=_labels(field.name, held or {}))
    if shape == "rates":
        return replace(plain, shape="rates", parts=_rates(held or []))
    if field.refers:
        return _select(field.name, label, definitions, field.refers, held, hint)
    return replace(plain, options=_suggested(definitions, kind, field))


def _select(name: str, label: str, definitions: Definitions, refers: str, held: Any, hint: str = "") -> Input:
    found = _options(definitions, refers, [held])
    if len(found) > MOST_OPTIONS:
        return Input(name, label, "text", hint, _text(held), found[:MOST_OPTIONS])
    return Input(name, label, "select", hint, _text(held), (Option("", "–", not held), *found))


def known(definitions: Definitions, kind: str) -> list[str]:
    """Give the keys of a kind, with those that need no definition."""
    if kind == "channel":
        return list(dict.fromkeys([*CHANNELS, *definitions.all("channel")]))
    return list(definitions.stages if kind == "stage" else definitions.all(kind))


def _options(definitions: Definitions, kind: str, chosen: Sequence[Any]) -> tuple[Option, ...]:
    keys = dict.fromkeys([*known(definitions, kind), *(key for key in chosen if key and key != "any")])
    return tuple(Option(key, words.name(definitions, kind, key), key in chosen) for key in keys)


def _suggested(definitions: Definitions, kind: str, field: Field) -> tuple[Option, ...]:
    """Give what is often written there."""
    if field.type == "timezone":
        return tuple(Option(zone, zone) for zone in sorted(available_timezones()) if "/" in zone)
    if field.type == "currency":
        return tuple(Option(code, code) for code in sorted(CURRENCIES))
    if field.name in ("department", "category", "brand", "kind", "counted_as"):
        used = (str(body.get(field.name) or "") for body in definitions.all(kind).values())
        return tuple(Option(text, text) for text in sorted(set(filter(None, used)))[:MOST_OPTIONS])
    return ()


def _duration(plain: Input, held: Any) -> Input:
    figure = held if isinstance(held, int | float) else None
    unit = next((unit for unit in "dhm" if figure and figure % SECONDS[unit] == 0), "s" if figure else "d")
    names = {"d": _("days"), "h": _("hours"), "m": _("minutes"), "s": _("seconds")}
    shown = _text(held) if figure is None else _number(figure / SECONDS[unit])
    options = tuple(Option(key, label, key == unit) for key, label in names.items())
    return replace(plain, shape="duration", value=shown, options=options)


def _labels(name: str, held: Mapping[str, str]) -> tuple[Input, ...]:
    """Give a field for every language of the pages, and for those that the body has beside them."""
    codes = dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *held])
    return tuple(Input(f"{name}_{code}", words.language(code), "text", value=held.get(code, "")) for code in codes)


def _rates(held: Sequence[Mapping[str, Any]]) -> tuple[Input, ...]:
    rows: list[Mapping[str, Any]] = [*held, *[{}] * MORE_RATES]
    return tuple(
        Input(
            "rates", str(place), "rate",
            parts=(
                Input("rates_date", _("From"), "day", value=str(row.get("date", ""))),
                Input("rates_currency", _("Currency"), "text", value=str(row.get("currency", ""))),
                Input("rates_rate", _("Rate"), "text", value=_text(row.get("rate"))),
            ),
        )
        for place, row in enumerate(rows, 1)
    )  # fmt: skip


def simple(body: Mapping[str, Any]) -> bool:
    """Tell whether a group of people fits the form: one filter of each side, of few fields with one value each."""
    for name in ("any", "none"):
        rules = body.get(name) or []
        if len(rules) > 1 or any(not _fits(rule) for rule in rules):
            return False
    return True


def _fits(rule: Mapping[str, Any]) -> bool:
    feelings = [name for name in ("feeling_from", "feeling_to") if name in rule]
    return (
        set(rule) <= {*SIMPLE}
        and len(feelings) < 2
        and not ("touchpoint" in rule and feelings)
        and not ("about" in rule and not feelings)
        and all(rule[name] == limit for name, limit in words.FELT.values() if name in rule)
        and not any(isinstance(held, list) for held in rule.values())
    )


def _rule(definitions: Definitions, name: str, held: Any) -> tuple[Input, ...]:
    rule = (held or [{}])[0]
    feeling = next((key for key, (field, _limit) in words.FELT.items() if field in rule), "")
    place = rule.get("touchpoint") or rule.get("about")
    felt = tuple(Option(key, str(text), key == feeling) for key, text in kinds.FEELINGS.items())
    return (
        _select(f"{name}_touchpoint", _("at which touchpoint"), definitions, "touchpoint", place),
        _select(f"{name}_channel", _("by which channel"), definitions, "channel", rule.get("channel")),
        _select(f"{name}_unit", _("in which part"), definitions, "unit", rule.get("unit")),
        Input(f"{name}_feeling", _("how it felt"), "select", options=felt),
    )


# -- what a filled form says ----------------------------------------------------------------------------------------


def body(kind: str, form: QueryDict, there: Mapping[str, Any]) -> dict[str, Any]:
    """Give the body that a filled form asks for: fields that the form does not show stay as they are."""
    made = dict(there)
    shown = set(form.getlist("shown"))
    for field in FIELDS[kind]:
        if field.name in shown and (kind, field.name) not in KEPT:
            made[field.name] = _read(field, form)
    return {name: value for name, value in made.items() if value is not None and value not in ("", [], {})}


def _read(field: Field, form: QueryDict) -> Any:
    text = form.get(field.name, "").strip()
    if field.type == "yes_no":
        return True if text else None
    if field.type in ("number", "whole"):
        return _figure(text)
    if field.type == "duration":
        found = _figure(text)
        unit = form.get(f"{field.name}_unit", "d")
        return found * SECONDS.get(unit, 1) if isinstance(found, float | int) else found
    if field.type in ("texts", "countries"):
        return [part.strip() for part in text.split(",") if part.strip()]
    if field.type == "keys":
        return [key for key in form.getlist(field.name) if key]
    if field.type == "starts":
        return form.getlist(field.name) or "any"
    if field.type == "labels":
        begins = f"{field.name}_"
        named = {name.removeprefix(begins): str(form[name]).strip() for name in form if name.startswith(begins)}
        return {code: text for code, text in named.items() if text}
    if field.type == "rates":
        columns = (form.getlist(f"rates_{name}") for name in ("date", "currency", "rate"))
        rows = [
            {"date": day, "currency": code, "rate": _figure(rate)} for day, code, rate in zip(*columns, strict=False)
        ]
        return [{name: held for name, held in row.items() if held != ""} for row in rows if any(row.values())]
    if field.type == "rules":
        return _read_rule(field.name, form)
    return text


def _read_rule(name: str, form: QueryDict) -> list[dict[str, Any]]:
    rule: dict[str, Any] = {}
    for part in ("touchpoint", "channel", "unit"):
        if form.get(f"{name}_{part}"):
            rule[part] = form[f"{name}_{part}"]
    feeling = form.get(f"{name}_feeling", "")
    if feeling in words.FELT:
        field, limit = words.FELT[feeling]
        rule[field] = limit
        if "touchpoint" in rule:  # who felt something about a place need not have said it there
            rule["about"] = rule.pop("touchpoint")
    return [rule] if rule else []


def _figure(text: str) -> Any:
    """Read a number as people write it, with a point or a comma; what is none is left to be refused."""
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return text
    return int(found) if found.is_integer() else found


def _number(held: float) -> str:
    return str(number_format(int(held) if float(held).is_integer() else held, use_l10n=True, force_grouping=False))


def _text(held: Any) -> str:
    if held is None:
        return ""
    if isinstance(held, list):
        return ", ".join(str(part) for part in held)
    return _number(held) if isinstance(held, float | int) and not isinstance(held, bool) else str(held)
