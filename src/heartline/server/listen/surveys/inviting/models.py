"""How a survey is sent, each time it is sent, and everybody who was to be asked."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Manner(models.Model):
    """How a survey is sent; see `values.Manner`."""

    survey = models.OneToOneField("surveys.Survey", models.CASCADE, related_name="manner")
    body: Any = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"manner of {self.survey_id}"


class Sending(models.Model):
    """A survey sent to some people: once, or to each after something happened to them.

    `seen`, `landed` and `last` say up to where the lake was looked through for what happened.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("Planned")
        GOING = "going", _("Going on")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    survey = models.ForeignKey("surveys.Survey", models.CASCADE, related_name="sendings")
    number = models.PositiveIntegerField()
    wish: Any = models.JSONField()
    """See `values.Wish`."""
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    at = models.DateTimeField()
    seen = models.BigIntegerField(default=0)
    landed = models.BigIntegerField(default=0)
    last = models.CharField(max_length=400, blank=True)
    late = models.PositiveIntegerField(default=0)
    """Rows that came too late to be asked about."""
    candidates = models.PositiveIntegerField(default=0)
    wrong = models.CharField(max_length=40, blank=True)
    """Why it was stopped by itself."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True)

    class Meta:
        """Numbers are counted by survey."""

        constraints = (models.UniqueConstraint(fields=("survey", "number"), name="one_sending"),)
        indexes = (models.Index(fields=("state", "at"), name="sending_due"),)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.number}"


class Invited(models.Model):
    """Somebody who was to be asked. Their address is not kept: it is looked up when a message goes out.

    `key` is unique for ever, so that nobody is asked twice about the same. `token` is the name of the response that
    their link leads to.
    """

    class State(models.TextChoices):
        """What became of it."""

        PENDING = "pending"
        """Waits for its time; nothing is decided."""
        WAITING = "waiting"
        """Is to be asked, and counts."""
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"
        """Not asked; `why` is a reason of `core.eligibility`, or one of our own."""

    sending = models.ForeignKey(Sending, models.CASCADE, related_name="invited")
    key = models.CharField(max_length=300, unique=True)
    secret = models.CharField(max_length=32, unique=True)
    token = models.CharField(max_length=32, db_index=True)
    identifier = models.CharField(max_length=200, db_index=True)
    """The customer, as known then."""
    unit = models.CharField(max_length=120, blank=True)
    order = models.CharField(max_length=400, blank=True)
    """What the interaction belongs to that they are asked about."""
    state = models.CharField(max_length=10, choices=State.choices)
    due_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reminding = models.BooleanField(default=False)
    """What is sent next, or was sent last, is the reminder."""
    remind_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        """Those that are due are looked for every moment."""

        indexes = (
            models.Index(fields=("state", "due_at"), name="invited_due"),
            models.Index(fields=("state", "remind_at"), name="invited_remind"),
        )

    def __str__(self) -> str:
        return f"{self.sending_id} {self.state}"
