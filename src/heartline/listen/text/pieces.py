"""Pieces of words, hashed and counted: 2 to 5 characters within a word, words, and two words that follow each other.

They are those of scikit-learn's `HashingVectorizer` (a test holds them side by side). But no piece of characters
reaches beyond its word, so a text's are the sum of its words': each different word is cut and hashed once, and those
that were met before not at all. What is remembered of a word are numbers, not its letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

SIZE = 1 << 17
"""Columns of each of the two kinds of pieces: those of characters, and words."""
LONGEST = 2_000
"""Characters of a text that are read."""
REMEMBERED = 20_000
"""Words whose pieces are remembered: most of what people write in a language, in some 8 MB."""
USUAL = 30
"""Letters of a word that is remembered; longer ones are seldom met again."""

_known: dict[int, tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]] = {}


def pieces(texts: Sequence[str]) -> Any:
    """Count the pieces of texts: a sparse row each."""
    from scipy.sparse import csr_matrix, hstack

    if not len(texts):
        return csr_matrix((0, 2 * SIZE))
    cut = [text[:LONGEST] for text in texts]
    return hstack([_of_characters(cut), _counters()[1].transform(cut)]).tocsr()


def _of_characters(texts: Sequence[str]) -> Any:
    from scipy.sparse import csr_matrix

    said = [text.lower().split() for text in texts]
    flat = list(chain.from_iterable(said))
    places = {word: place for place, word in enumerate(dict.fromkeys(flat))}
    ends = np.cumsum([0, *map(len, said)])
    at = np.fromiter(map(places.__getitem__, flat), np.int64, len(flat))
    found = csr_matrix((np.ones(len(flat)), at, ends), (len(said), len(places))) @ _of_words(list(places))
    found.sort_indices()
    return found


def _of_words(words: Sequence[str]) -> Any:
    """Give the pieces of characters of each word."""
    from scipy.sparse import csr_matrix

    rows = [_known.get(hash(word)) for word in words]
    new = [place for place, row in enumerate(rows) if row is None]
    for place, row in zip(new, _cut([words[place] for place in new]), strict=True):
        rows[place] = row
    if not rows:
        return csr_matrix((0, SIZE))
    columns, counts = zip(*(row for row in rows if row is not None), strict=True)
    ends = np.cumsum([0, *map(len, columns)])
    return csr_matrix((np.concatenate(counts), np.concatenate(columns), ends), (len(words), SIZE))


def _cut(words: Sequence[str]) -> list[tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]]:
    """Cut words into pieces, and remember these."""
    if not words:
        return []
    made = _counters()[0].transform(words)
    ends = made.indptr.tolist()
    rows = [(made.indices[first:end].copy(), made.data[first:end].copy()) for first, end in pairwise(ends)]
    if len(_known) + len(words) > REMEMBERED:
        _known.clear()
    _known.update((hash(word), row) for word, row in zip(words, rows, strict=True) if len(word) <= USUAL)
    return rows


@cache
def _counters() -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import HashingVectorizer

    word = r"(?u)\b\w+\b"
    usual = {"n_features": SIZE, "alternate_sign": False, "norm": None, "lowercase": True}
    return (
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **usual),
        HashingVectorizer(analyzer="word", ngram_range=(1, 2), token_pattern=word, **usual),
    )
