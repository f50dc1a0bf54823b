"""The making of the demo company: one at a time, with how far it is."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

SILENT_S = 300
"""After so long without a sign, the making counts as given up: the machine was switched off, or the worker is gone."""


class State(models.TextChoices):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class DemoRun(models.Model):
    """One making of the demo company."""

    by = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    heard_at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=40, blank=True)
    done = models.IntegerField(default=0)
    of = models.IntegerField(default=0)
    reason = models.TextField(blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"demo company: {self.state}"

    @property
    def under_way(self) -> bool:
        """Whether somebody is still at it."""
        heard = timezone.now() - self.heard_at < timedelta(seconds=SILENT_S)
        return self.state in (State.WAITING, State.RUNNING) and heard
