"""DuckDB SQL that reads loose columns as an interaction's, and says of each row why it may not land.

`collect.mapping` decides what a column is for and which reasons there are; here is only how DuckDB says it. The
statement runs in the sandbox around the recipe's own SELECT, so it holds no secret: identifiers leave it in clear
text through the pipe and are hashed outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from heartline.core.errors import InvalidInput
from heartline.core.scales import Scale

TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "VARCHAR")
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT",
           "UHUGEINT", "FLOAT", "DOUBLE")  # fmt: skip
WORDS = ("ref", "channel", "touchpoint", "stage", "about", "kind", "event", "unit", "product", "text", "action", "arm")
OFFSET = r":[0-9]{2}(\.[0-9]+)? ?(Z|z|UTC|[+-][0-9]{2}(:?[0-9]{2})?)$"
SAME = ("true", "false", "'second'", "'day'")
"""Expressions of `zoned` and `precision` that are the same for every row: those columns are left out."""
EARLIEST = "TIMESTAMP '1900-01-01'"
PRECISIONS = ("second", "minute", "hour", "day", "month", "year", "period")


@dataclass(frozen=True)
class Reading:
    """What every column of a query is for.

    Parameters
    ----------
    types
        DuckDB type of each column of the query.
    fields
        Interaction column -> the query's column that holds it.
    identifiers
        Identifier kind -> the query's column that holds it.
    properties
        The query's columns that go to `properties`.
    period
        First and last day in which rows without a time happened; None where every row needs a time.
    scales, currencies, nothing
        Known scales, known currency codes, and (lower case) what stands for "no identifier".
    reasons
        Reasons to drop a row, in the order in which they are tried; a row's `why` is the place in it, from 1.
    now, now_there
        This moment in UTC, and on a wall clock in the recipe's zone.
    """

    types: Mapping[str, str]
    fields: Mapping[str, str]
    identifiers: Mapping[str, str]
    properties: Sequence[str]
    period: tuple[date, date] | None
    scales: Mapping[str, Scale]
    currencies: Sequence[str]
    nothing: Sequence[str]
    reasons: Sequence[str]
    now: datetime
    now_there: datetime
    salt: str = ""
    checks: dict[str, str] = field(default_factory=dict, init=False, compare=False)


def statement(sql: str, reading: Reading) -> str:
    """Write the SELECT whose rows are the query's, read: `at`, `zoned`, `lo`, `hi`, `why`, `raw` and what was given."""
    made = _made(reading)
    why = " ".join(
        f"WHEN {reading.checks[name]} THEN {number}"
        for number, name in enumerate(reading.reasons, 1)
        if name in reading.checks
    )
    raw = ", ".join(f"{_text(name)}: {_finite(reading, name)}" for name in reading.types)
    moving = {name: how for name, how in made.items() if how not in SAME}
    content = ", '\x1f', ".join(_content(name) for name in moving if not name.startswith("id") and name != "feeling")
    plain = f"concat({_text(reading.salt)}, '\x1f', {content})"
    hashed = f"CASE WHEN __id IS NULL THEN {plain} ELSE __id END" if "id" in made else plain
    given = ", ".join(f"__{name} AS {_name(name)}" for name in moving)
    return f"""
SELECT {given}, (__hash >> 64)::UBIGINT AS hi, (__hash & 18446744073709551615)::UBIGINT AS lo, __why AS why,
       CASE WHEN __why > 0 THEN to_json({{{raw}}})::VARCHAR END AS raw
FROM (
  SELECT *, md5_number({hashed}) AS __hash, (CASE {why or "WHEN false THEN 0"} ELSE 0 END)::UTINYINT AS __why
  FROM (SELECT *, {", ".join(f"{how} AS __{name}" for name, how in made.items())} FROM (
{sql}
  ) AS r)
)"""


