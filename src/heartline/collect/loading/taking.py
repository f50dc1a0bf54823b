"""What a batch of requests comes to before anybody is looked up: rows, who is named in them, and what was refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from heartline.collect.inbox import Received

from .names import I64


class Refusal(Protocol):
    """An event that cannot be used: place of its request, its own place there, code, field and bytes."""

    @property
    def received(self) -> int:
        """Place of its request."""

    @property
    def number(self) -> int:
        """Its place in the request."""

    @property
    def code(self) -> str:
        """Why."""

    @property
    def field(self) -> str:
        """What is wrong with it; empty for the whole."""

    @property
    def raw(self) -> bytes:
        """What came."""


@dataclass(frozen=True)
class Internal:
    """A request on which we stumbled ourselves; kept whole."""

    received: int
    raw: bytes
    number: int = 0
    code: str = "internal"
    field: str = ""


@dataclass
class Taken:
    """What was read of a batch.

    Parameters
    ----------
    rows
        Columns of interactions, without `identifier`, `customer` and `landed`; one column in clear for each kind of
        identifier, named in `kinds`.
    people
        Events that only say who somebody is: the columns of `kinds`, and `source`.
    order_rows, order_people
        Where each stood among all that was received, so that assertions are settled in their order; empty: as given,
        people first.
    contacts, consents, seen
        What the operational database takes: clear contact data, consents, and what the event catalogue learns.
    touchpoints
        Touchpoints met that may have no definition: key -> body.
    """

    rows: pa.Table
    kinds: tuple[str, ...]
    people: pa.Table
    refused: list[Refusal] = field(default_factory=list)
    order_rows: Sequence[int] | I64 = ()
    order_people: Sequence[int] | I64 = ()
    contacts: Any = None
    consents: Any = None
    seen: Any = None
    touchpoints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


Take = Callable[[Sequence[Received]], Taken]
"""Reads requests; raises only where it has a fault of its own."""
