"""The page “By what are emotions read?”: sentences, emojis, how clear it has to be; tried out before it is kept."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from heartline.core.errors import HeartlineError
from heartline.listen.text import signs, trying
from heartline.listen.text.seeds import EMOTIONS
from heartline.listen.text.signs import Signs
from heartline.server.accounts import access, asking
from heartline.server.accounts.models import User
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace

from . import commands
from . import emotion_words as words

CLEARNESS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""What is offered for how clear an emotion has to be."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def emotion_signs(request: HttpRequest) -> HttpResponse:
    """Show by what emotions are read; try others out, and keep them."""
    access.require(asking.asker(request), commands.RIGHT)
    ours = signs.of(asking.definitions(request))
    wrong, given, change = "", None, None
    if request.method == "POST":
        assert isinstance(request.user, User)
        given = request.POST
        try:
            if "reset" in given:
                commands.change_signs(wanted=None, by=request.user)
                return redirect(reverse("emotion_signs") + "?saved=1")
            if "keep" in given:
                commands.change_signs(wanted=_wanted(given), by=request.user)
                return redirect(reverse("emotion_signs") + "?saved=1")
            change = _change(trying.tried(workspace().lake.at(), signs.checked(_wanted(given))))
        except HeartlineError as error:
            if error.status >= 500 or error.code == "not_allowed":
                raise
            wrong = _told(error)
    context = {
        "title": _("By what are emotions read?"),
        "answer": _answer(ours),
        "wrong": wrong, "saved": "saved" in request.GET, "change": change,
        "form": _form(ours, given), "own": ours.version != signs.shipped().version,
    }  # fmt: skip
    return render(request, "reading/signs.html", context, status=400 if wrong else 200)


def _answer(ours: Signs) -> str:
    count = sum(len(some) for some in ours.emotions.values())
    return _("By %(sentences)s sentences and %(emojis)s emojis, in any language.") % {
        "sentences": numbers.count(count), "emojis": numbers.count(len(ours.emojis))
    }  # fmt: skip


def _form(ours: Signs, given: QueryDict | None) -> dict[str, Any]:
    """Give the fields: as they are kept, or as somebody wrote them."""
    body = ours.body()

    def field(name: str, kept: str) -> str:
        return kept if given is None else given.get(name, kept)

    chosen = field("clear", f"{ours.clear:g}")
    offered = sorted({*CLEARNESS, ours.clear})
    return {
        "emotions": [
            (name, words.name(name), field(name, "\n".join(body["emotions"][name])),
             field(f"emoji_{name}", body["emojis"][name]))
            for name in EMOTIONS
        ],
        "nothing": field("nothing", "\n".join(body["nothing"])),
        "clear": [(f"{one:g}", numbers.share(one, 0), f"{one:g}" == chosen) for one in offered],
    }  # fmt: skip


def _wanted(form: QueryDict) -> dict[str, Any]:
    try:
        clear: Any = float(form.get("clear", ""))
    except ValueError:
        clear = None
    return {
        "emotions": {name: form.get(name, "").splitlines() for name in EMOTIONS},
        "emojis": {name: form.get(f"emoji_{name}", "") for name in EMOTIONS},
        "nothing": form.get("nothing", "").splitlines(),
        "clear": clear,
    }


def _change(found: trying.Tried) -> dict[str, Any]:
    """Say what would change."""
    moved = [
        {"name": words.name(name), "before": numbers.count(before), "after": numbers.count(after),
         "turned": before != after}
        for name, before, after in found.rows
    ]  # fmt: skip
    told = {"changed": numbers.count(found.changed), "texts": numbers.count(found.texts)}
    answer = _("Nothing would be read otherwise among the newest %(texts)s texts.") % told
    if found.changed:
        answer = _("Of the newest %(texts)s texts %(changed)s would be read otherwise.") % told
    if not found.texts:
        answer = _("No text has been read yet on which that could be tried.")
    return {
        "answer": answer,
        "rows": moved if found.texts else [],
        "examples": [
            (text, words.sounds(before), words.sounds(after)) for text, before, after in found.examples
        ],
    }  # fmt: skip


def _told(error: HeartlineError) -> str:
    field = (error.field or "").removeprefix("emoji_")
    named = {"what": words.name(field) if field in EMOTIONS else _("No emotion")}
    return {
        "few_seeds": _("“%(what)s” needs at least three sentences.") % named,
        "many_seeds": _("“%(what)s” has more than can be used.") % named,
        "bad_emoji": _("Beside “%(what)s” stands something that is no emoji.") % named,
        "twice": _("An emoji beside “%(what)s” stands beside another emotion, too.") % named,
        "busy": _("Data are being brought in just now. Try again in a minute."),
    }.get(error.code, _("That cannot be chosen."))
