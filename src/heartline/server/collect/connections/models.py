"""Connections: which source is asked, when, with which secret, and what each time brought."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class State(models.TextChoices):
    """Whether a connection is asked."""

    DRAFT = "draft"
    ON = "on"
    PAUSED = "paused"


class Connection(models.Model):
    """A source; its secret and what was shown of its first rows are kept encrypted.

    `trying` holds while its first rows are fetched to be looked at; `tried` is what was found. `private` says that an
    administrator allows a machine of the own network. `next_at` is when it is asked again.
    """

    key = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    recipe = models.TextField()
    secret = models.BinaryField(null=True)
    private = models.BooleanField(default=False)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)
    language = models.CharField(max_length=8, default="en")
    trying = models.BooleanField(default=False)
    revision = models.IntegerField(default=0)
    tried = models.BinaryField(null=True)
    wanted = models.BooleanField(default=False)
    """Whether somebody asked for it now."""
    next_at = models.DateTimeField(null=True, db_index=True)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        """By name."""

        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class Run(models.Model):
    """One time that a source was asked; `ended_at` is empty while it goes on."""

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="runs")
    by = models.CharField(max_length=254, blank=True)
    began_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    fetched = models.PositiveBigIntegerField(default=0)
    landed = models.PositiveBigIntegerField(default=0)
    there = models.PositiveBigIntegerField(default=0)
    dropped = models.JSONField(default=dict)
    error = models.JSONField(null=True)

    class Meta:
        """Newest first."""

        ordering = ("-began_at", "-pk")
        indexes = (models.Index(fields=("connection", "-began_at")),)

    def __str__(self) -> str:
        return f"{self.connection} {self.began_at:%Y-%m-%d %H:%M}"
