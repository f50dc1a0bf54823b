"""What a page of results shows of each question: its leading number, and a table with bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from heartline.core.compare import change
from heartline.core.result import Figure
from heartline.core.scales import Scale
from heartline.listen.surveys.codebook import Codebook, Question
from heartline.listen.surveys.kano import CATEGORIES, clear
from heartline.server.shell import doors, numbers, ratings

from . import words

SHARES = frozenset({"share", "first", "top", "better", "worse"})
BAR, TALL = 40, 64
"""Width of a point's bar with its room, and height of the tallest."""
KEYS = ("question", "row", "measure", "option", "period", "group")
Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True)
class Cell:
    """A number in a table; `bar` from 0 to 1 where it is drawn, too."""

    text: str
    link: str = ""
    bar: float | None = None
    label: str = ""
    soft: bool = False


@dataclass(frozen=True)
class Bar:
    """A point of a scale, drawn: where it stands, how high, and what is written at it."""

    x: int
    y: float
    height: float
    name: str
    text: str

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.x + BAR // 2 - 4

    @property
    def above(self) -> float:
        """Where its share is written."""
        return self.y - 4


@dataclass(frozen=True)
class Line:
    """A line of a table."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Block:
    """A question, answered."""

    key: str
    title: str
    asked: str
    said: str = ""
    number: str = ""
    link: str = ""
    between: str = ""
    change: str = ""
    answers: str = ""
    gone: bool = False
    heads: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    """What was written, and where the whole response stands; nowhere for an anonymous one."""
    more: str = ""
    """Where all texts stand."""
    every: int = 0
    """How many they are."""

    @property
    def wide(self) -> int:
        """How wide its bars are together."""
        return BAR * len(self.bars)


@dataclass(frozen=True)
class Shown:
    """What blocks are made with."""

    book: Codebook
    scales: Mapping[str, Scale]
    language: str
    values: Mapping[str, Any]
    rows: Mapping[str, Rows] = field(default_factory=dict)
    opens: bool = True

    def door(self, row: Row, column: str = "value") -> str:
        """Give the address of the answers behind a number."""
        if not self.opens:
            return ""
        return doors.door("questions", self.values, row={key: row[key] for key in KEYS if key in row}, column=column)

    def option(self, question: Question, key: str | None) -> str:
        """Name an option."""
        return words.part(question.options, key, self.book, self.language)

    def blocks(self) -> list[Block]:
        """Give every question that was answered, in the order of the survey."""
        return [self.block(question) for question in self.book.questions.values()
                if not question.gone or self.rows.get(question.key)]  # fmt: skip

    def block(self, question: Question) -> Block:
        """Give one question."""
        scale = self.scales.get(question.scale or "")
        title = self.book.words(question.text, self.language)
        asked = words.asked(question, scale)
        rows = self.rows.get(question.key, ())
        if not rows:
            return Block(question.key, title, asked, gone=question.gone)
        heads, lines = _TABLES["scaled" if scale else question.ask](self, question, rows)
        first = lead(rows, scale)
        told: dict[str, Any] = {"answers": ratings.answers(max(row["n"] for row in rows))}
        if first is not None:
            name = ratings.measure_name(scale, first["measure"]) if scale else ""
            told |= {"said": name, "number": words.value(first), "link": self.door(first),
                     "between": words.between(first), "change": moved(first)}  # fmt: skip
        bars = _bars(question, rows) if scale else ()
        return Block(question.key, title, asked, gone=question.gone, heads=heads, lines=lines, bars=bars, **told)

    def share(self, row: Row, *, label: str, bar: bool = True) -> Cell:
        """Write a share as a cell."""
        known = row["value"] is not None
        return Cell(words.value(row), self.door(row), abs(row["value"]) if bar and known else None, label)


def lead(rows: Rows, scale: Scale | None) -> Row | None:
    """Give the row that says a scale in one number."""
    wanted = scale.measure if scale else ""
    return next((row for row in rows if row["measure"] == wanted and row["value"] is not None), None)


def moved(row: Row) -> str:
    """Say how a number changed against the other side of a comparison."""
    if row.get("value_before") is None or row["value"] is None:
        return ""
    now = Figure(row["value"], row["low"], row["high"], row["n"])
    before = Figure(row["value_before"], row["low_before"], row["high_before"], row["n_before"])
    return ratings.moved(change(now, before), "top" if row["measure"] in SHARES else row["measure"])


def _bars(question: Question, rows: Rows) -> tuple[Bar, ...]:
    """Draw how many gave each point."""
    shares = _of(rows, "share")
    most = max((row["value"] or 0 for row in shares), default=0) or 1
    return tuple(
        Bar(BAR * place, TALL - TALL * (row["value"] or 0) / most, TALL * (row["value"] or 0) / most,
            words.point(question, str(row["option"])), words.value(row))
        for place, row in enumerate(shares)
    )  # fmt: skip


Table = tuple[tuple[str, ...], tuple[Line, ...]]


def _shares(shown: Shown, rows: Rows, name: Callable[[str], str]) -> Table:
    label, exactly = words.column("share"), words.column("between")
    compared = any("value_before" in row for row in rows)
    lines = []
    for row in rows:
        cells = [shown.share(row, label=label), Cell(words.between(row), label=exactly, soft=True)]
        if compared:
            cells.append(Cell(moved(row) or numbers.NONE, label=words.column("change"), soft=True))
        lines.append(Line(name(str(row["option"])), tuple(cells)))
    heads = [words.column("answer"), label, exactly, *([words.column("change")] if compared else [])]
    return tuple(heads), tuple(lines)


def _of(rows: Rows, measure: str) -> list[Row]:
    return [row for row in rows if row["measure"] == measure]


def _scaled(shown: Shown, question: Question, rows: Rows) -> Table:
    return _shares(shown, _of(rows, "share"), lambda key: words.point(question, key))


def _choices(shown: Shown, question: Question, rows: Rows) -> Table:
    return _shares(shown, _of(rows, "share"), lambda key: shown.option(question, key))


def _dates(shown: Shown, _question: Question, rows: Rows) -> Table:
    heads, lines = _shares(shown, _of(rows, "share"), str)
    return (words.column("month"), *heads[1:]), lines


def _by_row(question: Question, rows: Rows) -> Iterable[tuple[str, dict[tuple[str, str | None], Row]]]:
    for part in question.rows:
        here = {(row["measure"], row["option"]): row for row in rows if row["row"] == part.key}
        if here:
            yield part.key, here


def _matrix(shown: Shown, question: Question, rows: Rows) -> Table:
    heads = tuple(words.column(name) for name in ("row", "average", "between", "answers"))
    lines = []
    for key, here in _by_row(question, rows):
        mean = here["mean", None]
        bar = (mean["value"] - 1) / (question.points - 1)
        lines.append(Line(words.part(question.rows, key, shown.book, shown.language), (
            Cell(words.value(mean), shown.door(mean), bar, heads[1]),
            Cell(words.between(mean), label=heads[2], soft=True),
            Cell(numbers.count(mean["n"]), shown.door(mean, "n"), label=heads[3]),
        )))  # fmt: skip
    return heads, tuple(lines)


def _ranking(shown: Shown, question: Question, rows: Rows) -> Table:
    heads = tuple(words.column(name) for name in ("answer", "rank", "between", "first"))
    ranks = [row for row in _of(rows, "rank") if row["value"] is not None]
    first = {row["option"]: row for row in _of(rows, "first")}
    lines = [
        Line(shown.option(question, row["option"]), (
            Cell(words.value(row), shown.door(row), label=heads[1]),
            Cell(words.between(row), label=heads[2], soft=True),
            shown.share(first[row["option"]], label=heads[3]),
        ))
        for row in sorted(ranks, key=lambda row: row["value"])
    ]  # fmt: skip
    return heads, tuple(lines)


def _importance(shown: Shown, question: Question, rows: Rows) -> Table:
    heads = tuple(words.column(name) for name in ("row", "importance", "satisfaction", "gap", "between"))
    found = list(_by_row(question, rows))
    found.sort(key=lambda one: -(one[1]["gap", None]["value"] or 0))
    lines = []
    for key, here in found:
        gap = here["gap", None]
        lines.append(Line(words.part(question.rows, key, shown.book, shown.language), (
            *(Cell(words.value(here[name, None]), shown.door(here[name, None]), label=label)
              for name, label in zip(("importance", "satisfaction", "gap"), heads[1:4], strict=True)),
            Cell(words.between(gap), label=heads[4], soft=True),
        )))  # fmt: skip
    return heads, tuple(lines)


def _kano(shown: Shown, question: Question, rows: Rows) -> Table:
    heads = tuple(words.column(name) for name in ("row", "category", "better", "worse", "answers"))
    lines = []
    for key, here in _by_row(question, rows):
        counted = {letter: round((here["share", letter]["value"] or 0) * here["share", letter]["n"])
                   for letter in CATEGORIES}  # fmt: skip
        most = here["share", clear(counted) or CATEGORIES[0]]
        better, worse = here["better", None], here["worse", None]
        lines.append(Line(words.part(question.rows, key, shown.book, shown.language), (
            Cell(words.kano(clear(counted)), label=heads[1]), shown.share(better, label=heads[2]),
            shown.share(worse, label=heads[3]), Cell(numbers.count(most["n"]), shown.door(most, "n"), label=heads[4]),
        )))  # fmt: skip
    return heads, tuple(lines)


def _number(shown: Shown, _question: Question, rows: Rows) -> Table:
    heads = tuple(words.column(name) for name in ("quantile", "value", "between"))
    lines = [
        Line(words.quantile(row["measure"]), (
            Cell(words.value(row), shown.door(row), label=heads[1]),
            Cell(words.between(row), label=heads[2], soft=True),
        ))
        for row in rows
    ]  # fmt: skip
    return heads, tuple(lines)


def _texts(_shown: Shown, _question: Question, _rows: Rows) -> Table:
    return (), ()


_TABLES: dict[str, Callable[[Shown, Question, Rows], Table]] = {
    "scaled": _scaled, "single": _choices, "multiple": _choices, "matrix": _matrix, "ranking": _ranking,
    "importance": _importance, "kano": _kano, "number": _number, "date": _dates, "text": _texts, "comment": _texts,
}  # fmt: skip


def kano_legend() -> str:
    """Say what the two shares of Kano are."""
    return _(
        "Kano: of those who said something of use, how many would be more content with it, and how many less without"
        " it (Berger 1993). A category is named where it is clearly ahead (Fong 1996)."
    )
