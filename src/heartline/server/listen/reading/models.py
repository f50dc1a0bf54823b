"""What somebody put right in a reading, and how far the background is."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Correction(models.Model):
    """What a person of the company says that a text shows; it stays, and readings are learnt from it.

    `feeling` is −1…+1; `emotion` a key, empty where none was said.
    """

    interaction = models.CharField(max_length=500, unique=True)
    feeling = models.FloatField(null=True)
    emotion = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-at",)

    def __str__(self) -> str:
        return self.interaction


class Turn(models.Model):
    """How far texts are read; one row."""

    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    under_way = models.BooleanField(default=False)
    failed = models.BooleanField(default=False)
    heard_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.done} of {self.of}"


class Service(models.Model):
    """The service that compares texts, where the company chose one; one row. What it is told is masked.

    `key` is encrypted; `provider` names who receives the texts, for people; `tokens_a_month` is never passed.
    """

    url = models.CharField(max_length=500)
    model = models.CharField(max_length=200)
    provider = models.CharField(max_length=200)
    key = models.BinaryField(default=b"")
    dimensions = models.PositiveIntegerField()
    tokens_a_month = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.model


class Spent(models.Model):
    """What a service was sent in a month, as it counted it itself."""

    month = models.CharField(max_length=7, unique=True)
    tokens = models.BigIntegerField(default=0)
    calls = models.BigIntegerField(default=0)
    texts = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.month}: {self.tokens}"
