"""What people want to be told, what was found, and what is on its way to them.

A rule, and who hears it, stand here and not in the lake: they name people of the company and where they are reached,
and no number is read by them.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Rule(models.Model):
    """Something that somebody wants to be told."""

    class Kind(models.TextChoices):
        """What is watched."""

        LOW = "low"
        SCORE = "score"
        THEME = "theme"
        SILENCE = "silence"

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    wish = models.JSONField(default=dict)
    """As `values.Wish` reads it."""
    on = models.BooleanField(default=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alert_rules")
    made_at = models.DateTimeField(default=timezone.now)
    since = models.BigIntegerField(default=0)
    """Version after which single scores are told."""
    look_at = models.DateTimeField(default=timezone.now)
    """When it is looked at next; single scores are heard as they land."""

    class Meta:
        """Newest first."""

        ordering = ("-pk",)
        indexes = (models.Index(fields=("on", "look_at"), name="alert_look"),)

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Up to where low scores of a scale were heard; see `act.telling.Place`."""

    scale = models.CharField(max_length=60, unique=True)
    version = models.BigIntegerField()
    landed = models.BigIntegerField(default=0)
    after = models.CharField(max_length=400, blank=True)

    def __str__(self) -> str:
        return f"{self.scale} up to {self.version}"


class Chat(models.Model):
    """A chat that takes somebody's alerts; its address is a secret, and kept encrypted."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alert_chats")
    name = models.CharField(max_length=80)
    sealed = models.BinaryField()
    texts = models.BooleanField(default=False)
    """With what people wrote."""
    failed = models.CharField(max_length=40, blank=True)
    """Why the last message did not go; empty where it did."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """By name, each once."""

        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="one_alert_chat"),)

    def __str__(self) -> str:
        return self.name


class Habits(models.Model):
    """When somebody is told, and in which language."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alert_habits")
    quiet_from = models.PositiveSmallIntegerField(null=True)
    """Hour of company time from which nothing is sent; none: at any time."""
    quiet_to = models.PositiveSmallIntegerField(null=True)
    weekly = models.BooleanField(default=False)
    """What customers said, every Monday."""
    language = models.CharField(max_length=10, default="en")

    def __str__(self) -> str:
        return f"habits of {self.user}"


class Hearer(models.Model):
    """Somebody who hears a rule, by mail or in one of their chats."""

    class Rhythm(models.TextChoices):
        """How long what follows a message is gathered."""

        HOUR = "hour"
        DAY = "day"
        WEEK = "week"

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="hearers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="alerts_heard")
    chat = models.ForeignKey(Chat, models.CASCADE, null=True, related_name="hearers")
    """None: by mail."""
    rhythm = models.CharField(max_length=10, choices=Rhythm, default=Rhythm.HOUR)
    next_at = models.DateTimeField(default=timezone.now)
    """Not told again before."""

    class Meta:
        """One each."""

        constraints = (
            models.UniqueConstraint(fields=("rule", "user", "chat"), name="one_alert_hearer"),
            models.UniqueConstraint(
                fields=("rule", "user"), condition=models.Q(chat=None), name="one_alert_hearer_by_mail"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} hears {self.rule}"


class Alert(models.Model):
    """What a rule found, from the first time until it is as usual again."""

    rule = models.ForeignKey(Rule, models.CASCADE, related_name="alerts")
    series = models.CharField(max_length=300)
    """What it is about, among all that its rule watches."""
    about = models.JSONField(default=dict)
    """What the page shows of it: names of things by their keys, and numbers."""
    units = models.JSONField(default=list)
    """Parts of the company that it tells of; none: the whole."""
    opened_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    seen_at = models.DateTimeField(null=True)
    remark = models.CharField(max_length=500, blank=True)
    muted_until = models.DateTimeField(null=True)
    asked = models.JSONField(default=dict)
    """The question and the row that open what is behind its number."""

    class Meta:
        """Newest first; one open alert of a series."""

        ordering = ("-last_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "series"), condition=models.Q(closed_at=None), name="one_open_alert"
            ),
        )
        indexes = (models.Index(fields=("closed_at", "last_at"), name="alert_open"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.series}"


class Finding(models.Model):
    """One thing that was found: told at most once to each hearer."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="findings")
    rule = models.ForeignKey(Rule, models.CASCADE, related_name="findings")
    name = models.CharField(max_length=400)
    """Names it among all that its rule finds: of a low score the row's id."""
    row = models.CharField(max_length=400, blank=True)
    customer = models.CharField(max_length=120, blank=True, db_index=True)
    at = models.DateTimeField()
    said = models.JSONField(default=dict)
    """Score, scale, touchpoint; value, usual, limits. Never what somebody wrote."""
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Each once."""

        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("rule", "name"), name="one_alert_finding"),)

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


class Message(models.Model):
    """What goes to one person by one way; what was claimed and not done is sent again under the same name."""

    class State(models.TextChoices):
        """What became of it."""

        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        DROPPED = "dropped"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    chat = models.ForeignKey(Chat, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=120, unique=True)
    """Also the Message-ID of its mail, so that a mail that comes twice is known by it."""
    week = models.CharField(max_length=10, blank=True)
    """Of a weekly letter: the Monday it is sent on."""
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)

    class Meta:
        """Found quickly by whoever sends; one letter a week."""

        ordering = ("-pk",)
        indexes = (models.Index(fields=("state", "due_at"), name="alert_due"),)
        constraints = (
            models.UniqueConstraint(fields=("user", "week"), condition=~models.Q(week=""), name="one_weekly_letter"),
        )

    def __str__(self) -> str:
        return self.name


class Telling(models.Model):
    """A finding that a hearer is to be told; in a message once it goes."""

    hearer = models.ForeignKey(Hearer, models.CASCADE, related_name="tellings")
    finding = models.ForeignKey(Finding, models.CASCADE, related_name="tellings")
    message = models.ForeignKey(Message, models.CASCADE, null=True, related_name="tellings")

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("hearer", "finding"), name="one_alert_telling"),)
        indexes = (models.Index(fields=("message", "hearer"), name="alert_untold"),)

    def __str__(self) -> str:
        return f"{self.finding} to {self.hearer}"
