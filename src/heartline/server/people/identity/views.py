"""The pages of who is one person: why, and what a word about it would come to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.collect import explaining, joining
from heartline.collect.keeping_apart import apart
from heartline.core.errors import HeartlineError, NotFound
from heartline.server.accounts import access, finding
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import errors
from heartline.server.shell.opened import workspace

from . import clear, commands, shown, words

BRIEF = 3
"""Others from whom somebody was kept apart who are named on the customer page."""


def by(request: HttpRequest) -> User:
    """Give who says something, if they may."""
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    return request.user


def told(error: HeartlineError) -> str:
    """Say why something could not be done."""
    return words.refused(error.code) or errors.told(error)


@require_safe
@never_cache
def why(request: HttpRequest, who: str) -> HttpResponse:
    """Show why these identifiers are one person."""
    return _why(request, who)


def _why(request: HttpRequest, who: str, wrong: str = "") -> HttpResponse:
    access.require(asker(request), "read_people")
    snapshot = workspace().lake.at()
    ask(request, "customer", {"customer": who, "limit": 0, "as_of": snapshot.version})  # theirs to see, or not found
    found, known = explaining.why(snapshot, who), definitions(request)
    names = [branch.name for branch in found.tree]
    others = apart(snapshot, found.customer, names)
    told_of = {*(name for word in found.parted for name in word.pair), *(one.name for one in others)}
    seen = clear.in_clear(request, {*names, *told_of})
    context = {
        "title": _("Why is this one person?"),
        "name": words.name(found.customer),
        "who": found.customer,
        "answer": words.why(names, len(found.parted), known),
        "tree": shown.tree(found, known, seen),
        "more": max(0, len(names) - shown.MOST),
        "parted": shown.parted(found, known, seen),
        "apart": shown.apart(others, snapshot, known, seen, _hers(request)),
        "wrong": wrong,
    }
    return render(request, "identity/why.html", context, status=400 if wrong else 200)


@require_safe
@never_cache
def summary(request: HttpRequest, who: str) -> HttpResponse:
    """Give the sentence about somebody's identifiers for the customer page."""
    access.require(asker(request), "read_people")
    snapshot = workspace().lake.at()
    ask(request, "customer", {"customer": who, "limit": 0, "as_of": snapshot.version})
    found, known = explaining.why(snapshot, who), definitions(request)
    names = [branch.name for branch in found.tree]
    others = apart(snapshot, found.customer, names)
    seen = clear.in_clear(request, {one.name for one in others})
    context = {
        "said": words.why(names, len(found.parted), known),
        "apart": shown.apart(others[:BRIEF], snapshot, known, seen, _hers(request)),
        "more": max(0, len(others) - BRIEF), "who": who,
    }  # fmt: skip
    return render(request, "identity/_summary.html", context)


def _hers(request: HttpRequest) -> Callable[[str], bool]:
    """Tell of other customers whether the one who asks may see them: who has units sees those who were there."""
    if not asker(request).units:
        return lambda _who: True

    def seen(who: str) -> bool:
        try:
            ask(request, "customer", {"customer": who, "limit": 0, "as_of": workspace().lake.at().version})
        except NotFound:
            return False
        return True

    return seen


def panel(request: HttpRequest, who: str) -> SafeString | str:
    """Show on the customer page the way to why they are one person."""
    return render_to_string("identity/_panel.html", {"who": who}, request) if may(request, "read_people") else ""


@require_POST
@sensitive_post_parameters()
def find(request: HttpRequest, who: str) -> HttpResponse:
    """Find whom somebody is to be joined with; what was typed stays out of addresses and logs."""
    by(request)
    others = [other for other in finding.people(request, request.POST.get("other", "")) if other != who]
    if len(others) == 1:
        return redirect(f"{reverse('identity_join')}?{urlencode({'left': who, 'right': others[0]})}")
    wrong = (
        _("Several people go by that. Give what only one of them has.") if others else words.refused("unknown_customer")
    )
    return _why(request, who, wrong)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def join(request: HttpRequest) -> HttpResponse:
    """Say what it comes to if two people are one; with the word, make it so."""
    return _word(request, joins=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def part(request: HttpRequest) -> HttpResponse:
    """Say what it comes to if a word is taken back; with the word, take it back."""
    return _word(request, joins=False)


def _word(request: HttpRequest, *, joins: bool) -> HttpResponse:
    who, given = by(request), request.POST if request.method == "POST" else request.GET
    left, right = (str(given.get(side, "")).replace("\0", "") for side in ("left", "right"))
    try:
        if request.method == "POST":
            done = (commands.merge if joins else commands.split)(left=left, right=right, by=who)
            return redirect("identity", done.pair[0])
        plan = joining.merging if joins else joining.splitting
        move = plan(workspace().lake.at(), left, right, commands.source(who))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        context: dict[str, Any] = {"title": _("Who is who?"), "wrong": told(error)}
        return render(request, "identity/word.html", context, status=400)
    return render(request, "identity/word.html", _previewed(request, move, left, right, joins=joins))


def _previewed(request: HttpRequest, move: joining.Move, left: str, right: str, *, joins: bool) -> dict[str, Any]:
    snapshot, known = workspace().lake.at(), definitions(request)
    seen = clear.in_clear(request, {name for found in move.after.values() for name in found})
    return {
        "title": _("Are these two one person?") if joins else _("Are these two different people?"),
        "answer": words.joins(move) if joins else words.parts(move),
        "warning": words.two_unique(move, joining.powers(snapshot), known) if joins else "",
        "fallen": words.fallen(len(move.fallen)),
        "pair": [words.first(words.identifier(one, known, seen)) for one in (left, right)],
        "sides": shown.sides(move, known, seen),
        "left": left,
        "right": right,
        "joins": joins,
        "action": reverse("identity_join" if joins else "identity_part"),
    }
