"""A recipe: how the files of one source become interactions. Parsed once, into values that cannot change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from heartline.core.ids import slug

from . import yaml_marks
from .connecting.plan import Connect, read_connect
from .currencies import CURRENCIES
from .marking import read_events
from .yaml_marks import Marked, Place

POWERS = ("unique", "strong", "weak")
IDENTIFIERS = {
    "user_id": "unique",
    "email": "strong",
    "phone": "strong",
    "card": "strong",
    "customer_id": "strong",
    "anonymous_id": "weak",
    "device": "weak",
}
CONSTANTS = ("touchpoint", "channel", "kind", "stage", "about", "unit", "product")
SECTIONS = ("recipe", "source", "competitor", "timezone", "currency", "connect", "files", "stages", "identifiers",
            "touchpoints", "journeys", "events", "units", "products", "ratings", "identities",
            "interactions")  # fmt: skip
TOUCHPOINT = ("label", "labels", "stage", "channel", "department", "departments", "contributes", "expected_wait_s")
JOURNEY = ("label", "labels", "counted_as", "per", "starts", "goal", "ends", "within", "designed")
XES = ("xes", "case", "customer", "activity", "lifecycle")


@dataclass(frozen=True)
class Query:
    """One SELECT of a recipe and the line where it stands."""

    sql: str
    place: Place


@dataclass(frozen=True)
class Log:
    """An event log to read without SQL: which columns its cases and activities become."""

    file: str
    case: str
    activity: str
    customer: str | None
    lifecycle: str | None


@dataclass(frozen=True)
class Entry:
    """One entry of `interactions`: a query or a log, constants, and the period declared for rows without a time."""

    place: Place
    query: Query | None
    log: Log | None
    constants: Mapping[str, str] = field(default_factory=dict)
    period: tuple[date, date] | None = None


@dataclass(frozen=True)
class Recipe:
    """A whole recipe; definitions are bodies as the lake keeps them, by key."""

    place: Place
    source: str
    timezone: str
    timezone_given: bool
    currency: str | None
    files: Mapping[str, tuple[str, Place]]
    stages: tuple[str, ...]
    identifiers: Mapping[str, str]
    touchpoints: Mapping[str, dict[str, Any]]
    journeys: Mapping[str, dict[str, Any]]
    units: tuple[Query, ...]
    products: tuple[Query, ...]
    identities: tuple[Query, ...]
    interactions: tuple[Entry, ...]
    connect: Connect | None = None
    events: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    ratings: tuple[Query, ...] = ()
    competitor: str = ""

    @property
    def their_unit(self) -> str:
        """The key under which a competitor is known; empty where the rows are the company's own."""
        return slug(self.competitor)

    @property
    def kinds(self) -> dict[str, str]:
        """Every identifier kind the recipe may use and its power, the strongest first."""
        known = {**IDENTIFIERS, **self.identifiers}
        return dict(sorted(known.items(), key=lambda item: (POWERS.index(item[1]), item[0])))


def read(path: Path | str) -> Recipe:
    """Read a recipe file.

    Raises
    ------
    InvalidInput
        `no_recipe`, `bad_yaml` or `bad_recipe`, with `file:line` as field and what was expected as remedy.
    """
    return build(yaml_marks.read(Path(path)))


def parse(text: str, name: str = "recipe.yaml") -> Recipe:
    """Read a recipe from its text."""
    return build(yaml_marks.parse(text, name))


def build(root: Marked) -> Recipe:
    """Check a marked document and make the recipe of it."""
    top = root.only("The recipe", SECTIONS)
    _need(root, top, "recipe", "source", *(() if "connect" in top else ("files",)))
    if top["recipe"].value != 1:
        raise top["recipe"].place.wrong("This is not version 1 of the recipe format.", "Expected `recipe: 1`.")
    connect = read_connect(top["connect"]) if "connect" in top else None
    recipe = Recipe(
        place=root.place,
        source=_key(top["source"], "source"),
        timezone=_timezone(top.get("timezone")),
        timezone_given="timezone" in top,
        currency=_currency(top.get("currency")),
        files=_files(top["files"]) if connect is None else _fetched(top, connect),
        stages=tuple(_key(item, "a stage") for item in _list(top, "stages")),
        identifiers=_identifiers(top.get("identifiers")),
        touchpoints=_touchpoints(top.get("touchpoints")),
        journeys=_journeys(top.get("journeys")),
        units=tuple(_query(item) for item in _list(top, "units")),
        products=tuple(_query(item) for item in _list(top, "products")),
        identities=tuple(_query(item) for item in _list(top, "identities")),
        interactions=tuple(_entry(item) for item in _list(top, "interactions")),
        connect=connect,
        events=read_events(top.get("events")),
        ratings=tuple(_query(item) for item in _list(top, "ratings")),
        competitor=_competitor(top.get("competitor")),
    )
    for entry in recipe.interactions:
        if entry.log and entry.log.file not in recipe.files:
            raise entry.place.wrong(
                f"There is no file called “{entry.log.file}”.", f"Expected one of: {', '.join(recipe.files)}."
            )
    return recipe


