"""What people told about themselves, in clear, for what looks through all of it at once: whoever keeps it gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

Told = tuple[str, str, str]
"""An identifier (`kind:hex`), the name of something, its value in clear."""
_keepers: list[Callable[[], Iterable[Told]]] = []


def give(keeper: Callable[[], Iterable[Told]]) -> None:
    """Have a keeper asked."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def everything() -> Iterator[Told]:
    """Give all that is kept; it is not to be kept elsewhere."""
    for keeper in _keepers:
        yield from keeper()
