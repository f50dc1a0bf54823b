"""How some texts were read, on pages of other features; whoever may puts it right there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from heartline.core.errors import HeartlineError
from heartline.listen.text import showing
from heartline.listen.text.emotion import NONE
from heartline.listen.text.seeds import EMOTIONS
from heartline.listen.text.themes.values import called, counted
from heartline.server.accounts.asking import ask, at_newest, definitions, may
from heartline.server.accounts.models import User
from heartline.server.shell import filters, navigation, panels, quotes
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import commands, emotion_views
from . import emotion_words as words
from .models import Correction
from .views import CHOICES

MOST = 200


def register() -> None:
    """Show it."""
    panels.add("texts", of_texts)


def of_texts(request: HttpRequest, named: str) -> SafeString | str:
    """Say how texts were read: those of these interactions, a line each."""
    if not may(request, "read_people"):
        return ""
    ids = tuple(named.split("\n"))[:MOST]
    result = ask(request, "feedback", at_newest({"period": "all", "ids": ids, "limit": len(ids)}))
    rows = [row for row in result.rows if row["text"]]
    version = result.as_of.version
    emotions = showing.emotions_of(
        workspace().lake.at(version), [row["id"] for row in rows], [row["text"] for row in rows]
    )
    said = {one.interaction: one for one in Correction.objects.filter(interaction__in=[row["id"] for row in rows])}
    known = definitions(request, version)
    context = {
        "texts": [_line(row, emotion, said.get(row["id"]), known) for row, emotion in zip(rows, emotions, strict=True)],
        "defines": may(request, commands.RIGHT), "back": request.path, "righted": "righted" in request.GET,
        "refused": emotion_views.refused(request.GET.get("refused", "")),
    }  # fmt: skip
    return render_to_string("reading/_beside.html", context, request) if rows else ""


def _line(row: dict[str, Any], emotion: str | None, said: Correction | None, known: Definitions) -> dict[str, Any]:
    tone = quotes.tone_of(row["feeling"])
    heard = said.emotion if said and said.emotion else emotion
    themes, language = counted(known), (get_language() or "en").partition("-")[0]
    about = row["about"] or row["touchpoint"]
    return {
        "id": row["id"], "text": row["text"], "tone": tone, "mood": quotes.mood(tone),
        "moods": [(name, quotes.mood(name)) for name in CHOICES if name != tone] if row["score"] is None else [],
        "righted": said is not None and said.feeling is not None,
        "said": words.sounds(said.emotion) if said and said.emotion else "",
        "heard": words.name(heard) if heard else "",
        "emotions": [(one, words.sounds(one), one == heard) for one in (*EMOTIONS, NONE)],
        "themes": [(called(themes[key], language), navigation.address("theme", key))
                   for key in row["themes"] or () if key in themes],
        "unread": row["themes"] is None,
        "place": filters.body_label(known, "touchpoint", about) if about else "",
        "place_address": navigation.address("touchpoint", about) if about else "",
    }  # fmt: skip


@require_POST
def put_right(request: HttpRequest) -> HttpResponse:
    """Say how a text feels or sounds, and go back to the page on which it stands."""
    assert isinstance(request.user, User)
    back = request.POST.get("back", "")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, None) or "?" in back:
        back = navigation.address("reading")
    feeling = CHOICES.get(request.POST.get("feeling", ""))
    emotion = "" if feeling is not None else request.POST.get("emotion", "")[:20]
    if feeling is None and not emotion:
        return redirect(f"{back}#read")
    try:
        commands.correct(
            interaction=request.POST.get("text", "")[:500], feeling=feeling, emotion=emotion, by=request.user
        )
    except HeartlineError as error:
        if error.status >= 500 or error.code == "not_allowed":
            raise
        return redirect(f"{back}?refused={error.code}#read")
    return redirect(f"{back}?righted=1#read")