def _need(where: Marked, found: Mapping[str, Marked], *keys: str) -> None:
    for key in keys:
        if key not in found:
            raise where.place.wrong(f"“{key}” is missing.", f"Expected `{key}: …` here.")


def _list(top: Mapping[str, Marked], name: str) -> list[Marked]:
    return top[name].items(f"“{name}”") if name in top else []


def _key(item: Marked, what: str) -> str:
    text = slug(item.text(what))
    if not text:
        raise item.place.wrong(f"{what} has neither letter nor digit.", "Expected a name like `delivery`.")
    return text


def _competitor(item: Marked | None) -> str:
    if item is None:
        return ""
    _key(item, "competitor")
    return item.text("competitor").strip()


def _timezone(item: Marked | None) -> str:
    if item is None:
        return "UTC"
    name = item.text("timezone")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise item.place.wrong(
            f"There is no time zone “{name}”.", "Expected an IANA name like America/Sao_Paulo."
        ) from None
    return name


def _currency(item: Marked | None) -> str | None:
    if item is None:
        return None
    code = item.text("currency")
    if code not in CURRENCIES:
        raise item.place.wrong(f"There is no currency “{code}”.", "Expected an ISO 4217 code like EUR.")
    return code


def _files(item: Marked) -> dict[str, tuple[str, Place]]:
    found = {}
    for name, path in item.mapping("“files”").items():
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise path.place.wrong(
                f"“{name}” cannot be a table's name.", "Expected letters, digits and underscores, a letter first."
            )
        found[name] = (path.text(f"the path of “{name}”"), path.place)
    return found


def _fetched(top: Mapping[str, Marked], connect: Connect) -> dict[str, tuple[str, Place]]:
    """Give the tables that are fetched as the files that they become."""
    if "files" in top:
        raise top["files"].place.wrong("The tables of `connect` are the files.", "Expected no `files` beside it.")
    return {table.name: (f"{table.name}.parquet", table.place) for table in connect.tables}


def _identifiers(item: Marked | None) -> dict[str, str]:
    found = {}
    for kind, power in (item.mapping("“identifiers”") if item else {}).items():
        if power.value not in POWERS:
            raise power.place.wrong(f"{kind} is “{power.value}”.", f"Expected one of: {', '.join(POWERS)}.")
        found[kind.lower()] = power.value
    return found


def _touchpoints(item: Marked | None) -> dict[str, dict[str, Any]]:
    found = {}
    for name, body in (item.mapping("“touchpoints”") if item else {}).items():
        values = {} if body.value is None else body.only(f"Touchpoint “{name}”", TOUCHPOINT)
        made: dict[str, Any] = {"label": name}
        for key, value in values.items():
            made[key] = _touchpoint_value(key, value)
        found[_key(Marked(name, body.place), "a touchpoint's key")] = made
    return found


def _touchpoint_value(key: str, value: Marked) -> Any:
    if key in ("labels", "departments"):
        return _labels(value)
    if key == "expected_wait_s":
        return _number(value, key)
    if key == "contributes":
        return [part.text(key) for part in value.items(key)] if isinstance(value.value, list) else [value.text(key)]
    return _key(value, key) if key in ("stage", "channel") else value.text(key)


def _labels(value: Marked) -> dict[str, str]:
    return {language: text.text("a label") for language, text in value.mapping("“labels”").items()}


