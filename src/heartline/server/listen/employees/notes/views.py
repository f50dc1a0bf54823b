"""The pages on which employees tell what customers say, and what a touchpoint's page shows of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker, definitions
from heartline.server.accounts.models import User
from heartline.server.shell import doors, leaving, names, navigation, numbers, quotes
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from .. import codes
from ..models import Note, Slip
from . import commands, guessing, tasks, words

UNIT = "note_unit"
"""The cookie by which a browser remembers the unit: kept here, it would say who told something of a small one."""
REMEMBERED_S = 90 * 24 * 3600
RATE = "30/m/ip"
IN_PANEL = 3


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("text")
@never_cache
def tell(request: HttpRequest) -> HttpResponse:
    """Ask whoever is signed in what customers said."""
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    return _page(request, request.user, reverse("tell"))


@csrf_exempt  # nobody is signed in: its address is the secret
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("text")
@never_cache
def by_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whoever has a shop's link what customers said."""
    limits = {"notes": getattr(settings, "NOTES_RATE", RATE)}
    if not ratelimit.consume(request, app="heartline", action="notes", config=limits):
        response = HttpResponse(status=429)
        response["Retry-After"] = "60"
        return response
    try:
        slip = commands.opened(secret)
    except HeartlineError:
        return _public(render(request, "employees/tell_gone.html", {"title": _("This link has ended")}, status=404))
    return _public(_page(request, slip, reverse("tell_by_link", args=[secret])))


def _public(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest, by: User | Slip, here: str) -> HttpResponse:
    said = request.POST
    if request.method != "POST":
        return _shown(request, by, here, _done(request, by))
    try:
        if said.get("do") == "take_back":
            one = commands.take_back(by=by, key=said.get("key", ""))
            tasks.take_back.enqueue(tries=leaving.TRIES)
            return redirect(f"{here}?{urlencode({'done': one.key})}")
        if said.get("do") != "tell":
            return _shown(request, by, here, _second(request, by, said))
        made = commands.tell(
            by=by, key=said.get("key", ""), text=said.get("text", ""), often=said.get("often", ""),
            about=said.get("about", ""), unit=said.get("unit", ""),
        )  # fmt: skip
    except HeartlineError as error:
        if error.status >= 500:
            raise
        more = _second(request, by, said) if said.get("text", "").strip() and said.get("do") == "tell" else {}
        return _shown(request, by, here, {**more, "wrong": words.told(error)}, error.status)
    answer = redirect(f"{here}?{urlencode({'done': made.key})}")
    if isinstance(by, User):
        answer.set_cookie(
            UNIT, said.get("unit", ""), max_age=REMEMBERED_S, path=here, secure=settings.SESSION_COOKIE_SECURE,
            httponly=True, samesite="Lax",
        )  # fmt: skip
    return answer


def _done(request: HttpRequest, by: User | Slip) -> dict[str, Any]:
    """Say what was told last, and offer to take it back."""
    mine = {"slip": by} if isinstance(by, Slip) else {"by": by}
    one = Note.objects.filter(key=request.GET.get("done", "")[:32], **mine).first()
    if one is None:
        return {}
    left = int((one.ends - timezone.now()).total_seconds())
    undo = one.key if left > 0 and one.undone_at is None else ""
    return {"done": words.done(one), "undo": undo, "left": left}


def _second(request: HttpRequest, by: User | Slip, said: Mapping[str, str]) -> dict[str, Any]:
    """Ask about what it is and how often, with the text as it will be kept."""
    if not said.get("text", "").strip():
        return {"wrong": words.no_words()}
    known = workspace().lake.at().definitions
    text, marks = commands.clean(said["text"].strip()[: commands.LONGEST])
    likely = guessing.likely(known, text)
    chosen = said.get("about", likely[0] if likely else "")
    return {
        "second": True, "text": text, "masked": words.masked(marks), "often": words.often(said.get("often", "one")),
        "likely": [(key, names.called(known.all("touchpoint")[key], key), key == chosen) for key in likely],
        "places": _places(known, likely, chosen), **_units(request, by, said.get("unit")),
    }  # fmt: skip


