"""What a link of ours does when it is opened: it is noted, and shows an answer as chosen. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language

from heartline.listen.surveys import flow
from heartline.listen.surveys.values import said as in_language

from .. import asking, commands, links
from ..answering import Asked
from ..models import Survey
from . import whom


def opened(now: Asked, said: QueryDict) -> Asked:
    """Choose on the first page what the link says; it is an answer only once somebody sends the page."""
    if now.link:
        kind, secret = links.opened(now.survey.key, now.link)
        if kind == links.INVITED:
            whom.opened(secret)
    questions = [one for one in now.page.questions if f"q-{one.key}" in said]
    if now.kept is not None or not questions:
        return now
    form = said.copy()
    form.setlist("asked", [one.key for one in questions])
    chosen, _ = flow.kept(now.survey, now.response, asking.given(questions, form))
    return replace(now, response=chosen)


def called(key: str) -> tuple[str, str]:
    """Name a survey for pages that do not know it, with the address of its page."""
    one = Survey.objects.filter(key=key).first()
    if one is None:
        return key, ""
    value = commands.value(one.body)
    return in_language(value.title, get_language() or "en", value.languages), reverse("survey", args=[key])
