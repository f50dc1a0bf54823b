"""What was reserved of people's patience, whom that left out, and addresses that take nothing."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone


class Gate(models.Model):
    """One row, which whoever reserves holds: reservations are decided one part after the other, by any worker."""

    def __str__(self) -> str:
        return "gate"


class Reservation(models.Model):
    """A contact that went out, or is going to: it counts for caps and cooldowns. Only added, or taken back whole.

    `identifier` is the customer, `kind:hex`, as known then; `key` names this one contact for ever.
    """

    key = models.CharField(max_length=300, unique=True)
    identifier = models.CharField(max_length=200)
    what = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)
    at = models.DateTimeField()
    reminder = models.BooleanField(default=False)
    unit = models.CharField(max_length=120, blank=True, default="")
    """Where a page asked; of messages the invitation says it."""

    class Meta:
        """Asked by person, and by time for all."""

        indexes = (
            models.Index(fields=("identifier", "at"), name="reserved_of"),
            models.Index(fields=("at",), name="reserved_at"),
        )

    def __str__(self) -> str:
        return f"{self.what} over {self.channel}"


class Refused(models.Model):
    """Somebody who was not asked, and why: a reason of `core.eligibility`."""

    key = models.CharField(max_length=300, unique=True)
    identifier = models.CharField(max_length=200, db_index=True)
    what = models.CharField(max_length=120)
    name = models.CharField(max_length=160)
    """Which time of it; see `shell.eligible.Ask`."""
    reason = models.CharField(max_length=20)
    unit = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Counted by what was asked, and swept by age."""

        indexes = (
            models.Index(fields=("what", "name", "reason"), name="refused_by_reason"),
            models.Index(fields=("at",), name="refused_at"),
        )

    def __str__(self) -> str:
        return f"{self.what}: {self.reason}"


class Failing(models.Model):
    """An address that a mail server refused for good; as the identifier it is, never in clear."""

    identifier = models.CharField(max_length=200)
    channel = models.CharField(max_length=40)
    why = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("identifier", "channel"), name="failing_once"),)

    def __str__(self) -> str:
        return f"failing on {self.channel}"


class Ours(models.Model):
    """The rules of the company, one row; see `rules.Company`."""

    body: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return "rules"
