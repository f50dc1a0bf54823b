"""A survey as people will see it, to click through: nothing is stored, all of it goes back and forth with the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from heartline.core.errors import HeartlineError
from heartline.listen.surveys import flow, reading
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.values import Survey
from heartline.server.accounts import access
from heartline.server.accounts.asking import asker
from heartline.server.shell.security import POLICY

from . import answer_views, asking, commands, writing, writing_views
from .answering import Asked

SEED = "preview"
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_exempt  # it changes nothing, and what it shows comes from the one who asks
@sensitive_post_parameters()
@never_cache
@xframe_options_sameorigin
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Show a survey as it is being written: from its first page, from a page that is being written, or going on."""
    access.require(asker(request), commands.RIGHT)
    response = _shown(request, key)
    response["Content-Security-Policy"] = FRAMED
    return response


def _shown(request: HttpRequest, key: str) -> HttpResponse:
    one = commands.find(key)
    try:
        if state := request.POST.get("state"):
            body, answers, passed = signing.loads(state, salt=f"survey preview {key}")
            survey = reading.made(body)
            return _went_on(request, survey, body, Response(SEED, answers, frozenset(passed)))
        body = writing.typed(one.body, request.POST) if request.method == "POST" else one.body
        writing.whole(body)
        survey = reading.made(body)
    except signing.BadSignature:
        return _sorry(request, _("Please begin again."))
    except HeartlineError as error:
        if error.status >= 500:
            raise
        return _sorry(request, writing_views.told(error))
    return _page(request, survey, body, Response(SEED), at=request.GET.get("at", ""))


def _went_on(request: HttpRequest, survey: Survey, body: dict[str, Any], response: Response) -> HttpResponse:
    """Take a page of the preview, as the answering page does."""
    if request.POST.get("go") == "back":
        return _page(request, survey, body, flow.back(survey, response))
    given = asking.given(survey.questions.values(), request.POST)
    try:
        after, wrong = flow.sent(survey, response, request.POST.get("block", ""), given)
    except HeartlineError:
        return _page(request, survey, body, response)
    return _page(request, survey, body, after, wrong)


def _page(
    request: HttpRequest, survey: Survey, body: dict[str, Any], response: Response, wrong: Any = None, at: str = ""
) -> HttpResponse:
    asked = Asked(survey, None, response)
    block = next((one for one in survey.blocks if one.key == at), None)
    if block is not None:  # the page that is being written, whatever leads to it
        response = replace(response, passed=frozenset())
        shown = tuple(one.model_copy(update={"when": None}) for one in block.questions)
        block = block.model_copy(update={"when": None, "then": (), "questions": shown})
        survey = survey.model_copy(update={"blocks": (block,)})
        asked = Asked(survey, None, response)
    state = signing.dumps(
        [body, dict(response.answers), sorted(response.passed)], salt=f"survey preview {survey.key}", compress=True
    )
    more = {"preview": reverse("survey_preview", args=[survey.key]), "state": state, "languages": []}
    return answer_views.shown(request, asked, wrong or {}, more)


def _sorry(request: HttpRequest, why: str) -> HttpResponse:
    words = _("Not to be shown yet:")
    page = '<!doctype html><meta charset="utf-8"><title>{}</title><p>{} {}</p>'
    return HttpResponse(format_html(page, words, words, why), status=400)
