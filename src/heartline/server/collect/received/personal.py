"""What is held of people here: events that could not be used, as they came. Each is opened to see whose it is."""

from __future__ import annotations

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.server.shell.sealed import unseal
from heartline.store.erasing import Gone

from .keeping import held_about
from .models import Held

AT_ONCE = 500


def register() -> None:
    """Say so."""
    hold(Holding("received", ("received.Held",), _export, _forget))


def _body(one: Held) -> str:
    return unseal(one.body, held_about(one.batch, one.request, one.place)).decode(errors="replace")


def _theirs(who: Theirs) -> list[Held]:
    everything = Held.objects.order_by("pk").iterator(chunk_size=AT_ONCE)
    return [one for one in everything if who.names_in(_body(one))]


def _export(who: Theirs) -> Rows:
    return [{"at": one.at, "source": one.source, "why": one.code, "event": _body(one)} for one in _theirs(who)]


def _forget(who: Theirs) -> Gone:
    searched = Held.objects.count()
    found = [one.pk for one in _theirs(who)]
    return Gone(sum(Held.objects.filter(pk=number).delete()[0] for number in found), searched)
