"""Rows as people read them, page by page, and as CSV that no spreadsheet will run."""

from __future__ import annotations

import csv as csv_module
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import StreamingHttpResponse

from heartline.core.result import Result
from heartline.store.definitions import Definitions

from . import filters, numbers

FORMULA = ("=", "+", "-", "@", "\t", "\r")


LONGEST_NUMBER = 9
"""Digits that fit into every column of a database, and that are read in no time."""


def whole(text: str | None) -> int | None:
    """Read a whole number out of an address or a form; None for whatever is none, or too large to be one of ours."""
    return int(text) if text and len(text) <= LONGEST_NUMBER and text.isdecimal() else None


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    number: int
    size: int
    total: int

    @classmethod
    def asked(cls, number: str | None, size: int) -> Page:
        """Read a page's number from an address; what makes no sense is the first page."""
        return cls(max(1, whole(number) or 1), size, 0)

    @property
    def offset(self) -> int:
        """How many rows are on the pages before."""
        return (self.number - 1) * self.size

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def newer(self) -> int | None:
        """The page before, if there is one."""
        return min(self.number - 1, self.pages) or None

    @property
    def older(self) -> int | None:
        """The page after, if there is one."""
        return self.number + 1 if self.number < self.pages else None


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


def csv(name: str, parts: Iterable[Result]) -> StreamingHttpResponse:
    """Send the rows of results, one after the other, as CSV."""

    def lines() -> Iterator[Sequence[Any]]:
        columns: list[str] = []
        for part in parts:
            if not columns:
                columns = [column.name for column in part.columns]
                yield columns
            for row in part.rows:
                yield [row.get(column) for column in columns]

    return listed(name, lines())


def listed(name: str, lines: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """Send lines as CSV (RFC 4180), in UTF-8 with a mark for spreadsheets; the first is the head."""
    writer = csv_module.writer(_Echo())
    written = (
        ("" if number else "\ufeff") + writer.writerow([safe(one) for one in line]) for number, line in enumerate(lines)
    )
    response = StreamingHttpResponse(written, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
