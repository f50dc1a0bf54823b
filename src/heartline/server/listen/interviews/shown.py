"""What pages show of interviews: turns in pieces, marked where they were highlighted; quotes; who said what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from heartline.listen.interviews import counting, spans
from heartline.listen.interviews.counting import Line
from heartline.listen.interviews.hiding import ALWAYS
from heartline.listen.text.quotes import representative
from heartline.listen.text.themes.values import Theme, called
from heartline.server.shell import filters, navigation, quotes
from heartline.store.definitions import Definitions

from . import kept, quoting
from .kept import Opened
from .models import Quote

FEELINGS = ("-1.0", "-0.5", "0.0", "0.5", "1.0", "")
QUOTES = 3
"""Quotes that stand for what was said about one thing."""


@dataclass(frozen=True)
class Piece:
    """Some words of a sentence: where in the turn they begin, and whether they are highlighted."""

    text: str
    start: int
    marked: bool
    ends: tuple[tuple[int, str], ...] = ()
    """Quotes that end with it: their number, and their key."""


@dataclass(frozen=True)
class Sentence:
    """A sentence that can be chosen."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Turn:
    """What one person said in a row."""

    number: int
    speaker: str
    time: str
    asked: bool
    sentences: tuple[Sentence, ...]


def turns(interview: Opened, some: Sequence[Quote]) -> list[Turn]:
    """Give the transcript, with the quotes in it."""
    numbered = list(enumerate(some, 1))
    made = []
    for number, turn in enumerate(interview.transcript.turns):
        here = [(place, quote) for place, quote in numbered if quote.turn == number]
        asked = interview.is_asked(number)
        found = spans.spans(turn.text) if asked else [(0, len(turn.text))]
        sentences = tuple(
            Sentence(place, tuple(_pieces(turn.text, start, end, here))) for place, (start, end) in enumerate(found)
        )
        made.append(Turn(number, turn.speaker, clock(turn.second()), asked, sentences))
    return made


def _pieces(text: str, start: int, end: int, some: Sequence[tuple[int, Quote]]) -> list[Piece]:
    """Cut a sentence where quotes begin and end."""
    edges = {start, end}
    for _place, quote in some:
        edges |= {edge for edge in (quote.start, quote.end) if start < edge < end}
    places = sorted(edges)
    made = []
    for first, last in pairwise(places):
        marked = any(quote.start <= first and last <= quote.end for _place, quote in some)
        ends = tuple((place, quote.key) for place, quote in some if quote.end == last)
        made.append(Piece(text[first:last], first, marked, ends))
    return made


def clock(seconds: float | None) -> str:
    """Write a second of a recording: 1:02:03, 2:03; nothing where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@dataclass(frozen=True)
class Choice:
    """One of several: its value, its name, whether it is chosen."""

    value: str
    label: str
    on: bool


@dataclass(frozen=True)
class Hiding:
    """A place of a quote that may name somebody."""

    number: int
    text: str
    kind: str
    on: bool
    always: bool


@dataclass(frozen=True)
class Card:
    """A quote with what is said of it, and what can be."""

    number: int
    key: str
    text: str
    person: str
    time: str
    kept: bool
    read: bool
    tone: str
    mood: str
    themes: tuple[Choice, ...]
    touchpoints: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    feelings: tuple[Choice, ...]
    hiding: tuple[Hiding, ...]
    own_words: str
    note: str

    @property
    def about(self) -> str:
        """Name what it is about."""
        chosen = [one.label for one in (*self.themes, *self.touchpoints, *self.stages) if one.on and one.value]
        return " · ".join(chosen)


def card(
    interview: Opened, quote: Quote, number: int, known: Definitions, themes: Mapping[str, Theme], lang: str
) -> Card:
    """Make the card of a quote."""
    passage = interview.passage(quote)
    there = set(kept.hidden(quote))
    possible = quoting.nameable(interview, passage)
    turn = interview.transcript.turns[quote.turn]
    tone = quotes.tone_of(quote.feeling)
    felt = "" if quote.feeling is None else f"{quote.feeling:.1f}"
    return Card(
        number=number, key=quote.key, text=interview.shown(quote), person=turn.speaker,
        time=clock(turn.second(quote.start)), kept=quote.kept_at is not None, read=quote.read, tone=tone,
        mood=quotes.mood(tone), note=interview.note(quote),
        themes=tuple(Choice(key, called(one, lang), key in quote.themes) for key, one in themes.items()),
        touchpoints=_choices(
            {key: filters.body_label(known, "touchpoint", key) for key in known.all("touchpoint")}, quote.touchpoint
        ),
        stages=_choices({key: filters.stage(known, key) for key in known.stages}, quote.stage),
        feelings=tuple(Choice(value, _feeling(value), value == felt) for value in FEELINGS),
        hiding=tuple(
            Hiding(place, passage[one.start : one.end], hidden_kind(one.kind), one in there, one.kind in ALWAYS)
            for place, one in enumerate(possible)
        ),
        own_words=", ".join(quoting.own_words(interview, quote)),
    )  # fmt: skip


def _choices(labels: Mapping[str, str], chosen: str) -> tuple[Choice, ...]:
    return (Choice("", "–", not chosen), *(Choice(key, label, key == chosen) for key, label in labels.items()))


def _feeling(value: str) -> str:
    return {
        "-1.0": _("very unhappy"), "-0.5": _("unhappy"), "0.0": _("neither"), "0.5": _("content"),
        "1.0": _("very content"), "": _("feeling not known"),
    }[value]  # fmt: skip


def hidden_kind(kind: str) -> str:
    """Name what may name somebody."""
    return {
        "name": _("name"), "email": _("e-mail address"), "phone": _("telephone number"), "card": _("card number"),
        "iban": _("bank account"),
    }[kind]  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A quote beside what was said: the words, who of which type said it, and where it stands."""

    text: str
    tone: str
    mood: str
    type: str
    day: str
    link: str


