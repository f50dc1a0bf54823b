"""What was learnt of one trade, read in another: reviews to other reviews, and to tickets.

A company has rated reviews of one kind and texts of another kind that nobody rated. What it learnt from the first must
not read the second worse than what it would know without any rating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.texts.sets import Floats, Places, Set, halves, rows, vectors
from heartline.listen.text import learning, lexicon
from heartline.listen.text.embedder import Embedder, Vectors
from heartline.listen.text.learning import Learnt, Texts
from heartline.listen.text.measuring import CLEAR, auc
from heartline.listen.text.prior import Seeded

PAIRS = (
    ("en clothing", "en lounges"), ("en clothing", "en seats"), ("en lounges", "en seats"), ("en seats", "en clothing"),
    ("en seats", "en lounges"), ("es hotels", "pt shop"), ("es hotels", "en lounges"), ("en clothing", "en tickets"),
    ("en seats", "en tickets"), ("es hotels", "es tickets"), ("pt shop", "pt tickets"),
)  # fmt: skip
RATED = 1_000
SLACK = 0.005
REPEATS = 200


@dataclass(frozen=True)
class Kind:
    """Texts of one kind, with their vectors, and what a lexicon says of them."""

    told: Set
    vectors: Vectors
    said: Floats

    def given(self, some: Places, rated: int) -> Texts:
        """Give some texts to learn from, the first of them with their ratings."""
        feelings = np.full(len(some), np.nan)
        feelings[:rated] = self.told.feelings[some[:rated]]
        texts = [self.told.texts[at] for at in some]
        return Texts(texts, [self.told.language] * len(some), self.vectors[some], self.said[some], feelings)


def kinds(sets: Sequence[Set], known: Mapping[str, Vectors], embedder: Embedder, scratch: Path) -> dict[str, Kind]:
    """Give all kinds by name: the rated sets, and tickets by language."""
    tickets = [*_tickets()]
    every = {one.name: (one, known[one.name]) for one in sets}
    every |= {one.name: (one, vectors(embedder, one.texts, scratch)) for one in tickets}
    return {
        name: Kind(one, found, lexicon.values(one.texts, [one.language] * len(one.texts)))
        for name, (one, found) in every.items()
    }


def _tickets() -> list[Set]:
    """Read tickets: no ratings there, but what went wrong (−1) against what is asked for (+1)."""
    found: dict[str, dict[str, float]] = {}
    for row in rows("support_tickets_multilingual/tickets_en_de_es_pt_fr.csv.gz"):
        if row["body"] and row["type"] in ("Incident", "Problem", "Request"):
            found.setdefault(row["language"], {})[row["body"]] = 1.0 if row["type"] == "Request" else -1.0
    return [
        Set(f"{language} tickets", language, list(said), np.array(list(said.values())))
        for language, said in sorted(found.items())
    ]


def measure(every: Mapping[str, Kind], seeded: Seeded) -> list[str]:
    """Print it; give where what was learnt reads clearly worse than the prior."""
    print(
        f"\nLearnt from {RATED:,} ratings of one kind, read in another of which no text was rated, held-out half: AUC"
    )
    print("  (tickets were written by a machine; there trouble is to be read as worse than requests)")
    missed = []
    for source, target in PAIRS:
        other = every[target]
        have, held = halves(len(other.told.texts))
        own, without = _learnt(every[source], other, have, seeded)
        ours, prior = _read(own, other, held, seeded), _read(without, other, held, seeded)
        plain = _read(own, other, held, seeded, familiar=False)
        truth = other.told.feelings[held]
        value, before = _auc(ours, truth), _auc(prior, truth)
        low, high = _difference(ours, prior, truth)
        print(f"  {source:12} -> {target:12} ours {value:.3f}  prior {before:.3f}  difference {value - before:+.3f} "
              f"({low:+.3f} to {high:+.3f})  were all texts familiar {_auc(plain, truth):.3f}", flush=True)  # fmt: skip
        if value < before - SLACK:
            missed.append(f"{source} -> {target}: {value:.3f}, the prior {before:.3f}")
    print("\nTickets, read by the seeds and a lexicon alone: AUC by language")
    for name, one in every.items():
        if name.endswith("tickets"):
            print(f"  {name}: {_auc(seeded.prior(one.vectors, one.said), one.told.feelings):.3f} of {len(one.said):,}")
    return missed


def _learnt(one: Kind, other: Kind, have: Places, seeded: Seeded) -> tuple[Learnt, Learnt]:
    """Learn from one kind with ratings and from texts of another without; and from both without any."""
    first, second = one.given(np.arange(len(one.told.texts)), RATED), other.given(have, 0)
    both = Texts(
        [*first.texts, *second.texts], [*first.languages, *second.languages],
        np.concatenate([first.vectors, second.vectors]), np.concatenate([first.lexicon, second.lexicon]),
        np.full(len(first.texts) + len(second.texts), np.nan),
    )  # fmt: skip
    base = learning.Learning(both, seeded)
    without = base.learn()
    return base.rated_otherwise(np.concatenate([first.feelings, second.feelings])).learn(), without


def _read(learnt: Learnt, one: Kind, some: Places, seeded: Seeded, familiar: bool = True) -> Floats:
    """Read texts as a company's reader does."""
    found = one.vectors[some]
    parts = learnt.parts(seeded.prior(found, one.said[some]), found, [one.told.texts[at] for at in some])
    languages = [one.told.language] * len(some)
    return np.nan_to_num(learnt.feelings(parts, languages, learnt.near(found) if familiar else None))


def _auc(values: Floats, feelings: Floats) -> float:
    clear = np.abs(feelings) >= CLEAR
    return auc(np.nan_to_num(values)[clear], feelings[clear] > 0)


def _difference(ours: Floats, prior: Floats, truth: Floats) -> tuple[float, float]:
    """Give the 95 % interval of the difference, by bootstrap over texts, both read on the same."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(REPEATS):
        some = rng.integers(0, len(truth), len(truth))
        found.append(_auc(ours[some], truth[some]) - _auc(prior[some], truth[some]))
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)
