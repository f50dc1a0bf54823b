"""How often a survey appears on the company's own pages: said on the page of its places, and what that comes to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from heartline.core.errors import HeartlineError
from heartline.server.accounts.asking import definitions
from heartline.server.accounts.models import User
from heartline.server.shell.eligible import Target

from ..models import Survey
from . import asks, commands, expecting, on_pages, words
from .expecting import Part


def appearing(request: HttpRequest, one: Survey) -> dict[str, Any]:
    """Give the form as it is kept, and what was lived."""
    how = asks.manner(one)
    found = {"page_share": str(how.page_share), "page_target": str(how.page_target or ""), "answered": ""}
    lived, _ahead = on_pages.lived(one, timezone.now())
    whole = (sum(part[0] for part in lived.values()), sum(part[1] for part in lived.values()))
    if whole[0]:
        found["answered"] = expecting.rate(whole)
    return {"appearing": found}


def answered(request: HttpRequest, one: Survey, context: dict[str, Any]) -> HttpResponse:
    """Keep what somebody chose, or show what it would come to."""
    assert isinstance(request.user, User)
    form = request.POST
    shown = context["appearing"] | {name: form.get(name, "") for name in ("page_share", "page_target")}
    context = context | {"appearing": shown}
    try:
        how = asks.manner(one).appearing(form.dict())
        if form.get("do") == "appear":
            commands.set_manner(key=one.key, how=how, by=request.user)
            return redirect("survey_places", key=one.key)
    except HeartlineError as error:
        if error.status >= 500 or error.status == 403:
            raise
        return render(request, "surveys/places.html", context | {"amiss": words.told(error)}, status=error.status)
    return render(request, "surveys/places.html", context | {"found": _found(request, one, how.page_target)})


def _found(request: HttpRequest, one: Survey, answers: int | None) -> dict[str, Any]:
    """Say what a target would come to in a month, by how many came lately and how they answered."""
    lived, ahead = on_pages.lived(one, timezone.now())
    month = on_pages.a_month(one, timezone.now())
    target = Target(answers or 0, lived, ahead)
    parts: list[Part] = expecting.of_month(target, month) if answers else []
    return expecting.shown(target, parts, definitions(request)) | {"nothing": not month}
