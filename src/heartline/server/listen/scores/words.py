"""The answer to “How do customers rate us?” in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heartline.core.result import Figure
from heartline.core.scales import Scale
from heartline.server.shell import numbers
from heartline.server.shell.ratings import answers, figure_name, measure_name, written


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
