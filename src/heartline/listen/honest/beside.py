"""What stands beside a score as answered: by its survey's weights, and corrected for who did not answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from heartline.core.scales import Scale
from heartline.listen.answers import Answers, answers, measures, scales
from heartline.store.clock import calendar, span
from heartline.store.snapshot import Snapshot

from . import asked
from .carried import NAME, Carried, carried
from .responded import Responded, responded
from .weighing import Codes, Estimate, Floats, estimate

KINDS = ("weighted", "corrected")
COLUMNS = ("customer", "score", "scale", "source", "properties")
Key = tuple[Any, ...]


class Beside:
    """Answers, and what they say when each has its weight.

    Parameters
    ----------
    kind
        `weighted` or `corrected`.
    every, by
        What rows are split by.
    more
        Columns of the answers that somebody wants to see.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        spec: Answers,
        kind: str,
        every: str | None = None,
        by: Sequence[str] = (),
        more: Sequence[str] = (),
    ) -> None:
        self.snapshot, self.spec, self.kind, self.every = snapshot, spec, kind, every
        self.splits = (*(("period",) if every else ()), *by)
        self.known = scales(snapshot, spec.scale)
        moments = ["occurred_at"] if every else []
        rows = answers(snapshot, spec, *dict.fromkeys([*COLUMNS, *moments, *by, *more]))
        rows = asked.with_names(rows, "survey", NAME)
        if every:
            rows = rows.mutate(period=calendar(snapshot, rows.occurred_at, every, snapshot.period(spec)))
        self.answers: pa.Table = snapshot.execute(rows)

    @cached_property
    def places(self) -> dict[str, Codes]:
        """Where the answers of each scale are among all."""
        here = np.array(self.answers["scale"].to_pylist(), dtype=object)
        found = {scale: np.flatnonzero(here == scale) for scale in self.known}
        return {scale: rows for scale, rows in found.items() if len(rows)}

    @cached_property
    def weighed(self) -> dict[str, Carried | Responded]:
        """The weights of each scale's answers."""
        made: dict[str, Carried | Responded] = {}
        for scale, rows in self.places.items():
            here = self.answers.take(rows)
            made[scale] = carried(here) if self.kind == "weighted" else responded(self.snapshot, self.spec, here)
        return made

    def figures(self) -> dict[Key, Estimate]:
        """Give an estimate for every scale and measure that was answered."""
        return self._estimates(())

    def rows(self) -> dict[Key, Estimate]:
        """Give an estimate for every row: by scale, measure and the values of the splits in their order."""
        return self._estimates(self.splits)

    def _estimates(self, splits: Sequence[str]) -> dict[Key, Estimate]:
        made: dict[Key, Estimate] = {}
        for key, rows in self.places.items():
            part, (groups, codes) = self.weighed[key], self._grouped(rows, splits)
            for measure in measures(self.known[key]):
                values = self.values(self.known[key], measure)
                spreads = part.errors(values, codes, len(groups)) if part.told else np.full(len(groups), np.nan)
                for number, group in enumerate(groups):
                    here = (codes == number) & (part.weights > 0)
                    found = estimate(measure, values[here], part.weights[here], float(spreads[number]))
                    made[key, measure, *group] = found if part.told else Estimate()
        return made

    def values(self, scale: Scale, measure: str) -> Floats:
        """Give what every answer of a scale brings to a measure."""
        column = self.answers["score" if measure == "mean" else "box"].take(self.places[scale.key])
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=float)

    def groups(self, rows: Codes) -> tuple[list[Key], Codes]:
        """Give the rows that some answers fall into, by the values of their splits, and the row of each."""
        return self._grouped(rows, self.splits)

    def _grouped(self, rows: Codes, splits: Sequence[str]) -> tuple[list[Key], Codes]:
        codes = np.zeros(len(rows), dtype=np.int64)
        sides: list[list[Any]] = []
        for name in splits:
            encoded = self.answers[name].take(rows).combine_chunks().dictionary_encode(null_encoding="encode")
            side = encoded.dictionary.to_pylist()
            sides.append([span(one, str(self.every)) for one in side] if name == "period" else side)
            codes = codes * len(side) + encoded.indices.to_numpy(zero_copy_only=False)
        there, codes = np.unique(codes, return_inverse=True)
        return [_read(int(code), sides) for code in there], codes.astype(np.int64)


def _read(code: int, sides: Sequence[Sequence[Any]]) -> Key:
    """Give the values that a group's number stands for."""
    values = []
    for side in reversed(sides):
        code, place = divmod(code, len(side))
        values.append(side[place])
    return tuple(reversed(values))
