"""What is held of people here: the last bodies that came. Each is opened to see whose it is."""

from __future__ import annotations

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .commands import body_of
from .models import Sample


def register() -> None:
    """Say so."""
    hold(Holding("hooks", ("hooks.Sample",), _export, _forget))


def _theirs(who: Theirs) -> list[Sample]:
    return [one for one in Sample.objects.all() if who.names_in(_text(one))]


def _text(one: Sample) -> str:
    return body_of(one).decode(errors="replace")


def _export(who: Theirs) -> Rows:
    return [{"at": one.at, "hook": one.hook.name, "body": _text(one)} for one in _theirs(who)]


def _forget(who: Theirs) -> Gone:
    searched = Sample.objects.count()
    return Gone(Sample.objects.filter(pk__in=[one.pk for one in _theirs(who)]).delete()[0], searched)
