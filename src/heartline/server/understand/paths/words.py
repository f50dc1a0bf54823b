"""The answer about paths in words, its numbers as doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Figure, Result
from heartline.server.shell import filters, numbers
from heartline.server.shell.doors import door
from heartline.store.definitions import Definitions
from heartline.understand.funnel import most_lost

from .asked import Asked


@dataclass(frozen=True)
class Key:
    """A number at a glance: what it is of, itself with its door, how exactly it is known, how it was made."""

    name: str
    value: str
    link: str
    note: str = ""
    how: str = ""


def between(low: float | None, high: float | None) -> str:
    """Write a share's interval in hundredths; nothing where it cannot be told."""
    if low is None or high is None:
        return ""
    digits = 1 if round(100 * low) == round(100 * high) else 0
    ends = (numbers.number(100 * end, digits) for end in (low, high))
    return _("between %(low)s and %(high)s in 100") % dict(zip(("low", "high"), ends, strict=True))


def title(asked: Asked, definitions: Definitions) -> str:
    """Ask the question that the page answers."""
    names = {
        "goal": filters.body_label(definitions, "touchpoint", asked.aim),
        "through": filters.body_label(definitions, "touchpoint", asked.through),
    }
    if asked.through and asked.aim:
        return _("How many paths lead through “%(through)s” to “%(goal)s”?") % names
    if asked.through:
        return _("How many paths lead through “%(through)s”?") % names
    if asked.aim:
        return _("How many paths lead to “%(goal)s”?") % names
    return _("Which paths do people take?")


@dataclass(frozen=True)
class Said:
    """Speaks of one answer: its figures, and the question whose rows its doors open."""

    result: Result
    asked: Asked
    values: Mapping[str, Any]
    what: str

    def figure(self, name: str) -> Figure:
        """Give a figure."""
        return self.result.figures[name]

    def number(self, name: str, text: str | None = None) -> SafeString:
        """Write a figure's value as a door."""
        return format_html('<a class="num" href="{}">{}</a>', self.door(name), text or self.count(name))

    def count(self, name: str) -> str:
        """Write a figure that counts."""
        return numbers.count(self.value(name))

    def value(self, name: str) -> float | None:
        """Give a figure's value."""
        value = self.figure(name).value
        return float(value) if isinstance(value, int | float) else None

    def door(self, name: str) -> str:
        """Give the address of a figure's rows."""
        more = {"through": self.asked.through or self.asked.aim or None}
        return door("paths", {**self.values, **self.asked.steps, **more}, figure=name)

    def between(self, name: str) -> str:
        """Write a share's interval in hundredths; nothing where it cannot be told."""
        figure = self.figure(name)
        return between(figure.low, figure.high)

    def share(self, name: str) -> SafeString | str:
        """Write a share as a door, with its interval."""
        value = self.value(name)
        if value is None:
            return _("not known yet")
        text = self.number(name, numbers.in_hundred(value))
        between = self.between(name)
        return format_html("{} ({})", text, between) if between else text

    def paths(self, name: str) -> SafeString:
        """Count different paths."""
        return format_html(ngettext("{number} path", "{number} paths", self.whole(name)), number=self.number(name))

    def leading(self, name: str) -> SafeString:
        """Count different paths that lead somewhere."""
        text = ngettext("{number} path leads", "{number} paths lead", self.whole(name))
        return format_html(text, number=self.number(name))

    def whole(self, name: str) -> int:
        """Give a count."""
        return int(self.value(name) or 0)

    def sentence(self, definitions: Definitions) -> SafeString | str:
        """Answer the question of the page."""
        names = {
            "goal": filters.body_label(definitions, "touchpoint", self.asked.aim),
            "through": filters.body_label(definitions, "touchpoint", self.asked.through),
            "what": self.what,
            "trips": self.number("trips"),
            "all": self.paths("paths"),
        }
        if not self.value("trips"):
            return _("Nobody began this journey in the period that the filters leave.")
        if not self.asked.aim and not self.asked.through:
            return format_html(_("{trips} {what} took {all}."), **names)
        names |= {"through_trips": self.number("through_trips"), "through_paths": self.leading("through_paths")}
        if not self.asked.aim:
            return format_html(
                _("{through_paths} through {through}: {through_trips} of {trips} {what} came by."), **names
            )
        names |= {"goal_paths": self.leading("through_goal_paths"), "goal_trips": self.number("through_goal_trips")}
        if self.asked.through and self.asked.through != self.asked.aim:
            names["share"] = self.share("through_goal_share")
            return format_html(
                _("{goal_paths} through {through} to {goal}. {goal_trips} of the {through_trips} {what} that came"
                  " by arrived there; of those that are over {share}. In all, {trips} {what} took {all}."), **names,
            )  # fmt: skip
        names["share"] = self.share("goal_share")
        return format_html(
            _("{goal_paths} to {goal}. {goal_trips} of {trips} {what} arrived there; of those that are over"
              " {share}. In all, they took {all}."), **names,
        )  # fmt: skip

    def keys(self) -> list[Key]:
        """Give the numbers at a glance."""
        open_trips = self.value("open_trips")
        still = _("%(number)s still on the way") % {"number": self.count("open_trips")} if open_trips else ""
        made = [
            Key(self.what.capitalize(), self.count("trips"), self.door("trips"), still),
            Key(_("Known people"), self.count("customers"), self.door("customers")),
            Key(_("Different paths"), self.count("paths"), self.door("paths")),
        ]
        if not self.asked.aim:
            return made
        steps = self.value("median_goal_steps")
        return [
            *made,
            Key(
                _("Reached the goal"), numbers.share(self.value("goal_share")), self.door("goal_share"),
                self.between("goal_share"),
            ),
            Key(
                _("Time to the goal"), numbers.duration(self.value("median_goal_s")), self.door("median_goal_s"),
                _("half are faster"),
            ),
            Key(
                _("Steps to the goal"), numbers.number(steps, 0 if steps is None or steps.is_integer() else 1),
                self.door("median_goal_steps"), _("half need no more"),
            ),
        ]  # fmt: skip

    def found(self) -> SafeString | str:
        """Say how many paths a search finds, and who took them."""
        text = ngettext(
            "{paths} path matches, taken by {trips} {what}.", "{paths} paths match, taken by {trips} {what}.",
            self.whole("found_paths"),
        )  # fmt: skip
        return format_html(
            text, paths=self.number("found_paths"), trips=self.number("found_trips"), what=self.what
        )  # fmt: skip


def funnel(result: Result, what: str, definitions: Definitions) -> str:
    """Say how far people get along the planned steps, and where most are lost."""
    rows = result.rows
    if rows[-1]["share"] is None:
        return _("None of them is over yet.")
    before, after = most_lost(rows)
    values = {
        "share": numbers.in_hundred(rows[-1]["share"]),
        "between": between(rows[-1]["share_low"], rows[-1]["share_high"]),
        "what": what,
        "last": filters.body_label(definitions, "touchpoint", rows[-1]["step"]),
        "from": filters.body_label(definitions, "touchpoint", before["step"]),
        "to": filters.body_label(definitions, "touchpoint", after["step"]),
        "lost": numbers.in_hundred(after["lost"] or 0.0),
        "lost_between": between(after["lost_low"], after["lost_high"]),
    }
    if not after["lost"]:
        return _("All %(what)s take every planned step.") % values
    return _(
        "%(share)s of the %(what)s that are over take every planned step to “%(last)s” (%(between)s); most are lost"
        " between “%(from)s” and “%(to)s”: %(lost)s of those that came so far (%(lost_between)s)."
    ) % values  # fmt: skip
