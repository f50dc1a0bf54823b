"""DuckDB SELECTs that a person can read: how the rows of a plan's tables become interactions."""

from __future__ import annotations

from dataclasses import dataclass, field

from heartline.collect.mapping import CONTACT, REFUSED, SETTABLE
from heartline.collect.recipe import IDENTIFIERS

from . import names
from .columns import kind_of
from .expressions import (
    answer,
    answered,
    day,
    decimal,
    figure,
    literal,
    moment,
    money,
    name,
    occurred,
    raw,
    text,
    truth,
)
from .plan import WAITS, Column, Plan, Table, Touch

_WITH_COLON = " || ':' || "
TAKEN = {*SETTABLE, *REFUSED, *CONTACT, *IDENTIFIERS}
"""Names of columns that mean something to the import."""


@dataclass
class Looked:
    """What another table knows of the same thing, one row for each."""

    table: Table
    own: str
    key: str
    columns: dict[str, str] = field(default_factory=dict)
    filtered: bool = False

    @property
    def alias(self) -> str:
        """Name it within a query."""
        return f"of_{self.table.name}"

    def sql(self) -> str:
        """Write it as a named part of a query."""
        key = self.table.column(self.key)
        assert key
        parts = ",\n         ".join(f"{how} as {name(what)}" for what, how in self.columns.items())
        from_ = name(self.table.name)
        return f"{name(self.alias)} as (\n  select {text(key)} as key,\n         {parts}\n  from {from_} group by 1)"


def looked(plan: Plan, table: Table) -> list[Looked]:
    """Give what other tables add to a table's rows: the person, money, product, shop, and which lines are wanted."""
    wanted: set[str] = set()
    if not table.of("person"):
        wanted.add("person")
    if not table.of("amount", "unit_price") and not table.of("score", "text"):
        wanted.add("amount")
    wanted |= {use for use in ("product", "unit", "channel") if not table.of(use)}
    found = []
    for own, other_name, key in plan.joined(table.name):
        column, other = table.column(own), plan.table(other_name)
        if column is None or column.use != "ref":
            continue
        adds = _adds(other, key, wanted, told=bool(plan.touches_of(other_name)))
        if adds.columns:
            adds.own = own
            found.append(adds)
    return found


def _adds(other: Table, key: str, wanted: set[str], *, told: bool) -> Looked:
    made = Looked(other, "", key)
    amount = money(other.columns)
    if "person" in wanted and other.of("person"):
        made.columns |= {kind_of(one): f"min({text(one)})" for one in other.of("person")}
        wanted.discard("person")
    if "amount" in wanted and amount and not told:
        made.columns["amount"] = f"sum({money_of(other)})"
        wanted.discard("amount")
    for use in ("product", "unit", "channel"):
        one = other.one(use)
        if use in wanted and one:
            dearest = f"arg_max({text(one)}, {money_of(other)})" if amount else f"min({text(one)})"
            made.columns[use] = dearest
            wanted.discard(use)
    for only in other.of("only"):
        made.columns["wanted"] = f"bool_or({_wanted(only, '')})"
        made.filtered = True
    return made


def money_of(table: Table) -> str:
    """Write a row's worth as a number to compare by."""
    amounts = table.of("amount")
    return decimal(amounts[0]) if len(amounts) == 1 else money(table.columns) or "0"


def statement(plan: Plan, table: Table, touch: Touch) -> str:
    """Write the SELECT of one touch."""
    others = looked(plan, table)
    where = name(table.name) if others else ""
    parts = _parts(plan, table, touch, where)
    taken = {what for what, _how in parts}
    for one in others:
        for what in one.columns:
            if what != "wanted" and what not in taken and (what != "amount" or touch.main):
                parts.append((what, f"{name(one.alias)}.{name(what)}"))
    made = ""
    if others:
        made = "with " + ",\n".join(one.sql() for one in others) + "\n"
    made += "select " + ",\n       ".join(how if how == name(what) else f"{how} as {name(what)}" for what, how in parts)
    made += f"\nfrom {name(table.name)}"
    for one in others:
        own = table.column(one.own)
        assert own
        made += f"\nleft join {name(one.alias)} on {name(one.alias)}.key = {text(own, where)}"
    conditions = _conditions(table, touch, where) + [f"{name(one.alias)}.wanted" for one in others if one.filtered]
    return made + ("\nwhere " + "\n  and ".join(conditions) if conditions else "")


