"""Bring the translation catalogues up to date with the texts: `django-admin catalogues`, then translate, then again."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

PACKAGE = Path(__file__).parents[4]

SENTENCES = ("listen/scores.py",)
"""Verbs whose sentences pages show; the others speak to programs, in English."""


class Command(makemessages.Command):
    """Gathers texts of pages and sentences of verbs, and compiles what is translated."""

    help = "Bring the translation catalogues up to date with the texts."
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=Sentence"]  # noqa: RUF012  (Django's shape)

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather for every language but English, without places in files, which change all the time."""
        languages = [code for code, _ in settings.LANGUAGES if code != "en"]
        quiet = {"no_location": True, "add_location": None, "no_obsolete": True, "no_wrap": True, "locale": languages}
        with chdir(PACKAGE / "server"):
            super().handle(*args, **{**options, **quiet})
        for path in settings.LOCALE_PATHS:
            with chdir(Path(path).parent):
                call_command("compilemessages", locale=languages, verbosity=0)

    def find_files(self, root: str) -> list[makemessages.TranslatableFile]:
        """Give our files without tests, and the verbs whose sentences pages show; all go into the one catalogue."""
        place = str(settings.LOCALE_PATHS[0])
        found = [Path(file.path) for file in super().find_files(root) if "tests" not in Path(file.dirpath).parts]
        found += [Path(os.path.relpath(PACKAGE / name)) for name in SENTENCES]
        self.locale_paths = [place]
        return [makemessages.TranslatableFile(str(path.parent), path.name, place) for path in found]
