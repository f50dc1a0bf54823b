"""Writes about people's data: each atomic, audited, and only by who may see to privacy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils import timezone

from heartline.collect import person as persons
from heartline.collect import person_export
from heartline.collect.person import Person
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import consenting, personal
from heartline.server.shell.opened import workspace
from heartline.store import erasing as store
from heartline.store import tombstones
from heartline.store.erasing import Aged

from . import erasing
from .clock import LONGER, month_later, months_before
from .models import OVER, Kind, Objection, Request, Rule, Sheet, State

ALLOWED = {
    State.OPEN: (State.WAITING, State.DONE, State.REFUSED),
    State.WAITING: (State.OPEN, State.DONE, State.REFUSED),
}
"""Where a request may go from where it is."""
LEAST_MONTHS = 1


def _allowed(by: object) -> None:
    """Refuse whom it is not for; whoever owns the machine may."""
    if isinstance(by, User):
        access.require(by, "privacy")


def found(who: str) -> Person:
    """Find somebody by anything that they go by.

    Raises
    ------
    NotFound, Conflict, InvalidInput
        `unknown_customer`, `several_people`, `bad_value`.
    """
    return persons.find(workspace().lake, who)


@transaction.atomic
def export(*, who: str, by: object) -> bytes:
    """Give everything that is held of somebody, as one file."""
    _allowed(by)
    person = found(who)
    theirs = erasing.theirs(person)
    held = {holding.place: holding.export(theirs) for holding in personal.holdings()}
    made = person_export.bundle(workspace().lake, person, held)
    audit.record(by=by, action="export_person", subject=person.customer)
    return made


def erase(*, who: str, by: object, request: int | None = None) -> Sheet:
    """Erase somebody from everywhere now; give the proof.

    Not atomic as a whole: what is erased stays erased, and who asks again goes on where it stopped.
    """
    return erasing.run(ask_erasure(who=who, by=by, request=request))


@transaction.atomic
def ask_erasure(*, who: str, by: object, request: int | None = None) -> Sheet:
    """Write down that somebody is to be erased, for the background."""
    _allowed(by)
    person = found(who)
    names = [person.customer, *sorted(person.names - {person.customer})]
    asked = Request.objects.filter(pk=request).first() if request else None
    return Sheet.objects.create(by=audit.named(by), names=names, request=asked)


def erase_again(*, by: object = audit.COMMAND_LINE) -> int:
    """Erase from a restored folder those who were erased after its backup was made; give how many identifiers."""
    lines = tombstones.missed(workspace().lake)
    names = persons.clean_again(workspace().lake)
    if names:
        theirs = erasing.theirs(Person(min(names), names))
        places = [erasing.line(holding.place, holding.erase(theirs)) for holding in personal.holdings()]
        sheet = Sheet.objects.create(
            by=audit.named(by), why="restore", state=Sheet.State.DONE, done_at=timezone.now(), places=places,
            identifiers=len(names), version=workspace().lake.at().version, overwritten=erasing.written_over(),
        )  # fmt: skip
        audit.record(by=by, action="erase_again", subject=f"sheet {sheet.pk}", erasures=len(lines))
    return len(names)


@transaction.atomic
def ask(*, kind: str, asked_on: date, by: object, who: str = "", note: str = "") -> Request:
    """Take down what somebody asks; the month begins.

    Raises
    ------
    InvalidInput
        `bad_value` for a kind that there is not, or a day to come.
    NotFound, Conflict
        When nobody, or several people, go by what is given.
    """
    _allowed(by)
    if kind not in Kind.values:
        raise InvalidInput("bad_value", f"“{kind}” is nothing that people ask for.", field="kind")
    if asked_on > timezone.localdate():
        raise InvalidInput("bad_value", "That day is still to come.", field="asked_on")
    person = found(who) if who.strip() else None
    made = Request(
        kind=kind, asked_on=asked_on, due_on=month_later(asked_on), by=audit.named(by),
        customer=person.customer if person else "", names=sorted(person.names) if person else [],
    )  # fmt: skip
    made.note = note.strip()
    made.save()
    audit.record(by=by, action="take_request", subject=f"request {made.pk}", kind=kind, due=made.due_on.isoformat())
    return made


def asked_for(number: int) -> Request:
    """Give a request.

    Raises
    ------
    NotFound
        `unknown_request`.
    """
    asked = Request.objects.filter(pk=number).first()
    if asked is None:
        raise NotFound("unknown_request", f"There is no request {number}.", field="number")
    return asked


@transaction.atomic
def move(*, number: int, state: str, answer: str = "", by: object) -> Request:
    """Bring a request on, or close it with what was answered.

    Raises
    ------
    Conflict
        `request_is_over`.
    InvalidInput
        `bad_value`; `no_reason` for a refusal without one.
    """
    _allowed(by)
    asked = asked_for(number)
    if asked.over:
        raise Conflict("request_is_over", "This request is over.", field="state")
    if state not in ALLOWED[State(asked.state)]:
        raise InvalidInput("bad_value", f"A request cannot become “{state}”.", field="state")
    if state == State.REFUSED and not answer.strip():
        raise InvalidInput("no_reason", "A refusal needs its reason: the person must be told.", field="answer")
    before, asked.state, asked.answer = asked.state, state, answer.strip()[:300]
    asked.closed_at = timezone.now() if state in OVER else None
    asked.save()
    audit.record(by=by, action="move_request", subject=f"request {asked.pk}", state=[before, state])
    return asked


@transaction.atomic
def lengthen(*, number: int, because: str, by: object) -> Request:
    """Take two more months, for a reason that the person is told within the first.

    Raises
    ------
    Conflict
        `request_is_over`, `longer_already`, `too_late`.
    InvalidInput
        `no_reason`.
    """
    _allowed(by)
    asked = asked_for(number)
    if asked.over:
        raise Conflict("request_is_over", "This request is over.", field="number")
    if asked.longer_because:
        raise Conflict("longer_already", "This request was given more time already.", field="number")
    if timezone.localdate() > asked.due_on:
        raise Conflict("too_late", "More time has to be taken within the first month.", field="number")
    if not because.strip():
        raise InvalidInput("no_reason", "More time needs its reason: the person must be told.", field="because")
    asked.longer_because, asked.due_on = because.strip()[:300], month_later(asked.asked_on, LONGER)
    asked.save()
    audit.record(by=by, action="lengthen_request", subject=f"request {asked.pk}", due=asked.due_on.isoformat())
    return asked


@transaction.atomic
def object_to_profiling(*, who: str, by: object, objects: bool = True) -> int:
    """Leave somebody out of predictions and personas, or take them in again; give for how many identifiers."""
    _allowed(by)
    person = found(who)
    there = set(Objection.objects.filter(identifier__in=person.names).values_list("identifier", flat=True))
    if objects:
        fresh = [Objection(identifier=name, by=audit.named(by)) for name in sorted(person.names - there)]
        count = len(Objection.objects.bulk_create(fresh))
    else:
        count = Objection.objects.filter(identifier__in=there).delete()[0]
    if count:
        action = "object_to_profiling" if objects else "allow_profiling"
        audit.record(by=by, action=action, subject=person.customer)
        consenting.objected(person.names, objects=objects, by=by)
    return count


def objects(person: Person) -> bool:
    """Tell whether somebody objects to profiling."""
    return Objection.objects.filter(identifier__in=person.names).exists()


def objecting() -> Iterable[str]:
    """Give the identifiers of those who object to profiling."""
    return Objection.objects.values_list("identifier", flat=True)


def forget_all() -> None:
    """Forget everybody, and how long anything was to be kept: the data folder was emptied. Sheets stay, as proof."""
    for model in (Request, Objection, Rule):
        model.objects.all().delete()


@transaction.atomic
def keep(*, months: int, kind: str = "", source: str = "", by: object) -> Rule:
    """Say how long interactions are kept; what is older goes with the next night's run.

    Raises
    ------
    InvalidInput
        `bad_value` for less than a month.
    """
    _allowed(by)
    asked = rule(months=months, kind=kind, source=source)
    kept, _made = Rule.objects.update_or_create(
        kind=asked.kind, source=asked.source, defaults={"months": months, "by": audit.named(by)}
    )
    audit.record(by=by, action="keep_for", subject=str(kept), months=months)
    return kept


def rule(*, months: int, kind: str = "", source: str = "") -> Rule:
    """Give a rule that is not kept, to see what it would do.

    Raises
    ------
    InvalidInput
        `bad_value` for less than a month.
    """
    if months < LEAST_MONTHS:
        raise InvalidInput("bad_value", "A rule keeps things for a month at least.", field="months")
    return Rule(months=months, kind=kind.strip(), source=source.strip())


@transaction.atomic
def keep_for_ever(*, number: int, by: object) -> None:
    """Take a rule back; what it erased stays erased."""
    _allowed(by)
    there = Rule.objects.filter(pk=number).first()
    if there is None:
        raise NotFound("unknown_rule", "There is no such rule.", field="number")
    audit.record(by=by, action="keep_for_ever", subject=str(there))
    there.delete()


def aged(one: Rule, today: date) -> Aged:
    """Say which interactions a rule erases on a day."""
    before = datetime.combine(months_before(today, one.months), time(), UTC)
    return Aged(before, one.kind or None, one.source or None)


def would_go(rules: Iterable[Rule]) -> list[int]:
    """Count what each rule would erase now."""
    return store.preview(workspace().lake, [aged(one, timezone.localdate()) for one in rules])


def expire(*, by: object = "schedule") -> Sheet | None:
    """Erase what is older than the rules let it become; None where nothing is."""
    rules = [aged(one, timezone.localdate()) for one in Rule.objects.all()]
    lake = workspace().lake
    if not rules or not any(store.preview(lake, rules)):
        return None
    done = store.expire(lake, rules)
    places = [{"place": place, "removed": gone.removed, "searched": gone.searched, "counts": gone.counts}
              for place, gone in done.places.items()]  # fmt: skip
    sheet = Sheet.objects.create(
        by=audit.named(by), why="age", state=Sheet.State.DONE, done_at=timezone.now(), version=done.version,
        places=places, overwritten=True,
    )  # fmt: skip
    audit.record(by=by, action="expire", subject=f"sheet {sheet.pk}", version=done.version)
    return sheet
