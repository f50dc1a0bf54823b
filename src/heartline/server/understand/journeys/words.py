"""A journey in one sentence, and how its map was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from heartline.core.result import Figure, Result
from heartline.server.shell import filters, heart, numbers
from heartline.server.shell.names import counted_as
from heartline.store.definitions import Definitions

from .columns import worst

CLEAR = 3
"""So many feelings must be known before one of them is called the lowest."""


def sentence(body: Mapping[str, Any], steps: Result, places: Result, definitions: Definitions) -> SafeString:
    """Say how many make the journey, how many arrive, and where it hurts."""
    figures = steps.figures
    trips = int(figures["trips"].value or 0)
    if not trips:
        return format_html(
            _("No {what} in this period. Below is the journey as it was designed."), what=counted_as(body)
        ) if body.get("designed") else format_html(_("No {what} in this period."), what=counted_as(body))  # fmt: skip
    parts = [_begun(body, trips, figures["goal_share"], definitions), _hurting(body, places, definitions)]
    return format_html_join(" ", "{}", ((part,) for part in parts if part))


def _begun(body: Mapping[str, Any], trips: int, goal: Figure, definitions: Definitions) -> SafeString:
    values = {"trips": numbers.count(trips), "what": counted_as(body)}
    if goal.value is None or body.get("goal") is None:
        return format_html(_("<strong>{trips} {what}</strong> in this period."), **values)
    values |= {
        "share": numbers.in_hundred(float(goal.value)), "over": numbers.count(goal.n),
        "goal": filters.body_label(definitions, "touchpoint", str(body["goal"])),
    }  # fmt: skip
    if goal.n == trips:
        return format_html(_("Of {trips} {what}, <strong>{share}</strong> get to {goal}."), **values)
    return format_html(
        _("{trips} {what}; of the {over} that are over, <strong>{share}</strong> got to {goal}."), **values
    )


def _hurting(body: Mapping[str, Any], places: Result, definitions: Definitions) -> SafeString | str:
    """Say where it hurts most; where that cannot be told, where the feeling is lowest; else that nothing is known."""
    rows = {row["touchpoint"]: row for row in places.rows}
    key = worst(places.rows)
    if key is not None:
        row = rows[key]
        return format_html(
            _("It hurts most at <strong>{place}</strong>: <strong class=\"bad\">{share}</strong> of {n} {what} go wrong"
              " there, and end with a feeling of {wrong} instead of {right}."),
            place=filters.body_label(definitions, "touchpoint", key), share=numbers.in_hundred(row["share_bad"]),
            n=numbers.count(row["share_bad_n"]), what=counted_as(body),
            wrong=heart.signed(row["after_bad"]), right=heart.signed(row["after_good"]),
        )  # fmt: skip
    felt = [row for row in places.rows if row["feeling"] is not None and row["feeling_low"] is not None]
    if not any(row["feeling_n"] for row in places.rows):
        return _("Nothing is known yet of how people feel on the way.")
    if len(felt) >= CLEAR:
        low, second = sorted(felt, key=lambda row: row["feeling"])[:2]
        if low["feeling_high"] < second["feeling"]:
            return format_html(
                _("The feeling is lowest at <strong>{place}</strong>: {feeling}, from {n} answers."),
                place=filters.body_label(definitions, "touchpoint", low["touchpoint"]),
                feeling=heart.signed(low["feeling"]), n=numbers.count(low["feeling_n"]),
            )  # fmt: skip
    return _("Where it hurts most cannot be told yet.")


def how(body: Mapping[str, Any], period: str) -> Sequence[tuple[str, str]]:
    """Explain the map's numbers in plain words."""
    what = counted_as(body)
    owner = (
        _("Each order, ticket or booking is followed by itself.")
        if body.get("per") == "ref"
        else _("Each person is followed over all channels.")
    )
    starts = (
        _("It begins at the first thing that happens after the last one ended.")
        if body.get("starts", "any") in ("any", ["any"])
        else _("It begins at the touchpoints that the journey’s definition names, and ends at its goal or time limit.")
    )
    return (
        (what[:1].upper() + what[1:], f"{owner} {starts}"),
        (_("Feeling"), _("From −1, upset, to +1, delighted: the mean of what people answered, wrote or said about a"
                         " touchpoint. Within the band it lies in 95 of 100 such cases. Where nothing is known the line"
                         " has a gap; where too few have said so it is dotted.")),
        (_("Went right, went wrong"), _("Dashed: the last feeling of those for whom it went right there, and of those"
                                        " for whom it went wrong. That is how they ended, not proof of the cause.")),
        (_("Unhappy"), _("Of those of whom it is known: something failed, took longer than promised, or felt bad.")),
        (_("What is counted"), _("On this map {what}, each for itself. Where no journey is chosen people are counted:"
                                 " whoever had it bad at least once in the period; that share is mostly higher. Both"
                                 " are right.").format(what=what)),
        (_("Waiting"), _("Half of the people wait at most so long; all waits there count, in this journey or not. The"
                         " mark is what one is told to expect.")),
        (_("Voices"), _("One text for each touchpoint, from the middle: nearest to the median feeling of all texts"
                        " about it, then to their usual length. All of them are one click away.")),
    )  # fmt: skip
