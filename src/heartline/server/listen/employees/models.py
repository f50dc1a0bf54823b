"""Employees whom the company lists, how they are asked, what they tell, what they learn, and who thanks them.

Nothing of an employee stands in the lake: names and addresses are here, addresses encrypted.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartline.server.shell.leaving import Told


class Member(models.Model):
    """An employee: of the list that the company keeps, or somebody who signs in here."""

    name = models.CharField(_("name"), max_length=150)
    spoken = models.JSONField(default=list)
    """What customers call them, besides their name: `Lena`, `der nette Herr Ott`."""
    email = models.BinaryField(default=b"")
    """Encrypted; empty where nobody writes to them."""
    email_digest = models.CharField(max_length=64, blank=True, db_index=True)
    """By it the same address is found again."""
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="member_of_staff"
    )
    asked = models.BooleanField(_("is asked how work is"), default=True)
    thanked = models.BooleanField(_("is told of compliments"), default=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """By name."""

        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class Pulse(models.Model):
    """A survey that the employees of the list are asked again and again."""

    survey = models.CharField(max_length=64, unique=True)
    every_weeks = models.PositiveSmallIntegerField(default=4)
    next_at = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    """How often it went out."""
    on = models.BooleanField(default=True)
    made_by = models.CharField(max_length=254, blank=True)

    def __str__(self) -> str:
        return self.survey


class Question(models.Model):
    """A mail that asks an employee once; whether they answered is not known, here or anywhere."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    pulse = models.ForeignKey(Pulse, models.CASCADE, related_name="questions")
    number = models.PositiveIntegerField()
    member = models.ForeignKey(Member, models.SET_NULL, null=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Each is asked once a time."""

        constraints = (models.UniqueConstraint(fields=("pulse", "number", "member"), name="asked_once_a_time"),)

    def __str__(self) -> str:
        return f"{self.pulse_id} {self.number}"


class Slip(models.Model):
    """A link or code by which people without an account tell what customers say."""

    label = models.CharField(max_length=100)
    unit = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=40, unique=True)
    made_by = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class Note(Told):
    """That somebody told what customers say.

    Who told it is forgotten within two days; what is to leave the lake stays, whoever goes meanwhile.
    """

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    slip = models.ForeignKey(Slip, models.SET_NULL, null=True, related_name="notes")

    def __str__(self) -> str:
        return self.key


class Compliment(models.Model):
    """A text that names an employee, and means them: surely, or once a person has said so."""

    class State(models.TextChoices):
        """Whether it is theirs."""

        UNSURE = "unsure", _("Is it them?")
        GIVEN = "given", _("Theirs")
        DENIED = "denied", _("Not theirs")

    interaction = models.CharField(max_length=500)
    member = models.ForeignKey(Member, models.CASCADE, related_name="compliments")
    form = models.CharField(max_length=150)
    """The words that name them."""
    unit = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State)
    said_at = models.DateTimeField()
    found_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True)
    mailed = models.CharField(max_length=10, blank=True)
    """Empty: not yet; `claimed`, `sent`, `failed`, `none` where there is no address."""
    seen_at = models.DateTimeField(null=True)
    thanked_at = models.DateTimeField(null=True)
    hidden_at = models.DateTimeField(null=True)

    class Meta:
        """A text is somebody's once."""

        constraints = (models.UniqueConstraint(fields=("interaction", "member"), name="a_compliment_once"),)
        ordering = ("-said_at", "-pk")

    def __str__(self) -> str:
        return f"{self.interaction} {self.member_id}"


class Looked(models.Model):
    """Up to which version texts were looked through for names."""

    version = models.BigIntegerField(default=0)
    last = models.CharField(max_length=500, blank=True)
    """Of the versions after it, texts up to this one were looked at, too."""
    landed = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.version)


class Training(models.Model):
    """A training that was held: for whom, about what, when, at what cost."""

    touchpoint = models.CharField(max_length=200)
    units = models.JSONField(default=list)
    team = models.CharField(max_length=150, blank=True)
    what = models.CharField(max_length=200)
    held_on = models.DateField()
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    people = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    made_by = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Newest first."""

        ordering = ("-held_on", "-pk")

    def __str__(self) -> str:
        return self.what

    @property
    def event(self) -> str:
        """The key of its mark on time axes."""
        return f"training_{self.pk}"


class Need(models.Model):
    """That somebody says that training is needed somewhere."""

    touchpoint = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=500)
    by = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField(default=timezone.now)
    done_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.why