def _number(value: Marked, what: str) -> float:
    if isinstance(value.value, bool) or not isinstance(value.value, int | float) or not value.value >= 0:
        raise value.place.wrong(f"{what} is not a number from 0 up.", "Expected seconds, as 864000.")
    return float(value.value)


def _journeys(item: Marked | None) -> dict[str, dict[str, Any]]:
    found = {}
    for name, body in (item.mapping("“journeys”") if item else {}).items():
        values = body.only(f"Journey “{name}”", JOURNEY)
        _need(body, values, "goal")
        found[_key(Marked(name, body.place), "a journey's key")] = _journey(name, values)
    return found


def _journey(name: str, values: Mapping[str, Marked]) -> dict[str, Any]:
    def one_of(key: str, first: str, second: str) -> str:
        if key not in values:
            return first
        if values[key].value not in (first, second):
            raise values[key].place.wrong(f"{key} is “{values[key].value}”.", f"Expected {first} or {second}.")
        return str(values[key].value)

    starts: Any = _keys(values, "starts") or "any"
    return {
        "label": values["label"].text("label") if "label" in values else name,
        **({"labels": _labels(values["labels"])} if "labels" in values else {}),
        "counted_as": values["counted_as"].text("counted_as") if "counted_as" in values else "trips",
        "per": one_of("per", "customer", "ref"),
        "starts": "any" if starts == ["any"] else starts,
        "goal": _key(values["goal"], "goal"),
        "ends": one_of("ends", "goal", "limit"),
        "within_s": _duration(values["within"]) if "within" in values else None,
        "designed": _keys(values, "designed"),
    }


def _keys(values: Mapping[str, Marked], name: str) -> list[str]:
    if name not in values:
        return []
    item = values[name]
    return [_key(part, name) for part in (item.value if isinstance(item.value, list) else [item])]


def _duration(item: Marked) -> float:
    text = item.text("within").strip()
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhdw])", text)
    if not parts or not float(parts[1]):
        raise item.place.wrong(f"“{text}” is not a time limit.", "Expected a number with s, m, h, d or w, as 120d.")
    return float(parts[1]) * seconds[parts[2]]


def _query(item: Marked) -> Query:
    values = item.only("An entry", ("sql",))
    _need(item, values, "sql")
    return Query(values["sql"].text("sql"), values["sql"].place)


def _entry(item: Marked) -> Entry:
    values = item.only("An entry of “interactions”", ("sql", *XES, *CONSTANTS, "occurred_at"))
    if ("sql" in values) == ("xes" in values):
        raise item.place.wrong("An entry needs a query or an event log.", "Expected either `sql: …` or `xes: …`.")
    constants = {name: values[name].text(name) for name in CONSTANTS if name in values}
    for name in ("touchpoint", "stage", "about", "channel", "kind"):
        if name in constants:
            _key(values[name], name)
    return Entry(
        place=item.place,
        query=Query(values["sql"].text("sql"), values["sql"].place) if "sql" in values else None,
        log=_log(values) if "xes" in values else None,
        constants=constants,
        period=_period(values.get("occurred_at")),
    )


def _log(values: Mapping[str, Marked]) -> Log:
    for name in ("case", "activity"):
        want = {"case": "ref", "activity": "touchpoint"}[name]
        if name in values and values[name].value != want:
            raise values[name].place.wrong(f"{name} is “{values[name].value}”.", f"Expected `{name}: {want}`.")
    if "touchpoint" in values:
        raise values["touchpoint"].place.wrong(
            "A log's activities are its touchpoints.", "Expected no `touchpoint` beside `xes`."
        )
    customer = values["customer"].text("customer") if "customer" in values else None
    lifecycle = values["lifecycle"].text("lifecycle") if "lifecycle" in values else None
    return Log(values["xes"].text("xes"), "ref", "touchpoint", customer, lifecycle)


def _period(item: Marked | None) -> tuple[date, date] | None:
    if item is None:
        return None
    values = item.only("“occurred_at”", ("from", "to"))
    _need(item, values, "from", "to")
    first, last = values["from"], values["to"]
    for part in (first, last):
        if type(part.value) is not date:
            raise part.place.wrong(f"“{part.value}” is not a day.", "Expected a day like 2016-01-01.")
    if last.value < first.value:
        raise last.place.wrong("The period ends before it starts.", "Expected `to` on or after `from`.")
    return first.value, last.value
