"""What a column is for by its values: numbers in any notation, addresses, yes and no, texts of many words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from heartline.collect.currencies import CURRENCIES

from . import clocks, times, verbal

EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")
PHONE = re.compile(r"(\+|00|0)[\d ()/.-]{6,20}")
SYMBOLS = {"€": "EUR", "£": "GBP", "¥": "JPY", "R$": "BRL", "$": "USD", "zł": "PLN", "CHF": "CHF", "EUR": "EUR"}
_NUMBER = re.compile(r"[-+]?\d+([.,'  ]\d{3})*([.,]\d+)?-?")
YES = frozenset(["yes", "y", "true", "t", "1", "ja", "j", "wahr", "si", "sí", "s", "verdadero", "x", "👍", "thumbs up",
                 "daumen hoch", "pulgar arriba"])  # fmt: skip
NO = frozenset(["no", "n", "false", "f", "0", "nein", "falsch", "falso", "👎", "thumbs down", "daumen runter",
                "pulgar abajo"])  # fmt: skip
CHANNELS = frozenset(
    """
    web website online mobile app email e-mail mail phone telephone telefon call chat messaging whatsapp store shop
    filiale laden social facebook instagram advertising delivery marketplace print partner tienda teléfono
    """.split()  # noqa: SIM905  (a list of words reads better)
)

UNSAID = frozenset(
    {"n/a", "n.a.", "na", "not applicable", "no answer", "don't know", "don’t know", "prefer not to say", "k. a.",
     "k.a.", "keine angabe", "keine antwort", "weiß nicht", "trifft nicht zu", "nicht zutreffend", "no aplica",
     "no sabe", "ns/nc", "sin respuesta", "prefiero no contestar", "-"}
)  # fmt: skip
"""What stands beside the answers on a scale where somebody gave none, in small letters."""
CHOICES, OFTEN = 15, 6
"""Distinct answers up to which they may be the choices of a list, and how often each is given there on average."""


@dataclass
class Profile:
    """What is known of a column: counts of the whole file, shapes of a sample.

    Parameters
    ----------
    rows, filled, distinct
        Of the whole file; `distinct` is an estimate.
    words
        Mean count of words in a filled value.
    numbers, emails, phones, currencies
        Shares of the sample's filled values.
    comma
        Decimals stand after a comma.
    symbols
        Signs of money seen beside the numbers.
    yes
        The values say yes and no.
    clock
        How they write times of day without a date; empty where they do not.
    top
        The most frequent values with their counts, where there are few.
    speaks, said
        Answers on a scale that are said in words: what they speak of, and which number each of them stands for.
    unsaid
        What stands for no answer beside the others, in small letters.
    """

    rows: int = 0
    filled: int = 0
    distinct: int = 0
    examples: list[str] = field(default_factory=list)
    top: list[tuple[str, int]] = field(default_factory=list)
    words: float = 0.0
    numbers: float = 0.0
    emails: float = 0.0
    phones: float = 0.0
    currencies: float = 0.0
    channels: float = 0.0
    comma: bool = False
    symbols: list[str] = field(default_factory=list)
    low: float | None = None
    high: float | None = None
    whole: bool = False
    halves: bool = False
    yes: bool = False
    time: str = ""
    time_share: float = 0.0
    unsure: bool = False
    days: bool = False
    clock: str = ""
    speaks: str = ""
    said: dict[str, int] = field(default_factory=dict)
    unsaid: list[str] = field(default_factory=list)

    @property
    def sure_number(self) -> bool:
        """Whether nearly all values are numbers."""
        return self.numbers >= 0.95

    @property
    def unlike(self) -> float:
        """Share of the filled values that are unlike all others; about 1 for names of things."""
        return self.distinct / self.filled if self.filled else 0.0

    @property
    def chosen(self) -> bool:
        """Whether few answers come again and again, as where people chose one of a list."""
        return self.distinct <= CHOICES and self.filled >= OFTEN * self.distinct

    def spoken(self) -> Profile:
        """Give what is known of it with numbers in the place of answers that are said in words."""
        if not self.said:
            return self._numbered() if self.unsaid else self
        found = [(self.said.get(text.casefold().rstrip(".!"), text), count) for text, count in self.top]
        known = [(int(value), count) for value, count in found if str(value).isdecimal()]
        numbers = [value for value, _count in known]
        top = [(str(value), count) for value, count in known]
        return replace(
            self, numbers=1.0, low=min(numbers), high=max(numbers), whole=True, halves=True, yes=False, top=top
        )

    def _numbered(self) -> Profile:
        """Give what is known of it without what stands for no answer, where all others are numbers."""
        top = [(text, count) for text, count in self.top if text.lower() not in self.unsaid]
        if not top or not all(_NUMBER.fullmatch(text) for text, _count in top):
            return self
        return replace(self, numbers=1.0, top=top)

    def within(self, low: float, high: float) -> bool:
        """Tell whether all numbers are whole, or halves as of stars, and between the two."""
        return self.low is not None and self.high is not None and self.halves and low <= self.low and self.high <= high


def profile(texts: Sequence[str | None], *, named_time: bool = False, named_date: bool = False) -> Profile:
    """Recognise the shapes of a sample's values; the counts are the caller's to set."""
    filled = [text.strip() for text in texts if text and text.strip()]
    made = Profile(rows=len(texts), filled=len(filled), distinct=len(set(filled)))
    if not filled:
        return made
    counted = Counter(filled)
    made.examples = [text[:60] for text, _ in counted.most_common(3)]
    if len(counted) <= 40:
        made.top = counted.most_common(40)
    made.words = sum(len(text.split()) for text in filled) / len(filled)
    made.emails = _share(bool(EMAIL.fullmatch(text)) for text in filled)
    made.phones = _share(bool(PHONE.fullmatch(text)) and sum(char.isdigit() for char in text) >= 7 for text in filled)
    made.currencies = _share(text.upper() in CURRENCIES for text in filled)
    made.channels = _share(text.lower() in CHANNELS for text in filled)
    lower = {text.lower() for text in filled}
    made.yes = lower <= YES | NO and bool(lower & YES) and (bool(lower & NO) or lower <= {"yes", "ja", "true", "x"})
    _numbers(made, filled)
    if len(counted) <= 40:
        made.unsaid = sorted({text.lower() for text in counted} & UNSAID)
        if not made.sure_number:
            given = {text: count for text, count in counted.items() if text.lower() not in made.unsaid}
            made.speaks, made.said = verbal.read(given)
    moments = times.recognise(filled, named=named_time, dated=named_date)
    if moments:
        made.time, made.time_share, made.unsure, made.days = moments.format, moments.share, moments.unsure, moments.days
    made.clock = clocks.recognise(filled)
    return made


def _share(found: Iterable[bool]) -> float:
    marks = list(found)
    return sum(marks) / len(marks)


def _numbers(made: Profile, filled: list[str]) -> None:
    bare = []
    for text in filled:
        rest = text
        for symbol in SYMBOLS:
            if symbol in rest:
                if symbol not in made.symbols:
                    made.symbols.append(symbol)
                rest = rest.replace(symbol, "")
        rest = rest.strip()
        if _NUMBER.fullmatch(rest):
            bare.append(rest)
    made.numbers = len(bare) / len(filled)
    if not bare:
        made.symbols = []
        return
    made.comma = _comma(bare)
    values = [value for text in bare if (value := number(text, comma=made.comma)) is not None]
    if values:
        made.low, made.high = min(values), max(values)
        made.whole = all(value.is_integer() for value in values)
        made.halves = all((2 * value).is_integer() for value in values)


def _comma(texts: Sequence[str]) -> bool:
    """Tell whether decimals stand after a comma: the last sign decides where both stand, else one not before three."""
    votes = 0
    for text in texts:
        comma, point = text.rfind(","), text.rfind(".")
        if comma >= 0 and point >= 0:
            votes += 1 if comma > point else -1
        elif comma >= 0:
            votes += len(text) - comma - 1 != 3
        elif point >= 0:
            votes -= len(text) - point - 1 != 3
    return votes > 0


def number(text: str, *, comma: bool) -> float | None:
    """Read a number in one of the two notations."""
    bare = re.sub(r"['  ]", "", text)
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    try:
        return float(bare)
    except ValueError:
        return None
