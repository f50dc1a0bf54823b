"""How a survey is doing: opened, begun, finished, and on which page people left."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.listen.intervals import wilson
from heartline.listen.surveys.values import Survey as Value
from heartline.listen.surveys.values import said
from heartline.server.accounts.asking import ask
from heartline.server.shell import numbers

from .commands import value
from .inviting.models import Invited
from .models import Answering, Opened, Survey
from .sending import OF_EMPLOYEES, SOURCE

OURS = (SOURCE, OF_EMPLOYEES[0])


def finished() -> dict[int, int]:
    """Count the finished responses of each survey."""
    found = Answering.objects.filter(finished_at__isnull=False).values_list("edition__survey_id")
    return dict(found.annotate(number=Count("pk")))


@dataclass(frozen=True)
class Brought:
    """Responses that came with data from elsewhere: how many, and from which sources."""

    number: int = 0
    sources: tuple[str, ...] = ()

    @property
    def by(self) -> str:
        """Name the sources, the one with the most first."""
        return ", ".join(self.sources)


def brought(request: HttpRequest) -> dict[str, Brought]:
    """Count, by survey, the responses that did not come through our own pages."""
    found: dict[str, Brought] = {}
    for row in ask(request, "surveyed", {"period": "all"}).rows:
        if row["source"] not in OURS:
            before = found.get(row["survey"], Brought())
            sources = (*before.sources, row["source"] or _("without a name"))
            found[row["survey"]] = Brought(before.number + row["responses"], sources)
    return found


NOTHING = Brought()


def shown(one: Survey, value: Value, language: str, more: Brought = NOTHING) -> dict[str, Any]:
    """Give the steps, and the sentence that says them; `more` came from elsewhere."""
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
    if more.number:
        note = _("from %(source)s: only their answers are known, not how far others came") % {"source": more.by}
        steps.append({"text": _("Brought in"), "number": numbers.count(more.number), "share": "", "note": note})
    titles = {block.key: said(block.questions[0].text, language, value.languages) for block in value.blocks}
    drops = [
        {"text": titles.get(key, key), "number": numbers.count(number), "share": _share(number, began)}
        for key, number in left.most_common()
        if key
    ]
    return {"steps": steps, "drops": drops, "answer": _sentence(began, done, more)}


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
    failed = Invited.objects.filter(sending__survey=one, state=Invited.State.FAILED)
    if back := failed.filter(why__startswith="returned").count():
        note = _("their mail came back, so they count neither as asked nor for limits")
        steps.insert(0, {"text": _("Not reached"), "number": numbers.count(back), "share": "", "note": note})
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


def _sentence(began: int, done: int, more: Brought) -> str:
    there = ""
    if more.number:
        text = ngettext("%(number)s response was brought in (%(source)s).",
                        "%(number)s responses were brought in (%(source)s).", more.number)  # fmt: skip
        there = text % {"number": numbers.count(more.number), "source": more.by}
    if not began:
        nobody = _("Nobody has answered here yet.")
        return f"{there} {nobody}" if there else _("Nobody has answered yet.")
    here = _("%(done)s finished it, %(share)s of those who began.") % {
        "done": numbers.count(done), "share": numbers.in_hundred(done / began),
    }  # fmt: skip
    return f"{here} {there}".strip()
