"""The people of an import settled again, as far as others spoke of them while it was made.

Who is one person is decided set by set: of identifiers that anything ever said connects. What others said meanwhile
concerns the sets that it touches; for these alone the ledger and the import's assertions are settled anew, which gives
what settling everything anew would give.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .identity import components
from .people import Ties, tie


@dataclass(frozen=True)
class Said:
    """What an import says of people, and as what it was settled first.

    Parameters
    ----------
    ledger
        Rows of `identities` when it began.
    pairs
        Its assertions.
    names
        All identifiers that it met; those of `fresh` were in no ledger.
    powers
        Identifier kind -> unique, strong or weak.
    """

    ledger: pa.Table
    pairs: pa.Table
    names: pa.Array
    fresh: pa.Array
    powers: Mapping[str, str]
    ties: Ties


@dataclass(frozen=True)
class Settled:
    """Who an import's people are now: its ties, and its identifiers that are still in no ledger."""

    ties: Ties
    fresh: pa.Array


class Circles:
    """Sets of identifiers that anything said connects, whether or not it holds."""

    def __init__(self, *said: pa.Table) -> None:
        chunks = [chunk for side in ("left", "right") for table in said for chunk in table[side].chunks]
        encoded = pa.concat_arrays([pa.array([], pa.string()), *chunks]).dictionary_encode()
        left, right = np.split(encoded.indices.to_numpy().astype(np.int64), 2)
        self.names = encoded.dictionary
        self._label = components(len(self.names), left, right)

    def around(self, some: pa.Array) -> pa.Array:
        """Give the identifiers of all sets that hold one of some, and these themselves."""
        hit = np.zeros(len(self.names), bool)
        hit[self._label[_among(self.names, some)]] = True
        return pc.unique(pa.concat_arrays([self.names.filter(pa.array(hit[self._label])), some]))


class Retying:
    """Settles an import's people again and again while others speak; what they said is gathered from the beginning."""

    def __init__(self, said: Said) -> None:
        self.said = said
        self.settled = Settled(said.ties, said.fresh)
        self._circles = Circles(said.ledger, said.pairs)
        self._mine = self._circles.around(said.names)
        self._since = said.ledger.slice(0, 0)

    def concerns(self, since: pa.Table) -> bool:
        """Tell whether what others said speaks of anybody whom the import knows, or is tied to such."""
        return bool(since.num_rows) and bool(_among(self._mine, _ends(since)).any())

    def hear(self, since: pa.Table, version: int) -> Settled:
        """Settle what others said since it was asked last.

        Parameters
        ----------
        since
            Rows of `identities`.
        version
            A lake version after theirs.
        """
        said = self.said
        self._since = pa.concat_tables([self._since, since])
        some = self._circles.around(_ends(self._since))  # what was said since leads out of these sets nowhere
        self._mine = pc.unique(pa.concat_arrays([self._mine, some]))
        ledger = pa.concat_tables([_of(said.ledger, some), self._since])
        before = tie(ledger, said.pairs.slice(0, 0), said.powers, version)
        after = tie(ledger, _of(said.pairs, some), said.powers, version)
        own = self._since.filter(pc.equal(self._since["left"], self._since["right"]))["left"].combine_chunks()
        self.settled = Settled(
            ties=_merged(said, some, before, after),
            fresh=said.fresh.filter(pa.array(~_among(said.fresh, own))),
        )
        return self.settled


def _merged(said: Said, some: pa.Array, before: Ties, after: Ties) -> Ties:
    """Put together what was settled first and what became of some; a row's person who is another one now is changed."""
    first = said.ties
    names = some.to_pylist()
    customer_of = {**first.customer_of, **{name: after.customer_of.get(name, name) for name in names}}
    mine = some.filter(pa.array(_among(some, said.names))).to_pylist()
    moved = [name for name in mine if customer_of[name] != first.customer_of.get(name, name)]
    changed = [*_rows(first.changed, some), *_rows(after.changed)]
    known = {row["identifier"] for row in changed}
    changed += [
        {"identifier": name, "customer": customer_of[name], "was": before.customer_of.get(name, name)}
        for name in moved
        if name not in known
    ]
    return replace(
        first,
        edges=pa.concat_tables([_not_of(first.edges, some), after.edges]),
        refused=pa.concat_tables([_not_of(first.refused, some), after.refused]),
        customer_of=customer_of,
        changed=pa.Table.from_pylist(changed, _CHANGED),
    )


_CHANGED = pa.schema([(name, pa.string()) for name in ("identifier", "customer", "was")])


def _rows(changed: pa.Table | None, without: pa.Array | None = None) -> list[dict[str, str]]:
    if changed is None or not changed.num_rows:
        return []
    if without is not None:
        changed = changed.filter(pc.invert(pc.is_in(changed["identifier"], value_set=without)))
    found: list[dict[str, str]] = changed.to_pylist()
    return found


def _ends(said: pa.Table) -> pa.Array:
    return pc.unique(pa.chunked_array([*said["left"].chunks, *said["right"].chunks], pa.string()))


def _among(names: pa.Array, some: pa.Array) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.is_in(names, value_set=some).to_numpy(zero_copy_only=False)
    return found


def _of(said: pa.Table, some: pa.Array) -> pa.Table:
    return said.filter(pc.or_(*(pc.is_in(said[side], value_set=some) for side in ("left", "right"))))


def _not_of(said: pa.Table, some: pa.Array) -> pa.Table:
    return said.filter(pc.invert(pc.is_in(said["left"], value_set=some)))
