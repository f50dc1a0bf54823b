"""DuckDB expressions that a person can read: a column as text, as a moment, as a number, as money, as yes or no."""

from __future__ import annotations

import re

from . import clocks, times
from .plan import Clock, Column
from .values import NO, YES

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_WORDS = frozenset(
    """
    all and any as asc between by case cast check collate column create cross default desc distinct do else end except
    exists false for foreign from full grant group having if in inner intersect into is join lateral left like limit
    map natural not null offset on only or order outer primary qualify references returning right select semi show
    some struct summarize table then time timestamp date to trailing true union unique unpivot using variadic when
    where window with
    """.split()  # noqa: SIM905  (a list of words reads better)
)


def name(text: str) -> str:
    """Write a name, in quotes only where it needs them."""
    return text if _PLAIN.fullmatch(text) and text not in _WORDS else '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write a text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def raw(column: Column, table: str = "") -> str:
    """Write a column, with its table where several are read."""
    return _of(column.name, table)


def text(column: Column, table: str = "") -> str:
    """Write a column as text."""
    return raw(column, table) if column.type == "VARCHAR" else f"{raw(column, table)}::varchar"


def moment(column: Column, table: str = "") -> str:
    """Write a column as a timestamp, with its time of day where another column has it; null where it cannot be read."""
    if column.clock:
        return f"({day(column, table)} + {time_of_day(column.clock, table)})"
    return _moment(column, table)


def day(column: Column, table: str = "") -> str:
    """Write a column as a day."""
    return f"{_moment(column, table)}::date"


def time_of_day(clock: Clock, table: str = "") -> str:
    """Write a column of times of day as a time, null where it cannot be read."""
    value = _of(clock.name, table)
    if clock.type.startswith("TIME"):
        return f"{value}::time"
    if clock.type != "VARCHAR":
        value = f"{value}::varchar"
    if clock.how == clocks.PART:
        part = f"try_cast(replace({value}, ',', '.') as double)"
        return f"(time '00:00' + to_seconds(round({part} * 86400)::bigint))"
    if clock.how == clocks.BARE:
        return f"try_strptime(lpad(trim({value}), 4, '0'), '%H%M')::time"
    if clock.how == clocks.PLAIN:
        return f"try_cast(trim({value}) as time)"
    return f"try_strptime(trim({value}), {_patterns(clock.how)})::time"


def _patterns(how: str) -> str:
    patterns = [literal(one) for one in how.split(" | ")]
    return patterns[0] if len(patterns) == 1 else f"[{', '.join(patterns)}]"


def _of(column: str, table: str) -> str:
    return f"{name(table)}.{name(column)}" if table else name(column)


def _moment(column: Column, table: str) -> str:
    how = column.detail or column.profile.time
    if column.type != "VARCHAR" and how not in (times.SECONDS, times.MILLIS):
        return f"try_cast({raw(column, table)} as timestamp)"
    if how in ("", times.ISO, "typed"):
        return f"try_cast({raw(column, table)} as timestamp)"
    if how in (times.SECONDS, times.MILLIS):
        zeros = 1_000_000 if how == times.SECONDS else 1_000
        return f"make_timestamp(try_cast({raw(column, table)} as bigint) * {zeros})"
    if how == times.SERIAL:
        days = f"try_cast(replace({raw(column, table)}, ',', '.') as double)"
        return f"(timestamp '1899-12-30' + to_seconds(round({days} * 86400)::bigint))"
    return f"try_strptime({raw(column, table)}, {_patterns(how)})"


def occurred(column: Column, table: str = "") -> str:
    """Write a column as the moment of an interaction; what cannot be read stays as it is, to be told and mended.

    Where the time of day stands in another column and is empty there, the day is known and no more.
    """
    if column.clock:
        clock = _of(column.clock.name, table)
        clock = clock if column.clock.type == "VARCHAR" else f"{clock}::varchar"
        date = text(column, table)
        alone = _occurred(column, table)
        alone = alone if column.type == "VARCHAR" else f"{_moment(column, table)}::date::varchar"
        return (
            f"case when coalesce(trim({clock}), '') = '' or coalesce(trim({date}), '') = '' then {alone}\n            "
            f"else coalesce(strftime({moment(column, table)}, '%Y-%m-%d %H:%M:%S'), {date} || ' ' || {clock}) end"
        )
    return _occurred(column, table)


