"""The page on which a survey is written, with what people will see beside it; steps can be taken back."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.core.errors import Conflict, HeartlineError
from heartline.listen.surveys.length import seconds
from heartline.listen.surveys.linting import hints
from heartline.listen.surveys.values import said
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.accounts.models import User
from heartline.server.shell import numbers
from heartline.server.shell.security import POLICY

from . import commands, words, writing
from .models import Edition, Survey
from .writing_form import Form

STEPS = 10
"""So many steps can be taken back, by whoever made them, while nobody else has changed the survey."""
TRIED = 2
UNSAVED = ("look", "if")
"""Buttons that show the form anew and save nothing: a condition is chosen before it holds."""
FRAMING = POLICY + "; frame-src 'self'"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Write a survey: its questions in order, their words side by side in each language."""
    access.require(asker(request), commands.RIGHT)
    one = commands.find(key)
    if request.method != "POST":
        return _page(request, one, one.body)
    assert isinstance(request.user, User)
    do, _sep, place = request.POST.get("do", "save").partition(":")
    place, goes_on = place or request.POST.get("place", ""), do == "done"
    do = "save" if goes_on else do
    if do in ("undo", "edition"):
        return _back(request, one, do, place)
    body = writing.typed(one.body, request.POST)
    try:
        if do in UNSAVED:
            return _page(request, one, writing.changed(one.body, request.POST, do, place))
        _unchanged(request, one)
        body = writing.changed(one.body, request.POST, do, place)
        writing.whole(body)
        before = one.body
        one = commands.change(by=request.user, key=key, body=body, before=before)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return _page(request, commands.find(key), body, error)
    _remember(request, key, before, one.body)
    if goes_on:
        onward = reverse("survey", args=[key])
        swaps = request.headers.get("HX-Request")
        return HttpResponse(headers={"HX-Redirect": onward}) if swaps else redirect(onward)
    to = place.partition(">")[0].partition(":")[0]
    return redirect(f"{reverse('survey_edit', args=[key])}?did={do}&of={to}#{to}")


def _unchanged(request: HttpRequest, one: Survey) -> None:
    """Refuse to write over what somebody else wrote since the page was opened."""
    seen = request.POST.get("seen", "")
    if seen and seen != mark(one.body):
        raise Conflict("changed_meanwhile", "Somebody else changed this survey meanwhile.", remedy="Look at both.")


def mark(body: dict[str, Any]) -> str:
    """Give a short mark of a body: another one for any other body."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]


def _remember(request: HttpRequest, key: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Keep what was before a step, so that it can be taken back."""
    if mark(before) == mark(after):
        return
    steps = request.session.get("survey_steps", {})
    kept = [step for step in steps.get(key, []) if isinstance(step, list)]
    others = {name: some for name, some in list(steps.items())[-TRIED:] if name != key}
    request.session["survey_steps"] = {**others, key: [*kept, [mark(after), before]][-STEPS:]}


def _step(request: HttpRequest, one: Survey) -> dict[str, Any] | None:
    """Give what was before the last step; None where there is none, or somebody else went on from it."""
    steps = request.session.get("survey_steps", {}).get(one.key, [])
    return steps[-1][1] if steps and steps[-1][0] == mark(one.body) else None


def _back(request: HttpRequest, one: Survey, do: str, place: str) -> HttpResponse:
    """Take the last step back, or begin from an edition that was asked."""
    assert isinstance(request.user, User)
    before = _step(request, one)
    if do == "edition":
        edition = Edition.objects.filter(survey=one, number=place if place.isdigit() else 0).first()
        body = edition.body if edition else None
    else:
        body = before
    if body is None:
        error = Conflict("no_step", "There is no step to take back.", remedy="Change it by hand.")
        return _page(request, one, one.body, error)
    now = one.body
    try:
        after = commands.change(by=request.user, key=one.key, body=body, before=now)
    except Conflict as error:
        one = commands.find(one.key)
        return _page(request, one, one.body, error)
    if do == "undo":
        steps = request.session["survey_steps"]
        steps[one.key].pop()
        request.session["survey_steps"] = steps
    else:
        _remember(request, one.key, now, after.body)
    return redirect(f"{reverse('survey_edit', args=[one.key])}?did={do}&of=")


