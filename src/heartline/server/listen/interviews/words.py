"""What the pages of interviews say."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers

from .shown import Told


def sentence(interviews: int, people: int, quotes: int, lines: list[Told], by: str) -> SafeString | str:
    """Say what most of the people who were asked spoke of."""
    if not interviews:
        return _("No interview is here yet.")
    asked = ngettext("{number} person was asked", "{number} people were asked", people)
    asked = asked.format(number=numbers.count(people))
    if not lines and quotes:
        return _("%(asked)s. None of their quotes is tagged so yet.") % {"asked": asked}
    if not lines:
        return _("%(asked)s. Nothing they said is among the voices yet.") % {"asked": asked}
    first = lines[0]
    most = {
        "theme": _("Most spoke of <strong>{what}</strong>: {people} of {of}."),
        "touchpoint": _("Most spoke about <strong>{what}</strong>: {people} of {of}."),
        "stage": _("Most spoke of the stage <strong>{what}</strong>: {people} of {of}."),
    }[by]
    said = format_html(most, what=first.name, people=numbers.count(first.people), of=numbers.count(first.of))
    return format_html("{}. {}", asked, said)


def about(quotes: int, drafts: int, words: int) -> str:
    """Say how much of one interview was highlighted."""
    parts = [ngettext("%(number)s word", "%(number)s words", words) % {"number": numbers.count(words)}]
    parts.append(
        ngettext("%(number)s quote among the voices", "%(number)s quotes among the voices", quotes)
        % {"number": numbers.count(quotes)}
    )
    if drafts:
        parts.append(ngettext("%(number)s draft", "%(number)s drafts", drafts) % {"number": numbers.count(drafts)})
    return f"{', '.join(parts)}."


def how() -> list[tuple[str, str]]:
    """Say how the overview is made."""
    return [
        (_("People"), _(
            "People are counted, not quotes: who says something five times is one. A type of person is what somebody"
            " wrote when the interview was added."
        )),
        (_("No sample"), _(
            "Whoever is interviewed was picked, and what is quoted was found worth quoting. So no share of all"
            " customers follows from it: quotes of interviews are in no rating, no feeling of a touchpoint and no share"
            " of a theme."
        )),
        (_("Quotes"), _(
            "First those that stand for all about the same thing: nearest to the middle of their words, and unlike each"
            " other. The rest follows."
        )),
        (_("Kept apart"), _(
            "The transcript is encrypted and stays here. Only quotes that somebody keeps go among the voices, without"
            " names, addresses and numbers that were hidden."
        )),
    ]  # fmt: skip


def done(key: str) -> str:
    """Say what was done."""
    return {
        "kept": _("The quote stands among the voices in a few seconds."),
        "saved": _("Saved."),
        "removed": _("The quote is taken out; it leaves the voices in a few seconds."),
        "highlighted": _("Highlighted. Say what it is about, then put it among the voices."),
        "gone": _("The interview and its quotes are removed."),
    }.get(key, "")


def told(error: HeartlineError) -> str:
    """Say what was wrong."""
    known = {
        "unknown_file": _("This is no kind of file that we can read: text (.txt), subtitles (.vtt, .srt) or Word"
                          " (.docx)."),
        "too_large": _("This file is larger than 12 MB. Send its text only."),
        "too_long": _("This is longer than ten hours of talk. Split it."),
        "empty_file": _("Nobody says anything in this file."),
        "not_text": _("This file holds no text. Save it as text first."),
        "old_word": _("This document is protected, or of an old version of Word. Save it as .docx without a password."),
        "bad_document": _("This is no document that Word wrote. Save it as text."),
        "unpacks_too_large": _("This document unpacks to more than we take. Save it without pictures, or as text."),
        "no_file": _("Choose a file first."),
        "bad_day": _("Please say on which day it was held, today at the latest."),
        "unknown_person": _("Nobody goes by that here. Check it, or leave it empty."),
        "nothing_chosen": _("Choose words of the person who was asked first."),
        "nothing_left": _("Nothing is left of this quote. Hide less of it."),
        "too_many_quotes": _("This interview has as many quotes as it may have."),
        "unknown_interview": _("There is no such interview."),
        "unknown_quote": _("There is no such quote any more."),
        "bad_value": _("Please choose one of what is offered."),
        "inbox_busy": _("Just now nothing can be taken in. Please try again in a moment."),
    }  # fmt: skip
    return known.get(error.code) or errors.told(error)
