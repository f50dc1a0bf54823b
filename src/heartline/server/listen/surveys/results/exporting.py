"""Results as files: every answer, or the numbers, for spreadsheets and statistics programs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from heartline.core.errors import InvalidInput
from heartline.core.result import Result
from heartline.core.scales import SCALES
from heartline.listen.surveys import codebook
from heartline.listen.surveys.codebook import Codebook
from heartline.listen.surveys.spreading import Spread, columns
from heartline.server.accounts.asking import ask, definitions
from heartline.server.shell import filters, tables

from ..asking import kano_words
from . import words

Lines = Iterable[Sequence[Any]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True,
    "default_date_format": "yyyy-mm-dd hh:mm",
}  # fmt: skip
LONGEST_NAME = 60
"""Letters of a variable's name in SPSS, with room for a number."""
LONGEST_LABEL, LONGEST_VALUE_LABEL = 250, 115


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give results as a file: `what` is answers or numbers, `as` is csv, xlsx or sav."""
    book = codebook.find(definitions(request), key)
    what, kind = request.GET.get("what", ""), request.GET.get("as", "")
    if what not in ("answers", "numbers") or kind not in ("csv", "xlsx", "sav") or (what, kind) == ("numbers", "sav"):
        raise InvalidInput("bad_value", "There is no such file.", field="as", remedy="csv, xlsx; sav of answers.")
    asked = {**filters.read(request.GET), "survey": key}
    asked.pop("compare", None)
    language, name = get_language() or "en", f"{key}-{what}"
    if what == "numbers":
        lines = numbers(ask(request, "questions", asked), book, language)
        return tables.listed(name, lines) if kind == "csv" else workbook(name, lines)
    result = ask(request, "responses", {**asked, "limit": None})
    if kind == "sav":
        return sav(name, result, book, language)
    lines = answers(result, book, language)
    return tables.listed(name, lines) if kind == "csv" else workbook(name, lines)


def numbers(result: Result, book: Codebook, language: str) -> list[list[Any]]:
    """Give every number of every question, named in a language, with the keys of the verb."""
    head = [_("Question"), _("Row"), _("Answer"), "question", "row", "measure", "option", "value", "low", "high", "n"]
    lines: list[list[Any]] = [head]
    for row in result.rows:
        question = book.questions[row["question"]]
        named = (words.part(question.rows, row["row"], book, language),
                 words.part(question.options, row["option"], book, language))  # fmt: skip
        keys = [row[name] for name in ("question", "row", "measure", "option", "value", "low", "high", "n")]
        lines.append([book.words(question.text, language), *named, *keys])
    return lines


def answers(result: Result, book: Codebook, language: str) -> list[list[Any]]:
    """Give a line for each response; the head names questions, choices are written out."""
    spread = {one.name: one for one in columns(book)}
    head = [label(spread[one.name], book, language) if one.name in spread else one.name for one in result.columns]
    lines: list[list[Any]] = [head]
    lines += ([_said(spread.get(name), value, book, language) for name, value in row.items()] for row in result.rows)
    return lines


def _said(one: Spread | None, value: Any, book: Codebook, language: str) -> Any:
    """Write out a choice; whatever else was answered stands as it is."""
    return words.part(one.options, value, book, language) if one and one.options and value is not None else value


def label(one: Spread, book: Codebook, language: str) -> str:
    """Name a column for people."""
    texts = [book.words(text, language) for text in one.texts]
    part = {"importance": _("How important?"), "satisfaction": _("How satisfied?"), "with": _("If it is there"),
            "without": _("If it is missing"), "": ""}[one.part]  # fmt: skip
    return " – ".join(text for text in (*texts, part) if text) or one.name


def workbook(name: str, lines: Lines) -> HttpResponse:
    """Send lines as a workbook in which nothing is a formula."""
    import xlsxwriter  # only who takes files waits for it

    whole = BytesIO()
    with xlsxwriter.Workbook(whole, PLAIN) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, [_cell(one) for one in line], bold if number == 0 else None)
        sheet.freeze_panes(1, 0)
    response = HttpResponse(whole.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _cell(value: Any) -> Any:
    return value if value is None or isinstance(value, int | float | datetime) else str(value)[:32_767]


def sav(name: str, result: Result, book: Codebook, language: str) -> HttpResponse:
    """Send every answer as a file of SPSS: labels in a language, several choices as 0 and 1, nothing as missing."""
    import pandas  # only who takes files waits for them
    import pyreadstat

    spread = {one.name: one for one in columns(book)}
    called = variables([column.name for column in result.columns])
    values: dict[str, Any] = {}
    for column in result.columns:
        given = [row[column.name] for row in result.rows]
        values[called[column.name]] = _series(given, spread.get(column.name), column.type)
    scales = {one.name: _labels(one, book, language) for one in spread.values()}
    with TemporaryDirectory() as folder:
        path = Path(folder, "answers.sav")
        pyreadstat.write_sav(
            pandas.DataFrame(values), str(path), file_label=book.words(book.title, language)[:64],
            column_labels={called[one.name]: label(one, book, language)[:LONGEST_LABEL] for one in spread.values()},
            variable_value_labels={called[key]: labels for key, labels in scales.items() if labels},
            variable_measure={called[one.name]: _measure(one) for one in spread.values()},
        )  # fmt: skip
        content = path.read_bytes()
    response = HttpResponse(content, content_type="application/x-spss-sav")
    response["Content-Disposition"] = f'attachment; filename="{name}.sav"'
    return response


def variables(names: Iterable[str]) -> dict[str, str]:
    """Give names that SPSS takes: letters, digits, `_` and `.`, up to 64, each once in any case of letters."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_.]", "_", name)[:LONGEST_NAME].rstrip("._") or "v"
        if plain.lower() in RESERVED:
            plain += "_"
        made, number = plain, 2
        while made.lower() in {one.lower() for one in found.values()}:
            made, number = f"{plain}_{number}", number + 1
        found[name] = made
    return found


RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}


def _series(given: list[Any], one: Spread | None, kind: str) -> Any:
    import pandas

    if one is not None and one.options:
        codes = {option.key: float(place) for place, option in enumerate(one.options, 1)}
        return pandas.Series([codes.get(value, float("nan")) for value in given], dtype=float)
    if one is not None and one.question.ask == "date":
        return pandas.Series([None if value is None else date.fromisoformat(value) for value in given], dtype=object)
    if kind == "timestamp":
        return pandas.Series([value.replace(tzinfo=None) for value in given], dtype="datetime64[us]")
    if kind == "float":
        return pandas.Series([float("nan") if value is None else value for value in given], dtype=float)
    return pandas.Series(["" if value is None else str(value) for value in given], dtype=object)


def _labels(one: Spread, book: Codebook, language: str) -> dict[float, str]:
    """Say what the values of a variable mean."""
    question = one.question
    if one.options:
        found = {float(place): book.words(option.text, language) for place, option in enumerate(one.options, 1)}
    elif question.ask == "multiple":
        found = {0.0: _("not chosen"), 1.0: _("chosen")}
    elif question.ask == "kano":
        found = {float(place): text for place, text in enumerate(kano_words(), 1)}
    elif question.ask == "yesno":
        found = {0.0: _("No"), 1.0: _("Yes")}
    else:
        ends = _ends(question.scale, question.points)
        texts = (book.words(question.low, language), book.words(question.high, language))
        found = {edge: text for edge, text in zip(ends, texts, strict=True) if text}
    return {float(value): text[:LONGEST_VALUE_LABEL] for value, text in found.items()}


def _ends(scale: str | None, points: int) -> tuple[float, float]:
    known = SCALES.get(scale or "")
    return (known.low, known.high) if known else (1.0, float(points))


def _measure(one: Spread) -> str:
    if one.kind == "str" or one.question.ask == "multiple":
        return "nominal"
    return "scale" if one.question.ask == "number" else "ordinal"
