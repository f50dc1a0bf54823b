"""Turn files as other tools write them into strict tables of text, in a child process with limits."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from heartline.core.errors import InvalidInput

from .loose_text import Told

CHILD = "heartline.collect.guessing.loose_child"
STRICT = ".text.csv"
"""The ending of a strict table: UTF-8, commas, one line of names, every value a text."""
EVERY_S = 1.0
"""How often is told how far a file is read."""
LOOSE = (
    "csv",
    "tsv",
    "txt",
    "tab",
    "xlsx",
    "xls",
    "xlsb",
    "ods",
    "xes",
    "html",
    "htm",
    "jsonld",
    "rss",
    "atom",
    "xml",
    "zip",
)
"""Endings of files that are rewritten before they are read."""
TYPED = ("json", "ndjson", "jsonl", "parquet")
"""Endings of files whose values have types of their own: read as they are."""


@dataclass(frozen=True)
class Room:
    """What reading one file may use: bytes when unpacked, memory, seconds."""

    unpacked: int = 4 << 30
    memory: int = 3 << 30
    seconds: float = 900


class Unreadable(InvalidInput):
    """A file that is no table; `values` fill the sentence in another language."""

    def __init__(self, code: str, name: str, values: dict[str, Any] | None = None) -> None:
        self.values = {"file": name, **(values or {})}
        reason, remedy = SENTENCES[code]
        super().__init__(code, reason.format(**self.values), field=name, remedy=remedy.format(**self.values))


SENTENCES: dict[str, tuple[str, str]] = {
    "empty_file": ("{file} is empty.", "Export it again, with at least one line of data."),
    "no_rows": ("{file} has the names of {columns} columns and no line below them.", "Export it with its data."),
    "no_table": ("{file} is not a table that can be read.", "Save it as CSV, XLSX, JSON or Parquet."),
    "no_reviews": (
        "{file} marks up neither reviews nor posts.",
        "Save a page with schema.org reviews, JSON-LD, or a feed in RSS or Atom.",
    ),
    "no_log": ("{file} is not an event log in XES, or it is cut off.", "Export it again as XES."),
    "unclosed_quote": (
        "In {file} a quotation mark opens near line {line} and is never closed.",
        "Close it or take it away there, or export the file again.",
    ),
    "broken_archive": (
        "{file} is packed, and its packing is damaged, cut off, or asks for a password.",
        "Copy or export it again.",
    ),
    "many_tables": ("{file} holds {tables} tables.", "Unpack it, and bring those that you need."),
    "nested": (
        "{file} holds its answers inside “{column}”, each built in its own way.",
        "Export them as CSV, or one a line.",
    ),
    "too_large": ("{file} holds more than {most} MB once it is unpacked.", "Split it, or import it by a recipe."),
    "too_many_columns": ("{file} has {columns} columns; {most} can be read.", "Leave some out of the export."),
    "no_room": ("The disk is full, so {file} could not be read.", "Make room and try again."),
    "too_slow": ("Reading {file} took too long and was stopped.", "Split it, or import it by a recipe."),
    "unknown_kind": ("{file} is of no kind that can be read here.", "Save it as CSV, XLSX, JSON or Parquet."),
}


def kind(name: str) -> str:
    """Give the ending of a file's name, without `.gz`; empty without any."""
    plain = name.lower().removesuffix(".gz")
    return plain.rpartition(".")[2] if "." in plain else ""


Written = Callable[[int], None]
"""Told how many bytes are written so far."""


def strict(
    path: Path, target: Path, *, name: str | None = None, room: Room | None = None, written: Written | None = None
) -> Told:
    """Rewrite a loose table as a strict one.

    Parameters
    ----------
    name
        What errors call the file; by default its own name.
    written
        Called about once a second with the bytes of the strict table so far.

    Raises
    ------
    Unreadable
        With the code of one of `SENTENCES`.
    """
    found = _child(path, target, name or path.name, room or Room(), only_unpack=False, written=written)
    return msgspec.convert(found["told"], Told)


def unpack(path: Path, target: Path, *, name: str | None = None, room: Room | None = None) -> None:
    """Unpack a packed file beside it, within the limits."""
    _child(path, target, name or path.name, room or Room(), only_unpack=True)


def _child(
    path: Path, target: Path, name: str, room: Room, *, only_unpack: bool, written: Written | None = None
) -> dict[str, Any]:
    asked = {
        "path": str(path),
        "target": str(target),
        "unpacked": room.unpacked,
        "only_unpack": only_unpack,
        "limits": {"memory": room.memory, "written": 2 * room.unpacked, "cpu_s": int(room.seconds) + 10},
    }
    with subprocess.Popen(  # noqa: S603  (our own program; the file reaches it as data)
        [sys.executable, "-I", "-W", "ignore", "-m", CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
    ) as child:
        said = _answer(child, msgspec.json.encode(asked) + b"\n", target, name, room, written)
    try:
        found: dict[str, Any] = msgspec.json.decode(said)
    except msgspec.DecodeError:  # it ended without a word: the system took its memory or its time away
        raise Unreadable("too_large", name, {"most": room.unpacked >> 20}) from None
    if not found["ok"]:
        raise Unreadable(found["code"], name, found["values"])
    return found


def _answer(
    child: subprocess.Popen[bytes], asked: bytes, target: Path, name: str, room: Room, written: Written | None
) -> bytes:
    """Wait for the child's answer, telling meanwhile how much it has written; one that is too slow is killed."""
    until, draft = time.monotonic() + room.seconds, target.with_suffix(".draft")
    given: bytes | None = asked
    try:
        while True:
            try:
                said, _ = child.communicate(given, timeout=min(EVERY_S, room.seconds))
            except subprocess.TimeoutExpired:
                given = None
                if time.monotonic() > until:
                    raise Unreadable("too_slow", name) from None
                if written and draft.exists():
                    written(draft.stat().st_size)
            else:
                return said
    finally:
        child.kill()


@dataclass(frozen=True)
class Taken:
    """A file ready for the sandbox: how a recipe names it, its kind, and what was mended."""

    path: Path
    kind: str
    told: Told = field(default_factory=Told)
