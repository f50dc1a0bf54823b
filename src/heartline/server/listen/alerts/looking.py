"""What is looked at from time to time: what left its limits, what is said more than before, who fell silent.

Who is here for some units is told by the numbers of these units, so each rule is asked once for every such scope.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace
from heartline.store.steps import step

from . import finding, rights, values
from .finding import Found
from .models import Alert, Hearer, Rule
from .values import Wish

log = logging.getLogger("heartline.alerts")
SILENCE_EVERY = timedelta(minutes=5)
AT_HOUR = 2
"""Of company time: days are looked at when they are over, and what came late is in."""
RESEMBLES = "%Y-%m-%d"


def _due(now: datetime) -> QuerySet[Rule]:
    return Rule.objects.filter(on=True, look_at__lte=now).exclude(kind=Rule.Kind.LOW)


def due() -> bool:
    """Tell whether a rule is to be looked at."""
    return _due(timezone.now()).exists()


def look(now: datetime | None = None) -> int:
    """Look at the rules that are due; give how much was found."""
    now = now or timezone.now()
    return sum(_look(rule, now) for rule in _due(now).select_related("made_by"))


def _look(rule: Rule, now: datetime) -> int:
    found = 0
    hearers = list(rule.hearers.select_related("user"))
    for units, some in _scopes(rule, hearers).items():
        found += _within(rule, units, some, [one for one in hearers if rights.scope(one.user) == units], now)
    Rule.objects.filter(pk=rule.pk, look_at=rule.look_at).update(look_at=_next(rule, now))
    return found


def _scopes(rule: Rule, hearers: Sequence[Hearer]) -> dict[tuple[str, ...], User]:
    """Give one person for each scope within which a rule is heard; the maker's too, who sees it on the page."""
    people = [rule.made_by, *(one.user for one in hearers)]
    return {rights.scope(one): one for one in people if one.is_active and access.may(one, "read")}


def _within(rule: Rule, units: tuple[str, ...], who: User, hearers: Sequence[Hearer], now: datetime) -> int:
    """Ask for one scope, and keep what was found."""
    verb, asked = values.question(rule.kind, Wish.of(rule.wish))
    opened = workspace()
    try:
        result = access.ask(who, opened, verb, asked)
    except HeartlineError as error:  # a unit that is not theirs, a theme that is gone: the others are told
        log.warning("The rule %d could not be looked at: %s", rule.pk, error)
        return 0
    step("numbers read")
    mark = ",".join(units)
    out, back = READ[verb](result, asked, mark, now)
    before = {one.series: one for one in Alert.objects.filter(rule=rule, closed_at=None)}
    definitions = opened.lake.at().definitions
    with transaction.atomic():
        made = finding.keep(rule, [_same(one, before.get(one.series), units) for one in out], definitions, hearers)
        finding.close(rule, back)
        step("alerts kept")
    step("alerts committed")
    return made


def _same(one: Found, before: Alert | None, units: tuple[str, ...]) -> Found:
    """Name what is still open as it was named, so that it is told once."""
    named = before.findings.first() if before else None
    return Found(**{**one.__dict__, "units": units, "name": named.name if named else one.name})


Read = tuple[list[Found], list[str]]
"""What is outside, and the series that are as usual."""


def _limits(result: Result, asked: Mapping[str, Any], mark: str, now: datetime) -> Read:
    out, back, began = list[Found](), list[str](), dict[tuple[str, Any], Mapping[str, Any]]()
    for row in result.rows:
        key = (row["of"], row["place"])
        if row["begins"]:
            began[key] = row
        if not row["now"]:
            continue
        series = f"{mark}|{row['of']}|{row['place'] or ''}"
        if not row["outside"]:
            back.append(series)
            continue
        first = began.get(key, row)
        about = {"of": row["of"], "place": row["place"], "by": next(iter(asked.get("by", ())), ""),
                 "theme": bool(asked.get("theme"))}  # fmt: skip
        said = {name: row[name] for name in ("period", "value", "n", "usual", "low", "high", "z")}
        whole = {"since": first["period"], **said}
        out.append(Found(
            f"{series}|{first['period']}", series, now, about={**about, **said}, said=whole,
            asked={"verb": "limits", "values": _plain({**asked, "as_of": result.as_of.version}),
                   "row": {name: row[name] for name in ("of", "place", "period")}, "column": "value"},
        ))  # fmt: skip
    return out, back


def _themes(result: Result, asked: Mapping[str, Any], mark: str, now: datetime) -> Read:
    out, back = list[Found](), list[str]()
    for row in result.rows:
        series = f"{mark}|{row['theme']}"
        if not row["rising"]:
            back.append(series)
            continue
        said = {name: row[name] for name in ("recent", "before", "change", "change_low", "change_high", "new")}
        out.append(Found(
            f"{series}|{now:{RESEMBLES}}", series, now, about={"of": row["theme"], "theme": True, **said}, said=said,
            asked={"verb": "themes", "values": _plain({**asked, "as_of": result.as_of.version}),
                   "row": {"theme": row["theme"]}, "column": "recent"},
        ))  # fmt: skip
    return out, back


def _silences(result: Result, asked: Mapping[str, Any], mark: str, now: datetime) -> Read:
    out, back = list[Found](), list[str]()
    for row in result.rows:
        series = f"{mark}|{row['source']}"
        if row["due_at"] is None or row["due_at"] > now:
            back.append(series)
            continue
        said = {"last_at": row["last_at"].isoformat(), "due_at": row["due_at"].isoformat(), "usual_s": row["usual_s"]}
        out.append(Found(
            f"{series}|{row['last_at'].isoformat()}", series, now, about={"source": row["source"], **said}, said=said,
            asked={"verb": "silences", "values": _plain({**asked, "as_of": result.as_of.version}),
                   "row": {"source": row["source"]}, "column": "received", "received": row["received"]},
        ))  # fmt: skip
    return out, back


READ = {"limits": _limits, "themes": _themes, "silences": _silences}
"""Verb -> what reads its answer."""


def _plain(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}


def _next(rule: Rule, now: datetime) -> datetime:
    """Give when a rule is looked at again: silence soon, what is rising in a week, days when the next is over."""
    if rule.kind == Rule.Kind.SILENCE:
        return now + SILENCE_EVERY
    zone = ZoneInfo(str(workspace().lake.at().definitions.settings["timezone"]))
    local = now.astimezone(zone)
    days = 7 if rule.kind == Rule.Kind.THEME and not rule.wish.get("theme") else 1
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, time(AT_HOUR), zone).astimezone(UTC)
