"""The page on which staff note what happened face to face."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, definitions
from heartline.server.accounts.models import User
from heartline.server.shell import leaving, names, navigation

from . import commands, tasks, whom, words
from .models import Noted

UNIT = "log_unit"
"""Where the session remembers the unit."""


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("who", "text")
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """Show the form, and what was noted with it last; note a contact."""
    access.require(asker(request), commands.RIGHT)
    if request.method != "POST":
        return render(request, "offline/log.html", _page(request, _done(request)))
    assert isinstance(request.user, User)
    said = request.POST
    try:
        who = whom.meant(request, said.get("who", ""), said.get("kind", ""))
        felt = said.get("felt", "")
        made = commands.note(
            by=request.user, key=said.get("key", ""), what=said.get("what", ""), whom=who, unit=said.get("unit", ""),
            felt=int(felt) if felt in set("12345") else None, text=said.get("text", ""),
        )  # fmt: skip
    except HeartlineError as error:
        if error.status >= 500:
            raise
        context = _page(request, {"wrong": words.told(error)}, said)
        return render(request, "offline/log.html", context, status=error.status)
    request.session[UNIT] = made.unit
    if who.kind == whom.ORDER:
        tasks.owners.enqueue(tries=leaving.TRIES)
    return redirect(
        f"{reverse('log')}?{urlencode({'done': made.key} | ({'of': who.customer} if who.customer else {}))}"
    )


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Take the last contact back."""
    assert isinstance(request.user, User)
    try:
        one = commands.undo(by=request.user, key=request.POST.get("key", ""))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return render(request, "offline/log.html", _page(request, {"wrong": words.told(error)}), status=error.status)
    tasks.take_back.enqueue(tries=leaving.TRIES)
    return redirect(f"{reverse('log')}?{urlencode({'done': one.key})}")


def _done(request: HttpRequest) -> dict[str, Any]:
    """Say what was noted last, and offer to take it back."""
    one = Noted.objects.filter(key=request.GET.get("done", "")[:32], by_id=request.user.pk).first()
    if one is None:
        return {}
    customer = request.GET.get("of", "")
    page = navigation.address("customer", customer) if re.fullmatch(r"\w+:[0-9a-f]+", customer) else ""
    left = int((one.ends - timezone.now()).total_seconds())
    return {
        "done": words.done(one, customer), "page": "" if one.undone_at else page,
        "undo": one.key if left > 0 and not one.undone_at else "", "left": left,
    }  # fmt: skip


def _page(request: HttpRequest, more: dict[str, Any], said: Any = None) -> dict[str, Any]:
    """Give the form, filled with what was said."""
    said = said if said is not None else {}
    known = definitions(request)
    units = _units(request)
    unit = said.get("unit", request.session.get(UNIT, ""))
    key = said.get("key", "")
    return {
        "title": _("What happened?"),
        "key": key if leaving.KEY.fullmatch(key) else secrets.token_hex(16),
        "kinds": [
            (code, text, code == said.get("kind", ""))
            for code, text in words.kinds(whom.kinds(known), known.all("identifier_kind"))
        ],
        "who": said.get("who", ""),
        "units": [(code, text, code == unit) for code, text in units],
        "own": units[0] if len(units) == 1 else None,
        "company": not getattr(request.user, "units", None),
        "whats": [(code, text, words.ICONS[code], code == said.get("what")) for code, text in words.whats().items()],
        "faces": [(number, text, str(number) == said.get("felt")) for number, text in words.faces()],
        "text": said.get("text", ""),
        **more,
    }


def _units(request: HttpRequest) -> list[tuple[str, str]]:
    """Give the units that somebody may note contacts of, by name."""
    known = definitions(request)
    bodies = known.all("unit")
    own = list(getattr(request.user, "units", None) or ())
    keys = known.units_below(own) if own else set(bodies)
    return sorted(((key, names.called(bodies[key], key)) for key in keys if key in bodies), key=lambda one: one[1])
