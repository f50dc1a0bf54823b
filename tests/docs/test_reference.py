"""The reference is what the code says today."""

from __future__ import annotations

import re

import pytest

from docs import make_reference
from heartline.collect import recipe

from .documents import ROOT

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("name", ["verbs.md", "commands.md", "lake.md"])
def test_generated_pages_are_up_to_date(name: str) -> None:
    committed = (REFERENCE / name).read_text(encoding="utf-8")
    assert committed == make_reference.pages()[name], "run: .venv/bin/python -m docs.make_reference"


def test_every_word_of_a_recipe_is_explained() -> None:
    text = (REFERENCE / "recipe.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([a-z_]+)`", text)) | set(re.findall(r"^ *([a-z_]+):", text, re.MULTILINE))
    words = {*recipe.SECTIONS, *recipe.TOUCHPOINT, *recipe.JOURNEY, *recipe.XES, *recipe.CONSTANTS}
    assert words - told == set()
    assert set(recipe.IDENTIFIERS) - told == set()
    assert set(recipe.POWERS) - told == set()
