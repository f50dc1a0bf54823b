"""Surveys, each edition as it was asked, and responses as they grow; what people answer is encrypted."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Whether a survey can be answered."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Ended")


class Survey(models.Model):
    """A survey as it is being written; `edition` is the newest that was opened, 0 before."""

    key = models.CharField(max_length=64, unique=True)
    body = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    edition = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


class Edition(models.Model):
    """A survey as it was asked from some moment on; never changed."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="editions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        """Numbers are counted by survey."""

        constraints = (models.UniqueConstraint(fields=("survey", "number"), name="one_edition"),)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.number}"


class Opened(models.Model):
    """How often a survey was opened on a day, by whomever or whatever: mail scanners open links, too."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="opened")
    day = models.DateField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        """A row a day."""

        constraints = (models.UniqueConstraint(fields=("survey", "day"), name="opened_on_day"),)

    def __str__(self) -> str:
        return f"{self.survey_id} {self.day}: {self.number}"


class Answering(models.Model):
    """A response: one person's way through an edition, resumed by its secret address.

    What people say is encrypted; `told` names the facts that were sent on, which never change again.
    """

    token = models.CharField(max_length=32, unique=True)
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="responses")
    language = models.CharField(max_length=20)
    answers = models.BinaryField()
    hidden = models.BinaryField()
    who = models.BinaryField(default=b"")
    """Whom a personal link named, encrypted; empty without one."""
    person = models.CharField(max_length=200, blank=True, default="", db_index=True)
    """The identifier of whom it named, as in the lake; never of an anonymous survey."""
    passed = models.JSONField(default=list)
    told = models.JSONField(default=list)
    at_block = models.CharField(max_length=64, blank=True)
    """The page that was shown last; empty at an end."""
    started_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    quotas = models.JSONField(default=list)
    """Keys of the quotas that it fell into when it was finished."""

    class Meta:
        """Those that wait to be sent on are looked for every minute."""

        indexes = (models.Index(fields=("sent_at", "changed_at"), name="to_be_sent"),)

    def __str__(self) -> str:
        return f"{self.edition_id} {self.token[:6]}"


from .inviting import models as inviting  # noqa: E402  (its models belong to this app, and point at those above)

__all__ = ["Answering", "Edition", "Opened", "State", "Survey", "inviting"]
