"""Subtitles: WebVTT (W3C) and SubRip, as recorders and meeting tools write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from .speaking import seconds
from .values import Said

_CUE = re.compile(
    r"^\s*(?P<start>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*(?P<end>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})"
)
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,200})?[ \t]{1,20}([^<>]{1,200})>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]{0,200}>|\{\\[^}]{0,40}\}")


def cues(text: str) -> list[Said]:
    """Give the cues of a file, each with its seconds; notes, styles and numbers are left out."""
    found: list[Said] = []
    for lines in _blocks(text):
        place = next((number for number, line in enumerate(lines[:2]) if _CUE.match(line)), None)
        if place is None:
            continue
        time = _CUE.match(lines[place])
        assert time is not None
        start, end = seconds(time["start"]), seconds(time["end"])
        for speaker, words in _voices(" ".join(lines[place + 1 :])):
            found.append(Said(words, speaker, start, end))
    return found


def is_subtitles(text: str) -> bool:
    """Tell whether a text is subtitles, whatever its file is called."""
    return text.lstrip("\ufeff").startswith("WEBVTT") or any(_CUE.match(line) for line in text.split("\n", 12)[:12])


def _blocks(text: str) -> Iterator[list[str]]:
    """Give the blocks between empty lines; a cue that begins without one begins a block, too."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line.strip():
            if lines:
                yield lines
            lines = []
        elif _CUE.match(line) and any(_CUE.match(one) for one in lines):
            yield lines[:-1] if lines[-1].strip().isdigit() else lines
            lines = [line]
        else:
            lines.append(line)
    if lines:
        yield lines


def _voices(text: str) -> Iterator[tuple[str, str]]:
    """Give who says which part of a cue."""
    parts = _VOICE.split(text)
    for speaker, words in zip(("", *parts[1::2]), parts[::2], strict=True):
        clean = " ".join(unescape(_TAG.sub("", words)).split())
        if clean:
            yield " ".join(unescape(speaker).split()), clean.removeprefix("- ")
