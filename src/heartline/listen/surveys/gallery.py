"""Surveys to begin with: files that anybody may read, in three languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from heartline.core.errors import NotFound

from .reading import survey
from .values import Survey

FOLDER = Path(__file__).with_name("gallery")
ORDER = (
    "nps", "csat", "ces", "after_purchase", "after_service", "onboarding", "why_bought", "why_left", "found",
    "umux_lite", "product_price", "packaging", "brand_attachment", "expectation", "kano", "importance_satisfaction",
    "enps", "pulse",
)  # fmt: skip


@cache
def gallery() -> dict[str, Survey]:
    """Give the surveys by key, in the order in which they are shown."""
    return {key: survey((FOLDER / f"{key}.yaml").read_bytes()) for key in ORDER}


def example(key: str) -> Survey:
    """Give one of them.

    Raises
    ------
    NotFound
        `unknown`.
    """
    if key not in gallery():
        raise NotFound(
            "unknown", f"There is no survey “{key}” to begin with.", field="from", remedy="Choose one shown."
        )
    return gallery()[key]
