"""What is written of quotes: highlighted, tagged, put among the voices, taken out again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from heartline.core.errors import InvalidInput, NotFound
from heartline.listen.interviews import hiding, spans
from heartline.listen.interviews.hiding import ALWAYS, Hidden
from heartline.listen.interviews.spans import Span
from heartline.listen.text.themes.values import counted
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal

from . import commands, kept, sending
from .kept import Opened
from .models import Interview, Quote

MOST = 400
"""Quotes of an interview."""
LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Tags:
    """What somebody says about a quote.

    Parameters
    ----------
    hide
        Which of the places that may name somebody are hidden, by their order; what is always hidden is hidden anyway.
    words
        What else is hidden, wherever it stands in the quote.
    """

    themes: tuple[str, ...] = ()
    touchpoint: str = ""
    stage: str = ""
    feeling: float | None = None
    note: str = ""
    hide: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


def nameable(interview: Opened, passage: str) -> list[Hidden]:
    """Give what may name somebody in a passage."""
    countries = workspace().lake.at().definitions.settings.get("countries") or [None]
    return hiding.found(passage, interview.transcript.speakers, countries[0])


@transaction.atomic
def highlight(*, by: User, key: str, passages: Sequence[Span]) -> list[Quote]:
    """Highlight passages: drafts, in which whatever may name somebody is hidden, until somebody keeps them.

    Raises
    ------
    InvalidInput
        `nothing_chosen` without a word of somebody who is asked; `too_many_quotes`.
    NotFound, Forbidden
        `unknown_interview`, `not_allowed`.
    """
    access.require(by, commands.WRITE)
    interview = commands.open_(by, key)
    found = [span for one in passages if (span := spans.trimmed(interview.transcript, one)) is not None]
    found = [span for span in dict.fromkeys(found) if interview.is_asked(span.turn)]
    if not found:
        raise InvalidInput("nothing_chosen", "Choose words of the person who was asked.", field="passages")
    there = {(one.turn, one.start, one.end): one for one in interview.row.quotes.all()}
    if len(there) + len(found) > MOST:
        raise InvalidInput("too_many_quotes", f"An interview has at most {MOST} quotes.", field="passages")
    made = []
    for span in found:
        before = there.get((span.turn, span.start, span.end))
        if before is not None:
            made.append(before)
            continue
        passage = interview.transcript.turns[span.turn].text[span.start : span.end]
        hidden = [[one.start, one.end, one.kind] for one in nameable(interview, passage)]
        made.append(Quote.objects.create(
            interview=interview.row, turn=span.turn, start=span.start, end=span.end, hidden=hidden,
            by=audit.named(by),
        ))  # fmt: skip
    audit.record(by=by, action="highlight_interview", subject=key, quotes=len(made))
    return made


@transaction.atomic
def keep(*, by: User, key: str, quote: str, tags: Tags) -> Quote:
    """Say what a quote is about, and put it among the voices; what stands there already is changed.

    Raises
    ------
    InvalidInput
        `bad_value` for a theme, touchpoint, stage or feeling that there is not; `nothing_left` where all is hidden.
    NotFound, Forbidden
        `unknown_interview`, `unknown_quote`, `not_allowed`.
    """
    access.require(by, commands.WRITE)
    interview = commands.open_(by, key)
    one = _find(interview.row, quote)
    _checked(tags)
    hidden = _hidden(interview, one, tags)
    words_change = hidden != one.hidden
    about_change = (one.touchpoint, one.stage) != (tags.touchpoint, tags.stage)
    one.themes, one.touchpoint, one.stage = list(tags.themes), tags.touchpoint, tags.stage
    one.feeling, one.hidden, one.read = tags.feeling, hidden, True
    one.sealed_note = seal(tags.note.strip()[:LONGEST_NOTE].encode(), f"note {one.key}") if tags.note.strip() else b""
    if not any(letter.isalpha() for letter in interview.shown(one).replace("[name]", "")):
        raise InvalidInput("nothing_left", "Nothing is left of this quote.", field="hide", remedy="Hide less of it.")
    first, sent = one.kept_at is None, one.sent_at is not None
    one.kept_at = one.kept_at or timezone.now()
    if first or not sent or words_change:
        sending.say_anew(interview, one)
    else:
        one.settled = False
        one.save()
    action = "keep_quote" if first else "change_quote"
    audit.record(by=by, action=action, subject=f"{key} {quote}", themes=one.themes, moved=about_change)
    return one


@transaction.atomic
def remove(*, by: User, key: str, quote: str) -> None:
    """Highlight a passage no longer; it leaves the voices in the background."""
    access.require(by, commands.WRITE)
    one = _find(commands.find(by, key), quote)
    sending.take_back(one)
    one.delete()
    audit.record(by=by, action="remove_quote", subject=f"{key} {quote}")


@transaction.atomic
def propose(*, quote: int, themes: Iterable[str], touchpoint: str, stage: str, feeling: float | None) -> bool:
    """Write down what a draft seems to be about; False where somebody was faster."""
    one = Quote.objects.select_for_update().filter(pk=quote, read=False).first()
    if one is None:
        return False
    one.themes, one.touchpoint, one.stage, one.feeling, one.read = list(themes), touchpoint, stage, feeling, True
    one.save(update_fields=["themes", "touchpoint", "stage", "feeling", "read"])
    return True


def _find(row: Interview, key: str) -> Quote:
    one = Quote.objects.select_for_update().filter(interview=row, key=key).first()
    if one is None:
        raise NotFound("unknown_quote", "There is no such quote.", field="quote")
    return one


def _hidden(interview: Opened, quote: Quote, tags: Tags) -> list[list[object]]:
    """Give what is hidden: what always is, what somebody chose of what may name somebody, and words of their own."""
    passage = interview.passage(quote)
    possible = nameable(interview, passage)
    chosen = [one for place, one in enumerate(possible) if one.kind in ALWAYS or place in tags.hide]
    more = [
        one for one in hiding.words(passage, tags.words)
        if all(one.end <= other.start or one.start >= other.end for other in chosen)
    ]  # fmt: skip
    return [[one.start, one.end, one.kind] for one in sorted([*chosen, *dict.fromkeys(more)])]


def own_words(interview: Opened, quote: Quote) -> list[str]:
    """Give the words that somebody had hidden beside what was proposed."""
    passage = interview.passage(quote)
    proposed = set(nameable(interview, passage))
    return list(dict.fromkeys(passage[one.start : one.end] for one in kept.hidden(quote) if one not in proposed))


def _checked(tags: Tags) -> None:
    known = workspace().lake.at().definitions
    odd = (
        (set(tags.themes) - set(counted(known)), "themes"),
        ({tags.touchpoint} - {"", *known.all("touchpoint")}, "touchpoint"),
        ({tags.stage} - {"", *known.stages}, "stage"),
    )
    for wrong, field in odd:
        if wrong:
            raise InvalidInput("bad_value", f"There is no “{min(wrong)}”.", field=field, remedy="Choose of the list.")
    if tags.feeling is not None and not -1 <= tags.feeling <= 1:
        raise InvalidInput("bad_value", "A feeling lies between −1 and +1.", field="feeling")
