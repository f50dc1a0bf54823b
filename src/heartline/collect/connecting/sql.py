"""Rows of a PostgreSQL database: whole tables, or those whose cursor has moved on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from . import hosts
from .asked import Asked, Fetched, NoCursor

CHUNK = 20_000
OIDS = {16: "Boolean", 20: "BigInteger", 21: "BigInteger", 23: "BigInteger", 700: "Double", 701: "Double",
        1082: "Date", 1114: "DateTime", 1700: "Numeric", 114: "JSON", 3802: "JSON", 2950: "Uuid"}  # fmt: skip
"""PostgreSQL's own types and those of SQLAlchemy; times with a zone are added by hand, all else is text."""
ZONED = 1184
BACK = 1_000
"""How far a cursor that counts goes back."""


def fetch(asked: Asked) -> Iterator[tuple[str, Fetched]]:
    """Fetch every table of a database into a Parquet file, and say how far each was read."""
    engine = _engine(asked)
    try:
        for name, options in asked.tables.items():
            yield name, _table(asked, engine, name, options)
    finally:
        engine.dispose()


def _engine(asked: Asked) -> Any:
    import sqlalchemy as sa

    parts = urlsplit(asked.url)
    port = parts.port or 5432
    found = hosts.addresses(parts.hostname or "", port)
    tls = {"require": "require", "verify": "verify-full", "off": "disable"}
    mode = tls[asked.options["tls"]] if "tls" in asked.options else "prefer" if asked.private else "require"
    url = sa.URL.create(
        "postgresql+psycopg", username=unquote(parts.username or "") or None, password=asked.secret or None,
        database=unquote(parts.path.lstrip("/")) or None,
    )  # fmt: skip
    given: dict[str, Any] = {
        "host": ",".join([parts.hostname or ""] * len(found)), "hostaddr": ",".join(found), "port": port,
        "sslmode": mode, "connect_timeout": 15, "application_name": "heartline",
        "options": "-c default_transaction_read_only=on -c TimeZone=UTC",
    }  # fmt: skip
    if mode == "verify-full":
        given["sslrootcert"] = "system"
    return sa.create_engine(url, connect_args=given, poolclass=sa.NullPool, hide_parameters=True)


def _table(asked: Asked, engine: Any, name: str, options: Mapping[str, Any]) -> Fetched:
    import dlt
    import pyarrow.parquet as pq
    import sqlalchemy as sa
    from dlt.sources.sql_database import sql_table

    cursor, last = options.get("cursor"), asked.cursors.get(name, {}).get("cursor")
    began = _thawed(last) if last is not None else _given(options.get("from"))
    if last is not None:
        began = _before(began, asked.overlap_s)
    schema, _, table = str(options.get("table", name)).rpartition(".")
    metadata = sa.MetaData(schema=schema or None)
    more: dict[str, Any] = {}
    if "query" in options:
        metadata, table = sa.MetaData(), name
        _describe(engine, metadata, name, options["query"])
        more["query_adapter_callback"] = _around(options["query"], cursor)
    elif "columns" in options:
        more["included_columns"] = [*dict.fromkeys([*options["columns"], *([cursor] if cursor else [])])]
    if cursor:
        known = metadata.tables[name] if "query" in options else None
        known = sa.Table(table, metadata, autoload_with=engine, resolve_fks=False) if known is None else known
        if cursor not in known.c:
            raise NoCursor(name, cursor, list(known.c.keys()))
        began = _fitting(began, known.c[cursor].type)
        more["incremental"] = dlt.sources.incremental(
            cursor, initial_value=began, primary_key=(), on_cursor_value_missing="include"
        )
    rows = sql_table(engine, table, metadata=metadata, backend="pyarrow", chunk_size=CHUNK, **more)
    target = Path(asked.folder) / f"{name}.parquet"
    count, newest, writer = 0, last, None
    try:
        for part in rows:
            part = part if asked.limit is None else part.slice(0, asked.limit - count)
            writer = writer or pq.ParquetWriter(target, part.schema, compression="zstd")
            writer.write_table(part.cast(writer.schema))
            count += part.num_rows
            newest = _newest(newest, part, cursor)
            if asked.limit is not None and count >= asked.limit:
                break
    finally:
        if writer:
            writer.close()
    if writer is None:
        _empty(target, metadata.tables[f"{schema}.{table}" if schema else table], rows.columns)
    return Fetched(count, {"cursor": newest} if cursor else {})


