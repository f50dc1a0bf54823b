"""Answers of one scale, weighed so that they stand for everyone who was asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from heartline.listen.answers import Answers
from heartline.store.snapshot import Snapshot

from . import asked, nonresponse, traits
from .nonresponse import Correction, Flags, Refusal
from .weighing import Codes, Floats

GROUND = 0.5
"""Share of the answers that must come from people who are known to have been asked."""
AT_ONCE = 32
"""So many groups' errors are found at once: more would take too much memory."""


@dataclass(frozen=True)
class Responded:
    """Answers with their weights.

    Parameters
    ----------
    weights
        Of each answer; 0 where nothing else is known of who gave it.
    of
        The place of each answer's customer among those asked; −1 where they are none of them.
    found
        The weights of everybody asked, or why there are none.
    customers, answered
        Who was asked, and which of them answered.
    invited
        Whether invitations tell who was asked.
    """

    weights: Floats
    of: Codes
    found: Correction | Refusal
    customers: pa.Array
    answered: Flags
    invited: bool

    @property
    def told(self) -> bool:
        """Whether there are weights."""
        return isinstance(self.found, Correction)

    @property
    def left_out(self) -> int:
        """How many answers have no weight."""
        return int((self.of < 0).sum())

    def errors(self, values: Floats, codes: Codes, size: int) -> Floats:
        """Give the standard error of each group's mean; what is estimated of who answers is part of it."""
        made = np.full(size, np.nan)
        if not isinstance(self.found, Correction):
            return made
        for first in range(0, size, AT_ONCE):
            width = min(AT_ONCE, size - first)
            some = (self.of >= 0) & (codes >= first) & (codes < first + width)
            cells = self.of[some] * width + codes[some] - first
            shape = (self.found.asked, width)
            totals = np.bincount(cells, values[some], minlength=shape[0] * width).reshape(shape).astype(float)
            counts = np.bincount(cells, minlength=shape[0] * width).reshape(shape).astype(float)
            made[first : first + width] = nonresponse.errors(self.found, totals, counts)
        return made


def responded(snapshot: Snapshot, spec: Answers, answers: pa.Table) -> Responded:
    """Weigh answers for who was asked and did not answer.

    Parameters
    ----------
    answers
        Of one scale, with `customer` and `properties`.
    """
    people = asked.people(snapshot, spec, answers)
    customers = answers["customer"].combine_chunks()
    places = pc.if_else(pc.is_valid(customers), pc.index_in(customers, people.customers), None)
    of = places.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    flags = np.zeros(len(people.customers), dtype=bool)
    flags[of[of >= 0]] = True
    found: Correction | Refusal
    share = float((of >= 0).mean())
    if share < GROUND:
        found = Refusal("nobody_known", len(flags), int(flags.sum()), 1 - share)
    else:
        found = nonresponse.corrected(traits.known(snapshot, spec, people.customers), flags)
    weights = np.zeros(len(of))
    if isinstance(found, Correction):
        weights[of >= 0] = found.weights[of[of >= 0]]
    return Responded(weights, of, found, people.customers, flags, people.invited)
