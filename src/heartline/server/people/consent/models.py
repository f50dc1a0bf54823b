"""The ledger of consent: words, the texts that were shown, requests that wait for a confirmation, suppressions kept."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from heartline.server.shell.sealed import seal, unseal

EVERYTHING = ""
"""As a purpose or a channel: all of them."""


class State(models.TextChoices):
    """What a word says; the keys are those of `core.consent`."""

    GIVEN = "given", _("Agreed")
    WITHDRAWN = "withdrawn", _("Said no")
    SUPPRESSED = "suppressed", _("Must not be contacted")
    RELEASED = "released", _("May be contacted again")


class Via(models.TextChoices):
    """By which door a word came."""

    EVENT = "event", _("by an event")
    IMPORT = "import", _("by an import")
    FORM = "form", _("by the form, confirmed by e-mail")
    LINK = "link", _("by the link in an e-mail")
    CHOICES = "choices", _("on the page of their choices")
    HAND = "hand", _("written down by us")
    PRIVACY = "privacy", _("by the privacy desk")


class Shown(models.Model):
    """A text that people are asked with, word for word as it was shown; never changed."""

    digest = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=120)
    language = models.CharField(max_length=8)
    text = models.TextField()
    version = models.BigIntegerField()
    """The lake version in which the purpose was defined so."""
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.purpose}, {self.language}, version {self.version}"


class Word(models.Model):
    """Something said about being contacted; only ever added.

    `identifier` is `kind:hex` as in the lake. What machines repeat with every event is one word, said from `at` to
    `last_at`. `covers` are other identifiers that were known to be the same person's when it was said: what was said
    under them before is answered by it. Words without a time are older than all others, unless they say no.
    """

    identifier = models.CharField(max_length=200, db_index=True)
    purpose = models.CharField(max_length=120, blank=True)
    channel = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    at = models.DateTimeField(null=True)
    last_at = models.DateTimeField()
    source = models.CharField(max_length=120)
    via = models.CharField(max_length=10, choices=Via.choices)
    reason = models.CharField(max_length=300, blank=True)
    sealed_evidence = models.BinaryField(default=bytes)
    shown = models.ForeignKey(Shown, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    covers = models.JSONField(default=list)
    told_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=32, unique=True)

    class Meta:
        """Asked by purpose and channel for everybody, and by identifier for one."""

        ordering = ("last_at", "pk")
        indexes = (models.Index(fields=("purpose", "channel", "state"), name="consent_by_purpose"),)

    def __str__(self) -> str:
        return f"{self.identifier}: {self.state}, {self.purpose or 'everything'}, {self.channel or 'every channel'}"

    @property
    def evidence(self) -> str:
        """What somebody of us noted as evidence; kept encrypted."""
        return unseal(self.sealed_evidence, self.about).decode() if self.sealed_evidence else ""

    @property
    def about(self) -> str:
        """What the encrypted evidence belongs to."""
        return f"consent {self.identifier} {self.digest}"

    def note(self, evidence: str) -> None:
        """Keep evidence, encrypted."""
        self.sealed_evidence = seal(evidence.encode(), self.about) if evidence else b""


class Request(models.Model):
    """Somebody asked to be written to and has not confirmed it yet; the address is encrypted, and gone afterwards."""

    identifier = models.CharField(max_length=200, db_index=True)
    purpose = models.CharField(max_length=120)
    channel = models.CharField(max_length=40)
    sealed_address = models.BinaryField(default=bytes)
    shown = models.ForeignKey(Shown, models.PROTECT, related_name="+")
    language = models.CharField(max_length=8)
    network = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField(default=timezone.now, db_index=True)
    message_id = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"request {self.pk} for {self.purpose}"

    @property
    def about(self) -> str:
        """What the encrypted address belongs to."""
        return f"consent request {self.identifier}"

    @property
    def address(self) -> str:
        """Where the mail goes."""
        return unseal(self.sealed_address, self.about).decode()


class Silenced(models.Model):
    """A suppression that outlives the person's data: a keyed hash that tells nobody who it is."""

    mark = models.CharField(max_length=32)
    channel = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    class Meta:
        """Each once."""

        constraints = (models.UniqueConstraint(fields=("mark", "channel"), name="silenced_once"),)

    def __str__(self) -> str:
        return f"suppressed on {self.channel or 'every channel'}"
