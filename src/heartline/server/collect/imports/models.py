"""Imports: who brought which files, what they were taken for, and what became of them."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone

from heartline.server.shell import data


class State(models.TextChoices):
    """How far an import is."""

    READING = "reading"
    READY = "ready"
    LANDING = "landing"
    DONE = "done"
    FAILED = "failed"


def fresh_key() -> str:
    """Give a name for an import and its folder that nobody guesses."""
    return secrets.token_hex(8)


class Import(models.Model):
    """One import from the page.

    `plan` is what the files were taken for (none for mended lines, whose recipe is there already), `revision` counts
    its corrections, `checked` is what the last rehearsal found, for the revision it names. `held` imports wait while
    the data folder is being emptied; `emptied` counts how often it was under them.
    """

    key = models.CharField(max_length=32, unique=True, default=fresh_key)
    by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)
    finished_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    language = models.CharField(max_length=8, default="en")
    before = models.ForeignKey("self", models.SET_NULL, null=True)
    mends = models.BooleanField(default=False)
    files = models.JSONField(default=list)
    plan = models.JSONField(null=True)
    stale = models.BooleanField(default=False)
    revision = models.IntegerField(default=0)
    checked = models.JSONField(null=True)
    progress = models.JSONField(default=dict)
    report = models.JSONField(null=True)
    error = models.JSONField(null=True)
    recipe = models.TextField(blank=True)
    held = models.BooleanField(default=False)
    emptied = models.IntegerField(default=0)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return ", ".join(file["title"] for file in self.files)

    @property
    def folder(self) -> Path:
        """The private folder of its files."""
        return home() / self.key

    @property
    def current(self) -> dict[str, Any] | None:
        """What the rehearsal found, if it is of this revision."""
        return self.checked if self.checked and self.checked["revision"] == self.revision else None


def home() -> Path:
    """Give the folder in which uploads wait."""
    return data.folder() / "uploads"
