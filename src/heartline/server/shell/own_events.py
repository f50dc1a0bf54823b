"""What we do to people becomes interactions like any other: by the inbox, durable once it was put there."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import msgspec
from django.conf import settings

from heartline.collect.inbox import Received, named, opened
from heartline.core.errors import Unavailable


def put(source: str, *events: Mapping[str, Any]) -> None:
    """Put events into the inbox, each with a `messageId` by which it lands once however often it is put.

    Raises
    ------
    Unavailable
        `no_data`, `inbox_busy`, `inbox_full`, `inbox_away`.
    """
    if settings.DATA is None:
        raise Unavailable("no_data", "There is no data folder.", remedy="Set HEARTLINE_DATA.")
    body = msgspec.json.encode({"batch": events})
    row = Received(time.time_ns() // 1000, source, "batch", body, len(events), b"{}")
    with opened(named(settings.DATA)) as inbox:
        inbox.put([row])
