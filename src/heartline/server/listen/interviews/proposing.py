"""What a passage seems to be about: read as any text is, and only proposed, since a person says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartline.listen.text import embedding, meaning
from heartline.listen.text.aspects import keeping as aspects
from heartline.listen.text.aspects.reading import Reader as Aspects
from heartline.listen.text.reader import company
from heartline.listen.text.themes import keeping as themes
from heartline.listen.text.themes.reading import Reader as Themes
from heartline.store.lake import Lake

_readers: dict[tuple[str, int], tuple[Themes, Aspects]] = {}
"""The last readers that were made, by the data folder and the version of its definitions."""


@dataclass(frozen=True)
class Proposal:
    """What a passage seems to be about."""

    themes: tuple[str, ...] = ()
    touchpoint: str = ""
    stage: str = ""
    feeling: float | None = None


def proposals(lake: Lake, texts: Sequence[str]) -> list[Proposal]:
    """Read passages; without an encoder only how they feel, as far as their words tell."""
    snapshot = lake.at()
    by = company(snapshot.definitions, lake.folder)
    if not embedding.wanted():
        return [Proposal(feeling=_felt(one)) for one in by.read_fast(texts).feelings.tolist()]
    about, places = _made(lake)
    felt = by.read(texts, meaning.read(by.embedder, texts).middles()).feelings.tolist()
    bodies = snapshot.definitions.all("touchpoint")
    return [
        Proposal(read.themes, place or "", str(bodies.get(place or "", {}).get("stage") or ""), _felt(feeling))
        for read, place, feeling in zip(about.read(texts), places.read(texts), felt, strict=True)
    ]


def _felt(feeling: float) -> float | None:
    """Round a feeling to the halves that people choose from."""
    return None if np.isnan(feeling) else round(2 * feeling) / 2


def _made(lake: Lake) -> tuple[Themes, Aspects]:
    snapshot = lake.at()
    key = (str(lake.folder), snapshot.newest.tables.get("definitions", 0))
    if key not in _readers:
        encoder = embedding.default()
        _readers.clear()
        _readers[key] = themes.reader(snapshot, encoder), aspects.reader(snapshot, encoder)
    return _readers[key]
