"""The sets that reading is measured on: rated texts in one language each, and tickets."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.frame import ROOT
from heartline.listen.text import meaning
from heartline.listen.text.embedder import Embedder, Vectors, label

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
DATA = ROOT.parent / "shared" / "data"
PIECE = 500
"""Texts whose vectors are kept together: a run that was stopped, or asked for fewer texts, is not lost on the next."""


@dataclass(frozen=True)
class Set:
    """Rated texts in one language."""

    name: str
    language: str
    texts: list[str]
    feelings: Floats


def read_sets(most: int) -> Iterator[Set]:
    """Read the sets, each at most so many texts, by chance but always the same."""
    clothing = "womens_clothing_reviews/womens_clothing_reviews.csv.gz"
    yield _set("en clothing", "en", clothing, ("Review Text",), "Rating", 1, 5, most)
    hotels = "cuba_hotel_reviews_es/cuba_hotel_reviews_es.csv.gz"
    yield _set("es hotels", "es", hotels, ("Opinion",), "Class", 1, 5, most)
    olist, said = "olist/olist_order_reviews_partial.csv.gz", ("review_comment_title", "review_comment_message")
    yield _set("pt shop", "pt", olist, said, "review_score", 1, 5, most)
    yield _set(
        "de coffee", "de", "german_coffee_reviews/german_coffee_reviews.csv.gz", ("review",), "rating", 1, 5, most
    )
    for name in ("lounge", "seat"):
        path = f"skytrax_reviews/skytrax_{name}.csv.gz"
        yield _set(f"en {name}s", "en", path, ("content",), "overall_rating", 1, 10, most)


def _set(
    name: str, language: str, path: str, columns: Sequence[str], score: str, low: int, high: int, most: int
) -> Set:
    found: dict[str, float] = {}
    for row in rows(path):
        text = ". ".join(row[column].strip() for column in columns if row[column] and row[column].strip())
        if text and row[score]:
            found[text] = 2 * (float(row[score]) - low) / (high - low) - 1
    texts = list(found)
    order = np.random.default_rng(0).permutation(len(texts))[:most]
    return Set(name, language, [texts[at] for at in order], np.array([found[texts[at]] for at in order]))


def rows(path: str) -> Iterator[dict[str, str]]:
    csv.field_size_limit(1 << 24)
    with gzip.open(DATA / path, "rb") as file:
        yield from csv.DictReader(io.TextIOWrapper(file, "utf-8"))


def vectors(embedder: Embedder, texts: Sequence[str], scratch: Path) -> Vectors:
    """Encode texts, or read what was encoded before."""
    scratch.mkdir(parents=True, exist_ok=True)
    pieces = [_piece(embedder, texts[at : at + PIECE], scratch) for at in range(0, len(texts), PIECE)]
    return np.concatenate(pieces) if pieces else np.zeros((0, embedder.dimensions), np.float32)


def _piece(embedder: Embedder, texts: Sequence[str], scratch: Path) -> Vectors:
    said = "\0".join([label(embedder), *texts]).encode("utf-8", "replace")
    path = scratch / f"{hashlib.blake2b(said, digest_size=10).hexdigest()}.npy"
    if path.exists():
        kept: Vectors = np.load(path)
        return kept
    made = meaning.read(embedder, texts).middles()
    beside = path.with_suffix(".new.npy")
    np.save(beside, made)
    beside.replace(path)
    return made


def halves(count: int) -> tuple[Places, Places]:
    """Give the texts that a company has, and those held out."""
    chosen = np.random.default_rng(1).random(count) < 0.5
    return np.flatnonzero(chosen), np.flatnonzero(~chosen)
