"""Requests as clients send them, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from heartline.collect.events import Placed, decode, placed
from heartline.collect.inbox.contract import Received
from heartline.store.definitions import Definitions

NOW = 1_795_330_800_000_000
"""2026-11-22 07:00:00 UTC."""
Body = Mapping[str, Any] | bytes


def request(body: Body, kind: str = "batch", *, source: str = "shop", number: int = 1, at: int = NOW) -> Received:
    """Make one request."""
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Received(at, source, kind, raw, 1, b"{}", number)


def batch(*events: Mapping[str, Any], **shared: Any) -> Received:
    """Make a request with several events."""
    return request({"batch": list(events), **shared})


def track(name: str, properties: Mapping[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """Make an event of a known person."""
    return {"type": "track", "event": name, "userId": "ann", "properties": dict(properties or {}), **more}


def page(path: str, **more: Any) -> dict[str, Any]:
    """Make a page view."""
    return {"type": "page", "anonymousId": "a1", "properties": {"path": path}, **more}


def put(*requests: Received, **definitions: Mapping[str, Any]) -> Placed:
    """Decode and place."""
    return placed(decode(requests), Definitions(definitions))


def rows(found: Placed) -> list[dict[str, Any]]:
    """Give the rows, each without what it does not say."""
    return [{name: value for name, value in row.items() if value is not None} for row in found.rows.to_pylist()]


def only(found: Placed) -> dict[str, Any]:
    """Give the only row."""
    (row,) = rows(found)
    return row


def inside(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a row's properties."""
    made: dict[str, Any] = msgspec.json.decode(row["properties"])
    return made


def codes(found: Placed) -> Sequence[tuple[str, str]]:
    """Give codes and fields of what was refused."""
    return [(one.code, one.field) for one in found.refused]
