"""What clients add to their events: each different one is read once, since a page's or a server's events share it."""

from __future__ import annotations

from collections.abc import Sequence

from .wire import CONTEXT, Context, Sent


class Contexts:
    """The contexts of some requests, by the bytes they came as."""

    def __init__(self) -> None:
        self._known: dict[bytes, Context | None] = {b"": None}

    def read(self, events: Sequence[Sent]) -> None:
        """Read the contexts of events, which may then be the same for several of them.

        Raises
        ------
        DecodeError, UnicodeDecodeError, RecursionError
            When one is none.
        """
        known = self._known
        for event in events:
            raw = bytes(event.context)  # as it came
            if raw not in known:
                known[raw] = CONTEXT.decode(raw)
            event.context = known[raw]  # type: ignore[assignment]  # now it is read
