"""Adding experiences up by touchpoint, with customers as clusters: a kernel whose answer is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from heartline.listen.intervals import Sums
from heartline.store.kernel import Array, Columns, distinct

from .experience import Asked, Lived

FEELING, BAD, GOOD_END, BAD_END, NOT_HERE, ANY_END, PRESENT = range(7)
"""Measures: feelings about a touchpoint, bad experiences, last feelings after a good and a bad one, last feelings of
trips that were never there (kept as a correction of all), and of all trips; known people who were there."""
HERE = NOT_HERE
_FIELDS = 7
_WIDE = 1 << 40
"""Customers numbered beyond this are renumbered before they are combined with touchpoints."""


@dataclass(frozen=True)
class Entries:
    """Sums of one measure by customer and touchpoint: n values, their sum and their squares."""

    measure: int
    cluster: Array
    touchpoint: Array
    n: Array
    s: Array
    q: Array


@dataclass(frozen=True)
class Account:
    """What was added up.

    Parameters
    ----------
    names, groups
        Touchpoints, and what each is split into; one place more stands for all of them.
    counts
        By row: interactions at the touchpoint, contacts (at it or about it), contacts of nobody known, trips whose
        experience there is known by facts; in the last place those of all touchpoints.
    trips
        Closed and open trips.
    stats
        By measure and touchpoint: the fields of `Sums`, over customers that lie in these rows as a whole.
    entries
        Of customers that may have rows elsewhere too.
    """

    names: tuple[str, ...]
    groups: tuple[str | None, ...]
    counts: Array
    trips: Array
    stats: Array
    entries: tuple[Entries, ...] = ()


def account(asked: Asked, columns: Columns) -> Account:
    """Add up some owners' experiences."""
    lived = Lived(columns, asked)
    size = lived.size
    whole = asked.per == "customer"
    cluster = lived.trips.owner.astype(np.int64) if whole else lived.customer
    if not whole:  # trips of nobody known: each is by itself, and lies here as a whole
        cluster = np.where(cluster >= 0, cluster, -1 - np.arange(len(cluster)))
    entries = _measured(lived, cluster, size)
    if asked.journey is None:  # a customer has one experience of a place: only feelings and ends come several times
        several = (FEELING, ANY_END) if asked.split else (FEELING,)
        entries = [_together(one, size + 1) if one.measure in several else one for one in entries]
    else:
        entries = [_together(one, size + 1) for one in entries]
    found = Account(
        tuple(lived.names),
        lived.groups,
        _counts(lived, size),
        np.array([lived.closed.sum(), lived.trips.open.sum()]),
        _clustered(entries if whole else [_some(one, one.cluster < 0) for one in entries], size),
    )
    if whole:
        return found
    found.stats[PRESENT] = 0  # nobody known is no person
    return replace(found, entries=tuple(_some(one, one.cluster >= 0) for one in entries))


def joined(one: Account, other: Account) -> Account:
    """Join what was added up of two sets of owners."""
    return Account(
        one.names,
        one.groups,
        one.counts + other.counts,
        one.trips + other.trips,
        one.stats + other.stats,
        one.entries + other.entries,
    )


def settled(found: Account) -> Account:
    """Add up the customers whose rows were spread."""
    if not found.entries:
        return found
    size = len(found.names) * len(found.groups)
    entries = []
    for measure in range(PRESENT + 1):
        same = [one for one in found.entries if one.measure == measure]
        parts = [
            np.concatenate([getattr(one, name) for one in same]) for name in ("cluster", "touchpoint", "n", "s", "q")
        ]
        entries.append(_together(Entries(measure, *parts), size + 1))
    return replace(found, stats=found.stats + _clustered(entries, size), entries=())


def people(found: Account, touchpoint: int) -> int:
    """Give how many known people were at a touchpoint or spoke about it; −1 for any."""
    return round(float(found.stats[PRESENT, touchpoint, 3]))


def sums(found: Account, measure: int, touchpoint: int) -> Sums:
    """Give what a mean's interval needs of a measure at a touchpoint."""
    fields = found.stats[measure, touchpoint]
    if measure == NOT_HERE:
        fields = fields + found.stats[ANY_END, -1]
    n, s, q, people, ss, sn, nn = (float(field) for field in fields)
    return Sums(round(n), s, q, round(people), ss, sn, nn)


def _counts(lived: Lived, size: int) -> Array:
    """Count interactions, contacts and contacts of nobody known by touchpoint."""
    here, spoken = lived.counted & (lived.at >= 0), lived.counted & (lived.about >= 0) & (lived.about != lived.at)
    nobody = lived.columns.customer[lived.inside] < 0
    counts = np.zeros((4, size + 1))
    counts[0, :size] = np.bincount(lived.at[here], minlength=size)
    counts[1, :size] = counts[0, :size] + np.bincount(lived.about[spoken], minlength=size)
    counts[2, :size] = np.bincount(lived.at[here & nobody], minlength=size)
    counts[2, :size] += np.bincount(lived.about[spoken & nobody], minlength=size)
    counts[3, :size] = np.bincount(lived.pair_touchpoint[lived.judged[2]], minlength=size)
    counts[:, size] = here.sum(), (here | spoken).sum(), ((here | spoken) & nobody).sum(), lived.judged[2].sum()
    return counts


