"""What the company sees of somebody's consent: on the customer page, in full with its proof; and writing it down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from heartline.core.errors import HeartlineError
from heartline.server.accounts import access
from heartline.server.accounts.asking import ask, asker, may
from heartline.server.accounts.models import User
from heartline.server.shell import consenting, numbers
from heartline.server.shell.notices import Notice
from heartline.server.shell.opened import workspace

from . import commands, held, ledger, mailing, purposes, words
from .models import State, Word
from .public_views import form_methods

LATELY = 3


def _seen(request: HttpRequest, who: str) -> str:
    """Give a customer whom the person may see."""
    access.require(asker(request), commands.RIGHT)
    return str(ask(request, "customer", {"customer": who, "limit": 0}).spec["customer"])


def panel(request: HttpRequest, who: str) -> SafeString | str:
    """Show on the customer page what is allowed, in plain words."""
    if not may(request, commands.RIGHT):
        return ""
    spoken = _words(who)
    context = {"who": who, "rows": _standing(who), "last": [_shown(one) for one in spoken[:LATELY]], "n": len(spoken)}
    return render_to_string("consent/_panel.html", context, request)


def _standing(who: str) -> list[dict[str, Any]]:
    rows = []
    for one in purposes.all_purposes().values():
        for channel in one.channels:
            found = consenting.standing([who], one.key, channel)
            rows.append(
                {
                    "label": one.label, "channel": words.channel(channel), "allowed": bool(found.allowed[0]),
                    "why": words.why(found.reasons[0], one.basis),
                }
            )  # fmt: skip
    return rows


def _words(who: str) -> list[Word]:
    names = list(ledger.names_of(workspace().lake.at(), [who]))
    found = Word.objects.filter(identifier__in=names).select_related("shown")
    return list(found.order_by("-last_at", "-pk"))


def _shown(one: Word) -> dict[str, Any]:
    zone = workspace().lake.at().definitions.settings["timezone"]
    again = one.at is not None and one.last_at != one.at
    return {
        "what": words.said(one),
        "when": numbers.moment(one.at, zone) if one.at else _("nobody knows when"),
        "until": numbers.moment(one.last_at, zone) if again else "",
        "source": words.source(one),
        "reason": one.reason,
        "evidence": one.evidence,
        "text": one.shown.text if one.shown else "",
        "language": one.shown.language if one.shown else "",
        "version": one.shown.version if one.shown else None,
        "confirmed": numbers.moment(one.confirmed_at, zone) if one.confirmed_at else "",
        "proof": words.proof(one.proof),
        "identifier": numbers.person(one.identifier).upper(),
        "kind": one.identifier.partition(":")[0],
        "tone": "good" if one.state in (State.GIVEN, State.RELEASED) else "bad",
    }


@form_methods
@never_cache
@sensitive_post_parameters()
def person(request: HttpRequest, who: str) -> HttpResponse:
    """Show all that somebody said, with its proof, and take down what they say now."""
    who, wrong = _seen(request, who), ""
    given = {name: request.POST.get(name, "") for name in ("where", "state", "reason", "evidence")}
    if request.method == "POST":
        purpose, _colon, channel = given["where"].partition("/")
        try:
            assert isinstance(request.user, User)
            commands.note(
                who=who, purpose=purpose, channel=channel, state=given["state"], reason=given["reason"],
                evidence=given["evidence"], by=request.user,
            )  # fmt: skip
        except HeartlineError as error:
            wrong = words.noted(error)
        else:
            return redirect("consent_person", who)
    context = {
        "title": _("What did they agree to?"), "name": numbers.person(who).upper(), "who": who, "wrong": wrong,
        "given": given, "rows": _standing(who), "words": [_shown(one) for one in _words(who)],
        "places": [
            (f"{one.key}/{channel}", f"{one.label}, {words.channel(channel)}")
            for one in purposes.all_purposes().values() for channel in one.channels
        ],
        "states": words.states()[: None if may(request, commands.FREE_RIGHT) else -1],
    }  # fmt: skip
    return render(request, "consent/person.html", context, status=400 if wrong else 200)


@require_safe
@never_cache
def proof(request: HttpRequest, who: str) -> JsonResponse:
    """Give all that somebody said, with its proof, as a file."""
    who = _seen(request, who)
    made = {"customer": who, "words": [held.plain(one) for one in reversed(_words(who))]}
    response = JsonResponse(made, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="consent.json"'
    return response


def notice(request: HttpRequest) -> Notice | None:
    """Tell on the first page that people wait for a mail that cannot be sent."""
    if not may(request, "define") or mailing.can_send():
        return None
    waiting = mailing.waiting()
    return Notice(words.mail(waiting, sends=False), reverse("purposes"), _("See what is missing")) if waiting else None
