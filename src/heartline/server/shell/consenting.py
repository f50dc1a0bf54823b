"""The door to consent: who may be contacted for what and over which channel; and what files tell about it.

Whoever sends something asks `allowed` or `standing` here, and nothing else: `people/consent` keeps the ledger and says
what follows from it. Whoever takes files in tells here what they say about consent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from heartline.core.errors import Unavailable


@dataclass(frozen=True)
class Permissions:
    """Who may be contacted, of the people that were asked about.

    Parameters
    ----------
    people
        Customers (`kind:hex`), as they were asked for.
    allowed
        Whether each may be.
    reasons
        Why, one of `core.consent.REASONS` each.
    names
        Of each who may be because of a yes: the identifiers under which it was said. An address without a yes of its
        own is not written to.
    """

    people: Sequence[str]
    allowed: npt.NDArray[np.bool_]
    reasons: list[str]
    names: list[tuple[str, ...]]


@dataclass(frozen=True)
class Told:
    """What became of what a file says: words that are new, that were there, and lines that say nothing we know."""

    new: int = 0
    there: int = 0
    unusable: int = 0


Say = Callable[[Sequence[str], str, str], Permissions]
Take = Callable[[Sequence[Mapping[str, Any]]], Told | None]
_says: list[Say] = []
_takers: list[Take] = []


def answers(say: Say) -> None:
    """Have a feature answer what is allowed."""
    _says[:] = [say]


def standing(people: Sequence[str], purpose: str, channel: str) -> Permissions:
    """Say who may be contacted for a purpose over a channel; as good for one as for a hundred thousand.

    Raises
    ------
    NotFound
        `unknown_purpose`, `unknown_channel`: nobody may be contacted for what is not defined.
    """
    if not _says:
        raise Unavailable("no_consent", "Nothing here keeps what people agreed to.", remedy="Install people.consent.")
    return _says[0](people, purpose, channel)


def allowed(person: str, purpose: str, channel: str) -> bool:
    """Tell whether a customer (`kind:hex`) may be contacted for a purpose over a channel, now."""
    return bool(standing([person], purpose, channel).allowed[0])


def when_told(take: Take) -> None:
    """Have somebody hear what files say about consent; who keeps it gives what became of it."""
    if take not in _takers:
        _takers.append(take)


def tell(rows: Iterable[Mapping[str, Any]]) -> Told:
    """Tell what a file says, in the columns of `collect.exports.consents`; told again, it changes nothing."""
    kept = list(rows)
    found = [take(kept) for take in _takers] if kept else []
    return next((one for one in found if one is not None), Told())
