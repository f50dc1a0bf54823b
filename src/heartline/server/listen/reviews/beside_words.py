"""We and they, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.result import Result
from heartline.listen.reviews.comparing import FEWEST
from heartline.server.shell import doors, numbers

from . import words


def sentence(result: Result, rated: Result, values: Mapping[str, Any], they: str) -> SafeString | str:
    """Say how ours are rated beside theirs, and on how many themes both differ for certain."""
    if not they:
        return _("Nothing is known of any competitor yet.")
    ours, theirs = (result.figures[name].n or 0 for name in ("ours", "theirs"))
    if not ours or not theirs:
        return _("There is no platform and month from which there are reviews of %(they)s and of us.") % {"they": they}
    told = format_html(
        _("Of {they} there are <strong>{theirs}</strong> reviews and posts beside <strong>{ours}</strong> of us."),
        ours=_number(values, "ours", ours), theirs=_number(values, "theirs", theirs), they=they,
    )  # fmt: skip
    parts = [told, *_rated(rated, they), _differ(result)]
    return format_html(" ".join(["{}"] * len(parts)), *parts)


def _rated(rated: Result, they: str) -> list[str]:
    """Say who is rated better, on the scale that most of ours are rated on."""
    rows = [row for row in rated.rows if row.get("our_rating") is not None and row["their_rating"] is not None]
    if not rows:
        return []
    row = max(rows, key=lambda one: min(one["our_rating_n"], one["their_rating_n"]))
    told = {
        "ours": numbers.number(row["our_rating"], 2),
        "theirs": numbers.number(row["their_rating"], 2),
        "they": they,
    }
    if row["rating_apart_tells"] == "ours":
        return [_("We are rated better: %(ours)s against %(theirs)s.") % told]
    if row["rating_apart_tells"] == "theirs":
        return [_("%(they)s is rated better: %(theirs)s against our %(ours)s.") % told]
    return [_("Rated %(ours)s and %(theirs)s: who is ahead cannot be told.") % told]


def _differ(result: Result) -> str:
    sure = sum(1 for row in result.rows if row["share_apart_tells"] or row["feeling_apart_tells"])
    if not result.rows:
        return _("No text here has been read for what it is about yet.")
    if not sure:
        return _("On no theme can a difference be told.")
    return ngettext("%(n)s theme differs for certain.", "%(n)s themes differ for certain.", sure) % {"n": sure}


def _number(values: Mapping[str, Any], figure: str, n: int) -> SafeString:
    return format_html(
        '<a class="num" href="{}">{}</a>', doors.door("benchmark", values, figure=figure), numbers.count(n)
    )


def share_tells(row: Mapping[str, Any]) -> str:
    """Say who is spoken of more."""
    apart = row["share_apart"]
    if row["share_apart_tells"] == "ours":
        return _("we more often, by %(points)s points") % {"points": numbers.number(100 * apart, 1)}
    if row["share_apart_tells"] == "theirs":
        return _("they more often, by %(points)s points") % {"points": numbers.number(-100 * apart, 1)}
    return _("cannot tell yet") if row["share_apart_p"] is None else _("no difference can be told")


def feeling_tells(row: Mapping[str, Any]) -> str:
    """Say of whom people speak better."""
    if row["feeling_apart_tells"] == "ours":
        return _("better of us")
    if row["feeling_apart_tells"] == "theirs":
        return _("better of them")
    return _("cannot tell yet") if row["feeling_apart_p"] is None else _("no difference can be told")


def rating_tells(row: Mapping[str, Any]) -> str:
    """Say who is rated better."""
    apart = row["rating_apart"]
    if row["rating_apart_tells"] == "ours":
        return _("we, by %(by)s") % {"by": numbers.number(apart, 2)}
    if row["rating_apart_tells"] == "theirs":
        return _("they, by %(by)s") % {"by": numbers.number(-apart, 2)}
    return _("cannot tell yet") if row["rating_apart_p"] is None else _("no difference can be told")


def of_texts(texts: int, every: int) -> str:
    """Say how many texts that is."""
    return _("%(texts)s of %(every)s texts") % {"texts": numbers.count(texts), "every": numbers.count(every)}


def ratings(number: int) -> str:
    """Count ratings in words."""
    return ngettext("%(number)s rating", "%(number)s ratings", number) % {"number": numbers.count(number)}


def alike(result: Result, *, together: bool) -> str:
    """Say what is held against what."""
    if together:
        return _("All platforms and months are taken together: differences may come from these alone.")
    row = next(iter(result.rows), None)
    if row is None:
        return ""
    months = ngettext("%(n)s month", "%(n)s months", row["months"]) % {"n": row["months"]}
    sources = ", ".join(words.platform(source) for source in row["sources"])
    return _("Only platforms and months from which both have something: %(sources)s, %(months)s.") % {
        "sources": sources, "months": months,
    }  # fmt: skip


def unread(result: Result) -> str:
    """Say how many texts are still to be read; nothing where all are."""
    for note in result.notes:
        if "n" in note.values:
            told = {"n": numbers.local(note.values["n"])}
            return _("%(n)s texts are still to be read for themes; that goes on in the background.") % told
    return ""


def how() -> list[tuple[str, str]]:
    """Say how the page was made."""
    return [
        (_("They"), _("Reviews that were brought in as those of a competitor. They are kept apart: no other page and"
                      " no score contains them, and nobody who wrote them is taken for a customer.")),
        (_("Alike"), _("The same platforms in the same months, read by the same reader for the same themes. Filters"
                       " other than the period narrow ours only.")),
        (_("“Between”"), _("If the same kind of people had written once more, the number would lie between the two in"
                           " 95 of 100 cases.")),
        (_("What can be told"), _("Fewer than one in twenty of such pages would say anything of this kind by chance,"
                                  " over all lines together (Holm 1979). With fewer than %(n)s on a side nothing is"
                                  " told.") % {"n": FEWEST}),
        (_("Feeling"), _("From −1 (as bad as can be) to 1: by the stars that came with a text, else by its tone.")),
        (_("Quotes"), _("The texts nearest to the middle of all that speak of a theme on that side. Nobody picks"
                        " them.")),
        (_("Who reviews"), _("People who review of their own accord are no sample of all customers, here or there.")),
    ]  # fmt: skip
