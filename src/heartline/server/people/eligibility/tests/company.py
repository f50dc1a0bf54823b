"""A company that may write to people: purposes, addresses and what people said, in few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from heartline.collect import catalogue
from heartline.collect.person import normal
from heartline.core.ids import identifier
from heartline.server.people.consent.models import State, Via
from heartline.server.people.consent.writing import New, write
from heartline.server.people.contacts.commands import about
from heartline.server.people.contacts.models import Contact
from heartline.server.shell.sealed import seal
from heartline.store.lake import Lake

PURPOSES: Mapping[str, Mapping[str, Any]] = {
    "surveys": {"label": "Surveys", "channels": ["email", "messaging"], "basis": "legitimate_interest"},
    "opinions": {"label": "Ask me for my opinion", "channels": ["email"], "basis": "consent"},
}


def purposes(lake: Lake) -> None:
    """Define what people are asked for."""
    changes = [catalogue.of_values("purpose", key, dict(body)) for key, body in PURPOSES.items()]
    catalogue.written(lake, changes, source="test")


def reached(who: str, **known: str) -> None:
    """Keep how somebody is reached: `reached("user_id:anna", email="anna@berg.de", traits_language="de")`."""
    for name, value in known.items():
        name = name.replace("traits_", "traits.")
        sealed = seal(value.encode(), about(who, name))
        Contact.objects.create(identifier=who, name=name, value=sealed, at=timezone.now(), source="test")


def agreed(who: str, purpose: str = "opinions", state: str = State.GIVEN, at: datetime | None = None) -> None:
    """Keep what somebody said about being written to."""
    write([New(who, purpose, "email", state, at or timezone.now(), "test", Via.HAND, reason="said so")])


def address(lake: Lake, text: str, kind: str = "email") -> str:
    """Give the identifier that an address is."""
    return identifier(kind, normal(kind, text), lake.key)