def people(sql: str, reading: Reading) -> str:
    """Write the SELECT for the distinct sets of identifiers that stand on one row which will land."""
    ids = ", ".join(f"id_{kind}" for kind in reading.identifiers)
    return f"SELECT DISTINCT {ids} FROM ({statement(sql, reading)}) WHERE why = 0"


def identities(sql: str, reading: Reading) -> str:
    """Write the SELECT for the distinct rows of a query whose columns are identifiers and nothing else."""
    ids = ", ".join(
        f"{_identifier(reading, kind, column)} AS id_{kind}" for kind, column in reading.identifiers.items()
    )
    return f"SELECT DISTINCT {ids} FROM (\n{sql}\n)"


def _content(name: str) -> str:
    """Give a column as it goes into the name of its row; a moment as a number, which is written faster."""
    return "epoch_us(__at)" if name == "at" else f"__{name}"


def _made(reading: Reading) -> dict[str, str]:
    """Give the expression of every column that the query's columns make, and note how to check them."""
    made = {**_times(reading)}
    for name in WORDS:
        if name in reading.fields:
            made[name] = _word(reading, reading.fields[name])
    if "id" in reading.fields:
        made["id"] = _word(reading, reading.fields["id"])
    if "arm" in made:
        reading.checks["bad_arm"] = f"{made['arm']} NOT IN ('treated', 'held_out')"
    made |= _scores(reading) | _money(reading) | _facts(reading)
    for kind, column in reading.identifiers.items():
        made[f"id_{kind}"] = _identifier(reading, kind, column)
    if reading.properties or "properties" in reading.fields:
        made["properties"] = _properties(reading)
    return made


def _times(reading: Reading) -> dict[str, str]:
    made: dict[str, str] = {}
    checks = reading.checks
    column = reading.fields.get("occurred_at")
    declared = f"TIMESTAMP '{reading.period[0]}'" if reading.period else None
    if column is None:
        at, zoned, precision, missing = "NULL::TIMESTAMP", "false", "NULL", "true"
    else:
        raw = _name(column)
        at, zoned, precision = _time(raw, reading.types[column])
        missing = f"trim({raw}) = '' OR {raw} IS NULL" if reading.types[column] == "VARCHAR" else f"{raw} IS NULL"
        unreadable = f"NOT ({missing}) AND coalesce(NOT isfinite({at}) OR {at} < {EARLIEST}, true)"
        checks["unreadable_time"] = unreadable
        checks["future_time"] = (
            f"__at > CASE WHEN __zoned THEN TIMESTAMP '{reading.now:%Y-%m-%d %H:%M:%S}' "
            f"ELSE TIMESTAMP '{reading.now_there:%Y-%m-%d %H:%M:%S}' END"
        )
    if declared is None:
        checks["no_time"] = missing
    else:
        precision = f"CASE WHEN {missing} THEN 'period' ELSE {precision} END"
        at = f"CASE WHEN {missing} THEN {declared} ELSE {at} END"
    if "occurred_precision" in reading.fields:
        word = _word(reading, reading.fields["occurred_precision"])
        checks["bad_precision"] = f"{word} NOT IN ({', '.join(map(_text, PRECISIONS))})"
        precision = f"coalesce({word}, {precision})"
    made["at"], made["zoned"], made["precision"] = at, zoned, precision
    return made


def constants(reading: Reading) -> tuple[bool, str]:
    """Tell whether times are in UTC, and how exactly they are known, where that is the same for every row."""
    made = _times(reading)
    return made["zoned"] == "true", made["precision"].strip("'")


