"""How well languages are told: by length, and in texts that change from one language to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.texts.sets import Set, rows
from heartline.listen.text.language import Languages

FEW = ("en", "de", "es", "pt", "fr", "it", "nl")
LENGTHS = (10, 20, 50, 200)
EACH = 500


def measure(sets: Sequence[Set]) -> None:
    """Print it."""
    different = list({one.language: one for one in sets}.values())
    print("\nLanguage by length, among seven and among all: right of those told (95 %), and share told")
    for among in (FEW, ()):
        made = Languages(among)
        for length in LENGTHS:
            pairs = [(text[:length], one.language) for one in different
                     for text in [text for text in one.texts if len(text) >= length][:EACH]]  # fmt: skip
            print(f"  {len(among) or 'all':>4} languages, {length:3} characters: {_right(made, pairs)}")
    tickets = [(row["body"], row["language"]) for row in rows(
        "support_tickets_multilingual/tickets_en_de_es_pt_fr.csv.gz") if row["body"]]  # fmt: skip
    print(f"     7 languages, whole tickets:  {_right(Languages(FEW), tickets)}")
    _mixed(different)


def _right(made: Languages, pairs: Sequence[tuple[str, str]]) -> str:
    from heartline.listen.intervals import wilson

    answers = made.detect([text for text, _ in pairs])
    told = sum(answer is not None for answer in answers)
    right = sum(answer == language for answer, (_, language) in zip(answers, pairs, strict=True))
    if not told:
        return "none told"
    low, high = wilson(right / told, told)
    return f"{right / told:.3f} right ({low:.3f} to {high:.3f}), {told / len(pairs):.2f} told, {len(pairs):,} texts"


def _mixed(different: Sequence[Set]) -> None:
    """Print what is said of texts whose halves are in two languages: no language, one of the two, or a third."""
    made, rng = Languages(FEW), np.random.default_rng(0)
    print("\nTexts of two languages, half and half: none told (right), one of both told, another told")
    for length in (40, 120, 300):
        count = np.zeros(3)
        for one in different:
            for other in different:
                if one is other:
                    continue
                first, second = ([text[:length] for text in some.texts if len(text) >= length][:100]
                                 for some in (one, other))  # fmt: skip
                for left, right in zip(first, rng.permutation(second).tolist(), strict=False):
                    answer = made.detect([f"{left}. {right}"])[0]
                    both = (one.language, other.language)
                    count[0 if answer is None else 1 if answer in both else 2] += 1
        shares = count / count.sum()
        print(f"  {length:3} characters each: {shares[0]:.3f} none, {shares[1]:.3f} one of both, "
              f"{shares[2]:.3f} another, {count.sum():,.0f} texts")  # fmt: skip