@dataclass(frozen=True)
class Told:
    """A line of the overview: how many of how many people said something about one thing."""

    key: str
    name: str
    link: str
    people: int
    of: int
    share: float
    types: tuple[tuple[str, int, int], ...]
    unhappy: int
    content: int
    quotes: tuple[Shown, ...]
    more: tuple[Shown, ...]


def told(interviews: Sequence[Opened], some: Mapping[int, Sequence[Quote]], by: str) -> list[Line]:
    """Count who said what, over some interviews."""
    people, said = gathered(interviews, some)
    return counting.lines(said, people, by)


def gathered(
    interviews: Sequence[Opened], some: Mapping[int, Sequence[Quote]]
) -> tuple[dict[str, str], list[counting.Quote]]:
    """Give everybody who was asked, with their type, and all kept quotes."""
    people: dict[str, str] = {}
    said: list[counting.Quote] = []
    for one in interviews:
        for name in one.people:
            linked = one.row.customer and len(one.people) == 1
            people.setdefault(one.row.customer if linked else f"{one.row.key} {name}", one.head.type)
        for quote in some.get(one.row.pk, ()):
            tags = {"theme": quote.themes, "touchpoint": [quote.touchpoint] if quote.touchpoint else [],
                    "stage": [quote.stage] if quote.stage else []}  # fmt: skip
            person = one.person(quote.turn)
            said.append(counting.Quote(quote.key, person, one.shown(quote), tags, quote.feeling))
    return people, said


def overview(
    interviews: Sequence[Opened], some: Mapping[int, Sequence[Quote]], by: str, known: Definitions,
    themes: Mapping[str, Theme], language: str, only: str = "",
) -> list[Told]:  # fmt: skip
    """Say how many of the people who were asked spoke of each thing, with quotes that stand for all of them."""
    shown = {quote.key: _shown(one, quote) for one in interviews for quote in some.get(one.row.pk, ())}
    made = []
    for line in told(interviews, some, by):
        if only and line.key != only:
            continue
        texts = [shown[key].text for key in line.quotes]
        first = representative(texts, QUOTES)
        rest = [place for place in range(len(texts)) if place not in first]
        made.append(Told(
            line.key, name_of(line.key, by, known, themes, language), _page(by, line.key), line.people, line.of,
            line.people / line.of, tuple((kind or _("no type said"), n, of) for kind, n, of in line.types),
            line.unhappy, line.content, tuple(shown[line.quotes[place]] for place in first),
            tuple(shown[line.quotes[place]] for place in rest),
        ))  # fmt: skip
    return made


def name_of(key: str, by: str, known: Definitions, themes: Mapping[str, Theme], language: str) -> str:
    """Name a theme, a touchpoint or a stage."""
    if by == "theme":
        return called(themes[key], language) if key in themes else key.replace("_", " ")
    return filters.stage(known, key) if by == "stage" else filters.body_label(known, "touchpoint", key)


def _page(by: str, key: str) -> str:
    return "" if by == "stage" else navigation.address(by, key)


def _shown(interview: Opened, quote: Quote) -> Shown:
    tone = quotes.tone_of(quote.feeling)
    return Shown(
        interview.shown(quote), tone, quotes.mood(tone), interview.head.type,
        date_format(interview.row.held_on, "DATE_FORMAT"), place(interview.row.key, quote.key),
    )  # fmt: skip


def place(interview: str, quote: str) -> str:
    """Give the address of a quote's place in its transcript."""
    return f"{reverse('interview', args=[interview])}#m-{quote}"


def heading(by: str) -> str:
    """Name what the overview counts by."""
    return {
        "theme": pgettext("what a quote is about", "Theme"), "touchpoint": _("Touchpoint"), "stage": _("Stage"),
    }[by]  # fmt: skip
