"""Events in a real lake, for tests: as the loader lands them, without their people."""

from __future__ import annotations

import pyarrow as pa

from heartline.collect.events import Placed
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS


def land(lake: Lake, found: Placed) -> None:
    """Append rows, and define the touchpoints that they are at."""
    rows = found.rows
    columns = [
        rows[one.name].cast(one.type) if one.name in rows.column_names else pa.nulls(rows.num_rows, one.type)
        for one in INTERACTIONS
    ]
    with lake.write("test") as writer:
        for key, body in found.found.items():
            writer.define("touchpoint", key, dict(body))
        writer.append(pa.table(columns, schema=INTERACTIONS))
