"""The page “What do reviews say?”: platform by platform, and what waits for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.listen.reviews.alike import competitors
from heartline.server.accounts import access
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, asker, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import doors, filters, navigation, numbers, tables
from heartline.server.shell.opened import workspace

from . import commands, shown, words

CHIPS = ("unit", "channel", "touchpoint", "segment")
LISTED = 12
"""Reviews of a page that wait for an answer."""


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """Show what reviews say on each platform, and which wait for an answer."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        plain = {name: value for name, value in values.items() if name != "compare"}
        page = tables.Page.asked(request.GET.get("page"), LISTED)
        result = ask(request, "reviews", plain)
        window = {"limit": page.size} | ({"offset": page.offset} if page.offset else {})
        return result, _context(request, result, ask(request, "unanswered", {**plain, **window}), plain, page)

    return answered(
        request, folder="reviews", title=_("What do reviews say?"), group=_("Listen"), chips=CHIPS, build=build
    )


def _context(
    request: HttpRequest, result: Result, waits: Result, values: Mapping[str, Any], page: tables.Page
) -> dict[str, Any]:
    known = definitions(request, result.as_of.version)
    chips = filters.chips(known, values, str(result.spec.get("period", "all")), CHIPS)
    nothing = not result.figures["reviews"].n and not values and not _anything(request)
    total = waits.figures["unanswered"].n or 0
    return {
        "answer": words.sentence(result, values),
        "reply": words.reply(result.figures["reply_s"]),
        "chips": [chip for chip in chips if chip.name != "compare"],
        "lines": shown.lines(result, known, values),
        "waiting": shown.waiting(waits, known, people=may(request, "read_people")),
        "page": replace(page, total=total),
        "query": filters.address(values),
        "wholes": shown.wholes(known, {}),
        "posts": numbers.count(result.figures["posts"].n) if result.figures["posts"].n else "",
        "posts_link": doors.door("reviews", values, figure="posts"),
        "beside": bool(competitors(workspace().lake.at(result.as_of.version))),
        "answers": may(request, commands.RIGHT),
        "publishes": may(request, commands.PUBLISHES),
        "done": words.done(request.GET.get("done", "")),
        "noted": request.GET.get("review", "") if request.GET.get("done") == "answered" else "",
        "refused": words.refused(request.GET.get("refused", "")),
        "empty": nothing or not numbers.known(result.as_of.time),
        "bring": navigation.address("import") if may(request, "import") else "",
        "how": words.how(),
    }


def _anything(request: HttpRequest) -> bool:
    """Tell whether any review ever came."""
    return bool(ask(request, "reviews", {"period": "all"}).figures["reviews"].n)


@require_POST
@never_cache
def note(request: HttpRequest) -> HttpResponse:
    """Note that a review was answered, or that it was not after all."""
    access.require(asker(request), commands.RIGHT)
    assert isinstance(request.user, User)
    review, again = request.POST.get("review", ""), request.POST.get("do") == "reopen"
    answer = redirect("reviews")
    try:
        commands.note(review=review, answered=not again, by=request.user)
    except HeartlineError as error:
        if error.status >= 500 or error.code == "not_allowed":
            raise
        answer["Location"] += f"?refused={error.code}"
        return answer
    answer["Location"] += "?" + filters.address({}, done="reopened" if again else "answered", review=review)
    return answer
