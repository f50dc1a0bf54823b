"""The sentences of privacy, in the language of the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from heartline.core.errors import HeartlineError
from heartline.server.shell import errors, numbers

from .models import Request, Rule, Sheet

PLACES = {
    "lake: identities": gettext_noop("Who is the same person"),
    "lake: refusals": gettext_noop("Who was not joined, and why"),
    "lake: customers": gettext_noop("Whom identifiers belong to"),
    "lake: overrides": gettext_noop("Later corrections of what happened"),
    "lake: interactions": gettext_noop("What happened"),
    "old files": gettext_noop("Earlier states of these, files"),
    "log": gettext_noop("Journals of these"),
    "kept answers": gettext_noop("Answers given before"),
    "path index": gettext_noop("Index of paths"),
    "readings of texts": gettext_noop("What was read of texts"),
    "corrected readings of texts": gettext_noop("Readings of texts that were put right"),
    "spilled memory": gettext_noop("Memory written to disk"),
    "quarantine": gettext_noop("Lines that could not be used"),
    "uploads": gettext_noop("Files brought in"),
    "drop": gettext_noop("Files in drop folders"),
    "objections": gettext_noop("Objections to profiling"),
    "contacts": gettext_noop("Contact data"),
    "consents": gettext_noop("Consents"),
    "received": gettext_noop("Events that could not be used"),
    "outbound": gettext_noop("Messages to other systems"),
    "imports": gettext_noop("Looks at imports"),
    "requests": gettext_noop("Requests about their data"),
    "audit trail": gettext_noop("Record of what was done here"),
    "shared pages": gettext_noop("Shared pages"),
    "interviews": gettext_noop("Interviews"),
    "survey_responses": gettext_noop("Answers to surveys"),
    "survey_invitations": gettext_noop("Invitations to surveys"),
    "alerts": gettext_noop("Scores that were told"),
    "employees": gettext_noop("Employees and compliments"),
    "saved views": gettext_noop("Saved views"),
    "examples of events": gettext_noop("Examples of events"),
    "hooks": gettext_noop("Last messages of other systems"),
    "connections": gettext_noop("First rows of sources"),
    "words on duplicates": gettext_noop("What was said of likely duplicates"),
    "contact_pressure": gettext_noop("When they were contacted"),
}
"""Places that a sheet lists, as people call them."""
KINDS = {
    "event": gettext_noop("Events"), "feedback": gettext_noop("What people said and rated"),
    "message": gettext_noop("Messages"), "assignment": gettext_noop("Who was to get what"),
}  # fmt: skip


def kind(key: str) -> str:
    """Name a kind of interaction."""
    if not key:
        return _("Everything that happened")
    return _(KINDS[key]) if key in KINDS else key.replace("_", " ").capitalize()


def place(key: str) -> str:
    """Name a place."""
    return _(PLACES[key]) if key in PLACES else key.replace("_", " ").capitalize()


def told(error: HeartlineError) -> str:
    """Say what is wrong with a form."""
    known = {
        "asked_on": _("Choose a day that is not to come."),
        "who": _("Nobody is found by that, or several people are. Give the e-mail address or the customer number."),
        "answer": _("A refusal needs its reason: the person must be told."),
        "because": _("More time needs its reason: the person must be told."),
        "months": _("A rule keeps things for a month at least."),
    }
    closed = {
        "request_is_over": _("This request is over."),
        "longer_already": _("This request was given more time already."),
        "too_late": _("More time has to be taken within the first month."),
    }
    return closed.get(error.code) or known.get(error.field or "") or errors.told(error)


def day(value: date) -> str:
    """Write a day."""
    return date_format(value, "DATE_FORMAT")


def desk(requests: Sequence[Request], today: date) -> str:
    """Say what is to be done at the desk."""
    if not requests:
        return _("Nobody waits for an answer about their data.")
    late = sum(one.days_left(today) < 0 for one in requests)
    count = ngettext("{n} request waits for an answer", "{n} requests wait for an answer", len(requests))
    said = count.format(n=numbers.count(len(requests)))
    if late:
        return ngettext("{said}; {n} is late.", "{said}; {n} are late.", late).format(said=said, n=numbers.count(late))
    return _("{said}; the next is due on {day}.").format(said=said, day=day(requests[0].due_on))


def left(days: int) -> str:
    """Say how long there is still."""
    if days < 0:
        return ngettext("{n} day late", "{n} days late", -days).format(n=-days)
    if days == 0:
        return _("due today")
    return ngettext("{n} day left", "{n} days left", days).format(n=days)


def holds(interactions: int, identifiers: int) -> str:
    """Say what is held of somebody."""
    things = ngettext("{n} thing that happened", "{n} things that happened", interactions)
    names = ngettext("{n} identifier", "{n} identifiers", identifiers)
    return _("We hold {things}, under {names}.").format(
        things=things.format(n=numbers.count(interactions)), names=names.format(n=numbers.count(identifiers))
    )


def erased(sheet: Sheet) -> str:
    """Say what a sheet proves."""
    if sheet.state == Sheet.State.WAITING:
        return _("Everything of this person is being removed. This page says so when it is done.")
    if sheet.state == Sheet.State.FAILED:
        return _("The removal stopped. Nothing of others was touched; it can be tried again.")
    removed = sum(line["removed"] for line in sheet.places if line["place"] == "lake: interactions")
    if sheet.why == "age":
        said = ngettext(
            "{n} thing that happened was removed because it was older than we keep it.",
            "{n} things that happened were removed because they were older than we keep them.", removed,
        )  # fmt: skip
    else:
        said = ngettext(
            "This person is gone: {n} thing that happened was removed, and every trace beside.",
            "This person is gone: {n} things that happened were removed, and every trace beside.", removed,
        )  # fmt: skip
    return said.format(n=numbers.count(removed))


def kept(rules: Sequence[Rule]) -> str:
    """Say how long things are kept."""
    if not rules:
        return _("We keep everything for ever: there is no rule yet.")
    return ngettext(
        "{n} rule says how long we keep things.", "{n} rules say how long we keep things.", len(rules)
    ).format(n=len(rules))


def months(number: int) -> str:
    """Write a number of months, whole years as years."""
    if number % 12 == 0:
        return ngettext("{n} year", "{n} years", number // 12).format(n=number // 12)
    return ngettext("{n} month", "{n} months", number).format(n=number)


ERASE = "ERASE"


def erase_word() -> str:
    """Give the word that confirms a removal."""
    return _("ERASE")


def counted(what: str) -> str:
    """Name what was counted in a place."""
    return {"files": _("files"), "lines": _("lines")}.get(what, _("rows"))


def help_for(asked: str) -> str:
    """Say what has to be done about a request."""
    return {
        "access": _("Hand out everything that we hold, and say where it came from and who saw it."),
        "portability": _("Hand out their data as a file that other programs read."),
        "rectification": _("Correct it where it came from, and bring it in again."),
        "erasure": _("Remove everything that we hold, unless a law makes us keep it, and keep the proof."),
        "objection": _("Leave them out of predictions and personas."),
    }[asked]
