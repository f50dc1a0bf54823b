"""Interviews and what was highlighted in them; whatever names somebody, or is said, is encrypted."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone


def key() -> str:
    """Make a name that nobody guesses."""
    return secrets.token_hex(8)


class Interview(models.Model):
    """An interview: its transcript and what is known about it, both encrypted."""

    key = models.CharField(max_length=16, unique=True, default=key)
    transcript = models.BinaryField()
    head = models.BinaryField()
    """Title, type of person, consent, who asks, the file's name, and the identifier in clear of whom it was with."""
    held_on = models.DateField()
    unit = models.CharField(max_length=200, blank=True)
    customer = models.CharField(max_length=300, blank=True)
    """The pseudonym of whom it was with, where that is a customer."""
    words = models.PositiveIntegerField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """The newest interviews come first."""

        ordering = ("-held_on", "-pk")

    def __str__(self) -> str:
        return self.key


class Quote(models.Model):
    """A highlighted passage: where it stands, what it is about; the words themselves stand in the transcript only."""

    interview = models.ForeignKey(Interview, models.CASCADE, related_name="quotes")
    key = models.CharField(max_length=16, unique=True, default=key)
    turn = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    themes = models.JSONField(default=list)
    touchpoint = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=200, blank=True)
    feeling = models.FloatField(null=True)
    hidden = models.JSONField(default=list)
    """What is hidden of it: from where to where in the passage, and what it is."""
    sealed_note = models.BinaryField(default=b"")
    read = models.BooleanField(default=False)
    """Whether what it is about was proposed, or said."""
    kept_at = models.DateTimeField(null=True)
    """Since when it stands among the voices; before that it is a draft."""
    revision = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    settled = models.BooleanField(default=True)
    """Whether the lake says of it what is said here."""
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """They come in the order of the transcript; those that are to be settled are looked for every few seconds."""

        ordering = ("turn", "start", "pk")
        indexes = (models.Index(fields=("settled",), name="to_be_settled"),)

    def __str__(self) -> str:
        return self.key

    @property
    def message(self) -> str:
        """The name of its event as it was sent last."""
        return f"{self.interview.key}.{self.key}.{self.revision}"


class Withdrawn(models.Model):
    """A quote that is to leave the lake: by the name of its event."""

    message = models.CharField(max_length=80, unique=True)
    sent_at = models.DateTimeField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.message
