"""Files with transcripts: text, WebVTT, SubRip, Word; whatever their encoding, and with coded errors for the rest."""

from __future__ import annotations

import codecs
import re

from heartline.core.errors import InvalidInput

from . import documents, speaking, subtitles
from .values import Said, Transcript, upright

MOST_BYTES = 12 * 1024 * 1024
MOST_LETTERS = 600_000
"""Some ten hours of talk."""
MOST_LINES, MOST_TURNS = 300_000, 20_000
"""What ten hours have at most: as captions, word by word; and with somebody else speaking every other second."""
TEXTS = ("txt", "text", "md", "vtt", "srt")
KINDS = (*TEXTS, "docx")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ODD = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\u200b\ufeff]")


def read(name: str, raw: bytes) -> Transcript:
    """Read a file.

    Parameters
    ----------
    name
        What it is called: its ending says what it is, its content has the last word.

    Raises
    ------
    InvalidInput
        `unknown_file` for other kinds, `too_large`, `too_long`, `empty_file`, `not_text`; those of
        `documents.paragraphs`.
    """
    if len(raw) > MOST_BYTES:
        raise InvalidInput("too_large", "This file is larger than 12 MB.", field="file", remedy="Send its text only.")
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS and not raw.startswith(b"PK"):
        raise InvalidInput(
            "unknown_file", f"“{name[:80]}” is no kind of file that we can read.", field="file",
            remedy="Text (.txt), subtitles (.vtt, .srt) or Word (.docx).",
        )  # fmt: skip
    if raw.startswith((b"PK\x03\x04", documents.OLD)) or ending == "docx":
        paragraphs = [Said(upright(one.text), upright(one.speaker)) for one in documents.paragraphs(raw)]
        named = any(one.speaker for one in paragraphs)
        found = paragraphs if named else _told([one.text for one in paragraphs])
    else:
        text = decoded(raw)
        if text.count("\n") + text.count("\r") > MOST_LINES:
            raise _too_long()
        found = speaking.named(subtitles.cues(text)) if subtitles.is_subtitles(text) else _told(text.splitlines())
    made = speaking.turns(found)
    if not made.turns:
        raise InvalidInput("empty_file", "Nobody says anything in this file.", field="file", remedy="Choose another.")
    if len(made.turns) > MOST_TURNS or sum(len(turn.text) for turn in made.turns) > MOST_LETTERS:
        raise _too_long()
    return made


def _too_long() -> InvalidInput:
    return InvalidInput("too_long", "This is longer than ten hours of talk.", field="file", remedy="Split it.")


def decoded(raw: bytes) -> str:
    """Read bytes as text: by their mark, as UTF-8, as UTF-16 without a mark, else as Windows writes western languages.

    Raises
    ------
    InvalidInput
        `not_text`.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if encoding is None:
        encoding = _unmarked(raw)
    text = raw.decode(encoding, errors="replace")
    odd = len(_ODD.findall(text)) + text.count("\ufffd")
    if odd > max(8, len(text) // 50):
        raise InvalidInput("not_text", "This file holds no text.", field="file", remedy="Save it as text first.")
    return upright(_ODD.sub("", text))


def _unmarked(raw: bytes) -> str:
    start = raw[:4096]
    if start.count(0) > len(start) // 4:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _told(lines: list[str]) -> list[Said]:
    """Read lines: under heads, with names before them, or as paragraphs."""
    under = speaking.headed(lines)
    if under is not None:
        return under
    if any(subtitles.is_subtitles(line) for line in lines[:6]):  # subtitles that were pasted into a document
        return speaking.named(subtitles.cues("\n".join(lines)))
    return speaking.named(Said(line.strip()) for line in _paragraphs(lines))


def _paragraphs(lines: list[str]) -> list[str]:
    """Give paragraphs: lines that were broken within a sentence are put together where others are kept apart."""
    if not any(not line.strip() for line in lines):
        return [line for line in lines if line.strip()]
    found: list[list[str]] = []
    fresh = True
    for line in lines:
        text = line.strip()
        if not text:
            fresh = True
        elif fresh or speaking.begins(text) or _ends(found[-1][-1]):
            found.append([text])
            fresh = False
        else:
            found[-1].append(text)
    return [" ".join(parts) for parts in found]


def _ends(text: str) -> bool:
    return text.endswith((".", "!", "?", "…", "”", '"', "»"))
