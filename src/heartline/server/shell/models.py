"""Which version of the lake the pages show."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Publication(models.Model):
    """A lake version whose pages were computed, when that was done, how long it took, and a mark of the code."""

    version = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    took_s = models.FloatField(default=0.0)
    code = models.CharField(max_length=32, default="")

    def __str__(self) -> str:
        return f"version {self.version}"