def _time(raw: str, kind: str) -> tuple[str, str, str]:
    """Give a column's moment, whether it is in UTC already, and how exactly it is known."""
    if kind == "DATE":
        return f"{raw}::TIMESTAMP", "false", "'day'"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"make_timestamp(epoch_us({raw}))", "true", "'second'"
    if kind != "VARCHAR":
        return f"{raw}::TIMESTAMP", "false", "'second'"
    zoned = f"coalesce(regexp_matches(trim({raw}), '{OFFSET}'), false)"
    day = f"regexp_full_match(trim({raw}), '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    month = f"regexp_full_match(trim({raw}), '[0-9]{{4}}-[0-9]{{2}}')"
    year = f"regexp_full_match(trim({raw}), '[0-9]{{4}}')"
    at = (
        f"CASE WHEN {zoned} THEN make_timestamp(epoch_us(try_cast({raw} AS TIMESTAMPTZ))) "
        f"WHEN {month} THEN try_cast(trim({raw}) || '-01' AS TIMESTAMP) "
        f"WHEN {year} THEN try_cast(trim({raw}) || '-01-01' AS TIMESTAMP) ELSE try_cast({raw} AS TIMESTAMP) END"
    )
    return at, zoned, f"CASE WHEN {day} THEN 'day' WHEN {month} THEN 'month' WHEN {year} THEN 'year' ELSE 'second' END"


def _scores(reading: Reading) -> dict[str, str]:
    if "score" not in reading.fields:
        return {}
    column = reading.fields["score"]
    score = _number(reading, column, "bad_score")
    scale = _word(reading, reading.fields["scale"]) if "scale" in reading.fields else "NULL::VARCHAR"
    known = ", ".join(map(_text, reading.scales))
    reading.checks["unknown_scale"] = f"__score IS NOT NULL AND (__scale IS NULL OR __scale NOT IN ({known}))"
    ends = " ".join(
        f"WHEN {_text(one.key)} THEN __score NOT BETWEEN {one.low!r} AND {one.high!r}"
        for one in reading.scales.values()
    )
    reading.checks["score_out_of_range"] = f"CASE __scale {ends} END"
    feelings = " ".join(
        f"WHEN {_text(one.key)} THEN {'-' if one.low_is_good else ''}"
        f"(2 * ({score} - {one.low!r}) / {one.high - one.low!r} - 1)"
        for one in reading.scales.values()
    )
    return {
        "score": score,
        "scale": f"CASE WHEN {score} IS NOT NULL THEN {scale} END",
        "feeling": f"CASE {scale} {feelings} END::DOUBLE",
    }


def _money(reading: Reading) -> dict[str, str]:
    made: dict[str, str] = {}
    for name in ("amount", "cost"):
        if name in reading.fields:
            raw = _name(reading.fields[name])
            made[name] = f"try_cast({raw} AS DECIMAL(18, 4))"
            if reading.types[reading.fields[name]] == "DECIMAL(18,4)":
                made[name] = raw
                continue
            reading.checks[f"bad_{name}"] = f"{_filled(reading, reading.fields[name])} AND {made[name]} IS NULL"
    if "currency" in reading.fields:
        made["currency"] = f"upper({_word(reading, reading.fields['currency'])})"
        known = ", ".join(map(_text, reading.currencies))
        reading.checks["bad_currency"] = f"{made['currency']} NOT IN ({known})"
    return made


def _facts(reading: Reading) -> dict[str, str]:
    made: dict[str, str] = {}
    if "wait_s" in reading.fields:
        made["wait_s"] = _number(reading, reading.fields["wait_s"], "bad_wait")
        reading.checks["bad_wait"] += " OR __wait_s < 0"
    if "succeeded" in reading.fields:
        raw = _name(reading.fields["succeeded"])
        made["succeeded"] = f"try_cast({raw} AS BOOLEAN)"
        reading.checks["bad_succeeded"] = (
            f"{_filled(reading, reading.fields['succeeded'])} AND {made['succeeded']} IS NULL"
        )
    return made


def _number(reading: Reading, column: str, reason: str) -> str:
    raw, kind = _name(column), reading.types[column]
    value = f"epoch({raw})" if kind == "INTERVAL" else f"try_cast({raw} AS DOUBLE)"
    reading.checks[reason] = f"{_filled(reading, column)} AND ({value} IS NULL OR NOT isfinite({value}))"
    return value


