"""Who may be the same person: evidence for and against, weighed after Fellegi and Sunter (1969). Never a decision.

What two people share speaks for one person by how seldom it would be shared by chance; what is known of both and
differs speaks against it. Weights are powers of two: 10 makes one person a thousand times likelier than before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from heartline.store.snapshot import Snapshot

from . import keeping_apart
from .identity import components
from .joining import powers
from .people import edges
from .recipe import POWERS
from .refusing import WEAK_BETWEEN

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]
SLOT, SHARED, DEVICE = "slot", "shared", "device"
FIELDS = {
    "ref": 0.05, SLOT: 0.05, "name": 0.85, "mailbox": 0.6, "phone": 0.7, "address": 0.7, "postcode": 0.8,
    "birthday": 0.95, "account": 0.3, SHARED: 0.3, DEVICE: 0.1,
}  # fmt: skip
"""What can be shared, and how often it is by two records of one person, where it is known of both: an order number or
a visit; what they are called; where they are reached; what they both gave, or used, and were not joined by."""
DIFFER_WEIGHS = frozenset(("name", "phone", "address", "postcode", "birthday", "account"))
"""What speaks against one person where it differs. Two mailboxes or two orders are nothing odd."""
FEW = 8
"""Whatever more people than these share finds nobody; it still weighs for those who were found by something else."""
MOST = 200_000
"""Pairs that are weighed, those who share what is rarest."""
EXPECTED = 0.01
"""Duplicates that are expected before anything is looked at, for each person."""
REPEATS = 2
"""So many times visits in common add up: one order or one delivery makes several of them, so they are no more proof."""
LEAST_ODDS = 0.05


@dataclass(frozen=True)
class Evidence:
    """What one field says of two people.

    Parameters
    ----------
    agrees
        Whether they share something; else it is known of both and differs.
    weight
        Power of two by which it makes one person likelier.
    times
        How many they share.
    carriers
        How many people have the rarest that they share.
    """

    field: str
    agrees: bool
    weight: float
    times: int
    carriers: int


@dataclass(frozen=True)
class Likely:
    """Two customers who may be one person; the strongest evidence first."""

    left: str
    right: str
    weight: float
    chance: float
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Marks:
    """What is known of people: `who` has `value` of `field`; each once."""

    who: I64
    field: I64
    value: I64
    names: list[str]
    """The customer of each number."""


def likely(
    snapshot: Snapshot, told: pa.Table | None = None, *, never: Collection[tuple[str, str]] = (), most: int = 20
) -> list[Likely]:
    """Give the pairs of customers who are most likely one person.

    Parameters
    ----------
    told
        Contact data: `identifier`, `field` (of `FIELDS`), `value`, as alike as the same thing can be written.
    never
        Pairs of identifiers that are known to be two people.
    """
    marks, number_of = _marks(snapshot, told)
    count = len(marks.names)
    if count < 2:
        return []
    carriers = np.bincount(marks.value)
    left, right = _found(marks, carriers)
    left, right = _without(left, right, [*never, *_parted(snapshot)], number_of, count)
    weights, known = _weighed(marks, carriers, left, right, count)
    total = sum(weights.values(), np.zeros(len(left)))
    odds = np.log2(EXPECTED * 2 / count) + total
    best = np.lexsort((right, left, -total))
    best = best[odds[best] > np.log2(LEAST_ODDS)][:most]
    return [_likely(int(at), marks, left, right, weights, known, float(odds[at])) for at in best]


def _likely(
    at: int,
    marks: Marks,
    left: I64,
    right: I64,
    weights: dict[str, F64],
    known: dict[str, tuple[I64, I64]],
    odds: float,
) -> Likely:
    found = [
        Evidence(
            field, bool(known[field][0][at]), float(weight[at]), int(known[field][0][at]), int(known[field][1][at])
        )
        for field, weight in weights.items()
        if weight[at]
    ]
    found.sort(key=lambda one: -one.weight)
    names = sorted((marks.names[left[at]], marks.names[right[at]]))
    chance = 1 / (1 + 2 ** -min(odds, 60.0))
    return Likely(names[0], names[1], sum(one.weight for one in found), chance, tuple(found))


def _marks(snapshot: Snapshot, told: pa.Table | None) -> tuple[Marks, dict[str, int]]:
    """Gather what is known of everybody, by number of person; and the number of every identifier."""
    rows = snapshot.rows("identifier", "customer", "ref", "unit", "occurred_at")
    known = rows.filter(rows.customer.notnull())
    people = snapshot.execute(known.select("identifier", "customer").distinct())
    refs = snapshot.execute(known.filter(known.ref.notnull()).select("customer", value=known.ref).distinct())
    there = known.filter(known.unit.notnull())
    hour = there.occurred_at.truncate("h").cast("string")
    slots = snapshot.execute(there.select("customer", value=there.unit + " " + hour).distinct())
    _, held = edges(snapshot.table("identities"))
    told = told if told is not None else pa.table({name: pa.array([], pa.string()) for name in TOLD})
    met = keeping_apart.pairs(snapshot)
    columns = [
        people["identifier"], people["customer"], held["left"], held["right"], told["identifier"], met["left"],
        met["right"],
    ]  # fmt: skip
    names = pa.concat_arrays([chunk.cast(pa.string()) for column in columns for chunk in column.chunks] or [_NONE])
    coded = names.dictionary_encode()
    codes = np.split(coded.indices.to_numpy().astype(np.int64), np.cumsum([len(column) for column in columns])[:-1])
    label = components(
        len(coded.dictionary), np.concatenate((codes[0], codes[2])), np.concatenate((codes[1], codes[3]))
    )
    who, person = np.unique(label, return_inverse=True)
    shown = who.copy()
    shown[person[codes[1]]] = codes[1]
    texts = coded.dictionary.to_pylist()
    at = {name: int(one) for name, one in zip(texts, person, strict=True)}
    parts = [
        (_at(coded.dictionary, refs["customer"], person), "ref", refs["value"]),
        (_at(coded.dictionary, slots["customer"], person), SLOT, slots["value"]),
        *_shared_in_vain(met, person[codes[5]], person[codes[6]]),
        *_accounts(texts, person, [kind for kind, power in powers(snapshot).items() if power == POWERS[0]]),
    ]
    parts += [
        (person[codes[4][mask]], field, told["value"].filter(pa.array(mask)))
        for field in FIELDS
        if (mask := pc.equal(told["field"], field).to_numpy(zero_copy_only=False).astype(bool)).any()
    ]
    return _numbered(parts, [texts[one] for one in shown]), at


TOLD = ("identifier", "field", "value")
_NONE = pa.nulls(0, pa.string())


def _at(dictionary: pa.Array, names: pa.ChunkedArray, person: I64) -> I64:
    found: I64 = person[pc.index_in(names.cast(pa.string()), value_set=dictionary).to_numpy().astype(np.int64)]
    return found


def _shared_in_vain(met: pa.Table, left: I64, right: I64) -> list[tuple[I64, str, pa.Array]]:
    """Take what two people had in common and were not joined by: it is a mark of both."""
    weak = pc.equal(met["why"], WEAK_BETWEEN).to_numpy(zero_copy_only=False).astype(bool)
    made = []
    for field, some in ((DEVICE, np.flatnonzero(weak)), (SHARED, np.flatnonzero(~weak))):
        if len(some):
            names = met["shared"].combine_chunks().take(pa.array(some))
            made.append((np.concatenate((left[some], right[some])), field, pa.concat_arrays([names, names])))
    return made


def _accounts(texts: list[str], person: I64, unique: list[str]) -> list[tuple[I64, str, pa.Array]]:
    """Take what one has one of only for a mark: two people with one each differ in it."""
    begins = tuple(f"{kind}:" for kind in unique)
    own = np.array([at for at, name in enumerate(texts) if name.startswith(begins)], np.int64)
    return [(person[own], "account", pa.array([texts[at] for at in own]))] if len(own) else []


def _numbered(parts: list[tuple[I64, str, pa.Array]], names: list[str]) -> Marks:
    who, field, value, above = [], [], [], 0
    for people, name, values in parts:
        coded = values.cast(pa.string()).dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        who.append(people)
        field.append(np.full(len(people), list(FIELDS).index(name), np.int64))
        value.append(coded.indices.to_numpy().astype(np.int64) + above)
        above += len(coded.dictionary)
    whole = np.column_stack((np.concatenate(who), np.concatenate(field), np.concatenate(value)))
    order = np.lexsort((whole[:, 2], whole[:, 0]))
    whole = whole[order]
    keep = np.append(True, (whole[1:] != whole[:-1]).any(axis=1))[: len(whole)]
    return Marks(whole[keep, 0], whole[keep, 1], whole[keep, 2], names)


def _found(marks: Marks, carriers: I64) -> tuple[I64, I64]:
    """Give the pairs who share something that few have, each once; those who share the rarest, if there are many."""
    rare = np.flatnonzero((carriers[marks.value] > 1) & (carriers[marks.value] <= FEW))
    order = rare[np.argsort(marks.value[rare], kind="stable")]
    who, value = marks.who[order], marks.value[order]
    left, right, times = [], [], []
    for step in range(1, FEW):
        same = np.flatnonzero(value[step:] == value[:-step])
        left.append(who[same])
        right.append(who[same + step])
        times.append(carriers[value[same]])
    a, b, seldom = np.concatenate(left), np.concatenate(right), np.concatenate(times)
    pair = np.minimum(a, b) * len(marks.names) + np.maximum(a, b)
    pair = pair[np.argsort(seldom, kind="stable")]
    _, first = np.unique(pair, return_index=True)
    pair = pair[np.sort(first)][:MOST]
    return pair // len(marks.names), pair % len(marks.names)


def _without(
    left: I64, right: I64, never: list[tuple[str, str]], number_of: dict[str, int], count: int
) -> tuple[I64, I64]:
    """Leave out pairs that are known to be two people."""
    known = [(number_of[a], number_of[b]) for a, b in never if a in number_of and b in number_of]
    gone = np.array([min(pair) * count + max(pair) for pair in known], np.int64)
    keep = ~np.isin(left * count + right, gone)
    return left[keep], right[keep]


def _parted(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Give what was taken back: somebody said that these are two."""
    ledger = snapshot.ledger()
    taken = snapshot.execute(ledger.filter(~ledger.same).select("left", "right").distinct())
    return list(zip(taken["left"].to_pylist(), taken["right"].to_pylist(), strict=True))


