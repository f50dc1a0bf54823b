"""The pages about other systems: make one, see what was sent to it, send again."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.accounts.models import User
from heartline.server.shell import numbers

from . import commands, kinds, shown, words
from .commands import Hearing
from .models import Delivery, Endpoint

PAGE = 50
STATES = ("waiting", "failed", "taken")
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _by(request: HttpRequest) -> User:
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    return request.user


@form_methods
@never_cache
def endpoints(request: HttpRequest) -> HttpResponse:
    """List the systems that are told; make one."""
    by = _by(request)
    if request.method != "POST":
        return render(request, "outbound/endpoints.html", _listed(Hearing(kinds.EXAMPLES)))
    said = Hearing(())
    name, url, style = (request.POST.get(field, "") for field in ("name", "url", "style"))
    try:
        said = _said(request)
        made, secret = commands.create(by=by, name=name, url=url, style=style, hearing=said)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        more = {"wrong": words.told(error), "form": shown.form(said, name, url, style)}
        return render(request, "outbound/endpoints.html", _listed(said) | more, status=error.status)
    context = _listed(Hearing(kinds.EXAMPLES)) | {"made": made, "secret": secret, "public": style == "v1a"}
    return render(request, "outbound/endpoints.html", context)


def _listed(said: Hearing) -> dict[str, Any]:
    state = Delivery.State
    found = Endpoint.objects.annotate(
        waits=Count("deliveries", Q(deliveries__state=state.WAITING)),
        failed=Count("deliveries", Q(deliveries__state=state.FAILED)),
    )  # fmt: skip
    zone = shown.zone()
    some = list(found)
    waiting, failed = sum(one.waits for one in some), sum(one.failed for one in some)
    return {
        "title": _("Which other systems are told what happens?"),
        "answer": shown.answer(len(some), waiting, failed),
        "rows": [shown.endpoint(one, one.waits, one.failed, zone) for one in some],
        "form": shown.form(said),
    }


def _said(request: HttpRequest) -> Hearing:
    given = request.POST
    return Hearing(
        tuple(given.getlist("hears")), tuple(given.getlist("touchpoints")), tuple(given.getlist("units")),
        given.get("scale", ""), _number(given.get("low", "")), _number(given.get("high", "")),
        bool(given.get("history")), bool(given.get("texts")),
    )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        found = float(text.replace(",", ".")) if text.strip() else None
    except ValueError:
        found = float("nan")
    if found is not None and not abs(found) < 1e9:
        raise InvalidInput("bad_value", "A score is a number.", field="number", remedy="Write it with digits.")
    return found


@form_methods
@never_cache
def endpoint(request: HttpRequest, number: int) -> HttpResponse:
    """Show what was sent to a system; change what it is told."""
    by, one, said = _by(request), commands.find(number), None
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            said = _said(request)
            one = commands.change(by=by, number=number, url=request.POST.get("url", ""), hearing=said)
            more = {"saved": True}
        except HeartlineError as error:
            if error.status >= 500:
                raise
            more, status = {"wrong": words.told(error)}, error.status
    form = shown.form(said or shown.hearing(one), one.name, request.POST.get("url", one.url))
    return render(request, "outbound/endpoint.html", _one(request, one) | {"form": form, **more}, status=status)


@require_safe
@never_cache
def lately(request: HttpRequest, number: int) -> HttpResponse:
    """Give the list of messages alone, for a page that waits."""
    _by(request)
    return render(request, "outbound/_messages.html", _one(request, commands.find(number)))


def _one(request: HttpRequest, one: Endpoint) -> dict[str, Any]:
    zone, which = shown.zone(), request.GET.get("state", "")
    found = one.deliveries.filter(state=which) if which in STATES else one.deliveries.all()
    page = Paginator(found.defer("body"), PAGE).get_page(request.GET.get("page"))
    counts = dict(one.deliveries.order_by().values_list("state").annotate(n=Count("pk")))
    return {
        "title": one.name, "one": one, "state": words.state(one.state), "on": one.state == Endpoint.State.ON,
        "since": numbers.moment(one.since, zone), "which": which, "page": page,
        "counts": {state: numbers.count(counts.get(state, 0)) for state in STATES},
        "moving": bool(counts.get("waiting")) and one.state == Endpoint.State.ON,
        "rows": [shown.delivery(row, zone) for row in page], "failed": counts.get("failed", 0),
        "both_until": numbers.moment(one.old_until, zone) if one.old_secret and one.old_until else "",
    }  # fmt: skip


@require_safe
@never_cache
def message(request: HttpRequest, number: int, delivery: int) -> HttpResponse:
    """Show one message, and every attempt to send it."""
    _by(request)
    one = commands.find(number)
    found = one.deliveries.filter(pk=delivery).first()
    if found is None:
        raise Http404
    context = {"title": words.kind(found.kind), "one": one, "row": shown.whole(found, shown.zone())}
    return render(request, "outbound/message.html", context)


@require_POST
@never_cache
def secret(request: HttpRequest, number: int) -> HttpResponse:
    """Change the secret, and show it this once."""
    made = commands.renew_secret(by=_by(request), number=number)
    one = commands.find(number)
    more = {"secret": made, "public": one.style == "v1a", "form": shown.form(shown.hearing(one), one.name, one.url)}
    return render(request, "outbound/endpoint.html", _one(request, one) | more)


@require_POST
def act(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Do one thing with a system."""
    by = _by(request)
    if what == "test":
        commands.send_test(by=by, number=number)
    elif what == "stop":
        commands.stop(by=by, number=number)
    elif what == "on":
        commands.go_on(by=by, number=number, skip=bool(request.POST.get("skip")))
    elif what == "remove":
        commands.remove(by=by, number=number)
        return redirect("outbound")
    elif what == "failed":
        commands.send_failed_again(by=by, number=number, since=_day(request.POST.get("since", "")))
    else:
        raise Http404
    return redirect("outbound_one", number)


def _day(text: str) -> datetime:
    """Read a day, as the company begins it."""
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("bad_value", "That is not a day.", field="since", remedy="Choose one.")
    return datetime.combine(day, time(), ZoneInfo(shown.zone())).astimezone(UTC)


@require_POST
def again(request: HttpRequest, number: int, delivery: int) -> HttpResponse:
    """Send one message again."""
    commands.send_again(by=_by(request), number=number, delivery=delivery)
    return redirect("outbound_one", number)
