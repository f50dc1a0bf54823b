"""A touchpoint in one sentence, the list of touchpoints in one, and how their numbers were made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heartline.server.shell import filters, heart, numbers
from heartline.store.definitions import Definitions

from .cells import UNSURE

Row = Mapping[str, Any]


def sentence(label: str, place: Row, wait: Row, what: str) -> SafeString:
    """Say how a touchpoint is: who is unhappy and what that does, how long people wait."""
    parts = [part for part in (_unhappy(label, place, what), _feeling(label, place), _waiting(wait)) if part]
    if not parts:
        text = _("Nothing is known yet of how {label} is.") if place else _("Nobody was at {label} in this period.")
        return format_html(text, label=label)
    return format_html_join(" ", "{}", ((part,) for part in parts))


def _unhappy(label: str, place: Row, what: str) -> SafeString | None:
    if not told(place):
        return None
    share, n = numbers.in_hundred(place["share_bad"]), numbers.count(place["share_bad_n"])
    values = {"label": label, "share": share, "n": n, "what": what}
    if place.get("answers_only"):
        return format_html(
            _("<strong>{share}</strong> of the {n} who said how {label} was were unhappy with it."), **values
        )
    if (place.get("contrast_low") or 0) > 0 and min(place["after_good_n"], place["after_bad_n"]) >= heart.FEW:
        return format_html(
            _("For <strong class=\"bad\">{share}</strong> of {n} {what} it goes wrong, and they end with a feeling of"
              " {wrong} instead of {right}."),
            **values, wrong=heart.signed(place["after_bad"]), right=heart.signed(place["after_good"]),
        )  # fmt: skip
    return format_html(_("For <strong>{share}</strong> of {n} {what} it goes wrong."), **values)


def told(place: Row) -> bool:
    """Tell whether enough is known to say how many were unhappy."""
    return place.get("share_bad") is not None and place["share_bad_high"] - place["share_bad_low"] <= UNSURE


def _feeling(label: str, place: Row) -> SafeString | None:
    if place.get("feeling") is None or place.get("feeling_low") is None:
        return None
    return format_html(
        _("The feeling about it is {feeling}, between {low} and {high}."), feeling=heart.signed(place["feeling"]),
        low=heart.signed(place["feeling_low"]), high=heart.signed(place["feeling_high"]),
    )  # fmt: skip


def _waiting(wait: Row) -> SafeString | None:
    if wait.get("median_s") is None:
        return None
    values = {"half": numbers.duration(wait["median_s"]), "slow": numbers.duration(wait["p90_s"])}
    if wait.get("expected_s") and wait.get("over"):
        return format_html(
            _("Half wait at most {half}; {over} wait longer than the {expected} they are told to expect."), **values,
            over=numbers.in_hundred(wait["over"]), expected=numbers.duration(wait["expected_s"]),
        )  # fmt: skip
    return format_html(_("Half wait at most {half}, one in ten longer than {slow}."), **values)


def hurting(rows: Sequence[Row], what: str, definitions: Definitions) -> SafeString | str:
    """Say where it hurts most; where that cannot be told, where most were unhappy."""
    if not rows:
        return _("Nothing happened here in this period.")
    sure = [row for row in rows if (row["hurts"] or 0) > 0 and (row["contrast_low"] or 0) > 0 and told(row)]
    sure = [row for row in sure if min(row["after_good_n"], row["after_bad_n"]) >= heart.FEW]
    facts = [row for row in sure if not row["answers_only"]] or sure
    if facts:
        row = facts[0]
        return format_html(
            _("It hurts most at <strong>{place}</strong>: <strong class=\"bad\">{share}</strong> of {n} {what} have"
              " it bad there, and end with a feeling of {wrong} instead of {right}."),
            place=filters.body_label(definitions, "touchpoint", row["touchpoint"]),
            share=numbers.in_hundred(row["share_bad"]), n=numbers.count(row["share_bad_n"]), what=what,
            wrong=heart.signed(row["after_bad"]), right=heart.signed(row["after_good"]),
        )  # fmt: skip
    known = [row for row in rows if told(row) and row["share_bad"]]
    if not known:
        return _("Nothing is known yet of what went wrong, and for whom.")
    row = max(known, key=lambda one: one["people"] * one["share_bad"])
    return format_html(
        _("Most are unhappy at <strong>{place}</strong>: {share} of {n} {what}."),
        place=filters.body_label(definitions, "touchpoint", row["touchpoint"]),
        share=numbers.in_hundred(row["share_bad"]), n=numbers.count(row["share_bad_n"]), what=what,
    )  # fmt: skip


def how() -> Sequence[tuple[str, str]]:
    """Explain the numbers in plain words."""
    return (
        (_("Feeling"), _("From −1, upset, to +1, delighted: the mean of what people answered, wrote or said about it."
                         " In 95 of 100 such cases it lies between the two ends that are given.")),
        (_("Unhappy"), _("Of those of whom it is known: something failed, took longer than promised, or felt bad.")),
        (_("What is counted"), _("With a journey its orders, returns or visits, each for itself. Without one people:"
                                 " whoever had it bad at least once in the period counts as one, so that share is"
                                 " mostly higher; answers of nobody known count one by one. Both are right.")),
        (_("Went right, went wrong"), _("The last feeling of those for whom it went right here, and of those for whom"
                                        " it went wrong. That is how they ended, not proof of the cause.")),
        (_("Where it hurts"), _("People × share who were unhappy × how much worse they end: the touchpoint where most"
                                " feeling is lost stands first.")),
        (_("Good for whom"), _("A group is called better or worse only where that is no chance: its interval, made"
                               " wider the more groups there are (Bonferroni), lies beyond the share of all. Groups of"
                               " whom too little is known are left out.")),
    )  # fmt: skip
