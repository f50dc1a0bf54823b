"""A company's texts and ratings gathered from its lake, and learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from heartline.store.lake import Lake
from heartline.store.vectors import Shelf

from . import keeping, lexicon, meaning
from .keeping import Card
from .learning import TEACH, Texts, learn
from .reader import Reader, scored
from .refining import texts_of

NEWEST = 12_000
"""Texts that are learnt from: the newest, half of them rated where there are as many."""
EVERY_H = 20
"""Hours after which it is learnt again, if anything came."""


def due(lake: Lake, reader: Reader, now: datetime | None = None) -> bool:
    """Tell whether it is time to learn: nothing was learnt over these models, or the last time is a night ago."""
    kept = keeping.card(lake.folder)
    if kept is None or (kept.encoder, kept.seeds) != (reader.label, reader.seeds.version):
        return _count(lake) >= TEACH
    age = (now or datetime.now(UTC)) - kept.at
    return age.total_seconds() >= EVERY_H * 3600 and _count(lake) >= TEACH


def study(lake: Lake, reader: Reader, corrected: Mapping[str, float] | None = None) -> Card:
    """Learn from the newest texts, and keep what was learnt.

    Parameters
    ----------
    corrected
        Feelings that people put right, by interaction: they count as ratings.
    """
    given = gathered(lake, reader, corrected or {})
    learnt = learn(given, reader.seeded)
    return keeping.save(lake.folder, learnt, reader.label, reader.seeds.version, datetime.now(UTC))


def gathered(lake: Lake, reader: Reader, corrected: Mapping[str, float]) -> Texts:
    """Give the newest texts with what is needed to learn from them; the encoder reads those without vectors."""
    snapshot = lake.at()
    rows = texts_of(snapshot, "id", "occurred_at", "score", "scale", "feeling")
    order = [rows.occurred_at.desc(), rows.id]
    half = NEWEST // 2
    known = snapshot.definitions.scales
    by_score = rows.filter(rows.score.notnull(), rows.scale.isin(list(known))).order_by(order).limit(half)
    others = rows.filter(rows.score.isnull()).order_by(order).limit(half)
    found = pa.concat_tables([snapshot.execute(by_score), snapshot.execute(others)]).combine_chunks()
    ids, texts = found["id"].to_pylist(), found["text"].to_pylist()
    shelf = Shelf(lake.folder, reader.label, reader.embedder.dimensions)
    counts, vectors = shelf.read(ids)
    middles = meaning.middles(vectors, counts)
    missing = np.flatnonzero(~shelf.known(ids))
    middles[missing] = meaning.read(reader.embedder, [texts[place] for place in missing]).middles()
    answered = scored(found["score"].to_pylist(), found["scale"].to_pylist(), known)
    felt = np.where(answered, found["feeling"].to_numpy(zero_copy_only=False).astype(np.float64), np.nan)
    felt = np.array([corrected.get(one, feeling) for one, feeling in zip(ids, felt.tolist(), strict=True)])
    languages = reader.detector.detect(texts)
    return Texts(texts, languages, middles, lexicon.values(texts, languages), felt)


def _count(lake: Lake) -> int:
    snapshot = lake.at()
    return int(snapshot.execute(texts_of(snapshot, "id").count().name("n").as_table())["n"][0].as_py())
