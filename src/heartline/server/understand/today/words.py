"""The first page in words: what changed, where it hurts most, how complete the data are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from heartline.core.result import Figure, Result
from heartline.core.scales import Scale
from heartline.server.shell import doors, filters, navigation, numbers, ratings, trends
from heartline.store.definitions import Definitions

from . import shown

Values = Mapping[str, Any]


def sentence(
    head: trends.Headline | None, figures: Mapping[str, Figure], reached: Result, values: Values, known: Definitions
) -> SafeString:
    """Say what changed, then where it hurts most."""
    parts = [changed(head, figures), hurting(reached, values, known)]
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def changed(head: trends.Headline | None, figures: Mapping[str, Figure]) -> SafeString | str:
    """Say how customers rate us and whether that moved."""
    if head is None:
        return _("Nobody has rated us here yet.")
    name = ratings.figure_name(head.scale.key, head.measure)
    figure, move = figures[name], figures.get(f"{name}_change")
    if figure.low is None or not isinstance(figure.value, int | float):
        return _("%(answers)s so far: too few to tell how customers rate us.") % {
            "answers": ratings.answers(figure.n or 0)
        }
    told = {"rating": rating(head, figure.value), "between": _ends(head, figure)}
    if move is None or not isinstance(move.value, int | float) or move.low is None or move.high is None:
        return format_html(_("Customers rate us at <strong>{rating}</strong> ({between})."), **told)
    if move.low <= 0 <= move.high:
        return format_html(_("Customers rate us at <strong>{rating}</strong> ({between}), no clear change."), **told)
    better = (move.value > 0) != head.scale.low_is_good
    text = (
        _("Customers rate us <strong>better than before</strong>: {rating} ({between}), after {before}.")
        if better
        else _("Customers rate us <strong>worse than before</strong>: {rating} ({between}), after {before}.")
    )
    before = figures[f"{name}_before"].value
    assert isinstance(before, int | float)
    return format_html(text, **told, before=rating(head, before))


def rating(head: trends.Headline, value: float) -> str:
    """Write a rating for a sentence."""
    if head.measure == "nps":
        return _("an NPS of %(value)s") % {"value": numbers.number(value, 1)}
    if head.measure == "top":
        return _("%(share)s content") % {"share": numbers.in_hundred(value)}
    return _("%(value)s of %(best)s") % {"value": numbers.number(value, 2), "best": f"{head.scale.high:g}"}


def _ends(head: trends.Headline, figure: Figure) -> str:
    if head.measure == "top":
        low, high = (numbers.count(100 * (end or 0)) for end in (figure.low, figure.high))
        return _("between %(low)s and %(high)s") % {"low": low, "high": high}
    return ratings.between(figure.low, figure.high, head.measure)


def hurting(reached: Result, values: Values, known: Definitions) -> SafeString | str:
    """Say where it hurts most."""
    worst = shown.worst(reached)
    if not worst:
        return _("What went wrong, and where, is not known yet.") if reached.rows else ""
    row = worst[0]
    name = filters.body_label(known, "touchpoint", row["touchpoint"])
    page = navigation.address("touchpoint", row["touchpoint"])
    told = {
        "place": format_html('<a href="{}">{}</a>', page, name) if page else name,
        "share": numbers.in_hundred(row["share_bad"]),
        "n": numbers.count(row["share_bad_n"]),
        "door": doors.door("touchpoints", values, row={"touchpoint": row["touchpoint"]}, column="share_bad"),
    }
    if row["hurts"]:
        return format_html(
            _(
                'It hurts most at <strong>{place}</strong>: <a class="num" href="{door}">{share}</a> of {n} people had'
                " it bad there at least once."
            ),
            **told,
        )
    return format_html(
        _(
            'Most often it goes wrong at <strong>{place}</strong>: for <a class="num" href="{door}">{share}</a> of {n}'
            " people, at least once."
        ),
        **told,
    )


def against(asked: Values) -> str:
    """Say what the page is compared with."""
    known = {"before": _("Change from the period before"), "last_year": _("Change from the same weeks last year")}
    return known.get(str(asked.get("compare", "")), _("Change"))


def trending(head: trends.Headline) -> str:
    """Name what the chart shows."""
    return f"{ratings.scale_name(head.scale)}: {ratings.measure_name(head.scale, head.measure)}"


def complete(result: Result) -> SafeString | str:
    """Say how complete and how new the data are."""
    figures = result.figures
    n = figures["interactions"].value
    known, felt = figures["known_customer"].value, figures["known_feeling"].value
    if not isinstance(n, int) or not isinstance(known, float) or not isinstance(felt, float):
        return ""
    entries = ngettext("%(number)s entry", "%(number)s entries", n) % {"number": numbers.count(n)}
    return format_html(
        _("Of {entries} <strong>{known}</strong> have a known customer;"
          " <strong>{felt}</strong> tell how somebody felt."),
        entries=entries, known=_of_all(known), felt=_of_all(felt),
    )  # fmt: skip


def _of_all(share: float) -> str:
    """Write a share of a sentence, with its ends in words."""
    return {0.0: pgettext("share", "none"), 1.0: pgettext("share", "all")}.get(share) or numbers.in_hundred(share)


def source(key: str | None) -> str:
    """Name a source."""
    return key.replace("_", " ").capitalize() if key else _("not named")


def between(low: float | None, high: float | None) -> str:
    """Write the interval of a feeling."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": numbers.number(low, 2), "high": numbers.number(high, 2)}


def shares(low: float | None, high: float | None) -> str:
    """Write the interval of a share."""
    if low is None or high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": numbers.share(low), "high": numbers.share(high)}


def people_how() -> str:
    """Say what the people of a touchpoint are."""
    return _("Known people who were there or spoke about it.")


def bad_how() -> str:
    """Say what having it bad is."""
    return _("Of those of whom it is known: it failed, took longer than is expected, or they were unhappy about it.")


def counted_how() -> str:
    """Say what a share of people is, beside the shares of a journey map."""
    return _(
        "Here people are counted: whoever had it bad at least once in the period counts as one, however often they"
        " came; answers of nobody known count one by one. A journey map counts orders, returns or visits instead, each"
        " for itself, so its shares are mostly lower. Both are right."
    )


def cost_how() -> str:
    """Say what a touchpoint costs in feeling."""
    return _("How people feel at the end if it went right, minus how they feel if it went wrong, from −2 to 2.")


def how(overall: Result, scales: Mapping[str, Scale], reached: Result) -> list[tuple[str, str]]:
    """Say how the page was made."""
    methods = dict.fromkeys(ratings.method(scales[row["scale"]], row["measure"]) for row in overall.rows)
    told = [(_("Ratings"), text) for text in methods]
    if reached.rows:
        told += [
            (_("Had it bad"), bad_how()),
            (_("What is counted"), counted_how()),
            (_("What it costs in feeling"), cost_how()),
            (
                _("What hurts most"),
                _(
                    "People, times the share who had it bad, times what it costs in feeling. That goes together; it"
                    " does not prove that the touchpoint is the cause."
                ),
            ),
        ]
    return told
