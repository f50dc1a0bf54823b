"""Messages as they are put into the list of those to be sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from heartline.act import envelopes
from heartline.server.shell.sealed import seal

from .models import Delivery, Endpoint

AT_ONCE = 500


def message(
    endpoint: Endpoint,
    kind: str,
    name: str,
    at: datetime,
    data: Mapping[str, Any],
    *,
    customer: str | None = "",
    other: str = "",
) -> Delivery:
    """Make a message; it is not kept yet.

    Parameters
    ----------
    kind
        Its type.
    name
        Its id; see `envelopes.name`.
    at
        When it happened.
    customer, other
        Whom it names.
    """
    body = envelopes.envelope(
        name=name, kind=kind, source=settings.URL.geturl(), at=at, data=data, subject=customer or ""
    )
    made = Delivery(endpoint=endpoint, name=name, kind=kind, customer=customer or "", other=other)
    made.body = seal(body, made.about)
    return made


def keep(messages: Iterable[Delivery]) -> int:
    """Keep messages to be sent, each once for each system; to be called in the transaction that moves the cursor."""
    made = list(messages)
    for start in range(0, len(made), AT_ONCE):
        Delivery.objects.bulk_create(made[start : start + AT_ONCE], ignore_conflicts=True)
    return len(made)
