"""What is held here of customers: words on suggestions, gone with either of the two."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .models import Answer


def register() -> None:
    """Say so."""
    hold(Holding("words on duplicates", ("identity.Answer",), _export, _erase))


def _theirs(who: Theirs) -> QuerySet[Answer]:
    return Answer.objects.filter(Q(left__in=who.names) | Q(right__in=who.names))


def _export(who: Theirs) -> Rows:
    return [{"at": one.at, "later": one.later} for one in _theirs(who)]


def _erase(who: Theirs) -> Gone:
    searched = Answer.objects.count()
    return Gone(_theirs(who).delete()[0], searched)


def forget_all() -> None:
    """Forget everybody: the data folder was emptied."""
    Answer.objects.all().delete()
