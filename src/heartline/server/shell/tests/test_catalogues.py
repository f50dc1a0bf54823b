"""Every text is there in every language: none missing, uncertain or left over."""

from __future__ import annotations

import gettext
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from heartline.server.shell.management.commands import catalogues as command

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
FOLDERS = list(command.folders().values())
EVERY = [
    pytest.param(folder, language, id=f"{folder.parent.name}-{language}")
    for folder in FOLDERS
    for language in LANGUAGES
]


def catalogue(folder: Path, language: str) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def texts(path: Path) -> str:
    """Give a catalogue without the line that says when it was made."""
    return re.sub(r'^"POT-Creation-Date: .*\n', "", path.read_text(), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def tools() -> None:
    if shutil.which("xgettext") is None:
        pytest.skip("no gettext: apt install gettext")


def test_catalogues_hold_exactly_the_texts_of_today(
    tools: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = {name: tmp_path / (name or "server") / "locale" for name in command.folders()}
    for name, folder in command.folders().items():
        shutil.copytree(folder, copies[name])
    before = {path: texts(path) for path in tmp_path.rglob("*.po")}
    monkeypatch.setattr(command, "folders", lambda: copies)
    call_command("catalogues", verbosity=0)
    assert {path: texts(path) for path in tmp_path.rglob("*.po")} == before


@pytest.mark.parametrize(("folder", "language"), EVERY)
@pytest.mark.parametrize("lacking", ["--untranslated", "--only-fuzzy", "--only-obsolete"])
def test_every_entry_is_translated(folder: Path, language: str, lacking: str, tools: None) -> None:
    found = subprocess.run(
        ["msgattrib", lacking, catalogue(folder, language)], capture_output=True, check=True, text=True
    )
    assert found.stdout == ""


@pytest.mark.parametrize(("folder", "language"), EVERY)
def test_the_compiled_catalogue_is_the_written_one(folder: Path, language: str, tools: None, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check", "-o", fresh, catalogue(folder, language)], check=True)
    compiled = catalogue(folder, language).with_suffix(".mo")
    assert messages(compiled) == messages(fresh)
    assert len(messages(fresh)) >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_text_is_translated_in_one_way_everywhere(language: str) -> None:
    said: dict[object, dict[str, str]] = {}
    for folder in FOLDERS:
        for key, text in messages(catalogue(folder, language).with_suffix(".mo")).items():
            said.setdefault(key, {})[folder.parent.name] = text
    assert {key: found for key, found in said.items() if len(set(found.values())) > 1} == {}


def messages(path: Path) -> dict[object, str]:
    with path.open("rb") as file:
        held = vars(gettext.GNUTranslations(file))["_catalog"]
    return {key: text for key, text in held.items() if key}
