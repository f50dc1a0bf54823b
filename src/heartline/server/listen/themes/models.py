"""How far texts were read for themes."""

from __future__ import annotations

from django.db import models


class Progress(models.Model):
    """One row: texts are read for the newest themes in the background, what nobody has read yet first."""

    signature = models.CharField(max_length=80, default="")
    """What all texts were read by."""
    toward = models.CharField(max_length=80, default="")
    """What they are being read by, where that is another one; the newest first, down to `at`."""
    at = models.DateTimeField(null=True)
    last_id = models.TextField(default="")
    version = models.BigIntegerField(default=-1)
    """The version of the lake at which nothing was left to read."""
    judged_to = models.DateTimeField(null=True)
    """Texts that came until then were read for the touchpoint that they judge."""
    looked_at = models.DateTimeField(null=True)
    """When themes were looked for."""

    def __str__(self) -> str:
        return f"texts read by {self.signature or 'nothing yet'}"


def progress() -> Progress:
    """Give the one row."""
    found, _made = Progress.objects.get_or_create(pk=1)
    return found
