"""Erasing a person from both stores: the lake and its files first, then every place that holds something of theirs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.utils import timezone

from heartline.collect import person as persons
from heartline.collect.person import Person
from heartline.collect.person_files import Matcher
from heartline.core.errors import HeartlineError, Unavailable
from heartline.server.accounts import audit
from heartline.server.shell import data, personal
from heartline.server.shell.opened import workspace
from heartline.store.erasing import Erased, Gone

from .models import Request, Sheet, State


def theirs(person: Person, refs: frozenset[str] = frozenset()) -> personal.Theirs:
    """Say who somebody is to the places that hold something of them."""
    lake = workspace().lake
    matcher = Matcher(lake.key, person.names, refs, persons.kinds(lake.at()), persons.normal)
    return personal.Theirs(person.names, matcher.cell)


def run(sheet: Sheet) -> Sheet:
    """Erase whom a sheet names, and write down what was done; may run again after a crash."""
    person = Person(sheet.names[0], frozenset(sheet.names))
    try:
        done = persons.erase(workspace().lake, person)
    except HeartlineError as error:
        sheet.state, sheet.reason = Sheet.State.FAILED, str(error)
        sheet.save()
        raise
    places = [line(place, gone) for place, gone in done.places.items()]
    who = theirs(person, done.refs)
    places += [line(holding.place, holding.erase(who)) for holding in personal.holdings()]
    _written(sheet, done, places)
    audit.record(by=sheet.by, action="erase_person", subject=f"sheet {sheet.pk}", version=done.version)
    sheet.overwritten = written_over()
    sheet.save(update_fields=["overwritten"])
    return sheet


def _written(sheet: Sheet, done: Erased, places: list[dict[str, Any]]) -> None:
    sheet.state, sheet.done_at, sheet.version = Sheet.State.DONE, timezone.now(), done.version
    sheet.identifiers, sheet.names, sheet.places, sheet.reason = len(sheet.names), [], places, ""
    sheet.waiting_requests = _waiting()
    sheet.save()
    if sheet.request is not None:
        Request.objects.filter(pk=sheet.request.pk).update(state=State.DONE, closed_at=timezone.now())


def written_over() -> bool:
    """Have both databases write over what was deleted; tell whether that could be done now.

    What landed long ago still stands in the journal of the inbox, until so much came that it begins anew.
    """
    done = personal.scrub()
    if settings.DATA is None:
        return done
    try:
        with data.inbox() as inbox:
            return inbox.overwrite() and done
    except Unavailable:
        return False


def write_over_again() -> bool:
    """Write over what could not be written over when it was erased; tell whether anything was left."""
    left = Sheet.objects.filter(state=Sheet.State.DONE, overwritten=False)
    numbers = list(left.values_list("pk", flat=True))
    if not numbers or not written_over():
        return False
    return bool(Sheet.objects.filter(pk__in=numbers).update(overwritten=True))


def _waiting() -> int:
    """Count what was received and is not in the lake yet: what is theirs of it is left out when it lands."""
    if settings.DATA is None:
        return 0
    with data.inbox() as inbox:
        return inbox.backlog().requests


def line(place: str, gone: Gone) -> dict[str, Any]:
    """Give what a sheet says of a place."""
    return {"place": place, **asdict(gone)}
