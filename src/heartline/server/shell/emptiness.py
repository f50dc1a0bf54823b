"""Whether anything is here yet, and who must know when everything goes."""

from __future__ import annotations

from collections.abc import Callable

from .opened import workspace

_told: list[Callable[[], object]] = []
_warned: list[Callable[[], object]] = []


def nothing_here() -> bool:
    """Tell whether nothing was ever brought in: no interaction, and no journey to bring it into."""
    snapshot = workspace().lake.at()
    return not snapshot.files("interactions") and not snapshot.definitions.all("journey")


def demo_here() -> bool:
    """Tell whether what is here is the demo company."""
    return workspace().lake.at().definitions.settings.get("demo") is True


def when_emptying(do: Callable[[], object]) -> None:
    """Have something done before the data folder is emptied: whoever writes into it is to stop."""
    if do not in _warned:
        _warned.append(do)


def emptying() -> None:
    """Tell everybody that the data folder is about to be emptied."""
    for do in _warned:
        do()


def when_emptied(do: Callable[[], object]) -> None:
    """Have something done after the data folder was emptied: features that keep what belongs to its rows say so."""
    if do not in _told:
        _told.append(do)


def emptied() -> None:
    """Tell everybody that the data folder was emptied."""
    for do in _told:
        do()
