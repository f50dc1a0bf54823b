"""What is written of kiosks: that one was made. Where it stands is in its link."""

from __future__ import annotations

from django.db import transaction

from heartline.core.errors import Conflict
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User

from ..commands import RIGHT, find, value
from . import linking


@transaction.atomic
def make(*, by: User, key: str, name: str, unit: str, language: str, idle_s: int, pin: str) -> str:
    """Make a kiosk of a survey, and give its signed link.

    Raises
    ------
    InvalidInput
        As `linking.place` says.
    Conflict
        `once`: a kiosk knows nobody.
    NotFound, Forbidden
        `unknown`, `not_allowed`.
    """
    access.require(by, RIGHT)
    one = linking.place(name=name, unit=unit, language=language, idle_s=idle_s, pin=pin)
    survey = find(key)
    asked = value(survey.body)
    if asked.once and not asked.anonymous:
        raise Conflict(
            "once", "Everybody answers this survey once, and a kiosk knows nobody.", remedy="Let them answer again."
        )
    audit.record(by=by, action="make_survey_kiosk", subject=survey.key, place=one.name, unit=one.unit)
    return linking.link(key, one)
