"""Text tables as other tools write them: any encoding, any delimiter, titles above the names, ragged lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from . import heads

DELIMITERS = (",", ";", "\t", "|")
ALONE = "\x1f"
"""The delimiter of a file with one column: a character that no text has."""
PROBE_LINES = 200
MOST_COLUMNS = 1_000
MOST_CELL = 16 << 20
OVER = "more_fields"
"""The column for what stands beyond the last name."""

_VALUE = re.compile(
    r"[-+(]?[$€£¥]?\s?\d[\d.,'\s]*[%)]?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ]\d{1,2}:.*)?"
    r"|[^@\s]+@[^@\s]+\.[^@\s]+|\d+:\d+(:\d+)?"
)
"""What stands in lines and never names a column: numbers, dates, times, addresses."""


_SURE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}([T ]\d{1,2}:.*)?|[^@\s]+@[^@\s]+\.[^@\s]+")
"""What names a column still less: a date, an address."""
FEW = 3
"""Lines below from which is seen how a column is built."""


class Loose(Exception):
    """A file that is no table; the code says why, the values go into the sentence."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass
class Told:
    """What was found and mended on the way.

    Parameters
    ----------
    skipped
        Lines above the names that were left out.
    longer, shorter
        Lines with more, or fewer, fields than there are names.
    named
        Columns that had no name, or one that stood there before.
    tool, zone
        The survey tool whose export it is, and the zone of its times where it says so.
    """

    columns: list[str] = field(default_factory=list)
    rows: int = 0
    encoding: str = ""
    delimiter: str = ""
    skipped: int = 0
    longer: int = 0
    shorter: int = 0
    named: int = 0
    headed: bool = True
    sheets: list[str] = field(default_factory=list)
    tool: str = ""
    zone: str = ""


