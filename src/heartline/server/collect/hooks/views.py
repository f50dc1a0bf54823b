"""The pages of webhooks: make one, and map what it sends beside the last bodies that came."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from heartline.collect import hooking
from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, may
from heartline.server.accounts.models import User
from heartline.server.shell import navigation, numbers
from heartline.server.shell.opened import workspace

from . import commands, words
from .models import Hook

SHOWN = 4_000
"""Characters of a body that are shown."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
@never_cache
def hooks(request: HttpRequest) -> HttpResponse:
    """List the webhooks; make one."""
    access.require(asker(request), "import")
    if request.method != "POST":
        return render(request, "hooks/hooks.html", _listed(request))
    assert isinstance(request.user, User)
    said = {name: request.POST.get(name, "") for name in ("name", "style", "header", "secret")}
    try:
        made, secret = commands.create(by=request.user, **said)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        more = {"wrong": words.told(error), "said": said}
        return render(request, "hooks/hooks.html", _listed(request, said["style"]) | more, status=error.status)
    fresh = {"made": made, "address": address(request, made, secret), "secret": secret}
    return render(request, "hooks/hooks.html", _listed(request) | fresh)


def address(request: HttpRequest, one: Hook, behind: str = "…") -> str:
    """Give the address that the other side is told."""
    return request.build_absolute_uri(f"/v1/hook/{one.name}") + (f"/{behind}" if one.style == "path" else "")


def _listed(request: HttpRequest, style: str = "") -> dict[str, Any]:
    zone = workspace().lake.at().definitions.settings["timezone"]
    names = dict(words.styles())
    rows = [
        {"name": one.name, "style": names[one.style], "taken": numbers.count(one.taken), "refused": one.refused,
         "last": numbers.moment(one.last_at, zone) if one.last_at else ""}
        for one in Hook.objects.all()
    ]  # fmt: skip
    return {
        "title": _("Which systems tell us what happens?"), "rows": rows, "administers": may(request, "administer"),
        "styles": [(code, text, code == style) for code, text in words.styles()],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def hook(request: HttpRequest, name: str) -> HttpResponse:
    """Show what a webhook sends and which event it tells; change that."""
    access.require(asker(request), "import")
    one = commands.find(name)
    if request.method != "POST":
        return render(request, "hooks/hook.html", _one(request, one, one.fields))
    assert isinstance(request.user, User)
    fields = _fields(request)
    try:
        one = commands.set_fields(by=request.user, name=name, fields=fields)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        more = {"wrong": words.told(error)}
        return render(request, "hooks/hook.html", _one(request, one, fields) | more, status=error.status)
    return render(request, "hooks/hook.html", _one(request, one, one.fields) | {"saved": True})


@require_POST
@never_cache
def attempt(request: HttpRequest, name: str) -> HttpResponse:
    """Try a mapping on the last bodies, without keeping it."""
    access.require(asker(request), "import")
    context = {"tried": _tried(request, commands.find(name), _fields(request))}
    return render(request, "hooks/_tried.html", context)


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a webhook."""
    assert isinstance(request.user, User)
    commands.remove(by=request.user, name=name)
    return redirect("hooks")


def _fields(request: HttpRequest) -> dict[str, str]:
    return {field: request.POST.get(field, "") for field in hooking.FIELDS}


def _one(request: HttpRequest, one: Hook, fields: dict[str, str]) -> dict[str, Any]:
    return {
        "title": one.name, "hook": one, "style": dict(words.styles())[one.style], "address": address(request, one),
        "taken": numbers.count(one.taken), "refused": numbers.count(one.refused),
        "fields": [(field, text, fields.get(field, "")) for field, text in words.fields().items()],
        "tried": _tried(request, one, fields), "administers": may(request, "administer"),
        "received": navigation.address("received"),
    }  # fmt: skip


def _tried(request: HttpRequest, one: Hook, fields: dict[str, str]) -> list[dict[str, Any]]:
    """Give the last bodies, each with the event that it tells by a mapping; people only for who may see them."""
    zone = workspace().lake.at().definitions.settings["timezone"]
    made = []
    for sample in one.samples.all() if may(request, "read_people") else ():
        body = commands.body_of(sample)
        try:
            plain = msgspec.json.decode(body)
            event = msgspec.json.format(msgspec.json.encode(hooking.event(plain, fields, sample.delivery)), indent=2)
            told, pretty = event.decode(), msgspec.json.format(body, indent=2).decode(errors="replace")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            told, pretty = "", body.decode(errors="replace")
        made.append({"at": numbers.moment(sample.at, zone), "body": pretty[:SHOWN], "event": told})
    return made