def _describe(engine: Any, metadata: Any, name: str, query: str) -> None:
    """Make a table of what a query gives."""
    import sqlalchemy as sa

    with engine.connect() as connection:
        given = connection.exec_driver_sql(f"select * from (\n{_single(query)}\n) as given limit 0")
        found = [(one.name, one.type_code) for one in given.cursor.description]
        given.close()
    columns = [
        sa.Column(
            column,
            sa.DateTime(timezone=True) if oid == ZONED else getattr(sa, OIDS[oid])() if oid in OIDS else sa.Text(),
        )
        for column, oid in found
    ]
    sa.Table(name, metadata, *columns)


def _single(query: str) -> str:
    return query.strip().rstrip(";").replace("%", "%%")


def _around(query: str, cursor: str | None) -> Any:
    """Have a query asked for what is new, around it."""
    import sqlalchemy as sa

    def adapted(_select: Any, table: Any, incremental: Any = None, _engine: Any = None) -> Any:
        plain = query.strip().rstrip(";").replace(":", "\\:")
        inner = sa.text(plain).columns(*[sa.column(one.name, one.type) for one in table.columns]).subquery("given")
        asked = sa.select(inner)
        if cursor and incremental is not None and incremental.last_value is not None:
            column = inner.c[cursor]
            asked = asked.where(sa.or_(column >= incremental.last_value, column.is_(None)))
        return asked

    return adapted


def _empty(target: Path, table: Any, columns: Mapping[str, Any]) -> None:
    """Write the table without a row: queries that join it find its columns."""
    import pyarrow.parquet as pq
    from dlt.sources.sql_database.arrow_helpers import row_tuples_to_arrow

    used = {one.name: columns.get(one.name, {"name": one.name, "data_type": "text"}) for one in table.columns}
    row = tuple(None for _ in used)
    pq.write_table(row_tuples_to_arrow([row], columns=used, tz="UTC").slice(0, 0), target)


def _newest(newest: Any, part: Any, cursor: str | None) -> Any:
    """Give the greater of a kept value and those of a part, as it is kept."""
    import pyarrow.compute as pc

    found = pc.max(part[cursor]).as_py() if cursor and part.num_rows else None
    if found is None:
        return newest
    if newest is None:
        return _frozen(found)
    return _frozen(max(found, _like(_thawed(newest), found)))


def _frozen(value: Any) -> Any:
    """Write a value of a cursor so that JSON holds it."""
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, dict):
        (kind, text), *_ = value.items()
        return {"time": datetime.fromisoformat, "day": date.fromisoformat, "number": Decimal}[kind](text)  # type: ignore[operator]  # each takes a text
    return value


def _given(value: Any) -> Any:
    """Read where a recipe says that it begins."""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _before(value: Any, seconds: float) -> Any:
    """Go back a little: a row with a smaller value may be committed after one with a greater value was read."""
    if isinstance(value, datetime):
        return value - timedelta(seconds=seconds)
    if isinstance(value, date):
        return value - timedelta(days=1)
    return value - BACK if isinstance(value, int | Decimal) else value


def _like(value: Any, other: Any) -> Any:
    """Make two times comparable: both with a zone, or both without."""
    if isinstance(value, datetime) and isinstance(other, datetime) and (value.tzinfo is None) != (other.tzinfo is None):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return value


def _fitting(value: Any, kind: Any) -> Any:
    """Give where to begin as a value of the cursor's type."""
    import sqlalchemy as sa

    if isinstance(value, datetime) and isinstance(kind, sa.DateTime):
        now = datetime.now(UTC)
        return _like(value, now if kind.timezone else now.replace(tzinfo=None))
    if isinstance(value, datetime) and isinstance(kind, sa.Date):
        return value.date()
    return value
