"""What is held of people here: interviews with them, and what names them in interviews with others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from django.db import transaction

from heartline.listen.interviews import hiding
from heartline.listen.interviews.values import Turn
from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from . import kept, sending
from .kept import Opened
from .models import Interview

MODELS = ("interviews.Interview", "interviews.Quote", "interviews.Withdrawn")
_NUMBER = re.compile(r"(?<!\w)[\w.@+-]{0,60}\d{4}[\w.@+-]{0,60}(?!\w)")
"""What may be somebody's number: a word with four digits in a row."""


def register() -> None:
    """Say so."""
    hold(Holding("interviews", MODELS, export, erase))


def _with(who: Theirs) -> list[Opened]:
    return kept.every(list(Interview.objects.filter(customer__in=sorted(who.names))))


def _naming(who: Theirs) -> Iterator[tuple[Opened, list[tuple[int, int, int]]]]:
    """Give interviews with others that name somebody, and where: turn, start, end."""
    for one in kept.every(list(Interview.objects.exclude(customer__in=sorted(who.names)))):
        places = [
            (number, start, end)
            for number, turn in enumerate(one.transcript.turns)
            for start, end in _names(turn.text)
            if who.names_in(turn.text[start:end])
        ]
        if places:
            yield one, places


def _names(text: str) -> set[tuple[int, int]]:
    found = {(one.start, one.end) for one in hiding.found(text)}
    return found | {hit.span() for hit in _NUMBER.finditer(text)}


def export(who: Theirs) -> Rows:
    """Give interviews with somebody as they are, and of others the lines that name them."""
    own = [
        {"title": one.head.title, "held_on": one.row.held_on, "type": one.head.type, "consent": one.head.consent,
         "transcript": [f"{turn.speaker}: {turn.text}" for turn in one.transcript.turns],
         "quotes": [{"text": one.shown(quote), "themes": quote.themes, "touchpoint": quote.touchpoint,
                     "stage": quote.stage, "feeling": quote.feeling, "note": one.note(quote)}
                    for quote in one.row.quotes.all()]}
        for one in _with(who)
    ]  # fmt: skip
    named = [
        {"title": "named in another interview", "held_on": one.row.held_on,
         "lines": [one.transcript.turns[turn].text for turn in dict.fromkeys(turn for turn, _, _ in places)]}
        for one, places in _naming(who)
    ]  # fmt: skip
    return [*own, *named]


@transaction.atomic
def erase(who: Theirs) -> Gone:
    """Remove interviews with somebody, and what names them in others; its places stay, so that quotes stay right."""
    searched = Interview.objects.count()
    gone = 0
    for one in _with(who):
        for quote in one.row.quotes.all():  # of several people nobody says who said it, so it stands there as nobody's
            sending.take_back(quote)
        one.row.delete()
        gone += 1
    for other, places in _naming(who):
        texts = [list(turn.text) for turn in other.transcript.turns]
        for turn, start, end in places:
            texts[turn][start:end] = "×" * (end - start)
        turns = tuple(
            Turn(turn.speaker, "".join(letters), turn.marks)
            for turn, letters in zip(other.transcript.turns, texts, strict=True)
        )
        kept.put(other.row, transcript=replace(other.transcript, turns=turns))
        other.row.save(update_fields=["transcript", "words"])
        gone += 1
    return Gone(gone, searched)
