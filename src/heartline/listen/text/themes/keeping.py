"""Themes and the lake: look for themes among its texts, read its texts for them, and write that beside the rows.

The first reading of a row and every later one are overrides of its column `themes`, each with what it was read by. An
empty list says that it was read and is about none of the themes; null, that nobody has read it yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa

from heartline.core.chosen import CHOSEN
from heartline.store.lake import Lake
from heartline.store.schema import OVERRIDES
from heartline.store.snapshot import Snapshot

from .. import shelving
from ..embedder import Embedder, Remembering
from ..sentences import sentences
from . import identity
from .reading import RULE, Examples, Reader
from .space import space
from .values import KIND, Theme, known

LOOKED_AT = 3000
"""Texts in which themes are looked for: spread evenly over the newest year."""
SENTENCES = 6000
LEAST = 60
"""Texts before themes are looked for at all."""
AT_ONCE = 500
"""Texts that are read between two looks at the clock."""

Place = tuple[datetime, str]


@dataclass(frozen=True)
class Text:
    """A text of the lake, with the themes that it was read for."""

    id: str
    occurred_at: datetime
    text: str
    themes: tuple[str, ...] | None

    @property
    def place(self) -> Place:
        """Where it stands among all texts."""
        return self.occurred_at, self.id


def reader(snapshot: Snapshot, embedder: Embedder) -> Reader:
    """Give what reads texts by the themes of a version."""
    themes = known(snapshot.definitions)
    return Reader(embedder, themes, examples(snapshot, themes.values()))


def examples(snapshot: Snapshot, themes: Iterable[Theme]) -> Examples:
    """Give the texts of which people said that they are, or are not, about themes."""
    wanted = {key for theme in themes for key in (*theme.yes, *theme.no)}
    if not wanted:
        return {}
    rows = _texts(snapshot)
    ids = snapshot.lake.engine.memory(pa.table({"id": pa.array(sorted(wanted), pa.string())}))
    found = {row["id"]: row["text"] for row in snapshot.execute(rows.semi_join(ids, "id")).to_pylist()}
    return {
        theme.key: ([found[key] for key in theme.yes if key in found], [found[key] for key in theme.no if key in found])
        for theme in themes
    }


def unread(snapshot: Snapshot, limit: int) -> list[Text]:
    """Give the newest texts that nobody has read."""
    rows = _texts(snapshot)
    return _listed(snapshot, rows.filter(rows.themes.isnull()), limit)


def before(snapshot: Snapshot, place: Place | None, limit: int) -> list[Text]:
    """Give the texts that stand before a place, the newest first: all of them, from the newest, one slice at a time."""
    rows = _texts(snapshot)
    if place is not None:
        moment, key = ibis.literal(place[0]), place[1]
        rows = rows.filter((rows.occurred_at < moment) | ((rows.occurred_at == moment) & (rows.id < key)))
    return _listed(snapshot, rows, limit)


def of_theme(snapshot: Snapshot, key: str, limit: int) -> list[Text]:
    """Give the newest texts that are about a theme."""
    rows = _texts(snapshot)
    return _listed(snapshot, rows.filter(rows.themes.contains(key)), limit)


def _texts(snapshot: Snapshot) -> ibis.Table:
    rows = snapshot.rows("id", "occurred_at", "text", "themes", "kind")
    rows = rows.filter(rows.text.notnull(), rows.text != "")
    return rows.filter(rows.kind.isnull() | rows.kind.notin(CHOSEN)).drop("kind")  # of those people say the themes


def _listed(snapshot: Snapshot, rows: ibis.Table, limit: int) -> list[Text]:
    rows = rows.order_by([rows.occurred_at.desc(), rows.id.desc()]).limit(limit)
    return [
        Text(row["id"], row["occurred_at"], row["text"], None if row["themes"] is None else tuple(row["themes"]))
        for row in snapshot.execute(rows).to_pylist()
    ]


def read(
    lake: Lake, by: Reader, texts: Sequence[Text], *, until: float = float("inf"),
    clock: Callable[[], float] = time.monotonic,
) -> list[Text]:  # fmt: skip
    """Read texts and write what is new; give those that were read before the clock passed `until`, at least a few."""
    done: list[Text] = []
    found: dict[str, list[str]] = {}
    for start in range(0, len(texts), AT_ONCE):
        some = texts[start : start + AT_ONCE]
        given = shelving.vectors(lake, by.embedder, [one.id for one in some], [one.text for one in some])
        read = by.read([one.text for one in some], given)
        found |= {one.id: list(themes.themes) for one, themes in zip(some, read, strict=True)}
        done += some
        if clock() > until:
            break
    write(lake, done, found, by.signature)
    return done


def write(lake: Lake, texts: Sequence[Text], found: Mapping[str, Sequence[str]], by: str) -> int:
    """Write the themes of texts beside their rows, where they are others than before; give how many that were."""
    changed = [one for one in texts if one.themes is None or tuple(found[one.id]) != one.themes]
    if not changed:
        return 0
    with lake.write("read themes") as writer:
        there = _still_there(lake.at(), [one.id for one in changed])  # whoever was erased meanwhile stays so
        rows: list[dict[str, Any]] = [
            {"id": one.id, "sets": ["themes"], "themes": list(found[one.id]), "rule": f"{RULE} {by} {writer.version}",
             "was_themes": None if one.themes is None else list(one.themes)}
            for one in changed if one.id in there
        ]  # fmt: skip
        names = ("id", "sets", "themes", "was_themes", "rule")
        schema = pa.schema([OVERRIDES.field(name) for name in names])
        return writer.add("overrides", pa.Table.from_pylist(rows, schema=schema))


def _still_there(snapshot: Snapshot, ids: Sequence[str]) -> set[str]:
    wanted = snapshot.lake.engine.memory(pa.table({"id": pa.array(ids, pa.string())}))
    return set(snapshot.execute(snapshot.rows("id").semi_join(wanted, "id"))["id"].to_pylist())


def look(lake: Lake, embedder: Embedder, day: date) -> dict[str, Theme | None]:
    """Look for themes among the texts of the newest year, and define what is new; give what changed."""
    snapshot = lake.at()
    texts = _sampled(snapshot)
    if len(texts) < LEAST:
        return {}
    parts = [sentence for text in texts.values() for sentence in sentences(text)][:SENTENCES]
    themes = known(snapshot.definitions)
    there = remembering(lake, embedder, list(texts), list(texts.values()))
    changes = identity.found(space(embedder).by(there), parts, themes, day, examples(snapshot, themes.values()))
    if changes:
        with lake.write("look for themes") as writer:
            for key, theme in changes.items():
                writer.define(KIND, key, None if theme is None else theme.body(), source=RULE)
    return changes


def remembering(lake: Lake, embedder: Embedder, ids: Sequence[str], texts: Sequence[str]) -> Embedder:
    """Give an encoder that knows the sentences of these texts already."""
    rows = shelving.vectors(lake, embedder, ids, texts).rows()
    said = [sentences(text) for text in texts]
    return Remembering(
        embedder,
        {one: row for part, some in zip(said, rows, strict=True) for one, row in zip(part, some, strict=False)},
    )


def _sampled(snapshot: Snapshot) -> dict[str, str]:
    """Give texts of the newest twelve months with data by their ids, spread over them by these."""
    months = snapshot.months()[-12:]
    rows = _texts(snapshot)
    if months:
        rows = rows.filter(rows.occurred_at >= ibis.timestamp(f"{months[0]}-01 00:00:00+00:00"))
    rows = rows.mutate(order=rows.id.hash()).order_by(["order", "id"]).limit(LOOKED_AT)
    found = snapshot.execute(rows.select("id", "text"))
    return dict(zip(found["id"].to_pylist(), found["text"].to_pylist(), strict=True))
