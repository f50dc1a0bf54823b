"""What the pages of results say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.core.scales import Scale
from heartline.listen.surveys.codebook import Codebook, Part, Question
from heartline.server.shell import numbers, ratings


def kano(letter: str | None) -> str:
    """Name a category of Kano; None is not clear yet."""
    return {
        "A": _("delights"), "O": _("the more the better"), "M": _("taken for granted"), "I": _("does not matter"),
        "R": _("not wanted"), "Q": _("contradicts itself"), None: _("no clear answer"),
    }[letter]  # fmt: skip


def column(name: str) -> str:
    """Name a column of a table."""
    return {
        "answer": _("Answer"), "share": _("Share"), "between": _("How exactly known"), "answers": _("Answers"),
        "average": _("Average"), "row": _("What"), "rank": _("Place on average"), "first": _("Put first"),
        "importance": _("How important"), "satisfaction": _("How satisfied"), "gap": _("Gap, of 100"),
        "category": _("What it is"), "better": _("With it, more content"), "worse": _("Without it, less content"),
        "quantile": _("Of all answers"), "value": _("Value"), "month": _("Month"), "group": _("Part"),
        "change": _("Change"),
    }[name]  # fmt: skip


def quantile(name: str) -> str:
    """Say which part of all answers lies below."""
    return {
        "mean": _("on average"), "p10": _("a tenth lies below"), "p25": _("a quarter lies below"),
        "median": _("half lie below"), "p75": _("three quarters lie below"), "p90": _("nine tenths lie below"),
    }[name]  # fmt: skip


def point(question: Question, option: str) -> str:
    """Say a point of a scale."""
    return {"1": _("Yes"), "0": _("No")}[option] if question.ask == "yesno" else option


def of(value: float, best: float) -> str:
    """Write a point of a scale: 4 of 5."""
    return _("%(number)s of %(best)s") % {
        "number": numbers.number(value, 0 if float(value).is_integer() else 1), "best": numbers.number(best, 0),
    }  # fmt: skip


def day(iso: str) -> str:
    """Write a day that somebody chose."""
    try:
        return str(date_format(date.fromisoformat(iso), "DATE_FORMAT"))
    except ValueError:  # as another tool wrote it
        return iso


def pair(part: str) -> str:
    """Name a side of a pair of answers."""
    return {
        "importance": _("How important"), "satisfaction": _("How satisfied"), "with": _("If it is there"),
        "without": _("If it is missing"),
    }[part]  # fmt: skip


def class_(name: str) -> str:
    """Say a class that answers were sorted into."""
    return {
        "bad": _("unhappy"), "middle": _("in between"), "good": _("happy"), "yes": _("yes"), "no": _("no"),
        "lowest": _("lowest quarter"), "lower": _("lower quarter"), "higher": _("higher quarter"),
        "highest": _("highest quarter"),
    }.get(name, name)  # fmt: skip


def part(parts: tuple[Part, ...], key: str | None, book: Codebook, language: str) -> str:
    """Name an option or a row by its words."""
    found = next((one for one in parts if one.key == key), None)
    return (book.words(found.text, language) if found else "") or str(key or "")


def value(row: Mapping[str, Any], name: str = "value") -> str:
    """Write a number of a row."""
    number, measure = row[name], row["measure"]
    if measure in ("share", "first", "top", "better", "worse"):
        return numbers.share(number, 0)
    if measure in ("nps", "gap"):
        return numbers.number(number, 0 if measure == "gap" else 1)
    if measure in ("p10", "p25", "median", "p75", "p90"):
        return numbers.number(number, 0 if number is None or float(number).is_integer() else 2)
    return numbers.number(number, 2)


def between(row: Mapping[str, Any]) -> str:
    """Write an interval."""
    if row["low"] is None or row["high"] is None:
        return _("cannot tell yet")
    return _("between %(low)s and %(high)s") % {"low": value(row, "low"), "high": value(row, "high")}


def asked(question: Question, scale: Scale | None) -> str:
    """Say how a question was asked."""
    if scale is not None:
        return ratings.scale_name(scale)
    return {
        "single": _("one choice"), "multiple": _("several choices, so they add up to more than 100"),
        "matrix": _("points from 1 to %(points)s"), "ranking": _("put in order, 1 is first"),
        "importance": _("how important, how satisfied"), "kano": _("with it and without it"),
        "number": _("a number"), "date": _("a day"), "text": _("in their own words"),
        "comment": _("in their own words"),
    }[question.ask] % {"points": question.points}  # fmt: skip


def few(anonymous: bool, number: int) -> str:
    """Say that there is nothing to show yet."""
    if anonymous and number:
        return _("Too few answers to show: this survey is anonymous, and shows five or more together.")
    return _("Nobody has answered this yet.")


def lead(number: int, text: str) -> str:
    """Answer the page's question in one sentence."""
    if not number:
        return _("Nobody’s answers are here yet.")
    said = ngettext("%(number)s person answered.", "%(number)s people answered.", number)
    first = said % {"number": numbers.count(number)}
    return f"{first} {text}".strip()


def chance(p: float | None) -> str:
    """Write how often chance does that."""
    if p is None:
        return numbers.NONE
    return _("below 0.001") if p < 0.001 else numbers.number(p, 3)


def test(how: str) -> str:
    """Say how a table was tested."""
    if how.startswith("Pearson"):
        return _("Pearson’s chi-square test; each cell by its adjusted residual, corrected for their number (Holm).")
    if how.startswith("Fisher"):
        return _("Fisher’s exact test, since few answers were expected in some cells.")
    if how.startswith("9,999"):
        return _("Compared with 9,999 random tables that have the same totals, since some cells are small.")
    return _("With fewer than 20 people nothing is told.")
