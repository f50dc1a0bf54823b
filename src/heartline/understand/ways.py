"""All paths of a question's trips: found partial by partial, then matched and counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from heartline.store.kernel import Array, Columns
from heartline.store.snapshot import Snapshot

from .path_set import Paths, distinct, distinct_pairs, joined, keyed, ranked
from .question import Question, Walked, fold
from .spread import Spread, seconds
from .tally import Tally
from .trip_rows import code_of


@dataclass(frozen=True)
class Walks:
    """Trips and their paths, partial by partial: each trip's path by its number among those of its partial."""

    names: tuple[str, ...]
    tally: Tally
    paths: tuple[Paths, ...]
    numbers: tuple[Array, ...]
    durations: tuple[Array, ...]

    def merged(self, other: Walks) -> Walks:
        """Join the trips of other owners; paths are matched once, at the end."""
        return Walks(
            self.names,
            self.tally.merged(other.tally),
            self.paths + other.paths,
            self.numbers + other.numbers,
            self.durations + other.durations,
        )


def walks(columns: Columns, question: Question) -> Walks:
    """Find the paths of some owners' trips."""
    walked = Walked(columns, question)
    paths = keyed(walked.touchpoint, walked.first)
    kept, number = distinct(paths)
    return Walks(
        walked.names, Tally.of(walked), (paths.taken(kept),), (number.astype(np.int32),), (walked.duration_us,)
    )


class Ways:
    """All paths of the trips, each with what is counted of it."""

    def __init__(self, found: Walks) -> None:
        self.names = found.names
        self.tally = found.tally
        everything = joined(found.paths)
        kept, sort = distinct(everything)
        self.paths = everything.taken(kept)
        offsets = np.cumsum([0, *(len(paths) for paths in found.paths)])
        self.number = np.concatenate(
            [sort[numbers + offset] for numbers, offset in zip(found.numbers, offsets, strict=False)]
        )
        self.durations = found.durations

    @cached_property
    def trips(self) -> Array:
        """How many trips took each path."""
        return self._count(np.ones(len(self.number), np.bool_))

    @cached_property
    def open(self) -> Array:
        """How many of them are open."""
        return self._count(self.tally.open)

    @cached_property
    def reaching(self) -> Array:
        """Which paths reach the goal."""
        return self._count(self.tally.reached) > 0

    @cached_property
    def customers(self) -> Array:
        """How many different customers took each path."""
        if self.tally.people == len(self.tally):
            return self.trips
        return distinct_pairs(self.number, self.tally.customer, len(self.paths))

    def through(self, touchpoint: str) -> Array:
        """Tell which paths contain a touchpoint."""
        return self.paths.any(self.paths.steps == code_of(self.names, touchpoint))

    def searched(self, text: str) -> Array:
        """Tell which paths have steps, one after the other, that `text` names: see `PathsSpec.search`."""
        begins, ends = text.startswith("^"), text.endswith("$")
        parts = text.removeprefix("^").removesuffix("$").split(">")
        marks = [np.array([*(_named(part, name) for name in self.names), False])[self.paths.steps] for part in parts]
        last = np.repeat(self.paths.first[1:], self.paths.lengths)
        hit = np.ones(len(last), np.bool_)
        for step, mark in enumerate(marks):
            place = np.arange(len(hit)) + step
            hit &= (place < last) & np.append(mark, np.zeros(step, np.bool_))[place]
        if begins:
            hit &= np.arange(len(hit)) == np.repeat(self.paths.first[:-1], self.paths.lengths)
        if ends:
            hit &= np.arange(len(hit)) == last - len(parts)
        return self.paths.any(hit)

    def medians(self, places: Array) -> list[float | None]:
        """Give the median time from first to last step, in seconds, of some paths."""
        wanted = np.full(len(self.paths), -1, np.int64)
        wanted[places] = np.arange(len(places))
        group = wanted[self.number]
        values = np.concatenate(self.durations)[group >= 0]
        largest = int(values.max()) if len(values) else 1
        spread = Spread.of(group[group >= 0], values, number=len(places), largest=largest)
        return seconds(spread.quantile(np.arange(len(places)), 0.5))

    def listed(self, search: str | None, limit: int, offset: int) -> Array:
        """Give the places of the paths to list."""
        if search is None:
            return ranked(self.paths, self.trips, self.names, offset, offset + limit)
        chosen = self.matching(search)
        places = ranked(self.paths.taken(chosen), self.trips[chosen], self.names, offset, offset + limit)
        found: Array = chosen[places]
        return found

    def matching(self, search: str | None) -> Array:
        """Give the places of all paths with the steps that a search names."""
        return np.arange(len(self.paths)) if search is None else np.flatnonzero(self.searched(search))

    def _count(self, mark: Array) -> Array:
        return np.bincount(self.number[mark], minlength=len(self.paths))


def ways(snapshot: Snapshot, question: Question) -> Ways:
    """Find and count all paths of a question's trips."""
    return Ways(fold(snapshot, question, walks, Walks.merged))


def _named(part: str, name: str) -> bool:
    """Tell whether a touchpoint is one of those that a part of a search names."""
    wanted = [one.strip() for one in part.split("|")]
    return any(name == one[1:] if one.startswith("=") else one.lower() in name.lower() for one in wanted)
