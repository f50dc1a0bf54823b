"""People who sign in, keys that programs sign in with, and what both have done."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is here for; `access.py` says what that allows."""

    ADMIN = "admin", _("Administrator")
    MANAGER = "manager", _("CX manager")
    ANALYST = "analyst", _("Analyst")
    MARKETER = "marketer", _("Marketer")
    AGENT = "agent", _("Service agent")
    STORE_MANAGER = "store_manager", _("Store manager")
    VIEWER = "viewer", _("Viewer")


class People(BaseUserManager["User"]):
    """Makes people by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a person; without a password they sign in by link."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody of the company, known by e-mail address."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.VIEWER)
    units = models.JSONField(_("units"), default=list, blank=True, help_text=_("Empty: the whole company."))
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(default=False, editable=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = People()

    def __str__(self) -> str:
        return self.name or self.email


def in_an_hour() -> datetime:
    """Give the moment at which a sign-in link ends that was made for now."""
    return timezone.now() + timedelta(seconds=settings.SIGNIN_LINK_S)


class SigninLink(models.Model):
    """A link that signs a person in once; the token itself is signed, not stored."""

    user = models.ForeignKey(User, models.CASCADE)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=in_an_hour)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link for {self.user}"


class KeyKind(models.TextChoices):
    """What a program does with its key; never both, because a key that writes stands in pages for all to read."""

    READ = "read", _("asks questions")
    WRITE = "write", _("sends events")


class ApiKey(models.Model):
    """A program's key: only its hash is kept."""

    kind = models.CharField(max_length=10, choices=KeyKind, default=KeyKind.READ)
    source = models.CharField(_("source"), max_length=100, blank=True)
    """What the events are called by that it sends; empty for keys that ask."""
    name = models.CharField(_("name"), max_length=100, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ANALYST)
    units = models.JSONField(_("units"), default=list, blank=True)
    made_by = models.CharField(max_length=254, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ShareLink(models.Model):
    """A page that somebody without an account may open for a while; its token is signed, not stored."""

    path = models.TextField(_("page"))
    """Address with its query string, without a version."""
    page = models.CharField(max_length=100)
    """Name of the address."""
    title = models.CharField(max_length=200, blank=True)
    version = models.BigIntegerField()
    rows = models.BooleanField(_("with the rows behind the numbers"), default=False)
    made_by = models.ForeignKey(User, models.CASCADE, related_name="shares")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened = models.PositiveIntegerField(_("opened"), default=0)
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Newest first."""

        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.path} by {self.made_by}"

    @property
    def lives(self) -> bool:
        """Whether it still opens."""
        return self.revoked_at is None and self.expires_at > timezone.now() and self.made_by.is_active


class AuditEntry(models.Model):
    """One write: who did what to what, when. Entries are only ever added."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.CharField(max_length=254, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=254)
    details = models.JSONField(default=dict)

    class Meta:
        """Newest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.by}: {self.action} {self.subject}"
