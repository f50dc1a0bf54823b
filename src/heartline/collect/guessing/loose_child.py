"""The program of the child process that turns a loose table into a strict one. Started by `loose.py`, never imported.

It is given one file and its limits as a JSON line, writes UTF-8 CSV with commas, one line of names and every value as
text, and answers with one JSON line. It knows no secret, and the operating system holds its limits.
"""

from __future__ import annotations

import csv
import ctypes
import datetime
import errno
import gzip
import io
import json
import resource
import signal
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from heartline.collect.guessing import loose_log as logs
from heartline.collect.guessing import loose_markup as pages
from heartline.collect.guessing.loose_text import OVER, Loose, Told, encoding, fitted, header, records

PIECE = 1 << 20
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin: zip (xlsx, xlsb, ods) and the older compound file (xls)."""


def confine(limits: dict[str, int]) -> None:
    """Have the operating system hold the limits, and end this process with its parent."""
    for what, value in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_CPU, limits["cpu_s"]),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (value, value))
    if hasattr(signal, "SIGXFSZ"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write beyond the limit fails, and is told
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(1, signal.SIGKILL)
        prctl(38, 1, 0, 0, 0)


def pieces(path: Path, most: int) -> Iterator[bytes]:
    """Give a file's bytes, unpacked, and no more of them than allowed."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    seen = 0
    with gzip.open(path) if packed else path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                seen += len(piece)
                if seen > most:
                    raise Loose("too_large", most=most >> 20)
                yield piece
        except (OSError, EOFError, zlib.error):
            raise Loose("broken_archive") from None


INSIDE = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls")
"""Endings of the tables that survey tools pack into an archive."""


def unzipped(path: Path, scratch: Path, most: int) -> Path:
    """Give the one table of an archive; a workbook, which is such an archive too, is given as it is."""
    if not zipfile.is_zipfile(path):
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            listed = archive.namelist()
            if "[Content_Types].xml" in listed or "mimetype" in listed:
                return path
            tables = [name for name in listed if name.lower().endswith(INSIDE) and not _hidden(name)]
            if len(tables) != 1:
                raise Loose("many_tables" if tables else "no_table", tables=len(tables))
            seen = 0
            with archive.open(tables[0]) as file, scratch.open("wb") as out:
                while piece := file.read(PIECE):
                    seen += len(piece)
                    if seen > most:
                        raise Loose("too_large", most=most >> 20)
                    out.write(piece)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):  # damaged, or with a password
        raise Loose("broken_archive") from None
    return scratch


def _hidden(name: str) -> bool:
    """Tell whether a file is one that systems add by themselves."""
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def unpacked(path: Path, scratch: Path, most: int) -> Path:
    """Give the file itself, or its contents where it was packed."""
    with path.open("rb") as raw:
        begins = raw.read(4)
    if begins == WORKBOOKS[0]:
        return unzipped(path, scratch, most)
    if begins[:2] != b"\x1f\x8b":
        return path
    with scratch.open("wb") as out:
        for piece in pieces(path, most):
            out.write(piece)
    return scratch


def sheet(path: Path, told: Told) -> Iterator[list[str]]:
    """Give names and rows of a workbook's first sheet that holds any."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for name in book.sheet_names:
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            rows = [[cell_text(cell) for cell in row] for row in cells]
            rows = [row for row in rows if any(cell.strip() for cell in row)]
            if rows:
                break
        else:
            raise Loose("empty_file")
    except CalamineError:
        raise Loose("no_table") from None
    told.sheets = [other for other in book.sheet_names if other != name]
    told.encoding = "xlsx"
    filled = [_trimmed(row) for row in rows[:200]]
    told.skipped, told.headed = header(filled)
    return fitted(iter(rows), told)


def _trimmed(row: list[str]) -> list[str]:
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end] or [""]


def cell_text(cell: Any) -> str:
    """Write a cell as a text that is read back exactly."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ", "seconds") if cell.time() != datetime.time() else cell.date().isoformat()
    return str(cell).replace("\0", "")


def table(path: Path, told: Told, most: int) -> tuple[Iterator[list[str]], IO[str] | None]:
    """Give names and rows of a file, by what it holds, not by what it is called."""
    with path.open("rb") as raw:
        head = raw.read(PIECE)
    if not head.strip():
        raise Loose("empty_file")
    if head.startswith(WORKBOOKS):
        return sheet(path, told), None
    if logs.is_one(head):
        told.encoding = "xes"
        return logs.records(path, told), None
    if pages.is_one(head):
        return pages.records(path, told), None
    told.encoding = encoding(head, pieces(path, most))
    text = path.open(encoding=told.encoding, errors="replace", newline="")
    return records(text, told), text


def write(rows: Iterator[list[str]], target: Path, told: Told) -> None:
    """Write the strict table; the column for what stood beyond the names only where something did."""
    draft = target.with_suffix(".draft")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(next(rows)[:-1])
            writer.writerows(row if row[-1] else row[:-1] for row in rows)
        if not told.rows:
            raise Loose("no_rows", columns=len(told.columns))
        if told.longer:
            told.columns.append(OVER)
            _widen(draft, target, told.columns)
        else:
            draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def _widen(draft: Path, target: Path, columns: list[str]) -> None:
    """Give every line a field for what stood beyond the names."""
    with draft.open(encoding="utf-8", newline="") as file, target.open("w", encoding="utf-8", newline="") as out:
        rows = csv.reader(file)
        next(rows)
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(row if len(row) == len(columns) else [*row, ""] for row in rows)


def main() -> None:
    """Do what the one line asks."""
    asked = json.loads(sys.stdin.readline())
    told = Told()
    path, target, most = Path(asked["path"]), Path(asked["target"]), asked["unpacked"]
    try:
        confine(asked["limits"])
        if asked["only_unpack"]:
            unpacked(path, target, most)
            answer: dict[str, Any] = {"ok": True}
        else:
            plain = unpacked(path, target.with_suffix(".plain"), most)
            rows, text = table(plain, told, most)
            write(rows, target, told)
            if text:
                text.close()
            answer = {"ok": True, "told": asdict(told)}
    except Loose as error:
        answer = {"ok": False, "code": error.code, "values": error.values}
    except OSError as error:  # the disk is full, or what was written is beyond the limit
        code = "no_room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "too_large"
        answer = {"ok": False, "code": code, "values": {"most": most >> 20}}
    except (MemoryError, RecursionError):
        answer = {"ok": False, "code": "too_large", "values": {"most": most >> 20}}
    finally:
        target.with_suffix(".plain").unlink(missing_ok=True)
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