def _conditions(table: Table, touch: Touch, where: str) -> list[str]:
    made = [_wanted(only, where) for only in table.of("only")]
    time, score = table.column(touch.time), table.column(touch.score)
    if time and not touch.main and not touch.about:
        made.append(f"trim({text(time, where)}) != ''")
    if score and touch.about:
        made.append(f"trim({text(score, where)}) != ''")
        made += [answered(score, where)] if score.profile.unsaid else []
    return made


def _wanted(only: Column, where: str) -> str:
    """Write which lines are wanted."""
    values = [literal(value) for value in only.wanted]
    value = f"trim({text(only, where)})"
    return f"{value} = {values[0]}" if len(values) == 1 else f"{value} in ({', '.join(values)})"


def _parts(plan: Plan, table: Table, touch: Touch, where: str) -> list[tuple[str, str]]:
    """Give the columns of the SELECT, by their names."""
    made: list[tuple[str, str]] = []
    keys = [column for column in map(table.column, table.key) if column and column.use in ("id", "ref")]
    if keys and len(keys) == len(table.key):
        mark = touch.about or touch.key or "row"
        parts = [text(one, where) for one in keys]
        made.append(("id", f"{_WITH_COLON.join(parts)} || {literal(':' + mark)}"))
    for use in ("ref", "unit", "product", "channel", "about", "touchpoint"):
        one = table.one(use)
        if one and not (use in ("touchpoint", "about") and touch.about):
            made.append((use, raw(one, where)))
    made += [(kind_of(one), raw(one, where)) for one in table.of("person")]
    time = table.column(touch.time)
    if time:
        made.append(("occurred_at", occurred(time, where)))
        made += _facts(table, touch, time, where)
    score = table.column(touch.score)
    if score:
        made += [("score", answer(score, where)), ("scale", literal(score.detail))]
        made += [("weight", figure(one, where)) for one in _weights(table)]
    return made + (_said(table, where) + _details(plan, table, touch, where) if touch.main else [])


def _weights(table: Table) -> list[Column]:
    """Give the column that says what each answer weighs: a survey's, where nothing else can weigh."""
    if table.of("product", "amount", "quantity", "unit_price"):
        return []
    found = [column for column in table.of("keep") if names.weighs(column.name) and column.profile.sure_number]
    return [column for column in found if (column.profile.low or 0) >= 0][:1]


def _facts(table: Table, touch: Touch, time: Column, where: str) -> list[tuple[str, str]]:
    made = []
    since, promised = table.column(touch.since), table.column(touch.promised)
    at = moment(time, where)
    if since:
        began = moment(since, where)
        made.append(("wait_s", f"case when {at} >= {began} then epoch({at} - {began}) end"))
    if promised:
        due = moment(promised, where)
        by_day = f"{day(time, where)} <= {day(promised, where)}"
        made.append(("succeeded", by_day if promised.days else f"{at} <= {due}"))
    return made


def _said(table: Table, where: str) -> list[tuple[str, str]]:
    """Give what a row says: score, text, money, wait, went right or wrong."""
    made: list[tuple[str, str]] = []
    wait, succeeded = table.one("wait"), table.one("succeeded")
    texts = [f"nullif(trim({text(one, where)}), '')" for one in table.of("text")]
    if texts:
        made.append(("text", texts[0] if len(texts) == 1 else f"nullif(concat_ws(E'\\n', {', '.join(texts)}), '')"))
    worth = money(table.columns, where)
    if worth:
        made.append(("amount", worth))
    if currency := table.one("currency"):
        made.append(("currency", raw(currency, where)))
    if wait:
        factor, seconds = WAITS.get(wait.detail, 1), figure(wait, where)
        made.append(("wait_s", seconds if factor == 1 else f"try_cast({seconds} as double) * {factor}"))
    if succeeded:
        made.append(("succeeded", truth(succeeded, where)))
    return made


def _details(plan: Plan, table: Table, touch: Touch, where: str) -> list[tuple[str, str]]:
    """Give the columns that are kept as details, each under a name that means nothing else."""
    kinds = {kind_of(one) for other in plan.tables for one in other.of("person")}
    taken = {*TAKEN, *kinds}
    used = {touch.time, touch.since, touch.promised}
    if touch.score:
        used |= {column.name for column in _weights(table)}
    made = []
    for column in table.columns:
        spare = column.use in ("keep", "quantity", "unit_price", "product_name") and not column.contact
        if not spare or column.name in used:
            continue
        wanted = names.plain(column.name) or "detail"
        while wanted in taken:
            wanted += "_given" if not wanted.endswith("_given") else "_too"
        taken.add(wanted)
        made.append((wanted, raw(column, where)))
    return made
