"""Ratings in words: what a scale asked, what a measure says, how it moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Figure
from heartline.core.scales import Scale

from . import numbers


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
        "rating10": _("Rating"),
        "points10": _("Points"),
        "points100": _("Points"),
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


def answers(number: int) -> str:
    """Count answers in words."""
    return ngettext("%(number)s answer", "%(number)s answers", number) % {"number": numbers.count(number)}


def figure_name(scale: str, measure: str) -> str:
    """Name the figure of a measure, as the verb does."""
    return scale if measure == "nps" else f"{scale}_{measure}"


def place(row: Mapping[str, Any], scale: Scale) -> tuple[float, float, float] | None:
    """Give the places of low, value and high on the measure's whole range; None where nothing can be told."""
    if row["low"] is None:
        return None
    first, last = {"nps": (-100.0, 100.0), "top": (0.0, 1.0)}.get(row["measure"], (scale.low, scale.high))
    low, value, high = ((row[name] - first) / (last - first) for name in ("low", "value", "high"))
    return low, value, high


def moved(figure: Figure | None, measure: str) -> str:
    """Say how a measure moved against what it is compared with; nothing where it is compared with nothing known."""
    if figure is None or not isinstance(figure.value, int | float):
        return ""
    if figure.low is not None and figure.high is not None and figure.low <= 0 <= figure.high:
        return _("no clear change")
    text = ("+" if figure.value > 0 else "") + written(figure.value, measure)
    if figure.low is None or figure.high is None:
        return text
    return f"{text} ({between(figure.low, figure.high, measure)})"
