"""What staff noted, so that they can take it back; whom it was about is not kept here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Noted(models.Model):
    """A contact that somebody noted, by the id that its form had."""

    key = models.CharField(max_length=32, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    what = models.CharField(max_length=40)
    unit = models.CharField(max_length=200, blank=True)
    found = models.CharField(max_length=20)
    """How the customer was named: a kind of identifier, `order`, or `nobody`."""
    undone_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
