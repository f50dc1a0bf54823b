"""What is encrypted of an interview, opened and closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import msgspec

from heartline.listen.interviews import hiding, values
from heartline.listen.interviews.hiding import Hidden
from heartline.listen.interviews.values import Transcript
from heartline.server.shell.sealed import Sealing

from .models import Interview, Quote


@dataclass(frozen=True)
class Head:
    """What is known about an interview.

    Parameters
    ----------
    title
        What it is called.
    type
        What sort of person it was with: a persona, a segment, or any words.
    consent
        What the person agreed to, and how long it may be kept.
    asks
        Who of those who speak asks the questions.
    file
        What its file was called.
    kind, identifier
        By what the customer whom it was with is known, in clear; empty where they are not one of ours.
    """

    title: str
    type: str = ""
    consent: str = ""
    asks: tuple[str, ...] = ()
    file: str = ""
    kind: str = ""
    identifier: str = ""


@dataclass(frozen=True)
class Opened:
    """An interview that can be read."""

    row: Interview
    head: Head
    transcript: Transcript
    sealing: Sealing = field(repr=False)

    @property
    def people(self) -> tuple[str, ...]:
        """Who is asked: those who speak and do not ask; one without a name where the transcript names nobody."""
        return tuple(name for name in self.transcript.speakers if name not in self.head.asks) or ("",)

    def is_asked(self, turn: int) -> bool:
        """Tell whether a turn is of somebody who is asked, so that it can be quoted."""
        return 0 <= turn < len(self.transcript.turns) and self.transcript.turns[turn].speaker not in self.head.asks

    def person(self, turn: int) -> str:
        """Name who says a turn, alike in all interviews with the same customer."""
        if self.row.customer and len(self.people) == 1:
            return self.row.customer
        speaker = self.transcript.turns[turn].speaker or self.people[0]
        return f"{self.row.key} {speaker}"

    def passage(self, quote: Quote) -> str:
        """Give the words of a quote as they were said."""
        return self.transcript.turns[quote.turn].text[quote.start : quote.end]

    def shown(self, quote: Quote) -> str:
        """Give the words of a quote without what is hidden."""
        return hiding.without(self.passage(quote), hidden(quote))

    def note(self, quote: Quote) -> str:
        """Give what somebody noted beside a quote."""
        return self.sealing.unseal(quote.sealed_note, f"note {quote.key}").decode() if quote.sealed_note else ""


def hidden(quote: Quote) -> list[Hidden]:
    """Give what is hidden of a quote."""
    return [Hidden(int(start), int(end), str(kind)) for start, end, kind in quote.hidden]


def opened(row: Interview, sealing: Sealing | None = None) -> Opened:
    """Open an interview."""
    sealing = sealing or Sealing()
    turns = msgspec.json.decode(sealing.unseal(row.transcript, f"transcript {row.key}"))
    return Opened(row, head(row, sealing), values.made(turns), sealing)


def head(row: Interview, sealing: Sealing | None = None) -> Head:
    """Open only what is known about an interview."""
    known: dict[str, Any] = msgspec.json.decode((sealing or Sealing()).unseal(row.head, f"head {row.key}"))
    return replace(Head(""), **{**known, "asks": tuple(known["asks"])})


def put(row: Interview, *, head: Head | None = None, transcript: Transcript | None = None) -> None:
    """Close what is to be written of an interview; it is not saved here."""
    sealing = Sealing()
    if head is not None:
        row.head = sealing.seal(msgspec.json.encode(asdict(head)), f"head {row.key}")
    if transcript is not None:
        body = msgspec.json.encode(values.plain(transcript))
        row.transcript = sealing.seal(body, f"transcript {row.key}")
        row.words = transcript.words


def every(rows: Sequence[Interview]) -> list[Opened]:
    """Open several."""
    sealing = Sealing() if rows else None
    return [opened(row, sealing) for row in rows]
