"""The people of an import: identifiers hashed, tied together in the ledger, and resolved to customers."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.schema import IDENTITIES

from .identity import WEAK, Identifiers, accepted, components, customers
from .loading.guards import shut_out
from .recipe import POWERS
from .refusing import EACH, NOBODY, TWO_UNIQUE, WEAK_BETWEEN

I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


class Hashes:
    """Every identifier of an import once: its pseudonym, and the 128 bits of it as numbers. Grows as values come.

    Parameters
    ----------
    never
        Values in small letters that the company declared to be nobody's, by kind.
    """

    def __init__(self, key: bytes, never: Mapping[str, Collection[str]] | None = None) -> None:
        self._key = key
        self._never = never or {}
        self._nobody = np.zeros(1024, bool)
        self._any = False
        self._vain: dict[int, set[int]] = {}
        self._known: dict[str, dict[str, int]] = {}
        self.names: list[str] = []
        self._bits = np.zeros((1024, 2), np.uint64)

    def codes(self, kind: str, values: pa.Array) -> I64:
        """Give the numbers of identifiers of a kind; −1 where there is none. Only values not met yet are hashed."""
        encoded = values.dictionary_encode()
        known = self._known.setdefault(kind, {})
        distinct = encoded.dictionary.to_pylist()
        codes = [known.get(value, -1) for value in distinct]
        for place, value in enumerate(distinct):
            if codes[place] < 0:
                codes[place] = known[value] = self._add(kind, value)
        found: I64 = np.array([*codes, -1])[encoded.indices.fill_null(len(distinct)).to_numpy(zero_copy_only=False)]
        return found

    def somebody(self, codes: I64) -> I64:
        """Give the numbers with −1 where the value names nobody."""
        if not self._any:
            return codes
        found: I64 = np.where(self._nobody[codes] & (codes >= 0), -1, codes)
        return found

    def note(self, best: I64, codes: I64) -> None:
        """Take note of who came with a value that names nobody; of each value so many as are kept."""
        if not self._any:
            return
        for at in np.flatnonzero((best >= 0) & (codes >= 0) & self._nobody[codes]).tolist():
            told = self._vain.setdefault(int(codes[at]), set())
            if len(told) < EACH:
                told.add(int(best[at]))

    def vain(self) -> pa.Table:
        """Give who came with a value that names nobody, as what is refused."""
        both = [(who, code) for code, told in self._vain.items() for who in sorted(told)]
        sides = [pa.array([self.names[pair[side]] for pair in both], pa.string()) for side in (0, 1)]
        return pa.table({"left": sides[0], "right": sides[1], "why": pa.array([NOBODY] * len(both), pa.string())})

    def people(self) -> list[str]:
        """Give the identifiers that name somebody."""
        if not self._any:
            return self.names
        return [name for name, nobody in zip(self.names, self._nobody.tolist(), strict=False) if not nobody]

    def bits(self, codes: I64) -> tuple[U64, U64]:
        """Give the two halves of the identifiers' 128 bits; zeros for −1."""
        halves = self._bits[codes]
        halves[codes < 0] = 0
        return halves[:, 0], halves[:, 1]

    def _add(self, kind: str, value: str) -> int:
        """Hash a value as `core.ids.identifier` does, keeping the bits."""
        digest = hmac.digest(self._key, f"{kind}\0{value}".encode(), "sha256")[:16]
        self.names.append(f"{kind}:{digest.hex()}")
        if len(self.names) > len(self._bits):
            self._bits = np.concatenate((self._bits, np.zeros_like(self._bits)))
            self._nobody = np.concatenate((self._nobody, np.zeros_like(self._nobody)))
        self._bits[len(self.names) - 1] = np.frombuffer(digest, "<u8")
        if shut_out(kind, value, self._never.get(kind, ())):
            self._any = self._nobody[len(self.names) - 1] = True
        return len(self.names) - 1


