"""What those who did not answer probably think, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from heartline.core.result import Figure, Result
from heartline.listen.honest import saying
from heartline.server.shell import doors, numbers, ratings
from heartline.server.shell.trends import Headline

_APART = gettext_lazy(
    "Those who answered are too unlike those who did not: a few answers would have to stand for all the others. What"
    " the others think cannot be told."
)
REFUSED: Mapping[str, str | Promise] = {
    "too_few_answered": gettext_lazy("Too few people answered to tell what the others think."),
    "too_few_silent": gettext_lazy("Almost everybody who was asked answered: there is nothing to correct."),
    "nobody_known": gettext_lazy(
        "Of most people who answered nothing else is known here, so what those think who did not answer cannot be told."
    ),
    "unlike": gettext_lazy("Many of those asked are unlike anybody who answered, so what they think cannot be told."),
    "margins": _APART,
    "few_carry": _APART,
    "apart": _APART,
}
"""Why nothing is corrected."""


TOLD = (
    gettext_noop(
        "{scale}: {answered} of {asked} people answered; corrected, they tell as much as {effective} whose answers all"
        " weigh the same."
    ),
    gettext_noop(
        "Of those asked {unlike} are unlike anybody who answered; {cut} weights were cut; those who answered differed"
        " from those asked by up to {before} standard deviations, weighted by {after}; who answers is told with an AUC"
        " of {auc}. What is not known of people is not corrected."
    ),
    gettext_noop("{n} answers are left out of the correction: nothing else is known of who gave them."),
    gettext_noop("{scale}: {n} of {all} answers came with a weight; the others count once."),
)
"""Sentences of the answer that the page says, as `heartline.listen.honest.saying` writes them."""


def sentence(result: Result, head: Headline) -> SafeString | str:
    """Say what those who did not answer probably think, or why that cannot be told."""
    name = ratings.figure_name(head.scale.key, head.measure)
    raw, mended = result.figures[name], result.figures.get(f"{name}_corrected")
    if mended is None:
        return ""
    if mended.value is None or mended.low is None or mended.high is None:
        return str(REFUSED.get(saying.refusal(mended), ""))
    assert isinstance(raw.value, int | float)
    assert isinstance(mended.value, int | float)
    values = {
        "corrected": ratings.written(mended.value, head.measure),
        "low": ratings.written(mended.low, head.measure),
        "high": ratings.written(mended.high, head.measure),
        "raw": ratings.written(raw.value, head.measure),
    }
    if mended.low <= raw.value <= mended.high:
        text = _(
            "Those who did not answer seem to think alike: corrected <strong>{corrected}</strong> (between {low} and"
            " {high}), as answered {raw}."
        )
    elif (mended.value < raw.value) != head.scale.low_is_good:
        text = _(
            "Those who did not answer are probably less happy: corrected <strong>{corrected}</strong> (between {low}"
            " and {high}), as answered {raw}."
        )
    else:
        text = _(
            "Those who did not answer are probably happier: corrected <strong>{corrected}</strong> (between {low} and"
            " {high}), as answered {raw}."
        )
    return format_html(text, **values)


def weighted(result: Result, head: Headline) -> SafeString | str:
    """Say the score by the weights that a survey came with; nothing where it came without."""
    name = ratings.figure_name(head.scale.key, head.measure)
    one = result.figures.get(f"{name}_weighted") or Figure(None)
    if not isinstance(one.value, int | float):
        return ""
    between = ratings.between(one.low, one.high, head.measure)
    return format_html(
        _("By the weights that the survey came with it is <strong>{value}</strong> ({between})."),
        value=ratings.written(float(one.value), head.measure), between=between,
    )  # fmt: skip


def asked(result: Result, head: Headline, values: Mapping[str, Any]) -> SafeString | str:
    """Say how many of those asked answered; both numbers open who that is."""
    names = {"asked": f"{head.scale.key}_asked", "share": f"{head.scale.key}_response"}
    one, share = (result.figures.get(name) for name in names.values())
    if one is None or share is None or not isinstance(one.value, int) or not isinstance(share.value, float):
        return ""
    written = {"asked": numbers.count(one.value), "share": numbers.in_hundred(share.value)}
    links = {
        key: format_html('<a class="num" href="{}">{}</a>', doors.door("scores", values, figure=names[key]), text)
        for key, text in written.items()
    }
    if "invitation" in one.method:
        return format_html(_("{asked} people were asked, {share} of them answered."), **links)
    return format_html(_("{asked} people could have been asked, {share} of them answered."), **links)


def how() -> list[tuple[str, str]]:
    """Explain what stands beside the answers."""
    return [
        (
            _("Corrected"),
            _("Whoever answers is often happier, or angrier, than whoever does not. Of everyone asked we know how"
              " often, how lately and where they dealt with the company, what they spent, how long they waited and what"
              " went wrong. Answers of people who seldom answer count more, at most ten times as much as others, until"
              " those who answered are like all who were asked. What is not known about people cannot be corrected."),
        ),
        (
            _("Who was asked"),
            _("Everyone whom an invitation to the same survey reached in the period; where there are none, everyone"
              " with an entry in the period that is no answer."),
        ),
        (
            _("Cannot tell"),
            _("With fewer than 50 people who answered or who did not; where more than one in ten of those asked are"
              " unlike anybody who answered; where a few answers would stand for all; where those who answered stay"
              " different in anything known."),
        ),
        (
            _("Worth"),
            _("Answers that count differently tell less: so many that all count the same would tell as much (Kish"
              " 1965)."),
        ),
        (
            _("Its own weights"),
            _("Some surveys come with a weight for each answer, so that the sample is like the population. They are"
              " taken as they came; an answer without one counts once."),
        ),
        (
            _("Drawn together"),
            _("A small part of the company can look best or worst by chance alone. Each is drawn towards the average of"
              " all, the more the fewer its answers (Efron & Morris 1975; intervals by Morris 1983). It takes four"
              " parts."),
        ),
    ]  # fmt: skip
