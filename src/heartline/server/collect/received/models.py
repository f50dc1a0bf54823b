"""Batches that were received, counts by day, and events that could not be used."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Batch(models.Model):
    """A batch on its way into the lake; told before the lake has it, and again with the same number after a crash.

    `counts` are what it added to the counts of its day: [source, what, how many].
    """

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    """When the oldest of its requests was received."""
    requests = models.PositiveIntegerField()
    events = models.PositiveIntegerField()
    landed = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    counts = models.JSONField(default=list)
    landed_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(null=True)
    lag_s = models.FloatField(null=True)
    seconds = models.JSONField(default=dict)

    class Meta:
        """Newest first."""

        ordering = ("-number",)

    def __str__(self) -> str:
        return f"batch {self.number}"


class Count(models.Model):
    """How many events of a source came to something on a day: `landed`, `again`, a reason, or `left:` an assertion."""

    day = models.DateField()
    source = models.CharField(max_length=120)
    what = models.CharField(max_length=60)
    number = models.BigIntegerField(default=0)

    class Meta:
        """One each."""

        constraints = (models.UniqueConstraint(fields=("day", "source", "what"), name="one_count"),)

    def __str__(self) -> str:
        return f"{self.day} {self.source} {self.what}: {self.number}"


class Held(models.Model):
    """An event that could not be used, kept encrypted as it came: to be looked at, mended, and tried again.

    `body` is a request that holds this event alone.
    """

    batch = models.BigIntegerField()
    request = models.PositiveIntegerField()
    place = models.PositiveIntegerField()
    source = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    about = models.TextField(default="{}")
    code = models.CharField(max_length=60, db_index=True)
    field = models.CharField(max_length=200, blank=True)
    body = models.BinaryField()
    tried_at = models.DateTimeField(null=True)
    """When it was sent again; what came of that is counted anew."""
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first, each once."""

        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("batch", "request", "place"), name="held_once"),)

    def __str__(self) -> str:
        return f"{self.code} of batch {self.batch}"
