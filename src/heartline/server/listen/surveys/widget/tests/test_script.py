"""The committed script is small, careful, and made of the sources beside it."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest

from heartline.server.listen.surveys.widget.views import FILE

ASSETS = FILE.parents[7] / "assets"
MOST_BYTES = 10 * 1024


def test_it_is_small_enough_to_go_unnoticed() -> None:
    assert len(gzip.compress(FILE.read_bytes(), 9)) <= MOST_BYTES


@pytest.mark.parametrize("name", ["hl-ask.js", "kiosk.js"])
def test_it_was_built_of_these_sources(name: str) -> None:
    sources = hashlib.sha256()
    ours = [path for path in (ASSETS / "ask").iterdir() if path.suffix in (".js", ".css")]
    for path in [*sorted(ours), *(ASSETS / "hl" / f"{name}.js" for name in ("consent", "options", "store"))]:
        sources.update(path.read_bytes())
    said = f"/* Heartline: Apache-2.0. {sources.hexdigest()[:8]} */"
    assert (FILE.parent / name).read_text().partition("\n")[0] == said, "run `npm ci && npm run build` in assets"


def test_it_needs_no_rule_of_the_page_bent_and_no_cookie() -> None:
    text = FILE.read_text()
    assert not re.search(r"\beval\(|new Function|setTimeout\([\"'`]|innerHTML|document\.write|insertAdjacentHTML", text)
    assert "cookie" not in text
    assert ".style" not in text.replace(".styleSheet", "")
