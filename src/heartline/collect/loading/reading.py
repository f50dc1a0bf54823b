"""Requests read with the company's definitions as they are now."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from heartline.collect import events
from heartline.collect.inbox import Received
from heartline.store.lake import Lake

from .taking import Take, Taken

ABOUT = ("id", "source", "occurred_at", "seq")
"""Columns of events that say who somebody is; the others are kinds of identifiers."""

EXAMPLE = Received(
    0, "example", "track",
    b'{"event":"Ticket Created","userId":"ann","messageId":"1","timestamp":"2026-11-22T06:00:00Z","context":{"traits":'
    b'{"phone":"+4930901820"}},"properties":{"description":"The box came late, but your shop was kind to me."}}',
    1, b"{}",
)  # fmt: skip
"""What needs all that reads: whoever reads it once has everything loaded that is loaded when it is first needed."""


def reader(lake: Lake) -> Take:
    """Give what reads requests by the newest definitions."""
    definitions = lake.at().definitions

    def read(some: Sequence[Received]) -> Taken:
        with _uncollected():
            made = events.read(some, definitions)
        kinds = tuple(name for name in made.people.column_names if name not in ABOUT)
        ordered = "seq" in made.people.column_names
        return Taken(
            rows=made.rows,
            kinds=kinds,
            people=made.people,
            refused=list(made.refused),
            order_rows=made.rows["seq"].to_numpy() if ordered else (),
            order_people=made.people["seq"].to_numpy() if ordered else (),
            contacts=made.contacts,
            consents=made.consents,
            seen=made.seen,
            touchpoints=made.found,
        )

    return read


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of reference cycles away from events, which have none: it took half of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