def _page(request: HttpRequest, one: Survey, body: dict[str, Any], error: HeartlineError | None = None) -> HttpResponse:
    value = commands.value(one.body)
    wrong = ("", "")
    if error is not None:
        wrong = (writing.spot(error.field, body), told(error))
    editions = one.editions.order_by("-number").values_list("number", "at")[:5]
    context = {
        "title": said(value.title, get_language() or "en", value.languages), "survey": one, "wrong": wrong[1],
        "wrong_at": wrong[0], "form": Form(body, hints(value), wrong).shown(), "kinds": list(words.kinds().items()),
        "more": [(tag, name) for tag, name in words.LANGUAGES.items() if tag not in body["languages"]],
        "seconds": numbers.duration(round(seconds(value), -1)), "seen": mark(one.body),
        "undo": _step(request, one) is not None,
        "editions": [{"number": number, "at": at} for number, at in editions if number],
        "did": done(request.GET.get("did", ""), request.GET.get("of", ""), body) if request.method != "POST" else "",
        "preview": reverse("survey_preview", args=[one.key]),
    }  # fmt: skip
    response = render(request, "surveys/edit.html", context, status=error.status if error else 200)
    response["Content-Security-Policy"] = FRAMING
    return response


def told(error: HeartlineError) -> str:
    """Say why a survey cannot be kept, as words that stand beside the place that is meant."""
    return {
        "no_value": _("Choose with what to compare."),
        "nothing_before": _("Nothing is asked before this. A condition looks at an earlier question."),
        "changed_meanwhile": _(
            "Somebody else changed this survey meanwhile. What you typed is below; saving writes over it."
        ),
        "no_step": _("There is no step of yours to take back, or somebody else went on from there."),
        "backwards": _("A page can lead only to a later page or to an end."),
        "unknown_place": _("The page or end that this leads to is not there any more."),
        "unknown_value": _("This answer is never given. Choose another one."),
        "unknown_hidden": _("The link brings no such value. Add it to the values that the link brings."),
        "no_last_end": _("The last words need no condition: they are for everybody else."),
        "bad_range": _("The least is more than the most, or than there are choices."),
        "no_purpose": _("Say what the consent is for, and for which channel."),
        "not_anonymous": _("An anonymous survey cannot ask who somebody is."),
        "once_unknown": _(
            "Of an anonymous survey nobody can know who has answered: take away “Anonymous” or “One answer a person”."
        ),
        "bad_survey": _("This cannot be used here. Numbers are written in digits."),
    }.get(error.code) or words.told(error)  # fmt: skip


def done(did: str, of: str, body: dict[str, Any]) -> str:
    """Say what was done: screen readers read it when the page has changed."""
    if did in ("up", "down", "put"):
        for page, block in enumerate(body["blocks"], 1):
            for place, one in enumerate(block["questions"], 1):
                if one["key"] == of:
                    name = Form(body).short(one["text"])
                    return _("“%(name)s” is now question %(place)s of page %(page)s.") % {
                        "name": name, "place": place, "page": page,
                    }  # fmt: skip
    if did in ("pageup", "pagedown", "putpage"):
        for page, block in enumerate(body["blocks"], 1):
            if block["key"] == of:
                return _("The page is now page %(page)s.") % {"page": page}
    return {
        "save": _("Saved."), "undo": _("The last step was taken back."), "add": _("A question was added."),
        "page": _("A page was added."), "remove": _("It was removed."), "part": _("A choice was added."),
        "edition": _("This is the edition that was asked. Nothing was opened yet."),
        "language": _("A language was added."),
    }.get(did, _("Saved.") if did else "")  # fmt: skip