def _places(known: Definitions, likely: list[str], chosen: str) -> list[tuple[str, str, bool]]:
    """Give the touchpoints that were not guessed, by name."""
    bodies = {key: body for key, body in known.all("touchpoint").items() if key not in likely}
    return sorted(
        ((key, names.called(body, key), key == chosen) for key, body in bodies.items()), key=lambda one: one[1]
    )


def _units(request: HttpRequest, by: User | Slip, asked: str | None) -> dict[str, Any]:
    """Give the units that somebody may tell of; a link says its own."""
    if isinstance(by, Slip):
        return {"units": [], "company": True}
    known = definitions(request)
    bodies, own = known.all("unit"), list(by.units)
    keys = known.units_below(own) if own else set(bodies)
    unit = asked if asked is not None else request.COOKIES.get(UNIT, next(iter(own), ""))
    some = sorted(((key, names.called(bodies[key], key)) for key in keys if key in bodies), key=lambda one: one[1])
    return {"units": [(key, text, key == unit) for key, text in some], "company": not own}


def _shown(request: HttpRequest, by: User | Slip, here: str, more: dict[str, Any], status: int = 200) -> HttpResponse:
    own = isinstance(by, User)
    context = {
        "title": _("What did customers say?"), "here": here, "key": secrets.token_hex(16), "longest": commands.LONGEST,
        "slip": None if own else by, "links": own and access.may(asker(request), commands.LINKS),
        "said": request.POST.get("text", ""), **more,
    }  # fmt: skip
    return render(request, "employees/tell.html" if own else "employees/tell_by_link.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def links(request: HttpRequest) -> HttpResponse:
    """Show the links of shops; make one, end one."""
    access.require(asker(request), commands.LINKS)
    assert isinstance(request.user, User)
    wrong, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("end", "").isdigit():
                commands.end_slip(by=request.user, number=int(request.POST["end"]))
            else:
                commands.make_slip(
                    by=request.user, label=request.POST.get("label", ""), unit=request.POST.get("unit", "")
                )
            return redirect("note_links")
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, status = words.told(error), error.status
    known = definitions(request)
    rows = [
        {"pk": one.pk, "label": one.label, "unit": _unit(known, one.unit),
         "address": request.build_absolute_uri(reverse("tell_by_link", args=[one.secret]))}
        for one in Slip.objects.filter(revoked_at=None).order_by("label", "pk")
    ]  # fmt: skip
    units = sorted(((key, names.called(body, key)) for key, body in known.all("unit").items()), key=lambda one: one[1])
    context = {"title": _("Links for shops"), "rows": rows, "units": units, "wrong": wrong,
               "answer": words.links(len(rows))}  # fmt: skip
    return render(request, "employees/note_links.html", context, status=status)


def _unit(known: Definitions, key: str) -> str:
    return names.called(known.all("unit").get(key, {}), key) if key else ""


@require_safe
@never_cache
def code(request: HttpRequest, number: int) -> HttpResponse:
    """Give the code of a link as a picture, to print."""
    access.require(asker(request), commands.LINKS)
    one = Slip.objects.filter(pk=number, revoked_at=None).first()
    if one is None:
        return HttpResponse(status=404)
    address = request.build_absolute_uri(reverse("tell_by_link", args=[one.secret]))
    return HttpResponse(codes.picture(address), content_type="image/svg+xml")


def panel(request: HttpRequest, touchpoint: str) -> SafeString | str:
    """Show at a touchpoint what employees tell of it."""
    asked = {"period": "all", "about": (touchpoint,), "told_by": "employees"}
    result = ask(request, "verbatims", {**asked, "limit": IN_PANEL})
    number = int(result.figures["verbatims"].value or 0)
    if not number:
        return ""
    known = definitions(request, result.as_of.version)
    context = {
        "quotes": quotes.quotes(result.rows, known, people=False), "number": number, "count": numbers.count(number),
        "link": doors.door("verbatims", asked, figure="verbatims"), "tell": reverse("tell"),
        "all": f"{navigation.address('voices')}?{urlencode({'told': 'employees', 'period': 'all'})}",
    }  # fmt: skip
    return render_to_string("employees/_notes_panel.html", context, request)
