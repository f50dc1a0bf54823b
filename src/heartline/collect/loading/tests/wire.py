"""A small reader of requests for tests of the loader itself: one JSON list of events a request."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from heartline.collect.inbox import Received
from heartline.collect.loading.taking import Internal, Refusal, Take, Taken
from heartline.store.lake import Lake
from heartline.store.schema import MOMENT

KINDS = ("user_id", "email", "anonymous_id")


def request(*events: Mapping[str, Any] | str, source: str = "shop") -> Received:
    """Give a request of events: {"id", "user_id", "email", "anonymous_id", "only": who they are and nothing else}."""
    body = json.dumps(list(events)).encode()
    return Received(int(time.time() * 1e6), source, "batch", body, len(events), b"{}")


def take(_lake: Lake) -> Take:
    """Read requests: an event that is a text is refused, one called `stumble` is a fault of ours."""
    return read


def read(some: Sequence[Received]) -> Taken:
    rows: list[dict[str, Any]] = []
    people: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    orders: tuple[list[int], list[int]] = ([], [])
    number = 0
    for place, one in enumerate(some):
        for at, event in enumerate(json.loads(one.body)):
            number += 1
            if isinstance(event, str):
                refused.append(Internal(place, event.encode(), at, "not_an_object"))
                continue
            if event.get("id") == "stumble":
                raise ZeroDivisionError("a fault of ours")
            row = {"source": one.source, **{kind: event.get(kind) for kind in KINDS}}
            if event.get("only"):
                people.append(row)
                orders[1].append(number)
            else:
                rows.append(
                    row | {"id": f"{one.source}:{event['id']}", "at": event.get("at", one.at_us), "seq": number}
                )
                orders[0].append(number)
    return Taken(_rows(rows), KINDS, _people(people), refused, orders[0], orders[1])


def _people(some: list[dict[str, Any]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in some], pa.string()) for name in (*KINDS, "source")})


def _rows(some: list[dict[str, Any]]) -> pa.Table:
    now = pa.array([datetime.now(UTC)] * len(some), MOMENT)
    made = _people(some).append_column("id", pa.array([row["id"] for row in some], pa.string()))
    made = made.append_column("seq", pa.array([row["seq"] for row in some], pa.int64()))
    at = pa.array([int(row["at"]) for row in some], pa.int64()).cast(MOMENT)
    return made.append_column("occurred_at", at).append_column("received_at", now)
