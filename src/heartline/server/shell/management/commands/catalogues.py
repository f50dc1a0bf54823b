"""Bring the translation catalogues up to date with the texts: `django-admin catalogues`, then translate, then again.

Every feature folder has its own catalogue, and accounts have; the shell, jobs and the verbs' sentences share the
server's.
Named features (`django-admin catalogues listen.scores`) are done alone.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import chdir
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandParser, call_command
from django.core.management.commands import makemessages

PACKAGE = Path(__file__).parents[4]
SERVER = PACKAGE / "server"

ACCOUNTS = "accounts"
"""Not a feature, and with as many texts as one."""

SENTENCES = ("listen/scores.py",)
"""Verbs whose sentences pages show; the others speak to programs, in English."""


HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Heartline\\n"
"POT-Creation-Date: 2026-11-01 00:00+0000\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
"""What a catalogue begins with."""


def folders() -> dict[str, Path]:
    """Give the folder of every catalogue: features with pages by their names, the rest under an empty name."""
    own = {name: SERVER / name.replace(".", "/") for name in (*settings.FEATURES, ACCOUNTS)}
    speaking = {name: home / "locale" for name, home in own.items() if (home / "templates").is_dir()}
    return {"": Path(settings.LOCALE_PATHS[0]), **speaking}


class Command(makemessages.Command):
    """Gathers texts of pages and sentences of verbs, and compiles what is translated."""

    help = "Bring the translation catalogues up to date with the texts."
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=Sentence"]  # noqa: RUF012  (Django's shape)
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]  # noqa: RUF012

    def add_arguments(self, parser: CommandParser) -> None:
        """Take names of features."""
        super().add_arguments(parser)
        parser.add_argument("features", nargs="*", help="only these features, as in FEATURES; default: everything")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather for every language but English, without places in files, which change all the time."""
        languages = [code for code, _ in settings.LANGUAGES if code != "en"]
        quiet = {"no_location": True, "add_location": None, "no_obsolete": True, "no_wrap": True, "locale": languages}
        self.wanted = options.pop("features", []) or list(folders())
        self.chosen = {name: folder for name, folder in folders().items() if name in self.wanted}
        for folder in self.chosen.values():
            folder.mkdir(exist_ok=True)
        with chdir(SERVER):
            super().handle(*args, **{**options, **quiet})
        for folder in self.chosen.values():
            for language in languages:
                _take_over(folder, language)
            with chdir(folder.parent):
                call_command("compilemessages", locale=languages, verbosity=0)

    def find_files(self, root: str) -> list[makemessages.TranslatableFile]:
        """Give our files without tests, each with the catalogue it belongs to."""
        found = [Path(file.path) for file in super().find_files(root) if "tests" not in Path(file.dirpath).parts]
        found += [Path(os.path.relpath(PACKAGE / name)) for name in SENTENCES]
        self.locale_paths = [str(folder) for folder in self.chosen.values()]
        named = [(path, _feature(path)) for path in found]
        return [
            makemessages.TranslatableFile(str(path.parent), path.name, str(self.chosen[name]))
            for path, name in named
            if name in self.chosen
        ]


def _take_over(folder: Path, language: str) -> None:
    """Translate what another catalogue has translated already, so that one text reads the same everywhere."""
    place = Path(language) / "LC_MESSAGES" / "django.po"
    others = [f"--compendium={path}" for other in folders().values() if (path := other / place).exists()]
    merge = ["msgmerge", "--quiet", "--backup=none", "--no-wrap", "--no-fuzzy-matching", "--update", *others]
    path = folder / place
    if "SOME DESCRIPTIVE TITLE" in path.read_text(encoding="utf-8"):
        _, _, rest = path.read_text(encoding="utf-8").partition("\n\n")
        path.write_text(HEADER.format(language=language) + rest, encoding="utf-8")
    with tempfile.NamedTemporaryFile(suffix=".pot") as template:
        subprocess.run(["msgattrib", "--no-wrap", "--no-fuzzy", "-o", template.name, path], check=True)  # noqa: S603, S607
        subprocess.run([*merge, path, template.name], check=True)  # noqa: S603


def _feature(path: Path) -> str:
    """Name the feature that a file, as seen from the server's folder, belongs to; empty for all others."""
    own = [name for name in folders() if name and Path(name.replace(".", "/")) in path.parents]
    return max(own, key=len, default="")