def _filled(reading: Reading, column: str) -> str:
    raw = _name(column)
    return f"trim({raw}) != ''" if reading.types[column] == "VARCHAR" else f"{raw} IS NOT NULL"


def _word(reading: Reading, column: str) -> str:
    """Give a column as text; blanks are null, whole numbers carry no point."""
    raw, kind = _name(column), reading.types[column]
    if kind == "VARCHAR":  # '!' is the first character that shows; most texts need no second look
        return f"CASE WHEN {raw} >= '!' OR trim({raw}) != '' THEN {raw} END"
    if kind in ("FLOAT", "DOUBLE"):
        return (
            f"CASE WHEN {raw} = trunc({raw}) AND abs({raw}) < 1e15 THEN {raw}::BIGINT::VARCHAR ELSE {raw}::VARCHAR END"
        )
    return f"{raw}::VARCHAR"


def _identifier(reading: Reading, kind: str, column: str) -> str:
    """Give an identifier in the one form in which it is hashed; what stands for nobody is null."""
    if reading.types[column] in NUMBERS[:10]:
        return f"{_name(column)}::VARCHAR"
    value = f"trim({_word(reading, column)})"
    if kind == "email":
        value = f"lower({value})"
    if kind == "phone":
        value = f"regexp_replace({value}, '[^0-9+]', '', 'g')"
    nothing = ", ".join(map(_text, reading.nothing))
    return f"CASE WHEN lower({value}) NOT IN ({nothing}) THEN {value} END"


def _finite(reading: Reading, column: str) -> str:
    """Give a column as JSON can hold it: neither infinity nor what is no number."""
    raw, kind = _name(column), reading.types[column]
    if kind not in ("FLOAT", "DOUBLE"):
        return raw
    if column in reading.properties:
        return f"CASE WHEN isfinite({raw}) THEN {raw} END"
    return f"{raw}::VARCHAR"


def _properties(reading: Reading) -> str:
    parts = [f"{_text(name)}: {_finite(reading, name)}" for name in reading.properties]
    own = f"to_json({{{', '.join(parts)}}})::VARCHAR" if parts else None
    column = reading.fields.get("properties")
    if column is None:
        return str(own)
    raw = _name(column)
    given = f"to_json({raw})" if reading.types[column] != "VARCHAR" else f"try_cast({raw} AS JSON)"
    reading.checks["bad_properties"] = f"{_filled(reading, column)} AND coalesce(json_type({given}) != 'OBJECT', true)"
    if own is None:
        return f"{given}::VARCHAR"
    return f"coalesce(json_merge_patch({given}, {own})::VARCHAR, {own})"


def refuse_types(reading: Reading, field_name: str) -> None:
    """Refuse columns whose type can never hold what they are for.

    Raises
    ------
    InvalidInput
        `wrong_type` with the column, its type and what was expected.
    """
    wanted: dict[str, tuple[tuple[str, ...], str]] = {
        "occurred_at": (TIMES, "a timestamp, a date or text"),
        "wait_s": ((*NUMBERS, "DECIMAL", "INTERVAL", "VARCHAR"), "a number of seconds or an interval"),
        "score": ((*NUMBERS, "DECIMAL", "BOOLEAN", "VARCHAR"), "a number"),
        "amount": ((*NUMBERS, "DECIMAL", "VARCHAR"), "a number"),
        "cost": ((*NUMBERS, "DECIMAL", "VARCHAR"), "a number"),
        "succeeded": ((*NUMBERS, "BOOLEAN", "VARCHAR"), "true or false"),
    }
    for name, (kinds, expected) in wanted.items():
        if name in reading.fields:
            kind = reading.types[reading.fields[name]]
            if kind.partition("(")[0] not in kinds and kind != '"NULL"':
                raise InvalidInput(
                    "wrong_type", f"“{name}” is of type {kind}.", field=field_name, remedy=f"Expected {expected}."
                )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
