"""The pages on which people answer. They need no script, no account and no cookie.

What a form may do stands in its address: the response's secret name. So no cookie guards against forgery, and a page
can be answered wherever it is shown. Addresses are secrets, which no other site is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from heartline.core.errors import Conflict, HeartlineError, InvalidInput, NotFound
from heartline.listen.surveys.piping import piped
from heartline.listen.surveys.values import Survey as Value
from heartline.listen.surveys.values import said

from . import answering, asking, links, tongues, words
from .answering import Asked
from .commands import value
from .inviting import opening

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Let everybody in, and tell nobody where they were."""

    @csrf_exempt
    @sensitive_post_parameters()
    @never_cache
    def answered(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = view(request, *args, **more)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return answered


@require_http_methods(["GET", "HEAD"])
@public
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Show the first page of a survey; nothing is kept until it is sent."""
    link = request.GET.get("to", "")
    try:
        edition = answering.newest(key)
        if value(edition.body).anonymous:
            link = ""  # nobody is to be known, not even by a name that only we could make
        token = links.token(key, link) if link else secrets.token_hex(16)
        now = answering.asked(key, token, request.GET.dict(), link)
    except NotFound as error:
        return _gone(request, error.code)
    answering.opened(edition.survey, timezone.now().date())
    return _page(request, opening.opened(now, request.GET), {})


@require_http_methods(["GET", "HEAD", "POST"])
@public
def answer(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Show a response where it stands; take a page of it."""
    link = request.POST.get("to", "")
    try:
        if link and links.token(key, link) != token:
            return _gone(request)
        now = answering.asked(key, token, _hidden(request), link)
        if request.method != "POST":
            return _page(request, now, {}) if now.kept else redirect("survey_answer_start", key=key)
        wrong = _take(request, now, link)
    except NotFound as error:
        return _gone(request, error.code)
    except Conflict:  # another page, or sent twice: show where it stands
        return redirect("survey_answer", key=key, token=token)
    if wrong:
        return _page(request, answering.asked(key, token, _hidden(request), link), wrong)
    return redirect(f"{reverse('survey_answer', args=[key, token])}?lang={_language(request, now.survey)}")


def _take(request: HttpRequest, now: Asked, link: str) -> Mapping[str, InvalidInput]:
    key, token = now.survey.key, now.response.seed
    if request.POST.get("go") == "back":
        answering.back(key=key, token=token)
        return {}
    given = asking.given(now.survey.questions.values(), request.POST)
    _, wrong = answering.send(
        key=key, token=token, language=_language(request, now.survey), block=request.POST.get("block", ""),
        given=given, hidden=_hidden(request), link=link,
    )  # fmt: skip
    return wrong


@require_POST
@public
def keep(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Keep single answers as they are given."""
    link = request.POST.get("to", "")
    try:
        if link and links.token(key, link) != token:
            return HttpResponse(status=404)
        now = answering.asked(key, token, _hidden(request), link)
        given = asking.given(now.survey.questions.values(), request.POST)
        language = _language(request, now.survey)
        answering.keep(key=key, token=token, language=language, given=given, hidden=_hidden(request), link=link)
    except HeartlineError as error:
        return HttpResponse(status=error.status)
    return HttpResponse(status=204)


def _hidden(request: HttpRequest) -> dict[str, str]:
    """Give the values that the link brought along; the form carries them on until the first page is kept."""
    return {name[2:]: str(one) for name, one in request.POST.items() if name.startswith("h-")}


def _language(request: HttpRequest, survey: Value) -> str:
    """Choose a language of the survey: what the person chose, else what the browser asks for."""
    wanted = request.POST.get("lang") or request.GET.get("lang") or ""
    return tongues.chosen(survey, wanted, request.headers.get("Accept-Language", ""))


def _page(request: HttpRequest, now: Asked, wrong: Mapping[str, InvalidInput]) -> HttpResponse:
    return shown(request, now, wrong, {})


def shown(request: HttpRequest, now: Asked, wrong: Mapping[str, InvalidInput], more: Mapping[str, Any]) -> HttpResponse:
    """Show the page that is next; `more` for its template."""
    survey, response, page = now.survey, now.response, now.page
    language = _language(request, survey)
    with translation.override(tongues.ours(language)):

        def text(one: dict[str, str]) -> str:
            return piped(said(one, language, survey.languages), survey, response, language)

        context: dict[str, Any] = {
            "title": text(survey.title), "intro": text(survey.intro) if page.first else "", "key": survey.key,
            "token": response.seed, "language": language, "first": page.first, "done": round(100 * page.done),
            "direction": tongues.direction(language),
            "languages": [(one, words.LANGUAGES.get(one, one), one == language) for one in survey.languages],
            "hidden": response.hidden, "link": now.link, "kano": asking.kano_words(), "here": request.path, **more,
        }  # fmt: skip
        if page.end is not None:
            context |= {"end": text(page.end.text), "onward": page.end.link}
        else:
            assert page.block is not None
            told = {key: words.answered(error) for key, error in wrong.items()}
            context |= {
                "block": page.block.key, "heading": text(page.block.title), "wrong": told,
                "questions": [asking.shown(one, survey, response, language, told.get(one.key, ""))
                              for one in page.questions],
            }  # fmt: skip
        return render(request, "surveys/answer.html", context, status=400 if wrong else 200)


def _gone(request: HttpRequest, why: str = "") -> HttpResponse:
    return render(request, "surveys/gone.html", {"why": why}, status=404)
