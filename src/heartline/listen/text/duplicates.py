"""Texts that are nearly the same: copies, edited copies, forms that were filled in.

Cosine of TF-IDF over three to five neighbouring letters of at least 0.7 (measured on edited copies: recall 0.96, 0.7 %
of others taken along; sentence vectors need 0.8 for a recall of 0.65). Every text joins the first one that it is like,
so that chains of small changes do not make one group of texts that have nothing in common.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

ALIKE = 0.7
WORK = 2e8
"""Pairs that are looked at, at most: letters that stand together in most texts bring none together by themselves, so
the rarest go first and the commonest not at all."""
ROWS = 512

Places = npt.NDArray[np.int64]


def folded(texts: Sequence[str], alike: float = ALIKE) -> Places:
    """Give for each text the place of the first one that it nearly repeats; its own where it is the first."""
    plain = [" ".join(text.casefold().split()) for text in texts]
    first: dict[str, int] = {}
    same = np.array([first.setdefault(text, place) for place, text in enumerate(plain)], np.int64)
    places = np.array(sorted(first.values()), np.int64)
    if len(places) < 2:
        return same
    among = _leaders(_letters([plain[place] for place in places]), alike)
    leader = np.arange(len(plain), dtype=np.int64)
    leader[places] = places[among]
    found: Places = leader[same]
    return found


def _letters(texts: Sequence[str]) -> Any:
    """Give TF-IDF of letters that stand together, rows of length 1."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), dtype=np.float32).fit_transform(
        [text or " " for text in texts] if any(len(text) > 2 for text in texts) else [f"{text}   -" for text in texts]
    )


def _leaders(rows: Any, alike: float) -> Places:
    """Let every row join the first one that it is like and that joined no other itself."""
    number = rows.shape[0]
    seen = np.bincount(rows.indices, minlength=rows.shape[1]).astype(np.float64)
    order = np.argsort(seen, kind="stable")
    affordable = order[np.cumsum(seen[order] ** 2) <= WORK]
    rare = rows[:, np.sort(affordable[seen[affordable] > 1])]
    turned, whole = rare.T.tocsr(), rows
    leader = np.arange(number, dtype=np.int64)
    for start in range(0, number, ROWS):
        near = (rare[start : start + ROWS] @ turned).tocsr()
        for step in range(near.shape[0]):
            place = start + step
            among = near.indices[near.indptr[step] : near.indptr[step + 1]]
            among = among[(among < place)]
            among = among[leader[among] == among]
            if len(among):
                close = np.asarray((whole[among] @ whole[place].T).todense()).ravel()
                like = among[close >= alike]
                if len(like):
                    leader[place] = like.min()
    return leader
