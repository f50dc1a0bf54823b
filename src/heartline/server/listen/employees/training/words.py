"""What the pages of trainings say."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.errors import HeartlineError
from heartline.core.result import Figure, Result
from heartline.listen.employees.differing import LEAST
from heartline.server.shell import errors, heart, numbers


def shares(low: float, high: float) -> str:
    """Write an interval of shares."""
    return _("between %(low)s and %(high)s") % {"low": numbers.share(low), "high": numbers.share(high)}


def theme(key: str) -> str:
    """Name a theme that training changes, of a text that is unhappy about it."""
    return {"friendliness": _("Unhappy about friendliness"), "information": _("Unhappy about information")}[key]


def _of_texts(key: str) -> str:
    """Say of a share what it is of."""
    return {"friendliness": _("of the texts on friendliness are unhappy"),
            "information": _("of the texts on information are unhappy")}[key]  # fmt: skip


def needed(first: Any) -> SafeString | str:
    """Say where training is needed most."""
    if first is None:
        return _("Nothing speaks clearly for a training anywhere.")
    cell, what = first.wrong, _("of what happens there goes wrong")
    for key, one in first.themes.items():
        if cell is None or one.low > cell.low:
            cell, what = one, _of_texts(key)
    assert cell is not None
    return format_html(
        _('Training is needed most at <strong>{label}</strong>: <a class="num" href="{link}">{share}</a> {what},'
          " {between}."),
        label=first.label, link=cell.link, share=cell.text, what=what, between=cell.between,
    )  # fmt: skip


def beyond(names: list[str]) -> str:
    """Say what is left out, since no training can change it."""
    if not names:
        return ""
    said = ngettext(
        "Left out: %(names)s. Whatever happens there has gone wrong already, and no training changes that.",
        "Left out: %(names)s. Whatever happens at these has gone wrong already, and no training changes that.",
        len(names),
    )
    return said % {"names": ", ".join(names)}


def changed(result: Result, label: str, link: str) -> SafeString | str:
    """Say what a training changed."""
    one = result.figures["effect"]
    if one.value is None or one.low is None or one.high is None:
        return _("Nobody can tell yet whether anything changed at %(label)s.") % {"label": label}
    told = {"label": label, "link": link, "change": heart.signed(float(one.value)), "between": between(one)}
    if one.low <= 0 <= one.high:
        return format_html(_(
            'At {label} feeling moved alike among who was trained and who was not: by <a class="num" href="{link}">'
            "{change}</a> more, {between}."
        ), **told)  # fmt: skip
    return format_html(_(
        'At {label} feeling of customers moved by <a class="num" href="{link}"><strong>{change}</strong></a> more where'
        " the training was held than where it was not, {between}. That is association: nobody drew by lot who was"
        " trained."
    ), **told)  # fmt: skip


def between(one: Figure) -> str:
    """Write the interval of a difference of feeling."""
    if one.low is None or one.high is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": heart.signed(one.low), "high": heart.signed(one.high)}


def why_not(result: Result) -> list[str]:
    """Say what keeps one from telling, or from being sure."""
    effect, parted = result.figures["effect"], result.figures["parted"]
    said = []
    apart = parted.low is not None and parted.high is not None and not parted.low <= 0 <= parted.high
    if any(row["n"] < LEAST for row in result.rows if row["time"] != "earlier"):
        said.append(_("Each of the four numbers below needs 20 answers at least."))
    elif apart:
        said.append(_("Who was trained and who was not had moved apart already in the weeks before: so nothing can be"
                      " said of the training."))  # fmt: skip
    elif parted.value is None:
        said.append(_("Too little is known of the weeks before to see whether both went alike."))
    if "customers" in effect.method:
        said.append(_("There are fewer than four parts of the company on each side: how much each moves by itself is"
                      " not in the interval."))  # fmt: skip
    return said


def cell(who: str, when: str) -> tuple[str, str]:
    """Name who and when."""
    return (
        {"trained": _("Trained"), "others": _("Not trained")}[who],
        {"earlier": _("The same time before that"), "then": _("The weeks before"), "now": _("The weeks after")}[when],
    )


def how() -> list[tuple[str, str]]:
    """Say how the page on needs was made."""
    return [
        (_("Goes wrong"), _("Experiences that did not succeed, waited too long or felt bad, of those of which that is"
                            " known.")),
        (_("Unhappy about"), _("Texts on friendliness or on information, and how many of them feel bad. Wilson"
                               " intervals.")),
        (_("Needed"), _("Where even the lower end of an interval lies above what is usual at all these"
                        " touchpoints together.")),
        (_("Notes"), _("What employees tell that customers say: shown beside it, and in no number.")),
    ]  # fmt: skip


def how_changed(weeks: int) -> list[tuple[str, str]]:
    """Say how the page on one training was made."""
    return [
        (_("Held against"), _("How feeling about the touchpoint moved from the %(weeks)s weeks before the training to"
                              " the %(weeks)s weeks after it, less how it moved in the same weeks where none was held."
                              " Parts trained otherwise in these weeks are in neither group.") % {"weeks": weeks}),
        (_("Interval"), _("Linearised, with Student’s t; what one part of the company, or one customer, said several"
                          " times does not count as independent.")),
        (_("Weeks before"), _("The same once more for the weeks before: where both had moved apart then already, the"
                              " training is told nothing of.")),
    ]  # fmt: skip


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    fields = {
        "what": _("Please say what the training is called."), "touchpoint": _("Please choose a touchpoint."),
        "units": _("Please choose who was trained."),
        "held_on": _("Please say on which day it was held: today or before."),
        "hours": _("Hours are a number."), "cost": _("The cost is a number."), "people": _("People are a number."),
        "why": _("Please say in a few words why."), "weeks": _("Weeks are a number from 1 to 52."),
    }  # fmt: skip
    if error.code == "busy":
        return _("Somebody else is writing data just now. Nothing was kept: please try again in a moment.")
    return fields.get(error.field or "") or errors.told(error)
