"""Proposals of what texts are about, in the lake: for rows with a text of which nobody said what it judges.

A proposal is an override of `about`, marked with what made it. What people, sources or corrections said is never
touched, and nothing is learnt from proposals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import ibis
import pyarrow as pa

from heartline.core.chosen import CHOSEN
from heartline.store.lake import Lake
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot

from ..embedder import Embedder
from .describing import described
from .reading import RULE, Labelled, Reader

LABELS = 3_000
"""Texts whose touchpoint is known, at most: the newest."""


@dataclass(frozen=True)
class Text:
    """A text of which nobody said what it judges."""

    id: str
    occurred_at: datetime
    text: str


def labels(snapshot: Snapshot, limit: int = LABELS) -> list[Labelled]:
    """Give texts of which somebody said what they judge: what they judge is another place than where they were said."""
    rows = snapshot.rows("id", "occurred_at", "text", "touchpoint", "about")
    rows = rows.filter(rows.text.notnull(), rows.text != "", rows.about.notnull(), rows.about != rows.touchpoint)
    proposed = snapshot.ledger("overrides")
    rows = rows.anti_join(proposed.filter(proposed.rule.startswith(f"{RULE} ")), "id")
    rows = rows.order_by([rows.occurred_at.desc(), rows.id]).limit(limit)
    found = snapshot.execute(rows.select("text", "about")).to_pylist()
    return [Labelled(row["text"], row["about"]) for row in found]


def reader(snapshot: Snapshot, embedder: Embedder) -> Reader:
    """Give what reads texts for the touchpoints of a version, with what can be learnt from its rows."""
    return Reader(embedder, described(snapshot.definitions), labels(snapshot))


def open_texts(snapshot: Snapshot, after: datetime | None, limit: int) -> list[Text]:
    """Give texts that came after a moment, the oldest first, of which nobody said what they judge."""
    rows = snapshot.rows("id", "received_at", "text", "about", "kind")
    rows = rows.filter(rows.text.notnull(), rows.text != "", rows.about.isnull())
    rows = rows.filter(rows.kind.isnull() | rows.kind.notin(CHOSEN)).drop("kind")  # of those people say it
    if after is not None:
        rows = rows.filter(rows.received_at > ibis.literal(after))
    rows = rows.order_by([rows.received_at, rows.id]).limit(limit)
    return [Text(row["id"], row["received_at"], row["text"]) for row in snapshot.execute(rows).to_pylist()]


def propose(lake: Lake, by: Reader, texts: Sequence[Text]) -> int:
    """Write what texts speak of beside their rows, where that is clear; give for how many it was."""
    read = by.read([one.text for one in texts])
    found = {one.id: key for one, key in zip(texts, read, strict=True) if key is not None}
    if not found:
        return 0
    with lake.write("read what texts judge") as writer:
        snapshot = lake.at()
        wanted = snapshot.lake.engine.memory(pa.table({"id": pa.array(list(found), pa.string())}))
        rows = snapshot.rows("id", "about").semi_join(wanted, "id")
        still = set(snapshot.execute(rows.filter(rows.about.isnull()))["id"].to_pylist())
        made = [
            {"id": key, "sets": ["about"], "about": to, "was_about": None, "rule": f"{by.name} {writer.version}"}
            for key, to in found.items()
            if key in still
        ]
        names = ("id", "sets", "about", "was_about", "rule")
        schema = pa.schema([OVERRIDES.field(name) for name in names])
        return writer.add("overrides", pa.Table.from_pylist(made, schema=schema)) if made else 0