def _weighed(
    marks: Marks, carriers: I64, left: I64, right: I64, count: int
) -> tuple[dict[str, F64], dict[str, tuple[I64, I64]]]:
    """Weigh each field for each pair; give how many they share of it, too, and how many have the rarest of these."""
    weights, known = {}, {}
    for number, field in enumerate(FIELDS):
        mine = marks.field == number
        if not mine.any():
            continue
        who, value = marks.who[mine], marks.value[mine]
        has = np.bincount(who, minlength=count)
        pair, shared = _shared(who, value, has, left, right, len(carriers))
        fewer = np.minimum(has[left], has[right])
        chance = np.minimum(1.0, fewer[pair] * (carriers[shared] - 1) / (count - 1))
        gain = np.maximum(0.0, np.log2(FIELDS[field] / np.maximum(chance, 1e-12)))
        times = np.bincount(pair, minlength=len(left))
        best, least = np.zeros(len(left)), np.full(len(left), np.iinfo(np.int64).max)
        np.maximum.at(best, pair, gain)
        np.minimum.at(least, pair, carriers[shared])
        weight = np.minimum(np.bincount(pair, gain, minlength=len(left)), REPEATS * best) if field == SLOT else best
        if field in DIFFER_WEIGHS:
            differs = (fewer > 0) & (times == 0)
            weight = np.where(differs, np.log2(1 - FIELDS[field]) if field != "account" else -1.0, weight)
        weights[field], known[field] = weight, (times, np.where(times > 0, least, 0))
    return weights, known


def _shared(who: I64, value: I64, has: I64, left: I64, right: I64, values: int) -> tuple[I64, I64]:
    """Give what pairs share of a field: the pair's place, and the value. `who` is sorted, then `value`."""
    start = np.cumsum(has) - has
    many = has[left]
    pair = np.repeat(np.arange(len(left)), many)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(many) - many, many)
    candidate = value[start[left[pair]] + within]
    key = who * values + value
    wanted = right[pair] * values + candidate
    at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    there = key[at] == wanted
    return pair[there], candidate[there]
