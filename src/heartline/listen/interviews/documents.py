"""Word documents: their paragraphs, and the rows of their tables; nothing is unpacked that is larger than it may be."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from heartline.core.errors import InvalidInput

from .values import Said

UNPACKED = 48 * 1024 * 1024
"""Bytes that a document may have once it is unpacked."""
PARTS = 2_000
TAGS = 1_000_000
"""Tags that its parts may have: ten hours of talk have fewer, and each costs memory, however small it is packed."""
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How documents of old versions of Word, and protected ones, begin."""
_LONGEST_NAME = 40


def paragraphs(raw: bytes) -> list[Said]:
    """Give the paragraphs of a document; in a row of a table whose first cell is short that one says who speaks.

    Raises
    ------
    InvalidInput
        `old_word` for what is protected or from before 2007; `bad_document` for what is no document;
        `unpacks_too_large`.
    """
    if raw.startswith(OLD):
        raise InvalidInput(
            "old_word", "This document is protected, or of an old version of Word.", field="file",
            remedy="Save it as .docx without a password.",
        )  # fmt: skip
    _checked(raw)
    from docx import Document
    from docx.table import Table

    try:
        document = Document(io.BytesIO(raw))
        found: list[Said] = []
        for one in document.iter_inner_content():
            found += _rows(one) if isinstance(one, Table) else [Said(line) for line in one.text.split("\n")]
    except Exception as error:  # whatever a library makes of a file that somebody sent
        raise _bad() from error
    return found


def _checked(raw: bytes) -> None:
    """Refuse what is no archive of a document, and what unpacks to more than we take."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            small = len(parts) <= PARTS and sum(part.file_size for part in parts) <= UNPACKED
            tags = _tags(archive, parts) if small else 0  # a reader stops where the sizes say
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as error:
        raise _bad() from error
    if "word/document.xml" not in {part.filename for part in parts}:
        raise _bad()
    if not small or tags > TAGS:
        raise InvalidInput(
            "unpacks_too_large", "This document unpacks to more than we take.", field="file",
            remedy="Save it without pictures, or as text.",
        )  # fmt: skip


def _tags(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> int:
    """Count the tags of all parts; no part that Word wrote declares anything, such as entities of other files.

    Raises
    ------
    ValueError
        For one that does.
    """
    number = 0
    for part in parts:
        if part.filename.lower().endswith((".xml", ".rels")):
            body = archive.read(part).replace(b"\0", b"")  # as UTF-16 it would have them
            if b"<!DOCTYPE" in body:
                raise ValueError(part.filename)
            number += body.count(b"<")
    return number


def _bad() -> InvalidInput:
    return InvalidInput("bad_document", "This is no document that Word wrote.", field="file", remedy="Save it as text.")


def _rows(table: object) -> Iterator[Said]:
    for row in table.rows:  # type: ignore[attr-defined]  # docx.table.Table, which is imported late
        cells = [" ".join(cell.text.split()) for cell in row.cells]
        told = [cell for place, cell in enumerate(cells) if cell and (place == 0 or cell != cells[place - 1])]
        if len(told) > 1 and len(told[0]) <= _LONGEST_NAME and not told[0].endswith((".", "?", "!")):
            yield Said(" ".join(told[1:]), told[0].rstrip(":"))
        else:
            yield from (Said(cell) for cell in told)
