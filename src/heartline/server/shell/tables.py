"""Rows as people read them, page by page, and as CSV that no spreadsheet will run."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import StreamingHttpResponse

from heartline.core.result import Result
from heartline.store.definitions import Definitions

from . import filters, numbers

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def page(rows: Sequence[Mapping[str, Any]], number: str | None, size: int) -> Page[Mapping[str, Any]]:
    """Give one page of rows; a number that makes no sense gives the nearest one that does."""
    return Paginator(rows, size).get_page(number)


def answer(row: Mapping[str, Any], definitions: Definitions) -> dict[str, str]:
    """Write an answer's row: when, on which scale, about what, and what was said."""
    occurred = row.get("occurred_at")
    score = row.get("score", row.get("value"))
    return {
        "when": numbers.moment(occurred, definitions.settings["timezone"]) if occurred else numbers.NONE,
        "score": numbers.number(score, 0 if score is not None and float(score).is_integer() else 1),
        "touchpoint": filters.body_label(definitions, "touchpoint", row.get("touchpoint")),
        "text": str(row.get("text") or ""),
        "customer": str(row.get("customer") or "").partition(":")[2][:8],
    }


def safe(value: Any) -> Any:
    """Make a cell that a spreadsheet shows and never runs (OWASP, “CSV Injection”)."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        """Give the text."""
        return text


def csv(name: str, result: Result) -> StreamingHttpResponse:
    """Send a result's rows as CSV (RFC 4180), in UTF-8 with the mark that spreadsheets look for."""
    writer = csv_module.writer(_Echo())
    columns = [column.name for column in result.columns]

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(columns)
        for row in result.rows:
            yield writer.writerow([safe(row.get(column)) for column in columns])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
