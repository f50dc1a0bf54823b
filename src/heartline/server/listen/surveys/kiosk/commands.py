"""What is written of kiosks: that one was made. Where it stands is in its link."""

from __future__ import annotations

from django.db import transaction

from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User

from ..commands import RIGHT, find
from . import linking


@transaction.atomic
def make(*, by: User, key: str, name: str, unit: str, language: str, idle_s: int, pin: str) -> str:
    """Make a kiosk of a survey, and give its signed link.

    Raises
    ------
    InvalidInput
        As `linking.place` says.
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    one = linking.place(name=name, unit=unit, language=language, idle_s=idle_s, pin=pin)
    audit.record(by=by, action="make_survey_kiosk", subject=find(key).key, place=one.name, unit=one.unit)
    return linking.link(key, one)
