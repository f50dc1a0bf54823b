"""How well emotions are read: of our own sentences by language, against ratings, and of texts with emojis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.texts.sets import Floats, Set, vectors
from heartline.listen.text import meaning, signs
from heartline.listen.text.embedder import Embedder, Vectors
from heartline.listen.text.emotion import NAMES, NONE, Emotions
from heartline.listen.text.measuring import CLEAR, auc

WRITTEN = Path(__file__).with_name("emotions.txt")
PLEASANT, UNPLEASANT = ("joy", "trust", "calm"), ("fear", "sadness", "disgust", "anger")
REPEATS = 500
FEW = 5
"""Texts of a side without which nothing is said."""


def measure(sets: Sequence[Set], known: dict[str, Vectors], embedder: Embedder, scratch: Path) -> None:
    """Print it."""
    read = Emotions.learnt(embedder, signs.shipped())
    _written(read, embedder)
    print("\nPleasant emotions (joy, trust, calm) less unpleasant ones: AUC against ratings, by seeds of emotions only")
    for one in sets:
        values = _pleasant(read.likely(known[one.name], [""] * len(one.texts)))
        clear = np.abs(one.feelings) >= CLEAR
        print(f"  {one.name:12} {_told(values[clear], one.feelings[clear] > 0)}")
    _emojis(sets, read, embedder, scratch)


def _written(read: Emotions, embedder: Embedder) -> None:
    """Print how well each emotion is told in sentences that we wrote."""
    said = [line.split(": ", 1) for line in WRITTEN.read_text("utf-8").splitlines() if not line.startswith("#")]
    languages, names = zip(*(one[0].split() for one in said), strict=True)
    texts = [one[1] for one in said]
    likely = read.likely(meaning.read(embedder, texts).middles(), texts)
    found = np.array(read.read(meaning.read(embedder, texts).middles(), texts))
    truth = np.array(names)
    print(f"\nEmotions in {len(texts)} sentences of our own (clearer than real ones): AUC of each against all others")
    for name in NAMES:
        print(f"  {name:9} {_told(likely[:, NAMES.index(name)], truth == name)}")
    for language in dict.fromkeys(languages):
        here = np.array(languages) == language
        each = [auc(likely[here, NAMES.index(name)], truth[here] == name) for name in NAMES]
        told = here & (found != NONE)
        right = (found == truth)[told].mean() if told.any() else float("nan")
        print(f"  {language}: mean AUC {np.mean(each):.3f}; an emotion told in {told.sum() / here.sum():.2f}, "
              f"right in {right:.2f} of these")  # fmt: skip


def _emojis(sets: Sequence[Set], read: Emotions, embedder: Embedder, scratch: Path) -> None:
    """Print how well texts alone say what their emojis, taken out, say of pleasant and unpleasant."""
    shown, texts = [], []
    for one in sets:
        for text in one.texts:
            said = {read.signs.emojis[sign] for sign in text if sign in read.signs.emojis}
            sides = {name in PLEASANT for name in said if name in (*PLEASANT, *UNPLEASANT)}
            if len(sides) == 1:
                shown.append(sides.pop())
                texts.append("".join(" " if sign in read.signs.emojis else sign for sign in text))
    print("\nTexts whose emojis, taken out, are pleasant or unpleasant: AUC of what the words show")
    if texts:
        values = _pleasant(read.likely(vectors(embedder, texts, scratch), texts))
        print(f"  all sets     {_told(values, np.array(shown))}")


def _pleasant(likely: Floats) -> Floats:
    good, bad = ([NAMES.index(name) for name in some] for some in (PLEASANT, UNPLEASANT))
    return np.asarray(likely[:, good].sum(axis=1) - likely[:, bad].sum(axis=1))


def _told(values: Floats, good: npt.NDArray[np.bool_]) -> str:
    """Say the AUC with its 95 % interval by bootstrap, and of how many."""
    if min(good.sum(), (~good).sum()) < FEW:
        return f"too few ({good.sum()} of {len(good)})"
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, len(values), len(values)) for _ in range(REPEATS)]
    low, high = np.nanquantile([auc(values[one], good[one]) for one in draws], [0.025, 0.975])
    return f"{auc(values, good):.3f} ({low:.3f} to {high:.3f}), {good.sum():,} of {len(good):,}"
