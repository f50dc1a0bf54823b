"""What we do to people becomes interactions like any other: by the inbox, durable once it was put there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec

from heartline.collect.inbox import Received

from . import data


def put(source: str, *events: Mapping[str, Any]) -> None:
    """Put events into the inbox, each with a `messageId` by which it lands once however often it is put.

    Raises
    ------
    Unavailable
        `no_data`, `inbox_busy`, `inbox_full`, `inbox_away`.
    """
    body = msgspec.json.encode({"batch": events})
    row = Received(time.time_ns() // 1000, source, "batch", body, len(events), b"{}")
    with data.inbox() as inbox:
        inbox.put([row])
