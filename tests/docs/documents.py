"""Reads our documents: their code blocks, links and headings.

A block is run when the first line of its fence says so:

    ```console run        `$ command` lines, each followed by what it prints (`...` stands for anything)
    ```pycon run          `>>> expression` lines, as doctest reads them
    ```python run         plain statements
    ```yaml file=NAME     is written to NAME for the blocks that follow (any language)

All blocks of one document share a folder, in which `docs` and `recipes` are the checkout's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the words after it, its text, and the line on which the text begins."""

    language: str
    words: tuple[str, ...]
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that the block is to be written to."""
        return next((word.removeprefix("file=") for word in self.words if word.startswith("file=")), None)


def documents() -> list[Path]:
    """Give every document of ours."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(path: Path) -> list[Block]:
    """Give a document's fenced blocks."""
    found, lines = [], path.read_text(encoding="utf-8").split("\n")
    start: int | None = None
    info: list[str] = []
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start, info = number + 1, line.strip("`").split() or [""]
        else:
            text = "\n".join(lines[start:number]) + "\n"
            found.append(Block(info[0], tuple(info[1:]), text, start + 1))
            start = None
    assert start is None, f"{path}: a fence is never closed"
    return found


def prose(path: Path) -> str:
    """Give a document without its code."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "", text)


def links(path: Path) -> list[str]:
    """Give where a document links to."""
    return re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", prose(path))


def anchors(path: Path) -> set[str]:
    """Give the names under which a document's headings are reached."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
