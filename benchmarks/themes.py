"""What texts are about: coherence and diversity of themes against other ways, their cost, touchpoints without labels."""

from __future__ import annotations

import argparse
import csv
import gzip
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import frame
from benchmarks.frame import Line
from heartline.listen.text import embedding
from heartline.listen.text.sentences import sentences
from heartline.listen.text.terms import stems, telling
from heartline.listen.text.themes import coherence
from heartline.listen.text.themes.clustering import sorted_into
from heartline.listen.text.themes.space import joined, latent, space

DATA = frame.ROOT.parent / "shared" / "data"
SETS: dict[str, tuple[str, str, str]] = {
    "clothing (en)": ("womens_clothing_reviews/*.csv.gz", "Review Text", "en"),
    "hotels (es)": ("cuba_hotel_reviews_es/*.csv.gz", "Opinion", "es"),
    "marketplace (pt)": ("olist/*reviews*.csv.gz", "review_comment_message", "pt"),
}
GROUPS = 20
TEXTS = 3000


def main(argv: list[str]) -> int:
    """Measure, print, and give 1 when ours is less coherent than the best of the others."""
    options = argparse.ArgumentParser(prog="./bench themes", description=__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--texts", type=int, default=TEXTS)
    options.add_argument("--encoder", default=embedding.Portable.name)
    chosen = options.parse_args(argv)
    held = True
    for name in SETS:
        found = texts_of(chosen.data, name, chosen.texts)
        if found:
            held &= frame.table(f"Themes, {name}; {frame.load()}", compared(found, chosen.encoder))
    return 0 if held else 1


def texts_of(folder: Path, name: str, number: int) -> list[str]:
    """Give different texts of a set, spread over it."""
    pattern, column, _ = SETS[name]
    found: dict[str, None] = {}
    for path in sorted(folder.glob(pattern)):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                text = (row.get(column) or row.get(column.title()) or "").strip()
                if len(text) > 20:
                    found[text] = None
    every = list(found)
    step = max(1, len(every) // number)
    return every[::step][:number]


def compared(texts: Sequence[str], encoder: str) -> list[Line]:
    """Sort the same sentences in four ways, and judge the words of each."""
    every = [sentence for text in texts for sentence in sentences(text)]
    words = [telling(sentence) for sentence in every]
    kept = [place for place, said in enumerate(words) if len(said) > 1]
    every, words = [every[place] for place in kept], [words[place] for place in kept]
    start = time.perf_counter()
    own = space(embedding.named(encoder))
    raw = own.embedder.vectors(every)
    took = time.perf_counter() - start
    ways: dict[str, Callable[[], Any]] = {
        "NMF of words": lambda: _nmf(words),
        "k-means of words (LSA)": lambda: sorted_into(latent(words), GROUPS),
        "k-means of meaning": lambda: sorted_into(raw, GROUPS),
        "ours": lambda: sorted_into(joined(own.moved(raw), latent(words)), GROUPS),
    }
    found = {}
    for name, way in ways.items():
        begun = time.process_time()
        labels = np.asarray(way(), np.int64)
        spent = time.process_time() - begun
        tops = coherence.top_words(words, labels)
        found[name] = (coherence.npmi(tops, words), coherence.diversity(tops), spent)
        if name == "ours":
            for top in tops:
                print("   ", " ".join(top))
    best = max(score for name, (score, _, _) in found.items() if name != "ours")
    lines = [Line(f"coherence (NPMI), {name}", score, unit="") for name, (score, _, _) in found.items()]
    lines[-1] = Line("coherence (NPMI), ours", found["ours"][0], best, "", 1.0, True, "the best other")
    lines += [Line(f"diversity, {name}", value, unit="") for name, (_, value, _) in found.items()]
    lines += [Line(f"seconds of processor, {name}", value) for name, (_, _, value) in found.items()]
    return [Line(f"sentences ({len(texts):,} texts)", len(every), unit=""),
            Line(f"sentences a second through the encoder {encoder}", len(every) / took, unit=""), *lines]  # fmt: skip


def _nmf(words: Sequence[Sequence[str]]) -> Any:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(analyzer=lambda said: stems(said), min_df=3).fit_transform(words)
    return NMF(GROUPS, init="nndsvd", random_state=0, max_iter=300).fit_transform(weights).argmax(axis=1)
