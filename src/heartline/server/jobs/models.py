"""When tasks are due, and which workers are alive."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Schedule(models.Model):
    """A task that runs again and again."""

    task = models.CharField(max_length=200, unique=True)
    every_s = models.FloatField()
    due_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.task} every {self.every_s:g} s"


class Heartbeat(models.Model):
    """A worker's sign of life; when it stays away, its tasks are given to another."""

    worker = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.worker


class Lease(models.Model):
    """A duty that one process holds at a time."""

    duty = models.CharField(max_length=60, unique=True)
    holder = models.CharField(max_length=64)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.duty}: {self.holder}"
