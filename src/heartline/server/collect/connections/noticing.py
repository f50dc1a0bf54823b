"""What the first page tells of connections: those that need somebody."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from heartline.server.accounts.asking import may
from heartline.server.shell import numbers
from heartline.server.shell.notices import Notice

from .models import Connection, State

PATIENCE = 3
"""So often a source may fail before somebody is told."""


def failing(request: HttpRequest) -> Notice | None:
    """Tell of sources that did not go through again and again."""
    if not may(request, "import"):
        return None
    found = list(Connection.objects.filter(state=State.ON, failures__gte=PATIENCE).values_list("key", flat=True)[:2])
    if not found:
        return None
    count = Connection.objects.filter(state=State.ON, failures__gte=PATIENCE).count()
    said = (
        _("The connection %(name)s has not gone through lately.")
        if count == 1
        else _("%(n)s connections have not gone through lately.")
    )
    address = reverse("connection", args=[found[0]]) if count == 1 else reverse("connections")
    return Notice(said % {"name": found[0], "n": numbers.count(count)}, address, _("See why"))
