"""Event logs in XES (IEEE 1849-2023), read as a stream: traces, events and their attributes.

A document type or an entity is refused, so nothing outside the file is ever read and nothing in it can unfold.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from heartline.core.errors import InvalidInput

SCALARS = ("string", "date", "int", "float", "boolean", "id")
NESTS = ("list", "container")
EXPECTED = "Expected an event log in XES, or one packed with gzip."
EVENTS = pa.schema(
    [
        pa.field("ref", pa.string()),
        pa.field("event", pa.string()),
        pa.field("occurred_at", pa.string()),
        pa.field("lifecycle", pa.string()),
        pa.field("customer_id", pa.string()),
        pa.field("properties", pa.string()),
    ]
)
BATCH = 20_000


def query(name: str, lifecycle: str | None) -> str:
    """Write the SELECT over a log that `to_parquet` has written; `lifecycle` keeps one transition, in any case."""
    columns = "ref, event AS touchpoint, event, occurred_at, customer_id, properties"
    where = ""
    if lifecycle is not None:
        wanted = lifecycle.lower().replace("'", "''")
        where = f" WHERE lifecycle IS NULL OR lower(lifecycle) = '{wanted}'"
    return f'SELECT {columns} FROM "{name}"{where}'  # checked like any other query before it runs


def to_parquet(path: Path, target: Path, *, customer: str | None, field: str) -> int:
    """Write a log's events as Parquet, in the log's order; give how many there are.

    Parameters
    ----------
    customer
        Attribute of the event, else of its trace, that says whose it is.
    field
        The recipe's file and line, for errors.

    Raises
    ------
    InvalidInput
        `unreadable_file` when it is not XES, `refused_file` when it declares entities.
    """
    count = 0
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(target, EVENTS) as writer:
        for trace, event in events(path, field=field):
            rows.append(_row(trace, event, customer))
            count += 1
            if len(rows) == BATCH:
                writer.write_table(pa.Table.from_pylist(rows, schema=EVENTS))
                rows.clear()
        writer.write_table(pa.Table.from_pylist(rows, schema=EVENTS))
    return count


def _row(trace: dict[str, Any], event: dict[str, Any], customer: str | None) -> dict[str, Any]:
    whose = event.pop(customer, trace.get(customer)) if customer else None
    found = {
        "ref": _word(trace.get("concept:name")),
        "event": _word(event.pop("concept:name", None)),
        "occurred_at": _word(event.pop("time:timestamp", None)),
        "lifecycle": _word(event.get("lifecycle:transition")),
        "customer_id": _word(whose),
    }
    rest = {f"case:{key}": value for key, value in trace.items() if key not in ("concept:name", customer)}
    return {**found, "properties": msgspec.json.encode({**rest, **event}).decode()}


def _word(value: Any) -> str | None:
    return None if value is None else str(value)


def events(path: Path, *, field: str = "file") -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give every event's attributes beside its trace's, in the log's order."""
    handler = _Handler(field)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.StartDoctypeDeclHandler = handler.refuse
    parser.EntityDeclHandler = handler.refuse
    try:
        with _opened(path) as stream:
            while chunk := stream.read(1 << 18):
                parser.Parse(chunk, False)
                yield from handler.taken()
            parser.Parse(b"", True)
    except (expat.ExpatError, OSError, EOFError) as error:
        raise InvalidInput("unreadable_file", f"{path} is not XES: {error}.", field=field, remedy=EXPECTED) from None
    if not handler.is_log:
        raise InvalidInput("unreadable_file", f"{path} holds no log.", field=field, remedy=EXPECTED)
    yield from handler.taken()


def _opened(path: Path) -> BinaryIO:
    if path.suffix.lower() == ".gz":
        return gzip.open(path)  # type: ignore[return-value]  # a GzipFile reads like any binary file
    return path.open("rb")


class _Handler:
    """Gathers attributes where they stand: on the trace or on the event, and inside of each other."""

    def __init__(self, field: str) -> None:
        self.field = field
        self.is_log = False
        self._done: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._trace: dict[str, Any] | None = None
        self._event: dict[str, Any] | None = None
        self._waiting: list[dict[str, Any]] = []
        self._open: list[tuple[str, str, Any, dict[str, Any]]] = []
        self._skip = 0

    def refuse(self, *_: Any) -> None:
        """Refuse a document type or an entity."""
        raise InvalidInput(
            "refused_file", "The log declares a document type or entities.", field=self.field, remedy=EXPECTED
        )

    def taken(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Hand over the events of finished traces."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """See an element begin."""
        name = tag.rpartition(" ")[2]
        if self._skip or name == "global":
            self._skip += 1
        elif name == "log":
            self.is_log = True
        elif name == "trace":
            self._trace, self._waiting = {}, []
        elif name == "event":
            self._event = {}
        elif (name in SCALARS or name in NESTS) and self._trace is not None:
            self._open.append((name, attributes.get("key", ""), _value(name, attributes.get("value")), {}))

    def end(self, tag: str) -> None:
        """See an element end."""
        name = tag.rpartition(" ")[2]
        if self._skip:
            self._skip -= 1
        elif name == "event" and self._event is not None:
            self._waiting.append(self._event)
            self._event = None
        elif name == "trace" and self._trace is not None:
            trace = self._trace
            self._done += [(trace, event) for event in self._waiting]
            self._trace = None
        elif self._open and (name in SCALARS or name in NESTS):
            self._close()

    def _close(self) -> None:
        kind, key, value, inner = self._open.pop()
        if kind in NESTS:
            value = list(inner.values()) if kind != "container" else inner
        if self._open:
            parent = self._open[-1][3]
            parent[key if key and key not in parent else f"{key}#{len(parent)}"] = value
            return
        target = self._event if self._event is not None else self._trace
        if target is not None:
            target[key] = value


def _value(kind: str, text: str | None) -> Any:
    if text is None:
        return None
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        return text
    return text.strip().lower() in ("true", "1") if kind == "boolean" else text
