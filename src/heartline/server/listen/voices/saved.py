"""Saved views: their page, opening one, keeping one, and how much is new in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker
from heartline.server.accounts.models import User
from heartline.server.shell import errors, filters, numbers

from . import commands, filtering
from .models import View, Visit


@dataclass(frozen=True)
class Line:
    """A saved view: what is new in it, where nobody could tell nothing."""

    key: str
    label: str
    address: str
    own: bool
    shared: bool
    owner: str
    new: str


@require_safe
@never_cache
def views(request: HttpRequest) -> HttpResponse:
    """List the views that one may open, with what is new in each."""
    access.require(asker(request), "read")
    return render(request, "voices/views.html", _page(request))


def _page(request: HttpRequest) -> dict[str, Any]:
    lines = listed(request)
    return {
        "title": _("Saved views"), "crumb": reverse("voices"), "own": [line for line in lines if line.own],
        "others": [line for line in lines if not line.own], "wrong": "",
    }  # fmt: skip


def listed(request: HttpRequest, *, count: bool = True) -> list[Line]:
    """Give the views that somebody may open, their own first."""
    user = request.user
    if not isinstance(user, User):
        return []
    seen = dict(Visit.objects.filter(user=user).values_list("view", "version"))
    found = sorted(commands.visible(user), key=lambda one: (one.owner_id != user.pk, one.place))
    return [
        Line(
            one.key, one.label, reverse("voices_view", args=[one.key]), one.owner_id == user.pk, one.shared,
            str(one.owner), new(request, one, seen.get(one.pk)) if count else "",
        )
        for one in found
    ]  # fmt: skip


def new(request: HttpRequest, one: View, version: int | None) -> str:
    """Say how many texts came since somebody opened a view; nothing where it was never opened, or asks what is gone."""
    if version is None:
        return ""
    query = QueryDict(one.query)
    try:
        values = {**filtering.asked(query, filters.read(query)), "since": version, "limit": 0}
        number = ask(request, "verbatims", values).figures["verbatims"].n or 0
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return ""
    return ngettext("%(number)s new", "%(number)s new", number) % {"number": numbers.count(number)} if number else ""


@require_safe
@never_cache
def view(request: HttpRequest, key: str) -> HttpResponse:
    """Open a view: all its texts, and it counts as seen."""
    access.require(asker(request), "read")
    one = commands.find(_user(request), key)
    commands.see(by=_user(request), view=one)
    return redirect(f"{reverse('voices')}?{one.query}".rstrip("?"))


@require_POST
@never_cache
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the page shows."""
    said = request.POST
    try:
        commands.save(
            by=_user(request), label=said.get("label", ""), query=said.get("query", ""), shared=bool(said.get("shared"))
        )
    except HeartlineError as error:
        return _refused(request, error)
    return redirect("voices_views")


@require_POST
@never_cache
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Call a view otherwise, share it, move it up, or remove it."""
    said, user = request.POST, _user(request)
    try:
        if said.get("do") == "remove":
            commands.remove(by=user, key=key)
        elif said.get("do") == "up":
            commands.move_up(by=user, key=key)
        else:
            commands.change(by=user, key=key, label=said.get("label", ""), shared=bool(said.get("shared")))
    except HeartlineError as error:
        return _refused(request, error)
    return redirect("voices_views")


def _refused(request: HttpRequest, error: HeartlineError) -> HttpResponse:
    if error.status >= 500 or error.status == 404:
        raise error
    told = {
        "no_name": _("A view needs a name of at most 80 letters."),
        "names_somebody": _("A view cannot look for a person's address. Leave it out."),
        "too_many_views": _("You have as many views as one can have. Remove one first."),
        "not_yours": _("This view is somebody else's."),
    }.get(error.code) or errors.told(error)
    return render(request, "voices/views.html", _page(request) | {"wrong": told}, status=error.status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # guests are shown the page of voices only
    return request.user
