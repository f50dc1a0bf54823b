"""A company's texts and ratings gathered from its lake, and learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from heartline.store.lake import Lake

from . import keeping, lexicon, shelving
from .keeping import Card
from .learning import TEACH, Texts, learn
from .overriding import texts_of
from .reader import Reader, scored

NEWEST = 12_000
"""Texts that are learnt from: the newest, half of them rated where there are as many."""
SOON = 1_000
"""Texts that are learnt from the first time, so that within seconds what lands is read by words that were learnt."""
GROWN = 4
"""So many times as many texts as before are learnt from at once, not at night only."""
EVERY_H = 20
"""Hours after which it is learnt again, if anything came."""


def due(lake: Lake, reader: Reader, now: datetime | None = None) -> bool:
    """Tell whether it is time to learn: not done over these models, or of few texts only, or a night ago."""
    kept = keeping.card(lake.folder)
    if kept is None or (kept.encoder, kept.seeds) != (reader.label, reader.seeds.version):
        return _count(lake) >= TEACH
    if ((now or datetime.now(UTC)) - kept.at).total_seconds() >= EVERY_H * 3600:
        return _count(lake) >= TEACH
    wanted = GROWN * max(kept.texts, TEACH)
    return wanted <= NEWEST and _count(lake) >= wanted


def study(lake: Lake, reader: Reader, corrected: Mapping[str, float] | None = None, newest: int = NEWEST) -> Card:
    """Learn from the newest texts, and keep what was learnt.

    Parameters
    ----------
    corrected
        Feelings that people put right, by interaction: they count as ratings.
    newest
        So many texts; half of them rated where there are as many.
    """
    given = gathered(lake, reader, corrected or {}, newest)
    learnt = learn(given, reader.seeded)
    return keeping.save(lake.folder, learnt, reader.label, reader.seeds.version, datetime.now(UTC))


def gathered(lake: Lake, reader: Reader, corrected: Mapping[str, float], newest: int = NEWEST) -> Texts:
    """Give the newest texts with what is needed to learn from them; the encoder reads those without vectors."""
    snapshot = lake.at()
    rows = texts_of(snapshot, "id", "occurred_at", "score", "scale", "feeling")
    order = [rows.occurred_at.desc(), rows.id]
    half = newest // 2
    known = snapshot.definitions.scales
    by_score = rows.filter(rows.score.notnull(), rows.scale.isin(list(known))).order_by(order).limit(half)
    others = rows.filter(rows.score.isnull()).order_by(order).limit(half)
    found = pa.concat_tables([snapshot.execute(by_score), snapshot.execute(others)]).combine_chunks()
    ids, texts = found["id"].to_pylist(), found["text"].to_pylist()
    middles = shelving.vectors(lake, reader.embedder, ids, texts).middles()
    answered = scored(found["score"].to_pylist(), found["scale"].to_pylist(), known)
    felt = np.where(answered, found["feeling"].to_numpy(zero_copy_only=False).astype(np.float64), np.nan)
    felt = np.array([corrected.get(one, feeling) for one, feeling in zip(ids, felt.tolist(), strict=True)])
    languages = reader.detector.detect(texts)
    return Texts(texts, languages, middles, lexicon.values(texts, languages), felt)


def _count(lake: Lake) -> int:
    """Count the texts that can be learnt from."""
    snapshot = lake.at()
    rows = texts_of(snapshot, "id", "score", "scale")
    rows = rows.filter(rows.score.isnull() | rows.scale.isin(list(snapshot.definitions.scales)))
    return int(snapshot.execute(rows.count().name("n").as_table())["n"][0].as_py())
