"""The one list of verbs, from which the command line and the HTTP routes are made.

A verb is a function `NAME(lake, spec) -> Result`. Beside it stands its `evidence` function: the rows behind one of
its numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .errors import InvalidInput, unknown
from .result import Result
from .selection import Selection


@dataclass(frozen=True)
class Which:
    """The number of a result that somebody wants to open: a figure, or a column of the row with these key values."""

    figure: str | None = None
    row: dict[str, Any] = field(default_factory=dict)
    column: str | None = None


@dataclass(frozen=True)
class Evidence:
    """The rows behind one number.

    Parameters
    ----------
    counts
        What a row is: `interactions`, `trips` or `customers`.
    measure
        Key of the function in `heartline.core.measures` that makes the number again from the rows' `value`
        (and `group`) column.
    rows
        A pyarrow Table, or a `heartline.store.listing.Listed` that leaves them in the engine: what identifies each
        row, what a person needs to see of it, and `value`. As many as the number's n.
    """

    counts: str
    measure: str
    rows: Any


Function = Callable[[Any, Any], Result]
EvidenceFunction = Callable[[Any, Any, Which], Evidence]


@dataclass(frozen=True)
class Verb:
    """A verb with its spec; `key` names the columns that identify a row of its result.

    `profiles` says that it evaluates single people: predicts or scores what they are like, rather than tell what they
    did and said. `beside` names the state of what it reads beside the lake: where that changes, kept answers are old.
    """

    name: str
    spec: type[Selection]
    function: Function
    summary: str
    key: tuple[str, ...]
    evidence: EvidenceFunction | None
    cached: bool | Callable[[Any], bool] = True
    profiles: bool = False
    beside: Callable[[Any], str] | None = None

    def keeps(self, spec: Selection) -> bool:
        """Tell whether the answer to a spec may be kept."""
        return self.cached(spec) if callable(self.cached) else self.cached


def no_evidence(which: Which) -> InvalidInput:
    """Build the error for a number that counts nothing of its own: an interval's end, a key, a name."""
    name = which.figure or which.column
    return InvalidInput(
        "no_evidence",
        f"No rows stand behind “{name}” itself.",
        field="figure" if which.figure else "column",
        remedy="Open the number beside it.",
    )


VERBS: dict[str, Verb] = {}

F = TypeVar("F", bound=Callable[..., Result])


def verb(
    spec: type[Selection],
    *,
    key: tuple[str, ...],
    evidence: EvidenceFunction | None,
    cached: bool | Callable[[Any], bool] = True,
    profiles: bool = False,
    beside: Callable[[Any], str] | None = None,
) -> Callable[[F], F]:
    """Register the decorated function as a verb under its own name, its docstring's first line as its summary.

    Parameters
    ----------
    cached
        Whether its answers may be kept, by spec where that differs; not those to specs that hold contact data.
    profiles
        Whether it evaluates single people. Pages and programs then get no row about who objected to profiling, and
        `people/privacy` is asked who that is.
    beside
        Names, for a lake, the state of what is read beside it.
    """

    def register(function: F) -> F:
        summary = (function.__doc__ or "").strip().split("\n")[0]
        name = function.__name__
        VERBS[name] = Verb(name, spec, function, summary, key, evidence, cached, profiles, beside)
        return function

    return register


def find(name: str) -> Verb:
    """Give a verb by name."""
    if name not in VERBS:
        raise unknown("verb", name, list(VERBS), field="verb")
    return VERBS[name]
