"""Ratings in words: what a scale asked, what a measure says, the answer in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Figure
from heartline.core.scales import Scale
from heartline.server.shell import numbers


def scale_name(scale: Scale) -> str:
    """Name a scale for people."""
    names = {
        "nps": _("Would recommend us"),
        "enps": _("Would recommend working here"),
        "csat5": _("Satisfaction"),
        "csat7": _("Satisfaction"),
        "ces7": _("Made it easy"),
        "stars5": _("Stars"),
        "smiley3": _("Smileys"),
        "smiley5": _("Smileys"),
        "yesno": _("Yes or no"),
    }
    return names.get(scale.key) or scale.key.replace("_", " ").capitalize()


def measure_name(scale: Scale, measure: str) -> str:
    """Say what a measure is."""
    ends = {"low": f"{scale.low:g}", "high": f"{scale.high:g}"}
    if measure == "nps":
        return _("NPS, from −100 to 100")
    if measure == "mean":
        return _("average, from %(low)s to %(high)s") % ends
    if scale.key == "yesno":
        return _("said yes")
    first, last = (scale.low, scale.top_from) if scale.low_is_good else (scale.top_from, scale.high)
    if first == last:
        return _("gave %(last)s, on a scale from %(low)s to %(high)s") % {**ends, "last": f"{last:g}"}
    return _("gave %(first)s to %(last)s, on a scale from %(low)s to %(high)s") % {
        **ends,
        "first": f"{first:g}",
        "last": f"{last:g}",
    }


def method(scale: Scale, measure: str) -> str:
    """Say how a measure and its interval are made."""
    name = scale_name(scale)
    if measure == "nps":
        return _(
            "%(scale)s: the share who answer 9 or 10 minus the share who answer 0 to 6, in points; adjusted Wald"
            " interval (Rocks 2016)."
        ) % {"scale": name}
    if measure == "top":
        return _("%(scale)s, %(measure)s: the share of all answers; Wilson interval.") % {
            "scale": name, "measure": measure_name(scale, measure),
        }  # fmt: skip
    return _("%(scale)s, average: the sum of the answers by their number; 1.96 standard errors to both sides.") % {
        "scale": name
    }


def written(value: float | None, measure: str) -> str:
    """Write a value of a measure for a table."""
    if measure == "top":
        return numbers.share(value)
    return numbers.number(value, 1 if measure == "nps" else 2)


def between(low: float | None, high: float | None, measure: str) -> str:
    """Write an interval; where there is none, say that nothing can be told."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": written(low, measure), "high": written(high, measure)}


def sentence(scale: Scale, measure: str, figures: Mapping[str, Figure]) -> SafeString | str:
    """Answer the page's question in one sentence, with the main measure of the scale that most people answered."""
    figure = figures[figure_name(scale.key, measure)]
    if figure.low is None or figure.value is None:
        return _("%(answers)s so far: too few to tell how customers rate us.") % {"answers": answers(figure.n or 0)}
    values = _values(figure, measure)
    if measure == "nps":
        return format_html(
            _("Asked whether they would recommend us, customers give a score of <strong>{value}</strong>"
              " on a range from −100 to 100 (between {low} and {high}), from {answers}."), **values,
        )  # fmt: skip
    top = figures.get(figure_name(scale.key, "top"))
    if measure == "mean" and top and isinstance(top.value, float):
        return format_html(
            _("Customers give <strong>{value} of {best}</strong> on average (between {low} and {high});"
              " <strong>{share}</strong> give {edge} or more. {answers}."),
            **values, best=f"{scale.high:g}", edge=f"{scale.top_from:g}", share=numbers.in_hundred(top.value),
        )  # fmt: skip
    if measure == "mean":
        return format_html(
            _("Customers give <strong>{value} of {best}</strong> on average (between {low} and {high}). {answers}."),
            **values, best=f"{scale.high:g}",
        )  # fmt: skip
    return format_html(
        _("<strong>{value}</strong> customers are content: they {boxes} (between {low} and {high} in 100)."
          " {answers}."), **values, boxes=measure_name(scale, measure),
    )  # fmt: skip


def _values(figure: Figure, measure: str) -> dict[str, Any]:
    """Give a figure's numbers as the sentence says them."""
    assert isinstance(figure.value, int | float)
    if measure == "top":
        low, high = (numbers.count(100 * (end or 0)) for end in (figure.low, figure.high))
        return {"value": numbers.in_hundred(figure.value), "low": low, "high": high, "answers": answers(figure.n or 0)}
    low, high = written(figure.low, measure), written(figure.high, measure)
    return {"value": written(figure.value, measure), "low": low, "high": high, "answers": answers(figure.n or 0)}


def answers(number: int) -> str:
    """Count answers in words."""
    return ngettext("%(number)s answer", "%(number)s answers", number) % {"number": numbers.count(number)}


def figure_name(scale: str, measure: str) -> str:
    """Name the figure of a measure, as the verb does."""
    return scale if measure == "nps" else f"{scale}_{measure}"
