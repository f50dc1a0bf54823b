"""Saved views of voices: filters and words under a name, and up to where somebody has read them."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def key() -> str:
    """Make a name for an address."""
    return secrets.token_hex(6)


class View(models.Model):
    """What somebody looks for, under a name; it carries filters only, never rows: rights hold when it is opened."""

    key = models.CharField(max_length=12, unique=True, default=key)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    label = models.CharField(max_length=80)
    query = models.CharField(max_length=2_000, blank=True)
    shared = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order that their owners gave them."""

        ordering = ("place", "pk")

    def __str__(self) -> str:
        return self.label


class Visit(models.Model):
    """Up to which version of the lake somebody has seen a view."""

    view = models.ForeignKey(View, models.CASCADE, related_name="visits")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    version = models.PositiveBigIntegerField()

    class Meta:
        """One for each who visits."""

        constraints = (models.UniqueConstraint(fields=("view", "user"), name="one_visit"),)

    def __str__(self) -> str:
        return f"{self.view_id} {self.version}"
