"""The page “How well are texts read here?”: by language, by which sentences, and what is read wrongly."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from heartline.core.errors import HeartlineError
from heartline.listen.text import embedding, keeping, seeds
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User
from heartline.server.shell import quotes
from heartline.server.shell.opened import workspace

from . import commands, words
from .models import Correction, Turn

SHOWN = 8
"""Texts that are offered to be put right."""
CHOICES = {"good": 0.8, "neutral": 0.0, "bad": -0.8}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def reading(request: HttpRequest) -> HttpResponse:
    """Show how well texts are read, and change by what."""
    access.require(asking.asker(request), commands.RIGHT)
    wrong, given = "", None
    if request.method == "POST":
        assert isinstance(request.user, User)
        try:
            commands.change(wanted=_wanted(request.POST), by=request.user)
        except HeartlineError as error:
            if error.status >= 500:
                raise
            wrong, given = words.told(error), request.POST
        else:
            return redirect(reverse("reading") + "?saved=1")
    card = keeping.card(workspace().lake.folder)
    lines = words.rows(card)
    context = {
        "title": _("How well are texts read here?"), "answer": words.answer(card, lines), "lines": lines,
        "progress": words.progress(Turn.objects.first()), "wrong": wrong, "saved": "saved" in request.GET,
        "righted": "righted" in request.GET, "how": words.how_made(card, _encoder(request)),
        "form": _form(request, given), "outside": asking.may(request, "privacy"),
        "texts": _texts(request), "corrections": Correction.objects.count(),
    }  # fmt: skip
    return render(request, "reading/reading.html", context, status=400 if wrong else 200)


@require_POST
def put_right(request: HttpRequest) -> HttpResponse:
    """Put the reading of a text right."""
    assert isinstance(request.user, User)
    feeling = CHOICES.get(request.POST.get("feeling", ""))
    commands.correct(interaction=request.POST.get("text", "")[:500], feeling=feeling, by=request.user)
    return redirect(reverse("reading") + "?righted=1#right")


def _said(request: HttpRequest) -> dict[str, Any]:
    return dict(asking.definitions(request).all("settings").get(seeds.KEY, {}))


def _encoder(request: HttpRequest) -> str:
    names = {"use": _("fast, 16 languages"), "e5": _("thorough, some hundred languages")}
    name = embedding.chosen(_said(request).get("encoder"))
    return names.get(name) or _("chosen by your company: %(model)s") % {"model": name.partition(":")[2] or name}


def _form(request: HttpRequest, given: QueryDict | None) -> dict[str, Any]:
    """Give the fields: as they are kept, or as somebody wrote them."""
    said, ours = _said(request), seeds.of(asking.definitions(request))
    sides = {
        "positive": _("Contented"), "negative": _("Discontented"), "neutral": _("Neither"),
        "asking": _("Asks for something"),
    }  # fmt: skip
    fields = [(side, label, "\n".join(ours.feeling[side])) for side, label in sides.items()]
    languages, encoder = ", ".join(said.get("languages") or ()), said.get("encoder") or ""
    if given is not None:
        fields = [(side, label, given.get(side, text)) for side, label, text in fields]
        languages, encoder = given.get("languages", languages), given.get("encoder", encoder)
    labels = {"e5": _("Thorough: better, some ten times slower"), "use": _("Fast: 16 languages")}
    encoders = [("", _("Whatever is best here"), not encoder)]
    encoders += [(name, labels[name], name == encoder) for name in embedding.installed()]
    if encoder and embedding.is_other(encoder):
        encoders.append((encoder, _("The one chosen below: %(model)s") % {"model": encoder.partition(":")[2]}, True))
    return {"sides": fields, "languages": languages, "encoders": encoders, "own": "seeds" in said}


def _wanted(form: QueryDict) -> dict[str, Any]:
    """Read the form; sentences that are those that Heartline comes with are not kept as somebody's own."""
    written = {side: [line for line in form.get(side, "").splitlines() if line.strip()] for side in seeds.SIDES}
    shipped = {side: list(seeds.shipped().feeling[side]) for side in seeds.SIDES}
    codes = [code.strip().lower() for code in form.get("languages", "").replace(";", ",").split(",") if code.strip()]
    own = {} if "reset" in form or written == shipped else written
    return {"seeds": own, "languages": codes, "encoder": form.get("encoder", "")}


def _texts(request: HttpRequest) -> list[dict[str, Any]]:
    """Give the newest texts that were read, without those that came with a score."""
    if not asking.may(request, "read_people"):
        return []
    rows = asking.ask(request, "verbatims", {"limit": 60}).rows
    unscored = [row for row in rows if row["score"] is None and row["feeling"] is not None][:SHOWN]
    righted = set(
        Correction.objects.filter(interaction__in=[row["id"] for row in unscored]).values_list("interaction", flat=True)
    )
    return [
        {"id": row["id"], "text": row["text"], "mood": _mood(row["feeling"]), "righted": row["id"] in righted,
         "choices": [(name, quotes.mood(name), name == _mood_name(row["feeling"])) for name in CHOICES]}
        for row in unscored
    ]  # fmt: skip


def _mood_name(feeling: float) -> str:
    return "good" if feeling > 0 else "bad" if feeling < 0 else "neutral"


def _mood(feeling: float) -> str:
    return str(quotes.mood(_mood_name(feeling)))
