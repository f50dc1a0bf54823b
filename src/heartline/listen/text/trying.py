"""Other signs of emotions tried out on texts that were read, before anybody keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from heartline.store.snapshot import Snapshot

from . import showing
from .emotion import NAMES
from .overriding import texts_of
from .quotes import representative
from .signs import Signs

NEWEST = 5_000
EXAMPLES = 6


@dataclass(frozen=True)
class Tried:
    """What other signs would change.

    Parameters
    ----------
    texts, changed
        Texts that were read, and how many of them would show another emotion.
    rows
        Each emotion, with how many texts show it now and would then.
    examples
        Texts that stand for those that would change, what they show now, and then.
    """

    texts: int
    changed: int
    rows: tuple[tuple[str, int, int], ...]
    examples: tuple[tuple[str, str, str], ...]


def tried(snapshot: Snapshot, by: Signs) -> Tried:
    """Read the newest texts by other signs, beside what they show by the company's own; nothing is written."""
    rows = texts_of(snapshot, "id", "occurred_at")
    found = snapshot.execute(rows.order_by([rows.occurred_at.desc(), rows.id]).limit(NEWEST))
    ids, texts = found["id"].to_pylist(), found["text"].to_pylist()
    now, then = showing.emotions_of(snapshot, ids, texts), showing.emotions_of(snapshot, ids, texts, by)
    both = [(text, old, new) for text, old, new in zip(texts, now, then, strict=True) if old and new]
    other = [one for one in both if one[1] != one[2]]
    return Tried(
        len(both),
        len(other),
        tuple((name, sum(one[1] == name for one in both), sum(one[2] == name for one in both)) for name in NAMES),
        tuple(other[place] for place in representative([one[0] for one in other], EXAMPLES)),
    )
