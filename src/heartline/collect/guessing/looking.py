"""Look at files through the sandbox: their columns, counts of the whole file, and a sample of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from heartline.store.engine.sandbox import RecipeFailed, Sandbox, Source

from . import names, values
from .plan import Column

SAMPLE = 4_000
"""Rows of a file whose values are looked at one by one."""
AT_ONCE = 100
"""Columns that one query counts."""


@dataclass
class Seen:
    """What a file holds."""

    name: str
    columns: list[Column]
    rows: int
    sample: list[dict[str, str | None]] = field(default_factory=list)


def quoted(name: str) -> str:
    """Write a name for SQL."""
    return '"' + name.replace('"', '""') + '"'


class Looker:
    """Asks the sandbox about files; to be used in a `with` block."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sandbox = Sandbox(sources)

    def __enter__(self) -> Looker:
        self.sandbox.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.sandbox.__exit__(*error)

    def ask(self, sql: str) -> list[dict[str, Any]]:
        """Give a query's rows."""
        return [row for batch in self.sandbox.rows(sql) for row in batch.to_pylist()]

    def see(self, name: str) -> Seen:
        """Look at one file."""
        types = self.sandbox.describe(f"FROM {quoted(name)}")
        sample = self.ask(
            f"SELECT {', '.join(f'{quoted(one)}::VARCHAR AS {quoted(one)}' for one in types)} FROM {quoted(name)} "
            f"USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (7)"
        )
        rows = int(self.ask(f"SELECT count(*) AS n FROM {quoted(name)}")[0]["n"])
        counted = self._counted(name, list(types))
        columns = []
        for one, kind in types.items():
            profile = values.profile(
                [row[one] for row in sample], named_time="time" in names.uses(one), named_date=names.dates(one)
            )
            profile.rows, (profile.filled, profile.distinct) = rows, counted[one]
            if kind.startswith(("DATE", "TIMESTAMP")):
                profile.time, profile.time_share = "typed", 1.0
                profile.days |= kind == "DATE"
            columns.append(Column(one, kind, profile=profile))
        return Seen(name, columns, rows, sample)

    def _counted(self, name: str, columns: Sequence[str]) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for start in range(0, len(columns), AT_ONCE):
            part = columns[start : start + AT_ONCE]
            asked = ", ".join(
                f"count(nullif(trim({quoted(one)}::VARCHAR), '')) AS f{number}, "
                f"approx_count_distinct({quoted(one)}::VARCHAR) AS d{number}"
                for number, one in enumerate(part)
            )
            row = self.ask(f"SELECT {asked} FROM {quoted(name)}")[0]
            for number, one in enumerate(part):
                found[one] = (int(row[f"f{number}"]), int(row[f"d{number}"]))
        return found

    def unlike(self, name: str, columns: Sequence[str]) -> bool:
        """Tell whether no two rows have the same values in these columns, and all have some."""
        parts = ", ".join(f"{quoted(one)}::VARCHAR" for one in columns)
        filled = " AND ".join(f"trim({quoted(one)}::VARCHAR) != ''" for one in columns)
        row = self.ask(
            f"SELECT count(*) AS n, count(*) FILTER ({filled}) AS filled, count(DISTINCT ({parts})) AS unlike "
            f"FROM {quoted(name)}"
        )[0]
        return bool(row["n"] == row["filled"] == row["unlike"])

    def share(self, left: str, column: str, right: str, other: str) -> float:
        """Give the share of a column's distinct values that another table's column holds too."""
        row = self.ask(
            f"SELECT avg((v IN (SELECT {quoted(other)}::VARCHAR FROM {quoted(right)}))::INT) AS share FROM ("
            f"SELECT DISTINCT {quoted(column)}::VARCHAR AS v FROM {quoted(left)} WHERE {quoted(column)} IS NOT NULL "
            "ORDER BY hash(v) LIMIT 3000)"
        )[0]
        return float(row["share"] or 0.0)

    def top(self, name: str, column: str, limit: int = 60) -> list[tuple[str, int]]:
        """Give a column's most frequent values with their counts."""
        rows = self.ask(
            f"SELECT trim({quoted(column)}::VARCHAR) AS v, count(*) AS n FROM {quoted(name)} "
            f"WHERE trim({quoted(column)}::VARCHAR) != '' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {limit}"
        )
        return [(str(row["v"]), int(row["n"])) for row in rows]

    def measured(self, sql: str) -> dict[str, Any]:
        """Give the one row of a query that may not go through on odd values; empty then."""
        with suppress(RecipeFailed, IndexError):
            return self.ask(sql)[0]
        return {}
