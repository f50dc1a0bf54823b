"""What is held of customers here: saved views that look for one of them, by a number or an address."""

from __future__ import annotations

from django.http import QueryDict

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .models import View


def register() -> None:
    """Say so."""
    hold(Holding("saved views", ("voices.View",), _export, _erase))


def _theirs(who: Theirs) -> list[View]:
    """Give the views that look for somebody, or are called after them."""
    return [one for one in View.objects.all() if any(who.names_in(word) for word in _words(one))]


def _words(one: View) -> list[str]:
    said = QueryDict(one.query).get("q", "")
    return [said, *said.split(), one.label, *one.label.split()]


def _export(who: Theirs) -> Rows:
    return [{"label": one.label, "looks_for": one.query, "at": one.at} for one in _theirs(who)]


def _erase(who: Theirs) -> Gone:
    searched = View.objects.count()
    found = [one.pk for one in _theirs(who)]
    View.objects.filter(pk__in=found).delete()
    return Gone(len(found), searched)
