"""Is this text exactly one SELECT over known tables? Asked of DuckDB's own parser, before anything runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import duckdb
import msgspec

from heartline.core.errors import InvalidInput

TABLE_FUNCTIONS = frozenset({"unnest", "range", "generate_series", "json_each", "json_tree"})
"""Functions in FROM that make rows out of their arguments alone."""

SOURCES = frozenset({"BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "EMPTY", "PIVOT"})
"""What may stand in FROM: no SHOW, DESCRIBE or SUMMARIZE."""

ONE_SELECT = "Expected exactly one SELECT."


def checked(sql: str, tables: Collection[str], *, field: str | None = None) -> str:
    """Give the query without its closing semicolon, if it is one SELECT that reads the given tables only.

    Raises
    ------
    InvalidInput
        `bad_sql` when it does not parse; `not_one_select` when it is something else or more than one statement;
        `unknown_table` and `refused_function` when FROM names what a recipe does not have.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise InvalidInput("bad_sql", first_line(str(error)), field=field, remedy=ONE_SELECT) from None
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise InvalidInput("not_one_select", f"This is {_seen(statements)}.", field=field, remedy=ONE_SELECT)
    with duckdb.connect() as connection:
        row = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()
    tree: dict[str, Any] = msgspec.json.decode(row[0]) if row else {"error": True}
    if tree["error"] or len(tree["statements"]) != 1:
        raise InvalidInput("not_one_select", "This is not a plain SELECT.", field=field, remedy=ONE_SELECT)
    _check(tree["statements"], {name.lower() for name in tables}, field)
    return sql


def _check(tree: Any, tables: set[str], field: str | None) -> None:
    nodes = list(_nodes(tree))
    named = {entry["key"].lower() for node in nodes for entry in (node.get("cte_map") or {}).get("map", [])}
    named |= {str(node["cte_name"]).lower() for node in nodes if "cte_name" in node}
    for node in nodes:
        if "from_table" in node or node.get("type") == "JOIN":
            for part in (node.get("from_table"), node.get("left"), node.get("right")):
                if isinstance(part, dict) and "sample" in part and part.get("type") not in SOURCES:
                    raise InvalidInput(
                        "not_one_select", f"{part.get('type')} is not a query.", field=field, remedy=ONE_SELECT
                    )
        if node.get("type") == "BASE_TABLE":
            _check_table(node, tables, named, field)
        if node.get("type") == "TABLE_FUNCTION":
            name = str(node["function"]["function_name"]).lower()
            if name not in TABLE_FUNCTIONS:
                allowed = ", ".join(sorted(TABLE_FUNCTIONS))
                raise InvalidInput(
                    "refused_function", f"{name}() may not stand in FROM.", field=field, remedy=f"Expected: {allowed}."
                )


def _check_table(node: dict[str, Any], tables: set[str], named: set[str], field: str | None) -> None:
    name = str(node["table_name"]).lower()
    if node["schema_name"] or node["catalog_name"] or name not in tables | named:
        full = ".".join(part for part in (node["catalog_name"], node["schema_name"], node["table_name"]) if part)
        known = ", ".join(sorted(tables)) or "none"
        raise InvalidInput(
            "unknown_table", f"The recipe has no file called “{full}”.", field=field, remedy=f"Its files: {known}."
        )


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    todo = [tree]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            yield here
            todo += here.values()
        elif isinstance(here, list):
            todo += here


def _seen(statements: list[Any]) -> str:
    if not statements:
        return "empty"
    kinds = " and ".join(str(statement.type).removeprefix("StatementType.") for statement in statements)
    return f"{len(statements)} statement{'s' if len(statements) > 1 else ''}: {kinds}"


def first_line(message: str) -> str:
    """Give what DuckDB says without its picture of the query."""
    said = message.partition("\n\nLINE ")[0].partition("\nPossible ")[0]
    return " ".join(said.split()).rstrip(".") + "."
