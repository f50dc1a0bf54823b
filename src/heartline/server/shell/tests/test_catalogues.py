"""Every text is there in every language: none missing, uncertain or left over."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
LOCALE = Path(settings.LOCALE_PATHS[0])


def catalogue(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def texts(path: Path) -> str:
    """Give a catalogue without the line that says when it was made."""
    return re.sub(r'^"POT-Creation-Date: .*\n', "", path.read_text(), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def tools() -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("no gettext: apt install gettext")


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_hold_exactly_the_texts_of_today(language: str, tools: None, tmp_path: Path, settings: Any) -> None:
    shutil.copytree(LOCALE, tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    call_command("catalogues", verbosity=0)
    assert texts(catalogue(tmp_path / "locale", language)) == texts(catalogue(LOCALE, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lacking", ["--untranslated", "--only-fuzzy", "--only-obsolete"])
def test_every_entry_is_translated(language: str, lacking: str, tools: None) -> None:
    found = subprocess.run(
        ["msgattrib", lacking, catalogue(LOCALE, language)], capture_output=True, check=True, text=True
    )
    assert found.stdout == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_the_written_one(language: str, tools: None, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check", "-o", fresh, catalogue(LOCALE, language)], check=True)
    compiled = catalogue(LOCALE, language).with_suffix(".mo")

    def messages(path: Path) -> dict[object, str]:
        with path.open("rb") as file:
            held = vars(gettext.GNUTranslations(file))["_catalog"]
        return {key: text for key, text in held.items() if key}

    assert messages(compiled) == messages(fresh)
    assert len(messages(fresh)) > 100
