"""What is held of people here: messages that name them. With them goes what waits; others are told to forget them."""

from __future__ import annotations

import msgspec
from django.db.models import Q, QuerySet

from heartline.server.shell.opened import workspace
from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from . import hearing
from .models import Delivery

AT_ONCE = 500


def register() -> None:
    """Say so."""
    hold(Holding("outbound", ("outbound.Delivery",), _export, _forget))


def _theirs(who: Theirs) -> QuerySet[Delivery]:
    names = sorted(who.names)
    return Delivery.objects.filter(Q(customer__in=names) | Q(other__in=names))


def _export(who: Theirs) -> Rows:
    return [
        {"at": one.made_at, "to": one.endpoint.name, "state": one.state, "message": msgspec.json.decode(one.opened())}
        for one in _theirs(who).select_related("endpoint").iterator(chunk_size=AT_ONCE)
    ]


def _forget(who: Theirs) -> Gone:
    searched = Delivery.objects.count()
    removed = _theirs(who).delete()[0]
    hearing.erased(who.names, workspace().lake.key)
    return Gone(removed, searched)
