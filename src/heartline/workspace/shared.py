"""What every question takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypedDict

Keys = str | Sequence[str]
Feeling = Literal["good", "bad", "neutral", "unknown"]
Only = Literal["texts", "low", "unread"]


class Shared(TypedDict, total=False):
    """What every question can be narrowed by; see `heartline.core.selection.Selection`."""

    period: str | None
    as_of: int | str | None
    compare: str | None
    segment: str | None
    unit: Keys
    channel: Keys
    stage: Keys
    touchpoint: Keys
    product: Keys
    category: Keys
