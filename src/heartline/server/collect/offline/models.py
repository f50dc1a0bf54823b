"""What staff noted, so that they can take it back; whom it was about is not kept here."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from heartline.server.shell.leaving import Told


class Noted(Told):
    """A contact that somebody noted."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    what = models.CharField(max_length=40)
    unit = models.CharField(max_length=200, blank=True)
    found = models.CharField(max_length=20)
    """How the customer was named: a kind of identifier, `order`, or `nobody`."""

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
