"""The pages of connections: what is asked, a new one, what it would bring, what it brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.core.errors import HeartlineError, NotFound
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, may
from heartline.server.accounts.models import User

from . import commands, shown, words
from .models import Connection, Run

PAGE = 25


@require_safe
@never_cache
def connections(request: HttpRequest) -> HttpResponse:
    """List the connections, and offer to make one."""
    access.require(asker(request), "import")
    latest = Run.objects.filter(connection=OuterRef("pk")).values("pk")[:1]
    page = Paginator(Connection.objects.annotate(last=Subquery(latest)), PAGE).get_page(request.GET.get("page"))
    runs = Run.objects.in_bulk([one.last for one in page if one.last])
    return render(request, "connections/connections.html", {
        "title": _("Which systems do we ask what is new?"), "page": page, "administers": may(request, "administer"),
        "answer": shown.answer(),
        "rows": [shown.listed(one, runs.get(one.last)) for one in page],
        "kinds": [(kind, *said) for kind, said in words.KINDS.items()],
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret", "recipe")
@never_cache
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Ask what a new connection needs, and make it."""
    access.require(asker(request), "administer")
    if kind not in commands.KINDS:
        raise Http404
    if request.method != "POST":
        return render(request, "connections/new.html", shown.form(kind, request.GET))
    assert isinstance(request.user, User)
    said = {name: str(text) for name, text in request.POST.items()}
    try:
        made = commands.create(by=request.user, kind=kind, said=said, private="private" in said)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        more = {"wrong": words.told(error), "wrong_field": error.field or ""}
        return render(request, "connections/new.html", shown.form(kind, said) | more, status=error.status)
    return redirect("connection", key=made.key)


@require_safe
@never_cache
def connection(request: HttpRequest, key: str) -> HttpResponse:
    """Show a connection: how it is, what it would bring or what it brought."""
    access.require(asker(request), "import")
    return render(request, "connections/connection.html", _context(request, _found(key)))


@require_safe
@never_cache
def tried(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was found when a connection was tried, as soon as it is there."""
    access.require(asker(request), "import")
    one = _found(key)
    if not one.trying:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "connections/_trying.html", {"one": one})


def _found(key: str) -> Connection:
    one = Connection.objects.filter(key=key).first()
    if one is None:
        raise NotFound("unknown", "There is no such connection.", remedy="See the list.")
    return one


def _context(request: HttpRequest, one: Connection) -> dict[str, Any]:
    page = Paginator(one.runs.all(), PAGE).get_page(request.GET.get("page"))
    return shown.whole(one, list(page), people=may(request, "read_people")) | {
        "page": page, "administers": may(request, "administer"),
    }  # fmt: skip


ACTS: dict[str, Callable[..., object]] = {
    "change": lambda by, key, said: commands.change(by=by, key=key, recipe=said.get("recipe", "")),
    "secret": lambda by, key, said: commands.set_secret(
        by=by, key=key, secret=said.get("secret", ""), private="private" in said
    ),
    "try": lambda by, key, said: commands.try_again(by=by, key=key),
    "start": lambda by, key, said: commands.start(by=by, key=key, every=said.get("own") or said.get("every", "")),
    "pause": lambda by, key, said: commands.pause(by=by, key=key),
    "run": lambda by, key, said: commands.run_now(by=by, key=key),
    "remove": lambda by, key, said: commands.remove(by=by, key=key),
}  # fmt: skip


@require_POST
@sensitive_post_parameters("secret", "recipe")
@never_cache
def act(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """Do what somebody asks of a connection."""
    assert isinstance(request.user, User)
    if what not in ACTS:
        raise Http404
    try:
        ACTS[what](request.user, key, request.POST)
    except HeartlineError as error:
        if error.status >= 500 or error.status in (403, 404):
            raise
        context = _context(request, _found(key)) | {"wrong": words.told(error)}
        if what == "change":
            context["recipe"] = request.POST.get("recipe", "")
        return render(request, "connections/connection.html", context, status=error.status)
    return redirect("connections") if what == "remove" else redirect("connection", key=key)
