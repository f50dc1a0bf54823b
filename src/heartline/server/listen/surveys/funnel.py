"""How a survey is doing: opened, begun, finished, and on which page people left."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from heartline.listen.intervals import wilson
from heartline.listen.surveys.values import Survey as Value
from heartline.listen.surveys.values import said
from heartline.server.shell import numbers

from .models import Answering, Opened, Survey


def finished() -> dict[int, int]:
    """Count the finished responses of each survey."""
    found = Answering.objects.filter(finished_at__isnull=False).values_list("edition__survey_id")
    return dict(found.annotate(number=Count("pk")))


def shown(one: Survey, value: Value, language: str) -> dict[str, Any]:
    """Give the steps, and the sentence that says them."""
    responses = Answering.objects.filter(edition__survey=one)
    opened = Opened.objects.filter(survey=one).aggregate(number=Sum("number"))["number"] or 0
    began = responses.count()
    done = responses.filter(finished_at__isnull=False).count()
    left = Counter(responses.filter(finished_at=None).values_list("at_block", flat=True))
    steps = [
        {"text": _("Opened"), "number": numbers.count(opened), "share": "", "note": _("mail scanners open links, too")},
        {"text": _("Started"), "number": numbers.count(began), "share": "", "note": ""},
        {
            "text": _("Finished"),
            "number": numbers.count(done),
            "share": _share(done, began),
            "note": _("of those who began"),
        },
    ]
    titles = {block.key: said(block.questions[0].text, language, value.languages) for block in value.blocks}
    drops = [
        {"text": titles.get(key, key), "number": numbers.count(number), "share": _share(number, began)}
        for key, number in left.most_common()
        if key
    ]
    return {"steps": steps, "drops": drops, "answer": _sentence(began, done)}


def _share(part: int, whole: int) -> str:
    """Write a share with its 95 % interval."""
    if not whole:
        return numbers.NONE
    low, high = wilson(part / whole, whole)
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": numbers.share(part / whole, 0), "low": numbers.share(low, 0), "high": numbers.share(high, 0),
    }  # fmt: skip


def _sentence(began: int, done: int) -> str:
    if not began:
        return _("Nobody has answered yet.")
    return _("%(done)s finished it, %(share)s of those who began.") % {
        "done": numbers.count(done), "share": numbers.in_hundred(done / began),
    }  # fmt: skip
