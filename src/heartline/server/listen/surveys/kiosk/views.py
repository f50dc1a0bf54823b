"""The page of a kiosk, what it sends, and the page on which one is made."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.core.errors import HeartlineError, NotFound
from heartline.listen.surveys.values import said
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from .. import answering, commands, tongues, words
from ..answer_views import public
from ..inviting import on_pages_views
from . import commands as making
from . import keeping, linking, showing

WORKER = Path(__file__).parents[1] / "static" / "surveys" / "kiosk-worker.js"
MOST_BYTES = 4 * 2**20
RATE = "120/m/ip"


@require_http_methods(["GET", "HEAD"])
@public
def kiosk(request: HttpRequest, key: str) -> HttpResponse:
    """Show a survey as a kiosk does: all of it is on the page."""
    link = request.GET.get("at", "")
    try:
        edition = answering.newest(key)
        place = linking.opened(key, link)
    except NotFound:
        return render(request, "surveys/gone.html", status=404)
    shown = showing.shown(edition, place, link)
    tag = shown["place"]["language"]
    context = {"kiosk": shown, "title": shown["languages"][tag]["title"], "language": tag,
               "direction": tongues.direction(tag), "plain": reverse("survey_answer_start", args=[key])}  # fmt: skip
    return render(request, "surveys/kiosk.html", context)


@require_http_methods(["GET", "HEAD"])
@public
def edition(request: HttpRequest, key: str) -> HttpResponse:
    """Say which edition is asked now."""
    try:
        number = answering.newest(key).number
    except NotFound:
        return HttpResponse(status=404)
    return HttpResponse(msgspec.json.encode({"edition": number}), content_type="application/json")


@cache
def _worker() -> bytes:
    return WORKER.read_bytes()


@require_safe
def worker(request: HttpRequest, key: str) -> HttpResponse:
    """Give the script that keeps a kiosk's page for the time without a line; its address is what it may look after."""
    response = HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_POST
@public
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Take what a kiosk kept; sent again, it changes nothing."""
    limits = {"survey_kiosk": getattr(settings, "SURVEY_KIOSK_RATE", RATE)}
    if not ratelimit.consume(request, app="heartline", action="survey_kiosk", config=limits):
        response = HttpResponse(status=429)
        response["Retry-After"] = "60"
        return response
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        told = keeping.take(key, keeping.heard(request.body))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        body = msgspec.json.encode({"error": error.code})
        return HttpResponse(body, content_type="application/json", status=error.status)
    return HttpResponse(msgspec.json.encode(told), content_type="application/json")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("pin")
@never_cache
def places(request: HttpRequest, key: str) -> HttpResponse:
    """Say how a survey comes onto the company's own pages, and make kiosks."""
    access.require(asking.asker(request), commands.RIGHT)
    one = commands.find(key)
    value = commands.value(one.body)
    base = request.build_absolute_uri("/").rstrip("/")
    units = workspace().lake.at().definitions.all("unit")
    context: dict[str, Any] = {
        "title": said(value.title, get_language() or "en", value.languages), "survey": one, "base": base,
        "units": sorted((name, body.get("name") or name) for name, body in units.items()),
        "languages": [(tag, words.LANGUAGES.get(tag, tag)) for tag in value.languages],
        "given": {"idle": str(linking.IDLE_S)}, "anonymous": value.anonymous,
    }  # fmt: skip
    context |= on_pages_views.appearing(request, one)
    if request.method != "POST":
        return render(request, "surveys/places.html", context)
    assert isinstance(request.user, User)
    if request.POST.get("do") in ("appear", "count"):
        return on_pages_views.answered(request, one, context)
    given = {name: request.POST.get(name, "").strip() for name in ("name", "unit", "language", "idle", "pin")}
    context["given"] = given
    try:
        link = making.make(
            by=request.user, key=key, name=given["name"], unit=given["unit"] if given["unit"] in units else "",
            language=given["language"], idle_s=int(given["idle"]) if given["idle"].isdigit() else 0, pin=given["pin"],
        )  # fmt: skip
    except HeartlineError as error:
        if error.status >= 500:
            raise
        context |= {"wrong": _wrong(error), "field": error.field}
        return render(request, "surveys/places.html", context, status=error.status)
    context["address"] = f"{base}{reverse('survey_kiosk', args=[key])}?at={link}"
    return render(request, "surveys/places.html", context)


def _wrong(error: HeartlineError) -> str:
    return {
        "no_name": _("Say where the kiosk stands."),
        "once": _("Everybody answers this survey once, and a kiosk knows nobody: allow more than one answer a person."),
        "bad_idle": _("Choose from 10 to 600 seconds."),
        "bad_pin": _("Choose four to twelve digits, or none."),
    }.get(error.code) or words.told(error)
