"""What the files of a recipe say about consent, whoever wrote it: they are known by the names of their columns."""

from __future__ import annotations

import csv
import gzip
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heartline.collect import files
from heartline.collect import recipe as recipes
from heartline.core.errors import InvalidInput

from .consents import consents, tells
from .known import recognised

DELIMITERS = ",;\t|"
HEAD = 65_536
"""Bytes of a file within which the names of its columns stand."""
TABLES = ("csv", "tsv", "text", "loose")


def told(recipe: Path | str, folder: Path | None = None, *, confined: bool = False) -> Iterator[dict[str, Any]]:
    """Give what the files of a recipe say about consent, in the columns of `consents.COLUMNS`; often nothing.

    Parameters
    ----------
    folder, confined
        As an import takes them.

    Privacy
    -------
    Rows hold addresses in clear text: they are for the operational database only.
    """
    try:
        made = recipes.read(recipe)
        found = files.find(made, folder, confined=confined)
    except InvalidInput:  # the import itself says what is wrong
        return
    speaking = {name: key for name, (path, kind) in found.items() if kind in TABLES and (key := known(path))}
    with tempfile.TemporaryDirectory(prefix="heartline-consents-") as scratch:
        some = {name: found[name] for name in speaking}
        for name, source in files.sources(made, some, Path(scratch)).items():
            yield from consents(speaking[name], source.path, source.kind)


def known(path: Path) -> str:
    """Say which export that tells of consent a file is, by its first line; empty where it is none."""
    head = _head(path)
    for delimiter in DELIMITERS:
        names = next(csv.reader([head], delimiter=delimiter), [])
        key = recognised(dict.fromkeys((name.strip() for name in names), "VARCHAR"))
        if key and tells(key):
            return key
    return ""


def _head(path: Path) -> str:
    """Give the first line that says something."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    try:
        with opened(path, "rb") as file:
            raw: bytes = file.read(HEAD)
    except (OSError, EOFError):
        return ""
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    text = raw.decode("utf-16" if wide else "utf-8-sig", "replace")
    return next((line for line in text.splitlines() if line.strip()), "")
