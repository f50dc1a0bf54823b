"""What is counted of a question: shares of choices, means of scales, places in an order, and what Kano pairs say.

A piece is one number before it is made: which answers it rests on, what each brings to it, and how they become it.
The same pieces make the numbers and list what stands behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.scales import Scale

from .codebook import Codebook, Question
from .counting import SPREADS, Numbers, as_numbers
from .kano import CATEGORIES, COUNTED, category
from .sheet import Address, Given
from .telling import POINTS_SCALES
from .withholding import Places

UMUX = ("meets", "easy")
"""Keys of the two statements of UMUX-Lite, as the gallery asks them."""


@dataclass(frozen=True)
class Piece:
    """A number to be made.

    Parameters
    ----------
    places, values
        The answers in the sheet, and what each brings to the number.
    how
        See `counting.estimate`.
    measured_in
        As of a figure.
    leads
        It says in one number what people answered: it is shown by month and by part of the company.
    """

    question: str
    row: str | None
    measure: str
    option: str | None
    places: Places
    values: Numbers
    how: str
    measured_in: str
    leads: bool = False

    @property
    def key(self) -> tuple[str, str | None, str, str | None]:
        """What it is told by."""
        return self.question, self.row, self.measure, self.option


Scales = Mapping[str, Scale]
Made = Iterator[Piece]


@dataclass(frozen=True)
class Maker:
    """The answers to a question or row, on their way to be pieces."""

    question: Question
    row: str | None
    given: Given
    scales: Scales

    def piece(
        self, measure: str, values: Any, how: str, measured_in: str, *, option: str | None = None,
        kept: npt.NDArray[np.bool_] | None = None, leads: bool = False,
    ) -> Piece:  # fmt: skip
        """Make one."""
        places = self.given.places if kept is None else self.given.places[kept]
        return Piece(self.question.key, self.row, measure, option, places, as_numbers(values), how, measured_in, leads)

    def shares(self, hits: Iterator[tuple[str, Any]], *, leads: bool = False) -> Made:
        """Make a share of each option."""
        for option, chosen in hits:
            yield self.piece("share", chosen, "share", "share", option=option, leads=leads)


def pieces(book: Codebook, address: Address, given: Given, scales: Scales) -> Made:
    """Give what is counted of a question or row."""
    question = book.questions[address[0]]
    kind = "scaled" if question.scale is not None else question.ask
    yield from _MADE[kind](Maker(question, address[1], given, scales))


def _scaled(made: Maker) -> Made:
    scale = made.scales[made.question.scale or ""]
    yield from _on_scale(made, scale)
    yield from _points(made, int(scale.low), int(scale.high))


def _on_scale(made: Maker, scale: Scale) -> Made:
    """Give the measures of a scale, as `scores` has them."""
    values = made.given.values
    if scale.measure == "nps":
        yield made.piece("nps", values, "nps", "points", leads=True)
        return
    if scale.measure == "mean":
        yield made.piece("mean", values, "mean", scale.key, leads=True)
    if scale.top_from is not None:
        yield made.piece("top", values >= scale.top_from, "share", "share", leads=scale.measure == "top")


def _points(made: Maker, low: int, high: int) -> Made:
    values = made.given.values
    yield from made.shares((str(point), values == point) for point in range(low, high + 1))


def _matrix(made: Maker) -> Made:
    points = made.question.points
    scale = made.scales.get(POINTS_SCALES.get(points, ""))
    yield made.piece("mean", made.given.values, "mean", f"1–{points}", leads=True)
    if scale is not None and scale.top_from is not None:
        yield made.piece("top", made.given.values >= scale.top_from, "share", "share")
    yield from _points(made, 1, points)


def _single(made: Maker) -> Made:
    values = made.given.values.astype(str)
    yield from made.shares(((one.key, values == one.key) for one in made.question.options), leads=True)


def _multiple(made: Maker) -> Made:
    chosen = [frozenset(one) for one in made.given.values]
    yield from made.shares(
        ((option.key, [option.key in one for one in chosen]) for option in made.question.options), leads=True
    )


def _ranking(made: Maker) -> Made:
    given = made.given.values
    for option in made.question.options:
        places = np.array([one.index(option.key) + 1 if option.key in one else 0 for one in given])
        ranked = places > 0
        yield made.piece("rank", places[ranked], "mean", "place", option=option.key, kept=ranked, leads=True)
        yield made.piece("first", places == 1, "share", "share", option=option.key)


def _importance(made: Maker) -> Made:
    points = made.question.points
    pairs = np.array([[np.nan if part is None else part for part in pair] for pair in made.given.values], float)
    for place, measure in enumerate(("importance", "satisfaction")):
        known = ~np.isnan(pairs[:, place])
        yield made.piece(measure, pairs[known, place], "mean", f"1–{points}", kept=known)
    both = ~np.isnan(pairs).any(axis=1)
    gap = 100 * (pairs[both, 0] - pairs[both, 1]) / (points - 1)
    yield made.piece("gap", gap, "mean", "points of 100", kept=both, leads=True)


def _kano(made: Maker) -> Made:
    known = np.array([None not in pair for pair in made.given.values], bool)
    letters = np.array([category(*pair) for pair in made.given.values[known]], "U1")
    counted = known.copy()
    counted[known] = np.isin(letters, list(COUNTED))
    told = letters[np.isin(letters, list(COUNTED))]
    yield made.piece("better", np.isin(told, ["A", "O"]), "share", "share", kept=counted, leads=True)
    yield made.piece("worse", -np.isin(told, ["O", "M"]).astype(float), "minus", "share", kept=counted, leads=True)
    for letter in CATEGORIES:
        yield made.piece("share", letters == letter, "share", "share", option=letter, kept=known)


def _number(made: Maker) -> Made:
    yield made.piece("mean", made.given.values, "mean", "number", leads=True)
    for name in SPREADS:
        yield made.piece(name, made.given.values, name, "number")


def _date(made: Maker) -> Made:
    months = np.array([str(one)[:7] for one in made.given.values])
    yield from made.shares((month, months == month) for month in np.unique(months).tolist())


def _words(made: Maker) -> Made:
    yield made.piece("texts", np.ones(len(made.given.places)), "count", "count", leads=True)


def umux(book: Codebook, given: Mapping[Address, Given], responses: npt.NDArray[np.int64]) -> Piece | None:
    """Give UMUX-Lite (Lewis, Utesch & Maher 2013), 0 to 100, where its two statements are asked; None elsewhere.

    One value a response that agrees or not with both, at its answer to the first.
    """
    first, second = ((key, None) for key in UMUX)
    asked = [book.questions.get(key) for key in UMUX]
    if any(one is None or one.ask != "agree7" for one in asked) or not {first, second} <= set(given):
        return None
    easy = dict(zip(responses[given[second].places].tolist(), given[second].values.tolist(), strict=True))
    names = responses[given[first].places].tolist()
    both = np.array([name in easy for name in names], bool)
    meets = given[first].values[both]
    others = as_numbers([easy[name] for name in names if name in easy])
    values = 100 * (meets - 1 + others - 1) / 12
    return Piece(first[0], None, "umux_lite", None, given[first].places[both], values, "mean", "points of 100", True)


_MADE: dict[str, Callable[[Maker], Made]] = {
    "scaled": _scaled, "matrix": _matrix, "single": _single, "multiple": _multiple, "ranking": _ranking,
    "importance": _importance, "kano": _kano, "number": _number, "date": _date, "text": _words, "comment": _words,
}  # fmt: skip
