"""What texts are about: coherence and diversity of themes against other ways, their cost; touchpoints told by texts."""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import frame
from benchmarks.frame import Line
from heartline.listen.text import embedding
from heartline.listen.text.aspects.describing import Described
from heartline.listen.text.aspects.reading import Labelled
from heartline.listen.text.aspects.reading import Reader as Touchpoints
from heartline.listen.text.measuring import auc
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
    """Measure, print, and give 1 when ours is less coherent than NMF."""
    options = argparse.ArgumentParser(prog="./bench themes", description=__doc__)
    options.add_argument("--data", type=Path, default=DATA)
    options.add_argument("--texts", type=int, default=TEXTS)
    options.add_argument("--tickets", type=int, default=800)
    options.add_argument("--encoder", default=embedding.Portable.name)
    chosen = options.parse_args(argv)
    held = True
    for name in SETS:
        found = texts_of(chosen.data, name, chosen.texts)
        if found:
            lines, more = compared(found, chosen.encoder)
            frame.table(f"Themes, {name}; {frame.load()}", lines)
            held &= more
    asked = touchpoints(chosen.data, chosen.encoder, chosen.tickets)
    if asked:
        frame.table(f"Touchpoints; {frame.load()}", asked)
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


def compared(texts: Sequence[str], encoder: str) -> tuple[list[Line], bool]:
    """Sort the same sentences in four ways, and judge the words of each."""
    parts = [sentences(text) for text in texts]
    whole = [[word for sentence in one for word in telling(sentence)] for one in parts]
    every = [sentence for one in parts for sentence in one]
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
        found[name] = (coherence.npmi(tops, whole), coherence.diversity(tops), spent)
    lines = [Line(f"coherence (NPMI), {name}", score, unit="") for name, (score, _, _) in found.items()]
    above = found["ours"][0] - found["NMF of words"][0]  # coherence falls on both sides of 0: a ratio says nothing
    lines.append(Line("coherence, ours minus NMF", above, unit=""))
    lines += [Line(f"diversity, {name}", value, unit="") for name, (_, value, _) in found.items()]
    lines += [Line(f"seconds of processor, {name}", value) for name, (_, _, value) in found.items()]
    lines.append(Line(f"sentences ({len(texts):,} texts)", len(every), unit=""))
    return [*lines, Line(f"sentences a second through the encoder {encoder}", len(every) / took, unit="")], above >= 0


def _nmf(words: Sequence[Sequence[str]]) -> Any:
    from sklearn.decomposition import NMF
    from sklearn.feature_extraction.text import TfidfVectorizer

    weights = TfidfVectorizer(analyzer=lambda said: stems(said), min_df=3).fit_transform(words)
    return NMF(GROUPS, init="nndsvd", random_state=0, max_iter=300).fit_transform(weights).argmax(axis=1)


QUEUES = ("tickets_de", "tickets_en_de", "tickets_en_de_es_pt_fr")
LABELS = (0, 100, 300, 1000)


def touchpoints(folder: Path, encoder: str, texts: int) -> list[Line]:
    """Say how well the queue that a ticket is for is told from its text: macro AUC by labels learnt from."""
    lines = []
    for name in QUEUES:
        rows = _tickets(folder / "support_tickets_multilingual" / f"{name}.csv.gz")
        if not rows:
            continue
        keys = [key for key, number in Counter(queue for _, queue in rows).items() if number >= 20]
        named = [Described(key, tuple(dict.fromkeys((key, *re.split(r" (?:and|&) |/", key))))) for key in keys]
        held, taught = rows[:texts], rows[texts:]
        truth = np.array([[queue == key for key in keys] for _, queue in held])
        there = [place for place in range(len(keys)) if 0 < truth[:, place].sum() < len(held)]
        for number in LABELS:
            labels = [Labelled(text, queue) for text, queue in taught[:number]]
            scores = Touchpoints(embedding.named(encoder), named, labels).scores([text for text, _ in held])
            value = _macro(truth, scores, there)
            low, high = _interval(truth, scores, there)
            told = f"{name}: {len(there)} queues, {number:,} labels, macro AUC ({low:.3f} to {high:.3f})"
            lines.append(Line(told, value, unit=""))
    return lines


def _macro(truth: Any, scores: Any, there: Sequence[int]) -> float:
    """Give the mean over queues of how often a text of it has a higher score than another."""
    return float(np.mean([auc(scores[:, place], truth[:, place]) for place in there if truth[:, place].any()]))


def _interval(truth: Any, scores: Any, there: Sequence[int], repeats: int = 200) -> tuple[float, float]:
    """Give the 95 % interval of that, by bootstrap over texts."""
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(truth), len(truth)) for _ in range(repeats)]
    low, high = np.quantile([_macro(truth[one], scores[one], there) for one in draws], [0.025, 0.975])
    return float(low), float(high)


def _tickets(path: Path) -> list[tuple[str, str]]:
    """Give texts with their queues, in an order that is always the same and says nothing."""
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = [(f"{row['subject']}. {row['body']}", row["queue"]) for row in csv.DictReader(file) if row["queue"]]
    return [rows[place] for place in np.random.default_rng(0).permutation(len(rows))]
