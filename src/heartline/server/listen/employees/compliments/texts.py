"""The words of compliments, from the lake: of what was erased there nothing is shown any more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from heartline.server.shell.opened import workspace

NAMES = ("id", "occurred_at", "text", "feeling", "channel", "touchpoint", "about", "score", "scale")


def of(ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Give texts by their interaction: their words and where they were said, never by whom."""
    if not ids:
        return {}
    snapshot = workspace().lake.at()
    wanted = snapshot.lake.engine.memory(pa.table({"id": pa.array(list(dict.fromkeys(ids)), pa.string())}))
    rows = snapshot.rows(*NAMES)
    rows = rows.filter(rows.text.notnull()).semi_join(wanted, "id")
    return {row["id"]: row for row in snapshot.execute(rows).to_pylist()}