def _present(lived: Lived, who: Array, size: int) -> Entries:
    """Give where every row's person was or what they spoke about; in the last place, whether any of it."""
    if lived.asked.per == "customer" and lived.counted.all():  # pairs of trip and touchpoint tell it with less work
        trip, touchpoint = (lived.pairs // size, lived.pairs % size) if size else (lived.pairs, lived.pairs)
        owner = lived.trips.owner.astype(np.int64)
        anywhere = distinct(trip)
        people, places = np.append(owner[trip], owner[anywhere]), np.append(touchpoint, np.full(len(anywhere), size))
    else:
        here = lived.counted & (who >= 0) & ((lived.at >= 0) | (lived.about >= 0))
        parts = [(who[rows], place[rows]) for place in (lived.at, lived.about) for rows in [here & (place >= 0)]]
        parts.append((who[here], np.full(int(here.sum()), size)))
        people, places = (np.concatenate(part) for part in zip(*parts, strict=True))
    ones = np.ones(len(people))
    return _together(Entries(PRESENT, people, places, ones, ones, ones), size + 1)


def _measured(lived: Lived, cluster: Array, size: int) -> list[Entries]:
    """Give the entries of every measure, by trip."""
    rows = lived.columns.customer[lived.inside]
    who = cluster[lived.trip] if lived.asked.per == "customer" else np.where(rows >= 0, rows, cluster[lived.trip])
    spoken = lived.counted & lived.felt & (lived.about >= 0)
    feeling = lived.feeling[spoken]
    known, bad, _ = lived.judged
    trip, touchpoint = lived.pair_trip, lived.pair_touchpoint
    end = lived.last_feeling
    closed = lived.closed[trip]
    ended = closed & ~np.isnan(end[trip])

    def of_pairs(measure: int, keep: Array, values: Array) -> Entries:
        value = values[keep]
        ones = np.ones(len(value))
        return Entries(measure, cluster[trip[keep]], touchpoint[keep], ones, value, value * value)

    all_ended = lived.closed & ~np.isnan(end)
    ends = end[all_ended]
    return [
        Entries(FEELING, who[spoken], lived.about[spoken], np.ones(len(feeling)), feeling, feeling**2),
        of_pairs(BAD, known & closed, bad.astype(float)),
        of_pairs(GOOD_END, known & ~bad & ended, end[trip]),
        of_pairs(BAD_END, known & bad & ended, end[trip]),
        of_pairs(HERE, ended, end[trip]),
        Entries(ANY_END, cluster[all_ended], np.full(len(ends), size), np.ones(len(ends)), ends, ends * ends),
        _present(lived, rows if lived.asked.per == "ref" else who, size),
    ]


def _together(one: Entries, width: int) -> Entries:
    """Add entries of the same customer and touchpoint up."""
    if not len(one.cluster):
        return one
    cluster = one.cluster
    if cluster.max() > _WIDE:
        _, cluster = np.unique(cluster, return_inverse=True)
    keys, first, place = np.unique(cluster * width + one.touchpoint, return_index=True, return_inverse=True)
    if len(keys) == len(place):
        return one
    n, s, q = (np.bincount(place, weights=values, minlength=len(keys)) for values in (one.n, one.s, one.q))
    return Entries(one.measure, one.cluster[first], one.touchpoint[first], n, s, q)


def _some(one: Entries, keep: Array) -> Entries:
    return Entries(one.measure, *(part[keep] for part in (one.cluster, one.touchpoint, one.n, one.s, one.q)))


def _clustered(entries: Sequence[Entries], size: int) -> Array:
    """Give the fields of `Sums` by measure and touchpoint, from entries of whole customers."""
    stats = np.zeros((PRESENT + 1, size + 1, _FIELDS))
    for one in entries:
        if one.measure == HERE:
            stats[NOT_HERE] = _without(one, entries[ANY_END], size)
        else:
            stats[one.measure] = _fields(one.touchpoint, one.n, one.s, one.q, size)
    return stats


def _without(here: Entries, ends: Entries, size: int) -> Array:
    """Give what all last feelings must be corrected by to leave out trips that came here, customer by customer."""
    order = np.argsort(ends.cluster)
    place = order[np.searchsorted(ends.cluster, here.cluster, sorter=order)]
    n, s, q = ends.n[place], ends.s[place], ends.q[place]
    left = _fields(here.touchpoint, n - here.n, s - here.s, q - here.q, size)
    return left - _fields(here.touchpoint, n, s, q, size)


def _fields(touchpoint: Array, n: Array, s: Array, q: Array, size: int) -> Array:
    s = np.where(n > 0, s, 0.0)  # what is left of nobody is nothing, not a rounding error
    parts = (n, s, np.where(n > 0, q, 0.0), n > 0, s * s, s * n, n * n)
    return np.stack([np.bincount(touchpoint, weights=part, minlength=size + 1) for part in parts], axis=1)
