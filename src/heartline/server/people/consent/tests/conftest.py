"""The cast, and a company that asks for consent to a newsletter."""

from __future__ import annotations

from typing import Any

import pytest

from heartline.collect import catalogue
from heartline.collect.catalogue import Change
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.store.lake import Lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]

NEWSLETTER = {
    "label": "Newsletter", "labels": {"de": "Rundbrief"}, "channels": ["email"], "basis": "consent",
    "double_opt_in": True, "text": {"en": "Yes, send me the newsletter.", "de": "Ja, schickt mir den Rundbrief."},
}  # fmt: skip
ORDERS = {"label": "Messages about orders", "channels": ["email", "phone"], "basis": "contract"}
OFFERS = {"label": "Offers", "channels": ["email", "phone"], "basis": "legitimate_interest"}
CALLS = {"label": "Calls", "channels": ["phone"], "basis": "consent", "holds_months": 12}
PURPOSES = {"newsletter": NEWSLETTER, "orders": ORDERS, "offers": OFFERS, "calls": CALLS}


def changes(**bodies: Any) -> list[Change]:
    """Make changes of definitions."""
    return [catalogue.of_values("purpose", key, body) for key, body in bodies.items()]


@pytest.fixture
def company(lake: Lake) -> Lake:
    """Give the data folder of a company that has defined its purposes."""
    catalogue.written(lake, changes(**PURPOSES), source="test")
    return lake
