"""Surveys that come with data: of the demo company, whose answers are in the lake already."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from heartline.listen.surveys import reading
from heartline.listen.surveys.values import Survey as Value
from heartline.server.accounts import audit

from .models import Edition, State, Survey


@transaction.atomic
def adopt(surveys: Iterable[Value], by: object = audit.COMMAND_LINE) -> int:
    """Open surveys that are not there yet; give how many."""
    made = 0
    for one in surveys:
        if Survey.objects.filter(key=one.key).exists():
            continue
        body = reading.plain(one)
        kept = Survey.objects.create(key=one.key, body=body, state=State.OPEN, edition=1)
        Edition.objects.create(survey=kept, number=1, body=body)
        audit.record(by=by, action="open_survey", subject=one.key, edition=1)
        made += 1
    return made
