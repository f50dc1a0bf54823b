"""The pages of alerts: what is out of the ordinary now, what was, one of them, and how to stop being told."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace

from . import commands, letters, rights, shown, words
from .models import Alert
from .preview import furthest

PAGE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])


def user_of(request: HttpRequest) -> User:
    """Give who is signed in; a guest of a shared page has no alerts."""
    access.require(asker(request), "read")
    if not isinstance(request.user, User):
        raise Http404
    return request.user


@require_safe
@never_cache
def alerts(request: HttpRequest) -> HttpResponse:
    """Show what is out of the ordinary now, and what people are told of."""
    user = user_of(request)
    whole, seen = workspace().lake.at().definitions, access.definitions(user, workspace())
    open_ = rights.alerts(user, whole, Alert.objects.filter(closed_at=None))
    rules = rights.rules(user, whole)
    over = rights.alerts(user, whole, Alert.objects.exclude(closed_at=None)[:PAGE])
    last = max((one.last_at for one in over), default=None)
    context = {
        "title": _("What is out of the ordinary?"),
        "answer": words.answer(len(open_), len(rules), last, shown.zone(seen)),
        "alerts": [shown.alert(one, seen) for one in open_],
        "past": [shown.alert(one, seen) for one in over[:5]],
        "more": len(over) > 5, "rules": [shown.rule(one, user, seen) for one in rules], "how": words.how(),
        "done": request.GET.get("done", ""), "watchable": _watchable(request),
    }  # fmt: skip
    return render(request, "alerts/alerts.html", context)


def _watchable(request: HttpRequest) -> str:
    """Say which scores can be watched already, and what it takes for the others."""
    result = ask(request, "limits", {})
    scores, watched = (int(result.figures[name].value or 0) for name in ("series", "watched"))
    return words.watchable(scores, watched, furthest(result))


@require_safe
@never_cache
def past(request: HttpRequest) -> HttpResponse:
    """List the alerts that are over."""
    user = user_of(request)
    whole, seen = workspace().lake.at().definitions, access.definitions(user, workspace())
    over = rights.alerts(user, whole, Alert.objects.exclude(closed_at=None))
    page = Paginator(over, PAGE).get_page(request.GET.get("page"))
    context = {"title": _("What was out of the ordinary?"), "page": page,
               "alerts": [shown.alert(one, seen) for one in page]}  # fmt: skip
    return render(request, "alerts/past.html", context)


@require_safe
@never_cache
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """Show one alert with what is behind it."""
    user = user_of(request)
    one, seen = commands.alert(user, number), access.definitions(user, workspace())
    context: dict[str, Any] = {
        "one": shown.alert(one, seen), "title": one.rule.name, "findings": shown.findings(one, user, seen),
        "days": commands.MUTES_DAYS, "open": one.closed_at is None, "how": words.how(),
        "sees_rule": rights.may_see(user, one.rule, workspace().lake.at().definitions),
    }  # fmt: skip
    return render(request, "alerts/alert.html", context)


@require_POST
@never_cache
def act(request: HttpRequest, number: int) -> HttpResponse:
    """Say that an alert was seen, or let it be quiet."""
    user, said = user_of(request), request.POST
    if said.get("do") == "mute":
        text = said.get("days", "")
        commands.mute(by=user, number=number, days=int(text) if text.isdecimal() else 0)
    else:
        commands.see(by=user, number=number, remark=said.get("remark", ""))
    return redirect("alert", number)


@csrf_exempt  # the address is the secret; mail programs stop by one POST without any page of ours (RFC 8058)
@form_methods
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stop telling somebody, by the link in their mail: a GET only asks."""
    user, hearers = letters.stopped(token)
    done = False
    if request.method == "POST":
        commands.leave(hearers=hearers, user=user)
        done = True
    context = {"title": _("Tell me no more"), "done": done, "weekly": not hearers}
    answer = render(request, "alerts/stop.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    return answer
