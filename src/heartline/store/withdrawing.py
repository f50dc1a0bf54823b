"""Withdrawing single interactions that should not have been written, out of all versions: who wrote them said so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .engine.erase import Aged
from .engine.write import quoted
from .erasing import expire

if TYPE_CHECKING:
    from .lake import Lake


@dataclass(frozen=True)
class _Single(Aged):
    """One interaction of a source."""

    id: str = ""

    @property
    def condition(self) -> str:
        """The condition on interactions."""
        return f"({super().condition} AND id = {quoted(self.id)})"


def withdraw(lake: Lake, source: str, ids: Iterable[str], *, since: datetime | None = None) -> int:
    """Remove interactions for good.

    Parameters
    ----------
    lake
        The lake, beside whose writers this runs.
    source
        The source whose they are.
    ids
        Their ids.
    since
        When they were written at the earliest: answers as of versions before are kept.

    Returns
    -------
    How many there were; those that have not landed yet are not among them.
    """
    until = datetime.now(UTC) + timedelta(days=366)
    rules = [_Single(until, None, source, one) for one in ids]
    gone = expire(lake, rules, since=since).places.get("lake: interactions") if rules else None
    return gone.removed if gone else 0
