"""Events as they were seen, and the past being placed again."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

SILENT_S = 300
"""After so long without a sign a run counts as given up: the machine was switched off, or the worker is gone."""


class SeenEvent(models.Model):
    """An event by its name: what it carries, when it was seen, how often, and at which touchpoints it is.

    `places` are counts by touchpoint, the empty one for none; `doubts` counts of what was odd, masked addresses among
    them; `example` the properties of the newest one, masked as they are in the lake.
    """

    source = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=500)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.BigIntegerField(default=0)
    properties = models.JSONField(default=dict)
    places = models.JSONField(default=dict)
    doubts = models.JSONField(default=dict)
    example = models.TextField(default="{}")

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("source", "kind", "name"), name="seen_event_once"),)
        ordering = ("name", "source")

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"


class SeenDay(models.Model):
    """How many events of a name came on a day (in UTC), and how many of them have no touchpoint."""

    event = models.ForeignKey(SeenEvent, on_delete=models.CASCADE, related_name="days")
    day = models.DateField(db_index=True)
    count = models.BigIntegerField(default=0)
    unplaced = models.BigIntegerField(default=0)

    class Meta:
        """Each day once."""

        constraints = (models.UniqueConstraint(fields=("event", "day"), name="seen_day_once"),)
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.event_id} on {self.day}"


class Learned(models.Model):
    """The newest batch that the catalogue heard of, and what it added: the same batch may be told again."""

    number = models.BigIntegerField(primary_key=True)
    counts = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"batch {self.number}"


class State(models.TextChoices):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Run(models.Model):
    """The past, placed again once."""

    by = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    done = models.BigIntegerField(default=0)
    of = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    reason = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"placed again: {self.state}"

    @property
    def under_way(self) -> bool:
        """Whether somebody is still at it."""
        heard = timezone.now() - self.heard_at < timedelta(seconds=SILENT_S)
        return self.state in (State.WAITING, State.RUNNING) and heard
