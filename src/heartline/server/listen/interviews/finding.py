"""Words found in transcripts: each is opened and looked through, the newest first.

An index of what was said, however it is keyed, would tell how often each word is said to whoever gets hold of the
database; so there is none (decision 0045, where it is measured).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from heartline.server.accounts.asking import asker, may
from heartline.server.shell import searched
from heartline.server.shell.searched import Found

from . import commands, kept, shown
from .kept import Opened
from .models import Quote

MOST = 400
"""Transcripts that are looked through."""
SHOWN = 4
SHORTEST = 3


def register() -> None:
    """Have the search look here, too."""
    searched.look(find)


def find(request: HttpRequest, text: str) -> tuple[str, list[Found]]:
    """Find words in the transcripts that somebody may read."""
    if len(text) < SHORTEST or not may(request, commands.READ):
        return "", []
    rows = commands.visible(asker(request))[:MOST]
    noted: dict[int, list[Quote]] = {}
    for quote in Quote.objects.filter(interview__in=rows).exclude(sealed_note=b""):
        noted.setdefault(quote.interview_id, []).append(quote)
    found: list[Found] = []
    for one in kept.every(rows):
        found += islice(places(one, text, noted.get(one.row.pk, [])), 1)
        if len(found) == SHOWN:
            break
    return str(_("Interviews")), found


def places(one: Opened, text: str, noted: Sequence[Quote] = ()) -> Iterator[Found]:
    """Give where words stand in an interview: in what is said, noted beside a quote, or known about it."""
    wanted = text.casefold()
    day = date_format(one.row.held_on, "DATE_FORMAT")
    address = reverse("interview", args=[one.row.key])
    for number, turn in enumerate(one.transcript.turns):
        if wanted in turn.text.casefold():
            more = " · ".join(part for part in (one.head.title, turn.speaker, day) if part)
            yield Found(searched.excerpt(turn.text, text), f"{address}#t-{number}", more)
    for quote in noted:
        note = one.note(quote)
        if wanted in note.casefold():
            more = " · ".join((_("Note beside a quote"), one.head.title, day))
            yield Found(searched.excerpt(note, text), shown.place(one.row.key, quote.key), more)
    if any(wanted in known.casefold() for known in (one.head.title, one.head.type, *one.transcript.speakers)):
        yield Found(one.head.title, address, " · ".join(part for part in (one.head.type, day) if part))