def _occurred(column: Column, table: str) -> str:
    how = column.detail or column.profile.time
    if how in (times.SECONDS, times.MILLIS):
        return f"coalesce(strftime({_moment(column, table)}, '%Y-%m-%d %H:%M:%SZ'), {text(column, table)})"
    if how in ("", times.ISO, "typed") or column.type != "VARCHAR":
        return raw(column, table)
    if how == times.SERIAL:
        written = "%Y-%m-%d" if column.profile.days else "%Y-%m-%d %H:%M:%S"
        return f"coalesce(strftime({_moment(column, table)}, '{written}'), {raw(column, table)})"
    days = all("%H" not in one and "%I" not in one for one in how.split(" | "))
    written = "%Y-%m-%d" if days and "%d" in how else "%Y-%m" if days else "%Y-%m-%d %H:%M:%S"
    return f"coalesce(strftime({_moment(column, table)}, '{written}'), {raw(column, table)})"


def figure(column: Column, table: str = "") -> str:
    """Write a number as text that every reader understands: a point before the decimals, no sign of money."""
    if column.type != "VARCHAR":
        return raw(column, table)
    made = raw(column, table)
    for symbol in column.profile.symbols:
        made = f"replace({made}, {literal(symbol)}, '')"
    if column.profile.comma:
        made = f"replace(replace({made}, '.', ''), ',', '.')"
    elif any("," in example for example in column.profile.examples) or column.profile.symbols:
        made = f"replace({made}, ',', '')"
    return made if made == raw(column, table) else f"trim({made})"


def answer(column: Column, table: str = "") -> str:
    """Write an answer on a scale as a number; yes and no, or thumbs, as 1 and 0; words as what they stand for.

    What stands for no answer is none.
    """
    given = _answer(column, table)
    return f"case when {answered(column, table)} then {given} end" if column.profile.unsaid else given


def answered(column: Column, table: str = "") -> str:
    """Write whether something else stands there than what stands for no answer."""
    listed = ", ".join(map(literal, column.profile.unsaid))
    return f"lower(trim({text(column, table)})) not in ({listed})"


def _answer(column: Column, table: str) -> str:
    if column.detail == "yesno" and not column.profile.sure_number:
        return f"({truth(column, table)})::int"
    if column.profile.said:
        steps = " ".join(f"when {literal(said)} then {number}" for said, number in column.profile.said.items())
        plain = f"rtrim(lower(trim({text(column, table)})), '.!')"
        return f"coalesce((case {plain} {steps} end)::varchar, {figure(column, table)})"
    return figure(column, table)


def decimal(column: Column, table: str = "") -> str:
    """Write a number of money."""
    return f"try_cast({figure(column, table)} as decimal(18, 4))"


def money(columns: list[Column], table: str = "") -> str | None:
    """Write what a row is worth: its amount, its amounts added up, or pieces times price; None without any."""
    amounts = [column for column in columns if column.use == "amount"]
    if len(amounts) == 1:
        return figure(amounts[0], table)
    if amounts:
        rest = " + ".join(f"coalesce({decimal(one, table)}, 0)" for one in amounts[1:])
        return f"{decimal(amounts[0], table)} + {rest}"
    price = next((column for column in columns if column.use == "unit_price"), None)
    pieces = next((column for column in columns if column.use == "quantity"), None)
    if price and pieces:
        return f"try_cast({decimal(pieces, table)} * {decimal(price, table)} as decimal(18, 4))"
    return decimal(price, table) if price else None


def truth(column: Column, where: str) -> str:
    """Write yes and no as true and false, null for anything else."""
    if column.type == "BOOLEAN":
        return raw(column, where)
    value = f"lower(trim({text(column, where)}))"
    seen = {example.lower() for example, _count in column.profile.top}
    yes, no = sorted(YES & seen) or ["yes", "true", "1"], sorted(NO & seen) or ["no", "false", "0"]
    listed = [", ".join(map(literal, words)) for words in (yes, no)]
    return f"case when {value} in ({listed[0]}) then true when {value} in ({listed[1]}) then false end"
