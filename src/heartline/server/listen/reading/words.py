"""What the page about the reading of texts says, in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from heartline.core.errors import HeartlineError
from heartline.listen.text.keeping import Card
from heartline.listen.text.learning import HALF, Blend
from heartline.listen.text.measuring import Measured
from heartline.server.shell import numbers

from .models import Turn


def language(code: str) -> str:
    """Name a language."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def answer(card: Card | None, rows: Sequence[Mapping[str, Any]]) -> str:
    """Say how well texts are read, by the language with the most ratings."""
    if card is None:
        return _("Texts are read by example sentences. Nothing was learnt from your own texts yet.")
    best = next((row for row in rows if row["auc"]), None)
    if best is None:
        return ngettext(
            "The reading has learnt from %(texts)s text, but too few of them were rated to say how well it reads.",
            "The reading has learnt from %(texts)s texts, but too few of them were rated to say how well it reads.",
            card.texts,
        ) % {"texts": numbers.count(card.texts)}
    return _(
        "Of a good and a bad rating in %(language)s, the text of the good one is read as the better one in %(share)s of"
        " 100 cases."
    ) % {"language": best["language"], "share": best["cases"]}


def rows(card: Card | None) -> list[dict[str, Any]]:
    """Give a line for each language that was learnt from, the one with the most ratings first."""
    if card is None:
        return []
    named = [(code, blend) for code, blend in card.blends.items() if code]
    named.sort(key=lambda one: (-(one[1].measured.n if one[1].measured else 0), one[0]))
    return [_row(code, blend) for code, blend in named]


def _row(code: str, blend: Blend) -> dict[str, Any]:
    found = blend.measured
    return {
        "language": language(code),
        "n": numbers.count(found.n) if found else _("fewer than 30"),
        "auc": found.auc if found else None,
        "cases": _hundredths(found.auc[0]) if found and found.auc else "",
        "between": _between(found),
        "agrees": _agrees(found),
        "how": how(blend),
        "prior": blend.how == "prior",
    }


def how(blend: Blend) -> str:
    """Say by what a language is read."""
    if blend.how == "prior":
        return _("example sentences only: fewer than %(least)s ratings, or nearly all of one kind") % {"least": HALF}
    if blend.how == "blend":
        return _("example sentences, and your ratings the more there are")
    return _("example sentences and your ratings, weighed by what proved right")


def _hundredths(value: float) -> str:
    return numbers.count(round(100 * value))


def _between(found: Measured | None) -> str:
    if not found or not found.auc:
        return _("cannot tell yet")
    low, high = (_hundredths(end) for end in found.auc[1:])
    return _("between %(low)s and %(high)s") % {"low": low, "high": high}


def _agrees(found: Measured | None) -> str:
    if not found or not found.rho:
        return _("cannot tell yet")
    return _("%(rho)s (%(low)s to %(high)s)") % {
        name: numbers.number(value, 2) for name, value in zip(("rho", "low", "high"), found.rho, strict=True)
    }


def progress(turn: Turn | None) -> str:
    """Say how far the background is; empty when there is nothing to say."""
    if turn is None:
        return ""
    if turn.failed:
        return _("The last turn of reading stumbled; it is tried again. See the log of the worker.")
    if turn.under_way:
        return _("Being read in the background: %(done)s of %(of)s texts.") % {
            "done": numbers.count(turn.done), "of": numbers.count(turn.of)
        }  # fmt: skip
    return ""


def told(error: HeartlineError) -> str:
    """Say what is wrong with what somebody wrote."""
    said = {
        "few_seeds": _("Each field needs at least three sentences."),
        "many_seeds": _("A field holds at most a hundred sentences."),
        "unknown_language": _("One of the languages is none that can be told: write codes of two letters, as en, de."),
        "unknown_encoder": _("This way of comparing texts is not installed here."),
        "busy": _("Somebody else is writing right now. Try again in a moment."),
        "unknown_text": _("This text is not there any more."),
        "bad_value": _("That cannot be chosen."),
    }
    return said.get(error.code, error.reason)


def how_made(card: Card | None, encoder: str) -> list[tuple[str, str]]:
    """Explain the figures."""
    cases = _(
        "How often, of one text with a good rating and one with a bad one, the good one's is read as the better one. 50"
        " would be chance. Measured on ratings that the reading had not learnt from; the interval holds in 95 of 100"
        " repetitions."
    )
    agreement = _("Rank correlation between what is read and what was rated: 1 is the same order, 0 is none.")
    feeling = _(
        "A text that came with a score has the score's feeling; only others are read. What is nearer to the middle than"
        " a tenth counts as neither good nor bad."
    )
    made = [
        (_("Cases of 100"), cases), (_("Agreement"), agreement), (_("Feeling"), feeling),
        (_("How texts are compared"), encoder),
    ]  # fmt: skip
    if card is not None:
        learnt = _(
            "every night, from your newest texts; last on %(day)s, from %(texts)s texts, of which %(rated)s were rated"
        )
        values = {
            "day": numbers.day(card.at), "texts": numbers.count(card.texts), "rated": numbers.count(card.ratings)
        }  # fmt: skip
        made.append((_("Learnt"), learnt % values))
    return made
