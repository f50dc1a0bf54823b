"""Reading the values of definitions, strictly: a reader gives what the lake keeps, or says what is wrong and where."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.ids import slug
from heartline.core.period import parse_period

from .bodies import RULE_KEYS, RULE_RANGES, Field
from .currencies import CURRENCIES
from .yaml_marks import Marked, Place

SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST = 4_000
DAY = "Mo|Tu|We|Th|Fr|Sa|Su"
HOURS = re.compile(
    rf"({DAY})(-({DAY}))?(,({DAY})(-({DAY}))?)* ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d"
    r"(,([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d)*"
)


class BadDefinition(InvalidInput):
    """A definition that cannot be: where it stands, which field, and the value that is wrong."""

    def __init__(self, code: str, place: Place, reason: str, expected: str, *, name: str = "", value: Any = "") -> None:
        super().__init__(code, reason, field=str(place), remedy=expected)
        self.place = place
        self.name = name
        self.value = value


def wrong(item: Marked, field: Field, code: str, reason: str, expected: str) -> BadDefinition:
    """Build the error for a field's value."""
    return BadDefinition(code, item.place, reason, expected, name=field.name, value=_shown(item.value))


def read(field: Field, item: Marked) -> Any:
    """Read a field's value; None where it is left empty.

    Raises
    ------
    BadDefinition
        `bad_text`, `bad_number`, `bad_day`, …: what is wrong with it.
    """
    if item.value is None or item.value == "" or item.value == []:
        return None
    return READERS[field.type](field, item)


def _text(field: Field, item: Marked) -> str:
    if isinstance(item.value, bool) or not isinstance(item.value, str | int | float):
        raise wrong(item, field, "bad_text", f"{field.alias} is not text.", f"Expected `{field.alias}: some words`.")
    text = str(item.value)
    if len(text) > LONGEST:
        raise wrong(item, field, "bad_text", f"{field.alias} is too long.", f"Expected up to {LONGEST:,} letters.")
    return text


def _texts(field: Field, item: Marked) -> list[str]:
    parts = item.value if isinstance(item.value, list) else [item]
    return [_text(field, part) for part in parts]


def key(field: Field, item: Marked) -> str:
    """Read a key: a name like `call_center`, written as it is kept."""
    text = _text(field, item)
    if not text or slug(text) != text:
        expected = f"Expected `{slug(text)}`." if slug(text) else "Expected a name like `call_center`."
        raise wrong(item, field, "bad_key", f"“{text}” cannot be a key.", expected)
    return text


def _labels(field: Field, item: Marked) -> dict[str, str]:
    """Read names by language: `{de: Lieferung, es: Entrega}`."""
    if not isinstance(item.value, dict):
        raise wrong(item, field, "bad_labels", f"{field.alias} is no list of languages.", "Expected `{de: Lieferung}`.")
    for language, part in item.value.items():
        if not re.fullmatch(r"[a-z]{2}", language):
            raise wrong(part, field, "bad_language", f"“{language}” is not the code of a language.",
                        "Expected two small letters like de.")  # fmt: skip
    return {language: _text(field, part) for language, part in item.value.items() if part.value not in (None, "")}


def _keys(field: Field, item: Marked) -> list[str]:
    parts = item.value if isinstance(item.value, list) else [item]
    return [key(field, part) for part in parts]


def _starts(field: Field, item: Marked) -> Any:
    found = _keys(field, item)
    return "any" if found == ["any"] else found


def _choice(field: Field, item: Marked) -> str:
    if item.value not in field.choices:
        raise wrong(item, field, "bad_choice", f"{field.alias} is “{_shown(item.value)}”.",
                    f"Expected one of: {', '.join(field.choices)}.")  # fmt: skip
    return str(item.value)


def _yes_no(field: Field, item: Marked) -> bool:
    if not isinstance(item.value, bool):
        raise wrong(item, field, "bad_choice", f"{field.alias} is neither true nor false.", "Expected true or false.")
    return item.value


def _number(field: Field, item: Marked) -> float:
    value = item.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong(item, field, "bad_number", f"{field.alias} is not a number.", f"Expected `{field.alias}: 4`.")
    return value


def _whole(field: Field, item: Marked) -> int:
    value = _number(field, item)
    if value != int(value) or not 0 < value < 10_000:
        raise wrong(item, field, "bad_number", f"{field.alias} is not a whole number from 1 up.", "Expected 1, 2, …")
    return int(value)


def _duration(field: Field, item: Marked) -> float:
    """Read a time: seconds, or a number with s, m, h, d or w."""
    value = item.value
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0:
        return float(value)
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", value.strip()) if isinstance(value, str) else None
    if not parts:
        raise wrong(item, field, "bad_duration", f"{field.alias} is “{_shown(value)}”, which is no time.",
                    "Expected a number with s, m, h, d or w, as 3d.")  # fmt: skip
    return float(parts[1]) * SECONDS[parts[2]]


def duration(seconds: float) -> str | float:
    """Write a time so that `read` gives the same seconds: in the largest unit that is whole."""
    unit = next((unit for unit, size in SECONDS.items() if seconds and seconds % size == 0), None)
    return f"{int(seconds // SECONDS[unit])}{unit}" if unit else seconds


def _day(field: Field, item: Marked) -> str:
    value = item.value
    if type(value) is date:
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise wrong(item, field, "bad_day", f"“{_shown(value)}” is not a day.",
                    "Expected a day like 2026-11-27.") from None  # fmt: skip