@dataclass(frozen=True)
class Ties:
    """What the assertions of an import come to.

    Parameters
    ----------
    edges
        New rows of the ledger that hold: `left`, `right`.
    refused
        Assertions that would have made one of two people, and were left out: `left`, `right`, `why`.
    customer_of
        Customer of every identifier whose customer is another identifier.
    changed
        Rows of `customers`: identifiers known before whose customer is another one now.
    """

    edges: pa.Table
    refused: pa.Table
    customer_of: Mapping[str, str] = field(default_factory=dict)
    changed: pa.Table | None = None


def tie(ledger: pa.Table, pairs: pa.Table, powers: Mapping[str, str], version: int) -> Ties:
    """Settle new assertions against the ledger.

    Parameters
    ----------
    ledger
        Rows of `identities` so far, oldest first.
    pairs
        Asserted pairs, columns `left` and `right`, any order, repeats allowed.
    powers
        Identifier kind -> unique, strong or weak.
    version
        The lake version in which identifiers that are not in the ledger are first seen.
    """
    history, now = edges(ledger)
    fresh = _unknown(pairs, history)
    old_l, old_r, new_l, new_r, names = _numbered(now, fresh)
    people = _described(names, ledger, powers, version)
    holds = accepted(people, (old_l, old_r), (new_l, new_r))
    before = customers(people, components(len(people), old_l, old_r))
    label = components(len(people), np.append(old_l, new_l[holds]), np.append(old_r, new_r[holds]))
    after = customers(people, label)
    moved = np.flatnonzero(after != np.arange(len(people)))
    changed = np.flatnonzero((after != before) & (people.first < version))
    return Ties(
        edges=fresh.filter(pa.array(holds)),
        refused=_refused(fresh.filter(pa.array(~holds)), people, new_l[~holds], new_r[~holds]),
        customer_of=dict(zip(names.take(moved).to_pylist(), names.take(after[moved]).to_pylist(), strict=True)),
        changed=_changes(names, changed, before, after),
    )


def _refused(pairs: pa.Table, people: Identifiers, left: I64, right: I64) -> pa.Table:
    """Say why each was refused."""
    weak = (people.power[left] == WEAK) | (people.power[right] == WEAK)
    why = np.where(weak, WEAK_BETWEEN, TWO_UNIQUE).astype(object)
    return pairs.append_column("why", pa.array(why, pa.string()))


def _changes(names: pa.Array, who: I64, before: I64, after: I64) -> pa.Table:
    return pa.table({"identifier": names.take(who), "customer": names.take(after[who]), "was": names.take(before[who])})


def first_seen(ledger: pa.Table, names: list[str]) -> pa.Array:
    """Give the identifiers that the ledger does not know yet."""
    found = pa.array(names, pa.string())
    own = ledger.filter(pc.equal(ledger["left"], ledger["right"]))["left"]
    return found.filter(pc.invert(pc.is_in(found, value_set=own.combine_chunks())))


def additions(ties: Ties, fresh: pa.Array, source: str) -> pa.Table:
    """Write the ledger's new rows: identifiers first seen, then edges."""
    left = pa.concat_arrays([fresh, ties.edges["left"].combine_chunks()])
    right = pa.concat_arrays([fresh, ties.edges["right"].combine_chunks()])
    return pa.table(
        {
            "left": left,
            "right": right,
            "same": pa.repeat(pa.scalar(True), len(left)),
            "source": pa.repeat(pa.scalar(source), len(left)),
        }
    )


def pair(codes: list[I64], hashes: Hashes) -> pa.Table:
    """Make the assertions of rows that carry several identifiers: the strongest of each with every other.

    `codes` holds one array of identifier numbers a kind, the strongest kind first.
    """
    if not codes:
        return _no_pairs()
    given, codes = codes, [hashes.somebody(code) for code in codes]
    best = strongest(codes)
    for code in given:
        hashes.note(best, code)
    left = [best[(code >= 0) & (code != best)] for code in codes]
    right = [code[(code >= 0) & (code != best)] for code in codes]
    both = np.unique(np.column_stack((np.concatenate(left), np.concatenate(right))), axis=0)
    names = np.array(hashes.names, dtype=object)
    return pa.table(
        {
            "left": pa.array(names[both[:, 0]].tolist(), pa.string()),
            "right": pa.array(names[both[:, 1]].tolist(), pa.string()),
        }
    )


