"""Systems that are told what happens here, up to where each was told, and the messages on their way."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from heartline.server.shell.sealed import unseal


class Endpoint(models.Model):
    """A system that is told; its secrets are kept encrypted."""

    class State(models.TextChoices):
        """Whether it is sent anything."""

        ON = "on"
        PAUSED = "paused"
        """By itself: it took nothing for days."""
        GONE = "gone"
        """It said that it is gone for good."""
        OFF = "off"
        """By somebody's word."""

    name = models.CharField(max_length=80, unique=True)
    url = models.CharField(max_length=2000)
    style = models.CharField(max_length=10, default="v1")
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    """Until then messages carry a signature under the old secret, too."""
    hears = models.JSONField(default=list)
    """Keys of `kinds.KINDS`."""
    touchpoints = models.JSONField(default=list)
    units = models.JSONField(default=list)
    scale = models.CharField(max_length=60, blank=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    history = models.BooleanField(default=False)
    texts = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.ON)
    since = models.DateTimeField(default=timezone.now)
    """Since when it is in this state."""
    failures = models.PositiveIntegerField(default=0)
    """In a row."""
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=64, blank=True)
    held_until = models.DateTimeField(null=True)
    """Who sends to it now: one at a time."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """By name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Cursor(models.Model):
    """Up to where a system was told of one sort of things; see `telling.Place`."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="cursors")
    of = models.CharField(max_length=20)
    version = models.BigIntegerField()
    landed = models.BigIntegerField(default=0)
    after = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One each."""

        constraints = (models.UniqueConstraint(fields=("endpoint", "of"), name="one_cursor"),)

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.of} up to {self.version}"


class Delivery(models.Model):
    """A message to one system, encrypted; its name stays the same however often it is sent."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        TAKEN = "taken"
        FAILED = "failed"

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    customer = models.CharField(max_length=120, blank=True, db_index=True)
    """Whom it names, so that it goes with them."""
    other = models.CharField(max_length=120, blank=True, db_index=True)
    """A second one."""
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    tried = models.PositiveIntegerField(default=0)
    """Since it was made, or sent again by somebody's word."""
    tries = models.JSONField(default=list)
    """The last attempts: [when, status or code, milliseconds]."""
    status = models.PositiveIntegerField(null=True)
    answer = models.TextField(blank=True)
    over_at = models.DateTimeField(null=True)

    class Meta:
        """Newest first, each once; found quickly by whoever sends."""

        ordering = ("-pk",)
        constraints = (models.UniqueConstraint(fields=("endpoint", "name"), name="one_delivery"),)
        indexes = (
            models.Index(fields=("endpoint", "state", "due_at"), name="due_delivery"),
            models.Index(fields=("state", "over_at"), name="old_delivery"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def about(self) -> str:
        """What its body is sealed with."""
        return f"delivery {self.name}"

    def opened(self) -> bytes:
        """Give its body."""
        return unseal(self.body, self.about)


class Refusals(models.Model):
    """Events of one batch that could not be used, until they are told."""

    batch = models.BigIntegerField(unique=True)
    counts = models.JSONField()
    at = models.DateTimeField()
    told = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"batch {self.batch}"
