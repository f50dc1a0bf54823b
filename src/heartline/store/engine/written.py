"""Expressions of one shape are written as SQL once: writing takes longer than running them on a small company.

The lake gives its tables new names with every version, so two questions that differ in nothing else differ in these
names. An expression is therefore known by its shape, in which tables are numbered, and its SQL is kept with gaps where
their names stand.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import ibis
import ibis.backends.duckdb
import ibis.expr.operations as ops
from ibis.common.collections import FrozenDict
from ibis.common.graph import Node

KEPT, LONGEST = 512, 100_000
"""How many statements are kept, and how long they may be: most have ten thousand letters, lists of people far more."""

EXACT = (str, int, bool, type(None), type)
"""Values that say all they are when they are compared; others say it by their text, as 0.0 and -0.0 do."""

Shape = tuple[Any, ...]


class Written:
    """SQL by the shape of its expression, the last used ones.

    Parameters
    ----------
    kept
        How many statements are kept.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self._guard = threading.Lock()
        self._pieces: OrderedDict[Shape, tuple[str | int, ...]] = OrderedDict()

    def sql(self, expression: ibis.Expr, write: Callable[[], str]) -> str:
        """Give the SQL of an expression.

        Parameters
        ----------
        write
            Writes it, where no other of its shape was written.
        """
        shape, tables = read(expression.op())
        try:
            with self._guard:
                pieces = self._pieces.get(shape)
                if pieces is not None:
                    self._pieces.move_to_end(shape)
        except TypeError:  # something in it cannot be compared
            return write()
        if pieces is not None:
            return "".join(piece if isinstance(piece, str) else tables[piece] for piece in pieces)
        sql = write()
        if len(sql) <= LONGEST and not any(name in text for text in texts(shape) for name in tables):
            with self._guard:
                self._pieces[shape] = cut(sql, tables)
                if len(self._pieces) > self.kept:
                    self._pieces.popitem(last=False)
        return sql


def read(root: Node) -> tuple[Shape, list[str]]:
    """Give the shape of an expression, node after node with the numbers of those below, and the names of its tables."""
    numbers: dict[Node, int] = {}
    shape: list[Any] = []
    tables: dict[str, int] = {}

    def told(value: Any) -> Any:
        if isinstance(value, Node):
            return (numbers[value],)
        if isinstance(value, tuple):
            return tuple(map(told, value))
        if isinstance(value, FrozenDict):
            return tuple((key, told(item)) for key, item in value.items())
        return value

    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, ready = waiting.pop()
        if node in numbers:
            continue
        if not ready:
            waiting.append((node, True))
            waiting.extend((child, False) for child in node.__children__ if child not in numbers)
            continue
        if isinstance(node, (ops.UnboundTable, ops.InMemoryTable)):
            about: Any = (tables.setdefault(node.name, len(tables)), node.schema, getattr(node, "namespace", None))
        elif isinstance(node, ops.Literal):
            value = node.value
            about = (value if isinstance(value, EXACT) else (type(value), repr(value)), type(value), node.dtype)
        else:
            about = tuple(map(told, node.__args__))
        numbers[node] = len(numbers)
        shape.append((type(node), about))
    return tuple(shape), list(tables)


def texts(value: Any) -> Iterator[str]:
    """Give every text within a shape."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)


def cut(sql: str, tables: list[str]) -> tuple[str | int, ...]:
    """Cut SQL where names of tables stand; what was a name is its number.

    >>> cut('SELECT * FROM "a1" AS t', ["a1"])
    ('SELECT * FROM "', 0, '" AS t')
    """
    if not tables:
        return (sql,)
    numbers = {name: number for number, name in enumerate(tables)}
    longest_first = sorted(map(re.escape, tables), key=len, reverse=True)
    return tuple(numbers.get(piece, piece) for piece in re.split(f"({'|'.join(longest_first)})", sql))


WRITTEN = Written()
"""For all engines of this process: their SQL is the same."""


class Backend(ibis.backends.duckdb.Backend):  # type: ignore[misc]  # Ibis declares no types
    """DuckDB as Ibis drives it, but that it writes a statement of one shape once."""

    def compile(
        self, expr: ibis.Expr, /, *, limit: Any = None, params: Mapping[Any, Any] | None = None, pretty: bool = False
    ) -> str:
        """Give the SQL of an expression."""

        def write() -> str:
            sql: str = super(Backend, self).compile(expr, limit=limit, params=params, pretty=pretty)
            return sql

        if limit is not None or params or pretty:
            return write()
        return WRITTEN.sql(expr, write)
