"""What the pages of connections show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from heartline.collect import recipe as recipes
from heartline.collect.connecting.plan import Connect
from heartline.collect.connecting.running import connection as connect_of
from heartline.collect.connecting.schedule import Schedule
from heartline.core.errors import HeartlineError
from heartline.server.shell import names, navigation, numbers
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import asking, composing, words
from .models import Connection, Run, State

WIDE = 12
"""Columns of a table that are shown."""
TEXT = 120


def definitions() -> Definitions:
    """Give what the company has defined."""
    return workspace().lake.at().definitions


def answer() -> str:
    """Say how all connections are."""
    states = Counter(Connection.objects.values_list("state", flat=True))
    failing = Connection.objects.filter(state=State.ON, failures__gt=0).count()
    return words.answer(states[State.ON], failing, states.total())


def listed(one: Connection, last: Run | None) -> dict[str, Any]:
    """Give a line of the list."""
    zone = definitions().settings["timezone"]
    schedule = plan_of(one)[1]
    said, mark = words.state(one, last, schedule, zone)
    kind = words.KINDS.get(one.kind)
    return {
        "one": one, "kind": kind[0] if kind else one.kind, "said": said, "mark": mark,
        "last": numbers.moment(last.began_at, zone) if last else "", "brought": words.brought(last) if last else "",
    }  # fmt: skip


def plan_of(one: Connection) -> tuple[Connect | None, Schedule]:
    """Give the source of a connection, and how often it is asked."""
    try:
        plan = connect_of(recipes.parse(one.recipe))
    except HeartlineError:
        return None, Schedule()
    return plan, plan.schedule


def form(kind: str, said: Mapping[str, str]) -> dict[str, Any]:
    """Give the questions for a new connection, with what was answered."""
    known = words.KINDS.get(kind)
    return {
        "title": str(known[0]) if known else _("A recipe of your own"), "kind": kind, "said": said,
        "tables": [
            (number, said.get(f"table_{number}", ""), said.get(f"cursor_{number}", "")) for number in composing.TABLES
        ],
        "pages": [(code, text, code == said.get("pages")) for code, text in words.PAGES.items()],
        "signs": [(code, text, code == said.get("signs")) for code, text in words.SIGNS.items()],
        "private": bool(said.get("private")),
    }  # fmt: skip


def whole(one: Connection, runs: list[Run], *, people: bool) -> dict[str, Any]:
    """Give everything about a connection; its first rows only for who may see single people."""
    known = definitions()
    zone = known.settings["timezone"]
    plan, schedule = plan_of(one)
    last = one.runs.first()
    said, mark = words.state(one, last, schedule, zone)
    found = asking.tried(one)
    kind = words.KINDS.get(one.kind)
    text = str(schedule)
    return {
        "title": one.key, "one": one, "kind": kind[0] if kind else one.kind, "answer": said, "mark": mark,
        "where": _where(plan), "draft": one.state == State.DRAFT, "on": one.state == State.ON,
        "secret_kept": one.secret is not None, "needs_secret": bool(plan and plan.secret), "recipe": one.recipe,
        "ready": bool(found.get("report")) and not found.get("error"),
        "error": words.told(found["error"]) if found.get("error") else "",
        "tables": [_table(table) for table in found.get("tables", [])] if people else [],
        "hidden": bool(found.get("tables")) and not people,
        "becomes": words.would_become(found["report"], labels(known, one.recipe)) if found.get("report") else "",
        "sample": [_row(row, labels(known, one.recipe), zone) for row in found.get("sample", [])] if people else [],
        "schedules": [(code, label, code == text or (code == "15 minutes" and one.state == State.DRAFT))
                      for code, label in words.SCHEDULES.items()],
        "own": "" if text in words.SCHEDULES else text,
        "often": words.often(schedule),
        "runs": [{"when": numbers.moment(run.began_at, zone), "run": run, "said": words.brought(run),
                  "took": numbers.duration((run.ended_at - run.began_at).total_seconds()) if run.ended_at else ""}
                 for run in runs],
        "received": navigation.address("received"),
    }  # fmt: skip


def _where(plan: Connect | None) -> str:
    """Say which machine is asked; never with what might be secret in an address."""
    if plan is None:
        return ""
    return plan.host or plan.url.partition("?")[0]


def labels(known: Definitions, recipe: str) -> dict[str, str]:
    """Give what touchpoints are called: as the company calls them, else as the recipe does."""
    try:
        own = recipes.parse(recipe).touchpoints
    except HeartlineError:
        own = {}
    said = {key: str(body.get("label", key)) for key, body in own.items()}
    return said | {key: names.called(body, key) for key, body in known.all("touchpoint").items()}


def _table(table: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": table["name"], "columns": table["columns"][:WIDE], "more": max(0, len(table["columns"]) - WIDE),
        "rows": [[value[:TEXT] for value in row[:WIDE]] for row in table["rows"]], "total": table["total"],
    }  # fmt: skip


def _row(row: dict[str, Any], said: Mapping[str, str], zone: str) -> dict[str, str]:
    place = row["touchpoint"] or row["about"] or ""
    what = []
    if row["score"] is not None:
        what.append(numbers.number(row["score"], 0 if float(row["score"]).is_integer() else 1))
    if row["text"]:
        what.append(f"“{row['text'][:TEXT]}{'…' if len(row['text']) > TEXT else ''}”")
    if row["amount"] is not None:
        what.append(f"{numbers.number(float(row['amount']), 2)} {row['currency'] or ''}".strip())
    return {
        "when": numbers.moment(datetime.fromisoformat(row["occurred_at"]), zone) if row["occurred_at"] else "",
        "where": said.get(place, place), "who": _("known") if row["customer"] else _("not known"),
        "ref": row["ref"] or "", "what": " · ".join(what),
    }  # fmt: skip
