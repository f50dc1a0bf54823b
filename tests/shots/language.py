"""What a German page says in English: words that are the same on both pages, neither data nor the same in German."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import heartline
from heartline.server.shell.management.commands.catalogues import folders

TEXTS = """() => {
  const apart = "script, style, blockquote, q, .text, code, pre, kbd, [translate=no], [lang]:not(html), .avatar, .who";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement, text = walker.currentNode.textContent.replace(/\\s+/g, " ").trim();
    if (text && !one.closest(apart) && one.checkVisibility()) found.push(text);
  }
  for (const one of document.querySelectorAll("[placeholder]")) found.push(one.placeholder);
  return found;
}"""
"""Reads what a page shows, apart from what people wrote."""

ALWAYS = ("Heartline", "Deutsch", "English", "Español", "CSV", "YAML", "XLSX", "NPS", "CSAT", "CES", "Code", "Software")
WORD = re.compile(r"[^\W\d_]{3,}")


def untranslated(english: Iterable[str], german: Iterable[str], data: Iterable[str]) -> list[str]:
    """Give what both pages say alike, in words that are not data."""
    alike = set(english) & set(german)
    known = sorted({*(text.casefold() for text in data), *(word.casefold() for word in ALWAYS)}, key=len, reverse=True)
    return sorted(text for text in alike if WORD.search(_without(text, known)) and not _same_in_german(text))


def _without(text: str, known: Iterable[str]) -> str:
    """Take what is data out of a text, and what carries digits or is an address."""
    rest = re.sub(r"\S*[\d@/]\S*", " ", text.casefold())
    for word in known:
        if word in rest:
            rest = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", rest)
    return rest


def _same_in_german(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in _same())


@cache
def _same() -> tuple[re.Pattern[str], ...]:
    """Give what our catalogues write the same in both languages: Journey, Name, Team."""
    found = []
    for folder in folders().values():
        path = folder / "de" / "LC_MESSAGES" / "django.mo"
        if not path.exists():
            continue
        with path.open("rb") as file:
            for key, said in gettext.GNUTranslations(file)._catalog.items():  # type: ignore[attr-defined]
                msgid = key if isinstance(key, str) else key[0]
                if msgid and msgid == said:
                    found.append(re.sub(r"%\\?\(\w+\\?\)s|\\\{\w+\\\}", ".*", re.escape(msgid)))
    return tuple(re.compile(pattern) for pattern in dict.fromkeys(found))


def data_words(folder: Path) -> set[str]:
    """Give the names that a data folder brings along: of touchpoints, places, sources, products, people's tags."""
    definitions = heartline.open(folder).lake.at(None).definitions
    found: set[str] = set()
    for bodies in definitions.by_kind.values():
        for key, body in bodies.items():
            found.update(_strings(body))
            found.update((key, key.replace("_", " ")))
    opened = heartline.open(folder)
    if definitions.by_kind:
        found.update(str(row.get("source")) for row in opened.call("freshness", {"period": "all"}).rows)
    return {text for text in found if WORD.search(text)}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
