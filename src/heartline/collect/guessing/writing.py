"""Write a plan as a recipe: the fixed format, with SQL that a person can read and change."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from heartline.collect import exports
from heartline.collect.recipe import IDENTIFIERS
from heartline.core.ids import slug

from . import expressions, selects
from .columns import kind_of, power_of
from .loose import STRICT
from .plan import OTHER, Plan, Table, Touch

HEAD = "# Written by the guided import; every SELECT may be changed. Again: `heartline import THIS --files FOLDER`.\n"
LOOSE = f"# NAME{STRICT} stands for NAME.csv, .tsv, .txt or .xlsx (also .gz), in any encoding and with any delimiter.\n"


class _Dumper(yaml.SafeDumper):
    """Writes SQL as blocks of lines, and short mappings on one line."""


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)
_Dumper.add_representer(
    _Flow, lambda dumper, values: dumper.represent_mapping("tag:yaml.org,2002:map", values, flow_style=True)
)


def recipe(plan: Plan, *, rows: int | None = None) -> str:
    """Write the recipe.

    Parameters
    ----------
    rows
        At most so many rows of every entry: to show what would land.
    """
    if plan.known:
        files = [table.file for table in plan.tables]
        own = {"source": plan.source, "timezone": plan.timezone, "currency": plan.currency}
        text = exports.recipe(plan.known, files, **own, rows=rows)
        if plan.competitor:
            named = yaml.safe_dump({"competitor": plan.competitor}, allow_unicode=True, width=10_000)
            text = re.sub(r"^(?=source:)", lambda _: named, text, count=1, flags=re.M)
        return text
    used = _used(plan)
    made: dict[str, Any] = {"recipe": 1, "source": plan.source}
    if plan.competitor:
        made["competitor"] = plan.competitor
    made["timezone"] = plan.timezone
    if plan.currency:
        made["currency"] = plan.currency
    made["files"] = {table.name: table.file for table in plan.tables if table.name in used}
    kinds = {kind_of(one): power_of(one) for table in plan.tables for one in table.of("person") if one.detail == OTHER}
    kinds = {kind: power for kind, power in kinds.items() if kind not in IDENTIFIERS}
    if kinds:
        made["identifiers"] = kinds
    made["touchpoints"] = {key: _Flow(body) for key, body in touchpoints(plan).items()}
    if plan.journey and plan.journey.wanted and plan.journey.goal:
        made["journeys"] = {plan.journey.key: _journey(plan)}
    for kind, listed in (("units", _units(plan)), ("products", _products(plan)), ("identities", _identities(plan))):
        if listed:
            made[kind] = [{"sql": sql} for sql in listed]
    made["interactions"] = [_entry(plan, table, touch, rows) for table, touch in entries(plan)]
    made = {name: value for name, value in made.items() if value not in ({}, [])}
    text = yaml.dump(made, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    text = re.sub(r"^(touchpoints|journeys|units|products|identities|interactions|files):", r"\n\1:", text, flags=re.M)
    return HEAD + (LOOSE if STRICT in text else "") + text


def tells(plan: Plan) -> bool:
    """Tell whether anything happens in the files."""
    return bool(plan.known) or any(True for _ in entries(plan))


def entries(plan: Plan) -> Iterator[tuple[Table, Touch]]:
    """Give the touches in the order in which the recipe has them."""
    for table in plan.tables:
        for touch in plan.touches_of(table.name):
            yield table, touch


def touchpoints(plan: Plan) -> dict[str, dict[str, Any]]:
    """Give the touchpoints that the plan defines, by key."""
    made: dict[str, dict[str, Any]] = {}
    for table, touch in entries(plan):
        key = touch.about or touch.key
        if key:
            body = {"label": touch.label or key, "stage": touch.stage, "channel": touch.channel,
                    "department": touch.department}  # fmt: skip
            made.setdefault(key, {name: value for name, value in body.items() if value})
        elif table.one("touchpoint"):
            for value, (label, stage) in table.steps.items():
                body = {"label": label, "stage": stage, "channel": touch.channel}
                made.setdefault(slug(value), {name: text for name, text in body.items() if text})
    return {key: body for key, body in made.items() if key}


def _used(plan: Plan) -> set[str]:
    """Name the tables that any part of the recipe reads."""
    told = {table.name for table, _touch in entries(plan)}
    used = set(told)
    for name in told:
        used |= {one.table.name for one in selects.looked(plan, plan.table(name))}
    everything = "\n".join([*_units(plan), *_products(plan), *_identities(plan)])
    return used | {table.name for table in plan.tables if f"from {expressions.name(table.name)}" in everything}


def _journey(plan: Plan) -> _Flow:
    journey = plan.journey
    assert journey
    body: dict[str, Any] = {
        "label": journey.label or journey.key, "counted_as": journey.counted_as or "trips", "per": journey.per,
        "starts": journey.starts or "any", "goal": journey.goal, "ends": "limit", "within": f"{journey.within_days}d",
    }  # fmt: skip
    there = set(touchpoints(plan))
    designed = [key for key in journey.designed if key in there]
    return _Flow({**body, "designed": designed} if designed else body)


def _entry(plan: Plan, table: Table, touch: Touch, rows: int | None) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if touch.key and not touch.about and not table.one("touchpoint"):
        made["touchpoint"] = touch.key
    if touch.about:
        made |= {"kind": "feedback", "about": touch.about}
    elif touch.main and table.of("score", "text"):
        made["kind"] = "feedback"
    if touch.channel and not touch.key:
        made["channel"] = touch.channel
    if touch.first and touch.last and not touch.time:
        made["occurred_at"] = _Flow({"from": date.fromisoformat(touch.first), "to": date.fromisoformat(touch.last)})
    sql = selects.statement(plan, table, touch)
    return {**made, "sql": f"select * from (\n{sql}\n) limit {rows}" if rows else sql}


def _units(plan: Plan) -> list[str]:
    """List the shops and regions that rows belong to."""
    made = []
    for table in plan.tables:
        one = table.one("unit")
        if (one and plan.touches_of(table.name)) or (one and _joined(plan, table)):
            unit = expressions.text(one)
            made.append(
                f"select distinct {unit} as key, {unit} as name, 'unit' as kind\nfrom {expressions.name(table.name)} "
                f"where trim({unit}) != '' order by 1"
            )
    return made


def _products(plan: Plan) -> list[str]:
    """List the products that occur, with what any file says of them."""
    for table in plan.tables:
        one = table.one("product")
        if not one or not (plan.touches_of(table.name) or _joined(plan, table)):
            continue
        key, from_ = expressions.text(one), expressions.name(table.name)
        more = _about_products(table, "")
        if more:
            return [f"select {key} as key, {more}\nfrom {from_} where trim({key}) != '' group by 1 order by 1"]
        for own, other_name, column in plan.joined(table.name):
            other = plan.table(other_name)
            there = other.column(column)
            told = _about_products(other, other.name)
            if own == one.name and there and told:
                listed = expressions.text(there, other.name)
                return [
                    (
                        f"select {listed} as key, {told}\nfrom {expressions.name(other.name)} "
                        f"where {listed} in (select {key} from {from_})\ngroup by 1 order by 1"
                    )
                ]
        return [f"select distinct {key} as key\nfrom {from_} where trim({key}) != '' order by 1"]
    return []


def _about_products(table: Table, where: str) -> str:
    found = {"name": table.one("product_name"), "category": table.one("product_category")}
    return ", ".join(f"mode({expressions.text(one, where)}) as {what}" for what, one in found.items() if one)


def _identities(plan: Plan) -> list[str]:
    """List who is one person, where a file without interactions of its own says so."""
    made = []
    for table in plan.tables:
        people = table.of("person")
        if len(people) > 1 and not plan.touches_of(table.name):
            columns = [(expressions.raw(one), expressions.name(kind_of(one))) for one in people]
            listed = ", ".join(how if how == what else f"{how} as {what}" for how, what in columns)
            made.append(f"select {listed}\nfrom {expressions.name(table.name)}")
    return made


def _joined(plan: Plan, table: Table) -> bool:
    """Tell whether a told table reads this one."""
    return any(
        one.table.name == table.name
        for other in plan.tables
        if plan.touches_of(other.name)
        for one in selects.looked(plan, other)
    )


def renamed(plan: Plan, files: Mapping[str, str]) -> Plan:
    """Give the files of tables other names: newer files of the same kind."""
    for table in plan.tables:
        table.file = files.get(table.name, table.file)
    return plan
