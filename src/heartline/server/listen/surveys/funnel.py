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

from .commands import value
from .inviting.models import Invited
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
        *_asked(one),
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


def _asked(one: Survey) -> list[dict[str, str]]:
    """Count whom we asked by name, and how many of them came to the end; who came by an open link was asked by nobody.

    Of whom an anonymous survey asked nobody can say who answered.
    """
    sent = Invited.objects.filter(sending__survey=one, state=Invited.State.SENT)
    asked = sent.count()
    if not asked:
        note = _("nobody was asked by name: whoever has the link can answer")
        return [{"text": _("Asked"), "number": _("not known"), "share": "", "note": note}]
    steps = [{"text": _("Asked"), "number": numbers.count(asked), "share": "", "note": _("by us, by name")}]
    if not value(one.body).anonymous:
        ended = Answering.objects.filter(edition__survey=one, finished_at__isnull=False)
        done = ended.filter(token__in=sent.values("token")).count()
        text = _("Of them finished")
        steps.append({"text": text, "number": numbers.count(done), "share": _share(done, asked), "note": ""})
    return steps


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
