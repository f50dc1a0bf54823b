"""Texts in sentences: people say several things in one text, and a theme is what one sentence is about.

Rules only, for many languages at once and for several within one text: where punctuation ends something, unless what
stands before it is an abbreviation, an initial or a number; lines and list marks; rows of smileys; and a clause that
begins with “but”, since what follows is mostly about something else.
"""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

LONGEST = 400
"""Characters of a sentence: who writes without any full stop is cut at the last space before."""
LEAST = 2
"""Letters that a sentence needs; less than that belongs to the sentence before."""

SHORTENED = frozenset(
    word
    for line in Path(__file__).with_name("shortened.txt").read_text(encoding="utf-8").splitlines()
    for word in line.split()
    if not line.startswith("#")
)
"""Words that end with a full stop and do not end a sentence, without that full stop."""
BUT = (
    "but", "however", "although", "aber", "jedoch", "allerdings", "pero", "aunque", "mas", "porém", "mais", "cependant",
    "ma", "però", "maar",
)  # fmt: skip

_MARK = re.compile(r"^\s*(?:[-–—*•·▪►✓✔+]|\(?\d{1,2}[.)]|[a-zA-Z]\))\s+")
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$|[¡¿])|[。！？।؟]+[」』”]?|[!?]+(?=[^\s!?.\d])")
_SMILEYS = re.compile(
    r"(?:[\U0001F300-\U0001FAFF\u2600-\u27BF\u2B50\u2764]\uFE0F?\u200D?)+|(?<!\w)[:;]-?[)(DPp/]+(?!\w)"
)
_CLAUSE = re.compile(rf"[,;]\s+(?=(?:{'|'.join(BUT)})\b)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_ORDINAL = re.compile(
    r"(?:^|\b(?:am|vom|zum|im|der|den|dem|die|das|des|bis|ab|seit|nach|vor|jede[rnms]?|ein[enr]?|beim|und|zur))\s*\d+$",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"([^\s(\"'„“«]+)$")


def sentences(text: str) -> list[str]:
    """Give the sentences of a text, in their order; nothing is lost but list marks and white space."""
    found: list[str] = []
    for line in re.split(r"[\r\n]+|\\n", text):
        for piece in _ended(_MARK.sub("", line)):
            for clause in _CLAUSE.split(piece):
                found += _cut(clause.strip())
    return _joined(found)


def _ended(line: str) -> list[str]:
    """Cut a line where a sentence ends."""
    cuts = [end.end() for end in _END.finditer(line) if _ends(line, end)]
    cuts += [row.end() for row in _SMILEYS.finditer(line) if _LETTERS.search(line[row.end() :])]
    places = [0, *sorted(set(cuts)), len(line)]
    return [line[first:last] for first, last in pairwise(places)]


def _ends(line: str, end: re.Match[str]) -> bool:
    """Tell whether punctuation ends a sentence."""
    if not end[0].startswith("."):
        return True
    after = line[end.end() :].lstrip()
    if end[0].startswith(".."):  # a pause; what goes on in small letters is the same sentence
        return not after or not after[0].islower()
    before = _WORD_BEFORE.search(line[: end.start()])
    word = before[1].casefold() if before else ""
    if word in SHORTENED or word.replace(" ", "") in SHORTENED:
        return not after
    if len(word) == 1 and word.isalpha():  # an initial, or the first half of “z. B.”
        return not after
    if word.isdigit() and len(word) <= 2 and after:  # “am 3. Mai”; but “I gave it a 5. The staff …”
        return not _ORDINAL.search(line[: end.start()])
    return True


def _cut(piece: str) -> list[str]:
    """Cut what is too long at spaces."""
    parts = []
    while len(piece) > LONGEST:
        space = piece.rfind(" ", LONGEST // 2, LONGEST)
        place = space if space > 0 else LONGEST
        parts.append(piece[:place])
        piece = piece[place:].strip()
    return [*parts, piece] if piece else parts


def _joined(pieces: list[str]) -> list[str]:
    """Put what says nothing by itself, such as a smiley, to what stands before it, else behind it."""
    found: list[str] = []
    waiting = ""
    for piece in pieces:
        if len(_LETTERS.findall(piece)) < LEAST:
            if found:
                found[-1] = f"{found[-1]} {piece}"
            else:
                waiting = f"{waiting} {piece}".strip()
        else:
            found.append(f"{waiting} {piece}".strip())
            waiting = ""
    return found
