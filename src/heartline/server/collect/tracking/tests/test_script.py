"""The committed script is small, careful, and made of the sources beside it."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

HERE = Path(__file__).parents[1]
ASSETS = HERE.parents[4] / "assets"
SCRIPT = HERE / "static" / "tracking" / "hl.js"
MOST_BYTES = 6144


def test_it_is_small_enough_to_go_unnoticed() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes(), 9)) <= MOST_BYTES


def test_it_was_built_of_these_sources() -> None:
    sources = hashlib.sha256()
    for path in sorted((ASSETS / "hl").glob("*.js")):
        sources.update(path.read_bytes())
    version = json.loads((ASSETS / "package.json").read_text())["devDependencies"]["web-vitals"]
    said = f"/* Heartline, web-vitals {version}: Apache-2.0. {sources.hexdigest()[:8]} */"
    assert SCRIPT.read_text().partition("\n")[0] == said, "run `npm ci && npm run build` in assets"


def test_it_needs_no_rule_of_the_page_bent_and_no_cookie() -> None:
    text = SCRIPT.read_text()
    assert not re.search(r"\beval\(|new Function|setTimeout\([\"'`]|innerHTML|document\.write|insertAdjacentHTML", text)
    assert "cookie" not in text
    assert not re.search(r"createElement|\.(value|textContent|innerText|message|stack|key|code)\b(?!\()", _ours(text))


def _ours(text: str) -> str:
    """Give our part of the bundle, where what was typed or said could be read; the library before it reads neither."""
    return text[text.index("document.currentScript") :]
