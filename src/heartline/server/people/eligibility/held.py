"""What is held of people here goes with their identifiers."""

from __future__ import annotations

from heartline.server.shell.personal import by_identifier, free

from .models import Failing, Refused, Reservation

MODELS = ("eligibility.Reservation", "eligibility.Refused", "eligibility.Failing")


def register() -> None:
    """Say so."""
    by_identifier("contact_pressure", *MODELS)
    free("eligibility.Ours", "rules of the company")


def forget_all() -> None:
    """Forget everybody: the data folder was emptied. The rules stay."""
    for model in (Reservation, Refused, Failing):
        model.objects.all().delete()
