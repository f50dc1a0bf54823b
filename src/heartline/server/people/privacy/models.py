"""What people ask about their data, what was erased with its proof, who objects to profiling, and how long we keep."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartline.server.shell.sealed import seal, unseal

ABOUT = "note of a request"


class Kind(models.TextChoices):
    """What somebody asks for (GDPR, articles 15 to 21)."""

    ACCESS = "access", _("To know what we hold")
    PORTABILITY = "portability", _("To take their data along")
    RECTIFICATION = "rectification", _("To have something corrected")
    ERASURE = "erasure", _("To be erased")
    OBJECTION = "objection", _("Not to be profiled")


class State(models.TextChoices):
    """How far a request is."""

    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting for them")
    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


OVER = (State.DONE, State.REFUSED)


class Request(models.Model):
    """Something that a person asks about their data. It has to be answered within a month.

    `names` are the person's identifiers, `kind:hex`, once they are found; they and the note go when the person is
    erased, what was asked and answered when stays.
    """

    kind = models.CharField(_("What they ask"), max_length=20, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_on = models.DateField(_("Asked on"))
    due_on = models.DateField()
    longer_because = models.CharField(max_length=300, blank=True)
    customer = models.CharField(max_length=200, blank=True)
    names = models.JSONField(default=list)
    sealed_note = models.BinaryField(default=bytes)
    answer = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        """Those due first."""

        ordering = ("due_on", "pk")

    def __str__(self) -> str:
        return f"request {self.pk}: {self.kind}"

    @property
    def note(self) -> str:
        """What was noted, which may name them; kept encrypted."""
        return unseal(self.sealed_note, ABOUT).decode() if self.sealed_note else ""

    @note.setter
    def note(self, text: str) -> None:
        self.sealed_note = seal(text.encode(), ABOUT) if text else b""

    @property
    def over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in OVER

    def days_left(self, today: date) -> int:
        """Days until it is due; below 0 it is late."""
        return (self.due_on - today).days


class Sheet(models.Model):
    """Proof of an erasure: what was searched, what was removed, when, by whom. Nothing in it tells whose data it was.

    While it is under way `names` says who is to go; then they are gone from here, too.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Not begun")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=20, default="person")
    by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    version = models.BigIntegerField(null=True)
    identifiers = models.PositiveIntegerField(default=0)
    names = models.JSONField(default=list)
    places = models.JSONField(default=list)
    overwritten = models.BooleanField(default=False)
    waiting_requests = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)
    request = models.ForeignKey(Request, models.SET_NULL, null=True)

    class Meta:
        """Newest first."""

        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"sheet {self.pk}"


class Objection(models.Model):
    """An identifier of somebody who objected to profiling."""

    identifier = models.CharField(max_length=200, unique=True)
    since = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=254)

    def __str__(self) -> str:
        return self.identifier


class Rule(models.Model):
    """How long interactions are kept: of a kind, of a source, or all of them."""

    kind = models.CharField(_("What"), max_length=120, blank=True)
    source = models.CharField(_("From where"), max_length=120, blank=True)
    months = models.PositiveIntegerField(_("Months"))
    by = models.CharField(max_length=254)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One for each kind and source."""

        ordering = ("kind", "source")
        constraints = (models.UniqueConstraint(fields=("kind", "source"), name="one_rule"),)

    def __str__(self) -> str:
        return f"{self.kind or 'all'} from {self.source or 'everywhere'}: {self.months} months"
