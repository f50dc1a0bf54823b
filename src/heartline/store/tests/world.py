"""Small worlds for tests: a handful of interactions, written inline, in a real lake.

    lake = events(tmp_path, [
        ("alice", "shop", "2024-03-01 10:00"),
        ("alice", "survey", "2024-03-02 09:00", {"score": 9, "scale": "nps", "about": "shop"}),
    ], journey={"order": {"starts": ["shop"], "goal": "delivery"}})

A customer called `alice` is `user_id:alice` in the lake, so that expectations stay readable; None is nobody known.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from heartline.core.scales import SCALES
from heartline.store.keys import make_key
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS

Event = tuple[str | None, str | None, str] | tuple[str | None, str | None, str, Mapping[str, Any]]
"""Customer, touchpoint, moment (UTC unless it carries an offset), and any other columns of the schema."""


def events(folder: Path, rows: Iterable[Event], **definitions: Mapping[str, Mapping[str, Any]]) -> Lake:
    """Make (or extend) a lake with these interactions as one version.

    Parameters
    ----------
    rows
        See `Event`. What is left out is filled in as a recipe would: `id` (`world:1`, `world:2`, … in order),
        `seq`, `source` `world`, `channel` `web`, `kind` (`feedback` with a score or text, else `event`), `stage` of
        the touchpoint's definition, `about` (its own touchpoint, with a score or text), `feeling` of the score.
    definitions
        By kind, then key: `touchpoint={"shop": {"label": "Shop"}}`, `settings={"company": {"timezone": …}}`.
    """
    lake = Lake.create(folder) if Path(folder, "format").exists() else _new(Path(folder))
    first = 1 + _rows(lake)
    with lake.write("world") as writer:
        for kind, bodies in definitions.items():
            for key, body in bodies.items():
                writer.define(kind, key, dict(body))
        table = interactions(rows, first=first, stages=_stages(lake, definitions.get("touchpoint", {})))
        if table.num_rows:
            writer.append(table)
    return lake


def _new(folder: Path) -> Lake:
    """Make an empty lake from one that was made before: making the tables takes longer than most questions."""
    shutil.copytree(_empty(), folder, ignore=shutil.ignore_patterns("id"), dirs_exist_ok=True)
    make_key(folder)
    return Lake.open(folder)


@cache
def _empty() -> Path:
    """Give the folder of an empty lake, the same for the whole process."""
    folder = tempfile.mkdtemp(prefix="heartline-empty-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Lake.create(Path(folder, "data")).folder


def interactions(rows: Iterable[Event], *, first: int = 1, stages: Mapping[str, str] | None = None) -> pa.Table:
    """Give inline events as a table in the lake's schema (`landed` is the writer's to set)."""
    records = [_record(row, first + number, stages or {}) for number, row in enumerate(rows)]
    return pa.Table.from_pylist(records, schema=INTERACTIONS)


def person(name: str | None) -> str | None:
    """Give a customer's id from a short name; a name with a colon is an id already."""
    return name if name is None or ":" in name else f"user_id:{name}"


def moment(text: str) -> datetime:
    """Read a moment; without an offset it is in UTC."""
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _record(row: Event, number: int, stages: Mapping[str, str]) -> dict[str, Any]:
    customer, touchpoint, at, more = (*row, {})[:4]
    judged = any(more.get(name) is not None for name in ("score", "text", "feeling"))
    record: dict[str, Any] = {
        "id": f"world:{number}",
        "occurred_at": moment(at),
        "occurred_precision": "second",
        "received_at": moment(at),
        "seq": number,
        "identifier": person(customer),
        "customer": person(customer),
        "channel": "web",
        "touchpoint": touchpoint,
        "stage": stages.get(touchpoint or ""),
        "about": touchpoint if judged else None,
        "kind": "feedback" if judged else "event",
        "source": "world",
        "landed": 0,
    } | dict(more)
    if record.get("score") is not None and "feeling" not in more and record.get("scale") in SCALES:
        record["feeling"] = SCALES[record["scale"]].feeling(record["score"])
    for money in ("amount", "cost"):
        if record.get(money) is not None:
            record[money] = Decimal(str(record[money])).quantize(Decimal("0.0001"))
    return record


def _rows(lake: Lake) -> int:
    snapshot = lake.at()
    if snapshot.version == 0:
        return 0
    return int(snapshot.execute(snapshot.rows("id")).num_rows)


def _stages(lake: Lake, new: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    known = {**lake.at().definitions.all("touchpoint"), **new}
    return {key: body["stage"] for key, body in known.items() if body.get("stage")}