def encoding(head: bytes, whole: Iterator[bytes]) -> str:
    """Tell how a file's text is written: by its mark, else UTF-8 where all of it is, else as Windows writes.

    Raises
    ------
    Loose
        `no_table` for what is no text.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return name
    if head.count(b"\0") > len(head) // 4:
        even, odd = head[::2].count(b"\0"), head[1::2].count(b"\0")
        if max(even, odd) > 8 * min(even, odd):
            return "utf-16-le" if odd > even else "utf-16-be"
    control = sum(head.count(bytes([code])) for code in range(32) if code not in (9, 10, 11, 12, 13, 27, 31))
    if control > max(2, len(head) // 200):
        raise Loose("no_table")
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in whole:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252" if _windows(head) else "latin-1"
    return "utf-8"


def _windows(head: bytes) -> bool:
    return not any(code in head for code in (0x81, 0x8D, 0x8F, 0x90, 0x9D))


def delimiter(lines: list[str]) -> str:
    """Tell what stands between fields: what splits the most lines into equally many."""
    best, found = 0.0, ALONE
    for one in DELIMITERS:
        rows = [row for row in csv.reader(lines, delimiter=one) if any(cell.strip() for cell in row)]
        if not rows:
            continue
        width, lines_alike = Counter(len(row) for row in rows).most_common(1)[0]
        if width == 1:
            wider = Counter(len(row) for row in rows if len(row) > 1).most_common(1)
            width, lines_alike = wider[0] if wider else (1, 0)
        share = lines_alike / len(rows)
        if width > 1 and share > 0.5 and share + width / 1000 > best:
            best, found = share + width / 1000, one
    return found


def header(rows: list[list[str]]) -> tuple[int, bool]:
    """Give how many lines stand above the names, and whether there are names at all.

    The names are in the first line that is as wide as most; a line with numbers, dates or addresses is no such.
    """
    if heads.tool(rows[0]):
        return 0, True
    width = Counter(len(row) for row in rows).most_common(1)[0][0]
    for number, row in enumerate(rows[:20]):
        filled = [cell for cell in row if cell.strip()]
        if len(row) >= width and len(filled) >= max(1, (width + 1) // 2):
            values = sum(bool(_VALUE.fullmatch(cell.strip())) for cell in filled)
            return number, values * 5 < len(filled) and not _is_data(row, rows[number + 1 :])
    return 0, True


def _is_data(row: list[str], below: list[list[str]]) -> bool:
    """Tell whether a line is one of the data: it holds a date or an address, or numbers built like those below it."""
    alike = 0
    for place, cell in enumerate(row):
        others = [other[place].strip() for other in below if len(other) > place and other[place].strip()]
        if len(others) < FEW or not cell.strip():
            continue
        if _SURE.fullmatch(cell.strip()) and sum(bool(_SURE.fullmatch(one)) for one in others) > 0.8 * len(others):
            return True
        shape = _shape(cell)
        alike += (
            "9" in shape and len(set(others)) > 1 and sum(_shape(one) == shape for one in others) > 0.8 * len(others)
        )
    return alike >= 2


def _shape(cell: str) -> str:
    """Give how a text is built: `KD-001` is `AA-999`."""
    return re.sub(r"\d", "9", re.sub(r"[^\W\d_]", "A", cell.strip()))


def names(cells: list[str], told: Told) -> list[str]:
    """Give every column a name of its own."""
    seen: set[str] = set()
    made = []
    for number, cell in enumerate(cells, 1):
        plain = " ".join(cell.replace('"', "'").split()) or f"column_{number}"
        name, again = plain, 1
        while name.lower() in seen:
            again += 1
            name = f"{plain}_{again}"
        told.named += name != " ".join(cell.split())
        seen.add(name.lower())
        made.append(name)
    return made


class Lines:
    """The lines of a text, which remembers those of the record being read."""

    def __init__(self, text: IO[str]) -> None:
        self.text = text
        self.number = 0
        self.pending: list[str] = []
        self.first = 1

    def __iter__(self) -> Iterator[str]:
        for line in self.text:
            self.number += 1
            plain = line.replace("\0", "")
            self.pending.append(plain)
            if len(self.pending) > 2000:
                raise Loose("unclosed_quote", line=self.first)
            yield plain

    def taken(self) -> None:
        """Note that a record is complete."""
        self.pending.clear()
        self.first = self.number + 1


def records(text: IO[str], told: Told) -> Iterator[list[str]]:
    """Give the column names, then every row, as wide as the names.

    Raises
    ------
    Loose
        `empty_file`, `unclosed_quote` with its line, `too_many_columns`.
    """
    csv.field_size_limit(MOST_CELL)
    probe = [line.replace("\0", "") for _, line in zip(range(PROBE_LINES), text, strict=False)]
    if not any(line.strip() for line in probe):
        raise Loose("empty_file")
    told.delimiter = delimiter(probe)
    rows = [row for row in csv.reader(probe, delimiter=told.delimiter) if any(cell.strip() for cell in row)]
    told.skipped, told.headed = header(rows)
    text.seek(0)
    yield from fitted(_read(text, told), told)


def _read(text: IO[str], told: Told) -> Iterator[list[str]]:
    lines = Lines(text)
    try:
        for row in csv.reader(lines, delimiter=told.delimiter):
            if len(lines.pending) > 1 and "".join(lines.pending).count('"') % 2:
                raise Loose("unclosed_quote", line=lines.first)
            lines.taken()
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error:
        raise Loose("unclosed_quote", line=lines.first) from None


def fitted(rows: Iterator[list[str]], told: Told) -> Iterator[list[str]]:
    """Give names and rows, each row as wide as the names; what stands beyond them goes into a column of its own."""
    for _ in range(told.skipped):
        next(rows, None)
    first = next(rows, None)
    if first is None:
        raise Loose("empty_file")
    if told.headed:
        first, rows, told.tool, told.zone = heads.headed(first, rows)
    while told.headed and first and not first[-1].strip() and len(first) > 1:
        first.pop()  # a delimiter at the end of the line names nothing
    if len(first) > MOST_COLUMNS:
        raise Loose("too_many_columns", most=MOST_COLUMNS, columns=len(first))
    told.columns = names(first if told.headed else [""] * len(first), told)
    width = len(told.columns)
    yield [*told.columns, OVER]
    if not told.headed:
        told.named = 0
        told.rows += 1
        yield [*first, ""]
    for row in rows:
        told.rows += 1
        over = ""
        if len(row) > width:
            over = " ".join(cell for cell in row[width:] if cell.strip())
            told.longer += bool(over)
            row = row[:width]
        elif len(row) < width:
            told.shorter += 1
            row += [""] * (width - len(row))
        yield [*row, over]
