"""The pages of surveys: which there are, how one is doing, and how it is written."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from heartline.core.errors import HeartlineError, InvalidInput
from heartline.listen.surveys import reading
from heartline.listen.surveys.gallery import gallery
from heartline.listen.surveys.length import seconds
from heartline.listen.surveys.values import said
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.accounts.models import User
from heartline.server.shell import numbers, tables

from . import commands, funnel, words
from . import links as personal_links
from .models import State, Survey

MOST_LINKS = 50_000


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def surveys(request: HttpRequest) -> HttpResponse:
    """List the surveys, and those to begin with; begin one."""
    access.require(asker(request), commands.RIGHT)
    if request.method != "POST":
        return render(request, "surveys/surveys.html", _listed(request))
    assert isinstance(request.user, User)
    try:
        if file := request.FILES.get("file"):
            made = commands.read(by=request.user, text=file.read(reading.MOST_BYTES + 1))
        else:
            wanted = request.POST.get("from", "")
            made = commands.begin(by=request.user, key=_free(wanted), example_key=wanted)
    except HeartlineError as error:
        if error.status >= 500:
            raise
        told = {"wrong": words.told(error)}
        return render(request, "surveys/surveys.html", _listed(request) | told, status=error.status)
    return redirect("survey_edit", key=made.key)


def _free(wanted: str) -> str:
    """Give a short name that no survey has: the gallery's, with a number where it is taken."""
    base = re.sub(r"[^a-z0-9_]", "", wanted.lower()) or "survey"
    taken = set(Survey.objects.filter(key__startswith=base).values_list("key", flat=True))
    number = 2
    key = base
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key


def _listed(request: HttpRequest) -> dict[str, Any]:
    language = get_language() or "en"
    finished, brought = funnel.finished(), funnel.brought(request)
    rows = []
    for one in Survey.objects.order_by("-changed_at"):
        value, more = commands.value(one.body), brought.get(one.key, funnel.NOTHING)
        rows.append({
            "key": one.key, "title": said(value.title, language, value.languages), "state": State(one.state).label,
            "open": one.state == State.OPEN, "answers": numbers.count(finished.get(one.pk, 0) + more.number),
            "brought": numbers.count(more.number) if more.number and finished.get(one.pk) else "", "by": more.by,
            "questions": len(value.questions), "results": bool(one.edition),
        })  # fmt: skip
    start = [
        {"key": key, "title": said(value.title, language, value.languages), "questions": len(value.questions),
         "seconds": numbers.duration(round(seconds(value, language), -1)), "for": value.for_}
        for key, value in gallery().items()
    ]  # fmt: skip
    return {"title": _("What do we ask?"), "rows": rows, "gallery": start}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def survey(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a survey is doing; open and close it."""
    access.require(asker(request), commands.RIGHT)
    one = commands.find(key)
    wrong = ""
    if request.method == "POST":
        assert isinstance(request.user, User)
        change = {"open": commands.open_, "close": commands.close}.get(request.POST.get("do", ""))
        try:
            if change is not None:
                change(by=request.user, key=key)
                return redirect("survey", key=key)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong = words.told(error)
    value = commands.value(one.body)
    language = get_language() or "en"
    address = request.build_absolute_uri(reverse("survey_answer_start", args=[key]))
    newest = one.editions.order_by("-number").first()
    more = funnel.brought(request).get(key, funnel.NOTHING)
    context = {
        "title": said(value.title, language, value.languages), "survey": one, "state": State(one.state).label,
        "open": one.state == State.OPEN, "address": address, "wrong": wrong, "anonymous": value.anonymous,
        "changed": newest is not None and newest.body != one.body, **funnel.shown(one, value, language, more),
    }  # fmt: skip
    if not one.edition:
        context["answer"] = _("Nobody can answer it yet. Read it once more, then let people answer.")
    return render(request, "surveys/survey.html", context, status=400 if wrong else 200)


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponse:
    """Give a survey as a file."""
    access.require(asker(request), commands.RIGHT)
    one = commands.find(key)
    answer = HttpResponse(reading.as_yaml(commands.value(one.body)), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.key}.yaml"'
    return answer


@require_POST
@sensitive_post_parameters("who")
@never_cache
def links(request: HttpRequest, key: str) -> StreamingHttpResponse:
    """Make personal links for a list of people."""
    access.require(asker(request), commands.RIGHT)
    access.require(asker(request), "read_people")
    assert isinstance(request.user, User)
    kind = request.POST.get("kind", "user_id")
    people = list(dict.fromkeys(line.strip() for line in request.POST.get("who", "").splitlines() if line.strip()))
    if kind not in personal_links.KINDS or not people or len(people) > MOST_LINKS:
        raise InvalidInput("bad_value", "Write one customer a line.", field="who", remedy="Up to 50,000 lines.")
    commands.links_made(by=request.user, key=key, number=len(people))
    start = request.build_absolute_uri(reverse("survey_answer_start", args=[key]))
    rows = ((who, f"{start}?to={personal_links.link(key, kind, who)}") for who in people)
    return tables.listed(f"{key}-links", [(kind, "link"), *rows])
