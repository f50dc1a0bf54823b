"""What the first page tells of what was received: that it waits for too long."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from heartline.core.errors import Unavailable
from heartline.server.accounts.asking import may
from heartline.server.shell.notices import Notice

from . import words
from .metrics import backlog, waiting_s

LATE_S = 300.0
"""What waits for so long does not wait for a slow machine: the loader is away, stopped, or kept from the lake."""


def late(request: HttpRequest) -> Notice | None:
    """Tell that events are received and do not land."""
    if not may(request, "import"):
        return None
    try:
        oldest_s = waiting_s(backlog())
    except Unavailable:  # the page of what comes in says so
        return None
    return Notice(words.late(oldest_s), reverse("received"), _("See what waits")) if oldest_s >= LATE_S else None
