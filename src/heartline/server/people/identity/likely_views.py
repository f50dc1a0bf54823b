"""The page of customers who may be one person: the strongest twenty, with yes, no and later."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heartline.collect.alike import Likely

from . import commands, known, words
from .views import by

SHOWN = 20


@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """List who may be one person; where that is not ready, the page comes first and its list after."""
    by(request)
    later = "list" not in request.GET and not known.is_ready()
    found = [] if later else known.ready()
    context = {
        "title": _("Who may be the same person?"),
        "later": f"{reverse('identity_likely')}?list=1" if later else "",
        "answer": words.likely(len(found)),
        "pairs": [_shown(one) for one in found[:SHOWN]],
    }
    part = request.htmx and "list" in request.GET  # type: ignore[attr-defined]  # django-htmx puts it there
    return render(request, "identity/_likely.html" if part else "identity/likely.html", context)


def _shown(one: Likely) -> dict[str, Any]:
    return {
        "left": one.left,
        "right": one.right,
        "names": [(words.name(who), reverse("customer", args=[who])) for who in (one.left, one.right)],
        "how_likely": words.how_likely(one.chance),
        "evidence": [{"text": words.evidence(piece), "against": piece.weight < 0} for piece in one.evidence],
        "join": f"{reverse('identity_join')}?{urlencode({'left': one.left, 'right': one.right})}",
    }


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Take a no or a later."""
    commands.answer(
        left=request.POST.get("left", "")[:200], right=request.POST.get("right", "")[:200],
        later=request.POST.get("answer") == "later", by=by(request),
    )  # fmt: skip
    return redirect("identity_likely")
