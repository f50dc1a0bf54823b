"""How many of the events that came lately have no touchpoint: told on the first page."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from heartline.server.accounts import asking
from heartline.server.shell import numbers
from heartline.server.shell.notices import Notice

from .models import SeenDay

DAYS = 7


def lately() -> tuple[int, int]:
    """Give how many events came in the last days, and how many of them have no touchpoint."""
    since = (timezone.now() - timedelta(days=DAYS - 1)).date()
    found = SeenDay.objects.filter(day__gte=since).aggregate(count=Sum("count"), unplaced=Sum("unplaced"))
    return found["count"] or 0, found["unplaced"] or 0


def said(count: int, unplaced: int) -> str:
    """Say it in a sentence."""
    if not unplaced:
        return _("Every event of the last seven days has its touchpoint.")
    values = {"share": numbers.share(unplaced / count, 1), "unplaced": numbers.count(unplaced)}
    return (
        _("%(share)s of the events of the last seven days (%(unplaced)s) have no touchpoint: they are in no journey.")
        % values
    )


def notice(request: HttpRequest) -> Notice | None:
    """Tell whoever can do something about it."""
    if not asking.may(request, "define"):
        return None
    count, unplaced = lately()
    if not unplaced:
        return None
    return Notice(said(count, unplaced), reverse("events") + "?unplaced=1", _("See which, and give them one"))