def strongest(codes: list[I64]) -> I64:
    """Give the first number of each row that is not −1, else −1."""
    best = codes[0].copy()
    for code in codes[1:]:
        gap = best < 0
        best[gap] = code[gap]
    return best


def _no_pairs() -> pa.Table:
    return pa.table({"left": pa.array([], pa.string()), "right": pa.array([], pa.string())})


def edges(ledger: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Give every pair that was ever decided on, in one direction, and those that hold now."""
    two = ledger.filter(pc.not_equal(ledger["left"], ledger["right"])).sort_by("landed")
    two = _directed(two)
    last = two.group_by(["left", "right"], use_threads=False).aggregate([("same", "last")])
    return last.select(["left", "right"]), last.filter(last["same_last"]).select(["left", "right"])


def _directed(pairs: pa.Table) -> pa.Table:
    """Write every pair with the lesser name on the left."""
    swap = pc.greater(pairs["left"], pairs["right"])
    left = pc.if_else(swap, pairs["right"], pairs["left"])
    right = pc.if_else(swap, pairs["left"], pairs["right"])
    return pairs.drop_columns(["left", "right"]).append_column("left", left).append_column("right", right)


def _unknown(pairs: pa.Table, history: pa.Table) -> pa.Table:
    """Give the pairs that were never decided on, each once, sorted."""
    if not pairs.num_rows:
        return _no_pairs()
    pairs = _directed(pairs).group_by(["left", "right"]).aggregate([])
    if history.num_rows:
        pairs = pairs.join(history, ["left", "right"], join_type="left anti")
    return pairs.select(["left", "right"]).sort_by([("left", "ascending"), ("right", "ascending")]).combine_chunks()


def _numbered(now: pa.Table, fresh: pa.Table) -> tuple[I64, I64, I64, I64, pa.Array]:
    """Number the identifiers of all edges."""
    parts = [now["left"], now["right"], fresh["left"], fresh["right"]]
    chunks = [chunk for part in parts for chunk in part.chunks] or [pa.array([], pa.string())]
    encoded = pa.concat_arrays(chunks).dictionary_encode()
    codes = encoded.indices.to_numpy().astype(np.int64)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    old_l, old_r, new_l, new_r = np.split(codes, ends)
    return old_l, old_r, new_l, new_r, encoded.dictionary


def _described(names: pa.Array, ledger: pa.Table, powers: Mapping[str, str], version: int) -> Identifiers:
    """Find power, kind, first version and place in the order of names of identifiers."""
    kinds = pc.list_element(pc.split_pattern(names, ":", max_splits=1), 0).dictionary_encode()
    power_of = [POWERS.index(powers.get(kind, "strong")) for kind in kinds.dictionary.to_pylist()]
    kind = kinds.indices.to_numpy().astype(np.int64)
    own = ledger.filter(pc.equal(ledger["left"], ledger["right"]))
    if own.num_rows:
        at = pc.index_in(names, value_set=own["left"].combine_chunks())
        first = own["landed"].combine_chunks().take(at).fill_null(version).to_numpy().astype(np.int64)
    else:
        first = np.full(len(names), version, np.int64)
    place = np.empty(len(names), np.int64)
    place[pc.array_sort_indices(_by_hash(names)).to_numpy()] = np.arange(len(names))
    power = np.array(power_of, np.int64)[kind] if len(names) else kind
    return Identifiers(power, kind, first, place)


def _by_hash(names: pa.Array) -> pa.Array:
    """Write identifiers with the hash before the kind, to sort by."""
    parts = pc.split_pattern(names, ":", max_splits=1)
    return pc.binary_join_element_wise(pc.list_element(parts, 1), pc.list_element(parts, 0), ":")


EMPTY = pa.table([pa.nulls(0, field.type) for field in IDENTITIES], schema=IDENTITIES)
"""Nobody; made of nulls, as `empty_table()` would load pandas into whoever loads us."""
