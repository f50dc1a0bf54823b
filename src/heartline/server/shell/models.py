"""Which version of the lake the pages show."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Publication(models.Model):
    """A lake version whose pages were computed."""

    version = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"version {self.version}"
