"""The weights that answers carry: a survey's own, which its recipe gives as the property `weight`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from . import weighing
from .weighing import Codes, Floats

NAME = "weight"


class _Carrying(msgspec.Struct):
    """What is read of an answer's properties."""

    weight: Any = None


_decoder = msgspec.json.Decoder(_Carrying)


@dataclass(frozen=True)
class Carried:
    """Answers of one scale with the weights that they came with.

    Parameters
    ----------
    weights
        Of each answer, 1 on average within each source.
    count
        How many answers carry one.
    of
        The customer of each, numbered.
    """

    weights: Floats
    count: int
    of: Codes

    @property
    def told(self) -> bool:
        """Whether any answer carries a weight."""
        return self.count > 0

    def errors(self, values: Floats, codes: Codes, size: int) -> Floats:
        """Give the standard error of each group's mean."""
        return weighing.errors(values, self.weights, self.of, codes, size)


def carried(answers: pa.Table) -> Carried:
    """Read the weights that answers carry.

    Within one source those of the answers that carry one are brought to a mean of 1, since some surveys weigh by
    shares and others by how many people somebody stands for. An answer that carries none counts once.

    Parameters
    ----------
    answers
        Of one scale, with `source`, `properties` and `customer`.
    """
    given = np.array([_weight(text) for text in answers["properties"].to_pylist()], dtype=float)
    there = np.isfinite(given)
    made = np.ones(len(given))
    sources = answers["source"].combine_chunks().dictionary_encode()
    codes = sources.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    for one in np.unique(codes[there]):
        here = there & (codes == one)
        mean = given[here].mean()
        made[here] = given[here] / mean if mean > 0 else 1.0
    return Carried(made, int(there.sum()), weighing.clusters(answers["customer"]))


def _weight(text: str | None) -> float:
    """Read a weight; not a number where there is none that could be one."""
    if text is None:
        return np.nan
    try:
        weight = float(_decoder.decode(text).weight)
    except (msgspec.DecodeError, TypeError, ValueError):
        return np.nan
    return weight if 0 <= weight < np.inf else np.nan
