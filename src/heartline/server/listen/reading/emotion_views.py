"""The pages “Which emotions speak from what people write?” and of one emotion; and what is put right there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from heartline.core.errors import HeartlineError
from heartline.core.result import Result
from heartline.listen.text.emotion import NONE
from heartline.listen.text.seeds import EMOTIONS
from heartline.server.accounts.answering import answered
from heartline.server.accounts.asking import ask, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import navigation, numbers

from . import commands, correcting
from . import emotion_shown as shown
from . import emotion_words as words

CHIPS = ("touchpoint", "channel", "stage", "unit", "segment")
OF_ONE = 8
"""Quotes on the page of an emotion."""
STRONGEST = 3
"""Emotions that are named of a touchpoint."""
QUOTED = {"quotes": 1}
BY_MONTH, BY_PLACE = {"by": ("month",)}, {"by": ("about",)}


@require_safe
def emotions(request: HttpRequest) -> HttpResponse:
    """Show which emotions speak from texts."""

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        asked, plain = {**values, **QUOTED}, _plain(values)
        result = ask(request, "emotions", asked)
        months = ask(request, "emotions", {**plain, **BY_MONTH})
        by = ask(request, "emotions", {**plain, **BY_PLACE})
        named = definitions(request, result.as_of.version)
        nothing = not result.figures["texts"].n and not values and not _anything(request)
        return result, {
            "answer": words.sentence(result, asked),
            "lines": shown.lines(result, months, values, asked),
            "places": shown.places(by, named, values, {**plain, **BY_PLACE}, STRONGEST),
            "unread": words.unread(result),
            "newest": words.only_newest(result),
            "empty": nothing or not numbers.known(result.as_of.time),
            "bring": navigation.address("import") if may(request, "import") else "",
            "defines": may(request, commands.RIGHT),
            "how": words.how(),
        }

    return answered(
        request, folder="reading", title=_("Which emotions speak from what people write?"), group=_("Listen"),
        chips=CHIPS, build=build, template="_emotions.html",
    )  # fmt: skip


@require_safe
def emotion(request: HttpRequest, key: str) -> HttpResponse:
    """Show where and when one emotion speaks, with texts that stand for it, and let their reading be put right."""
    if key not in EMOTIONS:
        raise Http404

    def build(values: Mapping[str, Any]) -> tuple[Result, dict[str, Any]]:
        asked, plain = {**values, "quotes": OF_ONE}, _plain(values)
        result = ask(request, "emotions", asked)
        months = ask(request, "emotions", {**plain, **BY_MONTH})
        by = ask(request, "emotions", {**plain, **BY_PLACE})
        named = definitions(request, result.as_of.version)
        return result, {
            "answer": words.about_one(result, key, asked),
            "emotion": key,
            "trend": shown.trend(months, key, {**plain, **BY_MONTH}, named),
            "months": shown.month_lines(months, key, {**plain, **BY_MONTH}),
            "places": shown.of_one(by, key, "about", {**plain, **BY_PLACE}, named),
            "said": shown.said(result, key, named, correcting.emotions()),
            "choices": [(one, words.sounds(one)) for one in (*EMOTIONS, NONE) if one != key],
            "defines": may(request, commands.RIGHT),
            "righted": "righted" in request.GET,
            "refused": refused(request.GET.get("refused", "")),
            "how": words.how(),
        }

    return answered(
        request, folder="reading", title=words.name(key), group=_("Emotions"), crumb=reverse("emotions"), chips=CHIPS,
        build=build, template="_emotion.html", charts=True,
    )  # fmt: skip


@require_POST
def put_right(request: HttpRequest, key: str) -> HttpResponse:
    """Say what a text sounds like."""
    assert isinstance(request.user, User)
    if key not in EMOTIONS:
        raise Http404
    text, said = request.POST.get("text", "")[:500], request.POST.get("emotion", "")[:20]
    answer = redirect("emotion", key=key)
    try:
        commands.correct(interaction=text, feeling=None, emotion=said or NONE, by=request.user)
    except HeartlineError as error:
        if error.status >= 500 or error.code == "not_allowed":
            raise
        answer["Location"] += f"?refused={error.code}"
    else:
        answer["Location"] += "?righted=1"
    return answer


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "compare"}


def refused(code: str) -> str:
    """Say why a reading could not be put right."""
    if not code:
        return ""
    return {
        "unknown_text": _("This text is not there any more."),
        "busy": _("Data are being brought in just now. Try again in a minute."),
    }.get(code, _("That could not be done."))


def _anything(request: HttpRequest) -> bool:
    """Tell whether anybody ever wrote or said anything."""
    return bool(ask(request, "verbatims", {"period": "all", "limit": 1}).rows)
