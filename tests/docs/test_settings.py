"""Every environment variable that the code reads is documented, and none that it does not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = r"\b(?:HEARTLINE_[A-Z_]+|DATABASE_URL)\b"


def test_every_setting_is_documented() -> None:
    code = [path for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts]
    read = {name for path in code for name in re.findall(NAME, path.read_text(encoding="utf-8"))}
    text = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    told = {name for row in re.findall(r"^\|([^|]*)\|", text, re.MULTILINE) for name in re.findall(NAME, row)}
    assert read == told
