"""The pages of privacy: the request desk, a request, a person's data, the proof of an erasure."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker, may
from heartline.server.accounts.models import User
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace
from heartline.server.shell.tables import whole

from . import commands, shown, tasks, words
from .models import OVER, Kind, Request, Sheet

LAST = 25
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _by(request: HttpRequest) -> User:
    access.require(asker(request), "privacy")
    assert isinstance(request.user, User)
    return request.user


@form_methods
@never_cache
@sensitive_post_parameters()
def desk(request: HttpRequest) -> HttpResponse:
    """List what people asked, those due first, and take down what somebody asks."""
    by, wrong = _by(request), ""
    given = {name: request.POST.get(name, "") for name in ("kind", "asked_on", "who", "note")}
    if request.method == "POST":
        try:
            asked_on = parse_date(given["asked_on"])
            if asked_on is None:
                raise InvalidInput("bad_value", "That is no day.", field="asked_on")
            made = commands.ask(kind=given["kind"], asked_on=asked_on, who=given["who"], note=given["note"], by=by)
            return redirect("privacy_request", made.pk)
        except (HeartlineError, ValueError) as error:
            wrong = words.told(error) if isinstance(error, HeartlineError) else _("That is no day.")
    today = timezone.localdate()
    waiting = list(Request.objects.exclude(state__in=OVER))
    context = {
        "title": _("What people ask about their data"),
        "answer": words.desk(waiting, today),
        "waiting": [shown.request(one, today) for one in waiting],
        "over": [
            shown.request(one, today) for one in Request.objects.filter(state__in=OVER).order_by("-closed_at")[:LAST]
        ],
        "sheets": [shown.sheet(one) for one in Sheet.objects.all()[:LAST]],
        "kinds": Kind.choices,
        "today": today,
        "given": given,
        "wrong": wrong,
    }
    return render(request, "privacy/desk.html", context, status=400 if wrong else 200)


@require_safe
@never_cache
def request_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show what somebody asked, and what can be done about it."""
    _by(request)
    return _request(request, number)


def _request(request: HttpRequest, number: int, wrong: str = "") -> HttpResponse:
    one, today = commands.asked_for(number), timezone.localdate()
    context = {
        "title": one.get_kind_display(),
        "one": shown.request(one, today),
        "raw": one,
        "help": words.help_for(one.kind),
        "sheets": [shown.sheet(sheet) for sheet in one.sheet_set.all()],
        "wrong": wrong,
    }
    return render(request, "privacy/request.html", context, status=400 if wrong else 200)


@require_POST
def move(request: HttpRequest, number: int) -> HttpResponse:
    """Bring a request on, or close it."""
    by = _by(request)
    try:
        commands.move(number=number, state=request.POST.get("state", ""), answer=request.POST.get("answer", ""), by=by)
    except HeartlineError as error:
        return _request(request, number, words.told(error))
    return redirect("privacy_request", number)


@require_POST
def longer(request: HttpRequest, number: int) -> HttpResponse:
    """Take two more months for a request."""
    by = _by(request)
    try:
        commands.lengthen(number=number, because=request.POST.get("because", ""), by=by)
    except HeartlineError as error:
        return _request(request, number, words.told(error))
    return redirect("privacy_request", number)


@require_safe
@never_cache
def person(request: HttpRequest, who: str) -> HttpResponse:
    """Show what is held of somebody, and what can be done with it."""
    _by(request)
    return _person(request, who)


def _person(request: HttpRequest, who: str, wrong: str = "") -> HttpResponse:
    somebody = commands.found(who)
    rows = shown.interactions(workspace().lake, somebody)
    context = {
        "title": _("Their data"),
        "name": numbers.person(somebody.customer).upper(),
        "who": somebody.customer,
        "page": reverse("customer", args=[somebody.customer]),
        "answer": words.holds(rows, len(somebody.names)),
        "objects": commands.objects(somebody),
        "asked": request.GET.get("request", ""),
        "word": words.erase_word(),
        "wrong": wrong,
    }
    return render(request, "privacy/person.html", context, status=400 if wrong else 200)


@require_POST
@sensitive_post_parameters()
def export(request: HttpRequest) -> HttpResponse:
    """Hand out everything that is held of somebody."""
    made = commands.export(who=request.POST.get("who", ""), by=_by(request))
    response = HttpResponse(made, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="person-{timezone.localdate():%Y-%m-%d}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@sensitive_post_parameters()
def erase(request: HttpRequest) -> HttpResponse:
    """Have somebody erased in the background, if that was confirmed, and lead to the proof."""
    by, who = _by(request), request.POST.get("who", "")
    if request.POST.get("word", "").strip().upper() not in (words.erase_word(), words.ERASE):
        return _person(request, who, _("Write {word} into the field first: this cannot be taken back.").format(
            word=words.erase_word()))  # fmt: skip
    made = commands.ask_erasure(who=who, by=by, request=whole(request.POST.get("request")))
    tasks.erase.enqueue(made.pk)
    return redirect("privacy_sheet", made.pk)


@require_POST
@sensitive_post_parameters()
def profiling(request: HttpRequest) -> HttpResponse:
    """Leave somebody out of predictions and personas, or take them in again."""
    who = request.POST.get("who", "")
    commands.object_to_profiling(who=who, objects=request.POST.get("objects") == "yes", by=_by(request))
    return redirect("privacy_person", who)


@require_safe
@never_cache
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Show the proof of an erasure; while it is under way, how far it is."""
    _by(request)
    one = _sheet(number)
    whole = not request.htmx  # type: ignore[attr-defined]
    context = {"title": _("Proof of removal"), "one": shown.sheet(one), "places": shown.places(one)}
    return render(request, "privacy/sheet.html" if whole else "privacy/_sheet.html", context)


@require_safe
def sheet_file(request: HttpRequest, number: int) -> HttpResponse:
    """Give the proof as a file."""
    _by(request)
    response = JsonResponse(shown.document(_sheet(number)), json_dumps_params={"indent": 2})
    response["Content-Disposition"] = f'attachment; filename="removal-{number}.json"'
    return response


def _sheet(number: int) -> Sheet:
    one = Sheet.objects.filter(pk=number).first()
    if one is None:
        raise Http404
    return one


def panel(request: HttpRequest, who: str) -> SafeString | str:
    """Show on the customer page the way to their data."""
    return render_to_string("privacy/_panel.html", {"who": who}, request) if may(request, "privacy") else ""