def _timezone(field: Field, item: Marked) -> str:
    try:
        return ZoneInfo(_text(field, item)).key
    except (KeyError, ValueError, OSError):
        raise wrong(item, field, "bad_timezone", f"There is no time zone “{item.value}”.",
                    "Expected an IANA name like Europe/Berlin.") from None  # fmt: skip


def _currency(field: Field, item: Marked) -> str:
    if item.value not in CURRENCIES:
        raise wrong(item, field, "bad_currency", f"There is no currency “{_shown(item.value)}”.",
                    "Expected an ISO 4217 code like EUR.")  # fmt: skip
    return str(item.value)


def _country(field: Field, item: Marked) -> str:
    if item.value is False:
        return "NO"  # what YAML makes of Norway
    if not isinstance(item.value, str) or not re.fullmatch(r"[A-Z]{2}", item.value):
        raise wrong(item, field, "bad_country", f"“{_shown(item.value)}” is not the code of a country.",
                    "Expected two capital letters like DE.")  # fmt: skip
    return item.value


def _countries(field: Field, item: Marked) -> list[str]:
    parts = item.value if isinstance(item.value, list) else [item]
    return [_country(field, part) for part in parts]


def _hours(field: Field, item: Marked) -> str:
    text = _text(field, item)
    parts = [part.strip() for part in text.split(";")]
    if text != "24/7" and not all(HOURS.fullmatch(part) for part in parts):
        raise wrong(item, field, "bad_hours", f"“{text}” are no opening hours.",
                    "Expected them like `Mo-Fr 09:00-18:00; Sa 10:00-14:00`, or 24/7.")  # fmt: skip
    return text if text == "24/7" else "; ".join(parts)


def _rates(field: Field, item: Marked) -> list[dict[str, Any]]:
    """Read dated exchange rates: from a day on, one of a currency is so much of the reporting currency."""
    if not isinstance(item.value, list):
        raise wrong(item, field, "bad_rates", "rates is not a list.", "Expected lines that begin with `- `.")
    found = []
    for part in item.value:
        values = part.value if isinstance(part.value, dict) else {}
        if "date" not in values:
            raise wrong(part, field, "rate_without_date", "A rate does not say from which day on it holds.",
                        "Expected `{date: 2026-01-01, currency: USD, rate: 0.92}`.")  # fmt: skip
        if set(values) != {"date", "currency", "rate"}:
            raise wrong(part, field, "bad_rates", "A rate has date, currency and rate, and nothing else.",
                        "Expected `{date: 2026-01-01, currency: USD, rate: 0.92}`.")  # fmt: skip
        rate = _number(Field("rate", "number"), values["rate"])
        if rate <= 0:
            raise wrong(values["rate"], field, "bad_number", "A rate is not above 0.", "Expected a rate like 0.92.")
        found.append({"date": _day(field, values["date"]), "currency": _currency(field, values["currency"]),
                      "rate": rate})  # fmt: skip
    return sorted(found, key=lambda rate: (rate["currency"], rate["date"]))


def _rules(field: Field, item: Marked) -> list[dict[str, Any]]:
    """Read a segment's filters: customers with an interaction that matches one of them."""
    parts = item.value if isinstance(item.value, list) else [item]
    return [_rule(field, part) for part in parts]


def _rule(field: Field, item: Marked) -> dict[str, Any]:
    if not isinstance(item.value, dict) or not item.value:
        raise wrong(item, field, "bad_rule", "A filter is not a mapping.", "Expected `- touchpoint: delivery`.")
    made: dict[str, Any] = {}
    for name, value in item.value.items():
        if name in RULE_KEYS:
            texts = _texts(Field(name), value)
            made[name] = texts if isinstance(value.value, list) else texts[0]
        elif name in RULE_RANGES:
            made[name] = _number(Field(name, "number"), value)
        elif name == "period":
            made[name] = _period(field, value)
        else:
            known = ", ".join((*RULE_KEYS, *RULE_RANGES, "period"))
            raise wrong(value, field, "unknown_field", f"A filter has no “{name}”.", f"Expected one of: {known}.")
    return made


def _period(field: Field, item: Marked) -> str:
    text = _text(field, item)
    try:
        parse_period(text)
    except HeartlineError as error:
        raise wrong(item, field, "bad_period", error.reason, error.remedy) from None
    return text


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float | date) else type(value).__name__


def marked(value: Any, place: Place) -> Marked:
    """Mark a plain value, all of it with one place: what a form gives has no lines."""
    if isinstance(value, Mapping):
        return Marked({str(name): marked(part, place) for name, part in value.items()}, place)
    if isinstance(value, list | tuple):
        return Marked([marked(part, place) for part in value], place)
    return Marked(value, place)


READERS: dict[str, Callable[[Field, Marked], Any]] = {
    "text": _text,
    "texts": _texts,
    "labels": _labels,
    "name": _text,
    "key": key,
    "keys": _keys,
    "starts": _starts,
    "choice": _choice,
    "yes_no": _yes_no,
    "number": _number,
    "whole": _whole,
    "duration": _duration,
    "day": _day,
    "timezone": _timezone,
    "currency": _currency,
    "country": _country,
    "countries": _countries,
    "hours": _hours,
    "rates": _rates,
    "rules": _rules,
}
