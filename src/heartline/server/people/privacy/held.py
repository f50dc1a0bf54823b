"""What this feature, accounts and the shell hold of customers."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q

from heartline.server.accounts.models import AuditEntry, ShareLink
from heartline.server.shell import personal
from heartline.server.shell.personal import Holding, Rows, Theirs
from heartline.store.erasing import Gone

from .models import Request

LONG = 16
"""The hash of an identifier is longer; in addresses it stands without its kind."""
GONE = "erased"


def register() -> None:
    """Say so."""
    personal.by_identifier("objections", "privacy.Objection")
    personal.hold(Holding("requests", ("privacy.Request",), _requests, _forget_requests))
    personal.hold(Holding("audit trail", ("accounts.AuditEntry",), _trail, _forget_trail))
    personal.hold(Holding("shared pages", ("accounts.ShareLink",), lambda _who: [], _forget_links))
    for model, why in FREE.items():
        personal.free(model, why)


FREE = {
    "accounts.User": "people of the company, no customers",
    "privacy.Sheet": "names whom it erases until that is done, then nobody",
}


def tails(who: Theirs) -> list[str]:
    """Give what of their identifiers stands in addresses, however these are quoted: the hash."""
    return sorted({tail if len(tail := name.partition(":")[2]) >= LONG else name for name in who.names})


def _naming(who: Theirs, *fields: str) -> Q:
    return reduce(or_, (Q(**{f"{field}__icontains": tail}) for field in fields for tail in tails(who)))


def _of(row: Model, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _requests(who: Theirs) -> Rows:
    fields = ("kind", "state", "asked_on", "due_on", "note", "answer", "closed_at")
    return [_of(row, *fields) for row in Request.objects.filter(customer__in=who.names)]


def _forget_requests(who: Theirs) -> Gone:
    """Keep that something was asked and answered, and when; not by whom."""
    found = [one for one in Request.objects.exclude(customer="") if who.names & {one.customer, *one.names}]
    for one in found:
        one.customer, one.names, one.note, one.answer = "", [], "", ""
        one.save()
    return Gone(len(found), Request.objects.count())


def _trail(who: Theirs) -> Rows:
    found = AuditEntry.objects.filter(_naming(who, "subject", "details"))
    return [_of(row, "at", "action", "subject", "details") for row in found]


def _forget_trail(who: Theirs) -> Gone:
    """Keep that somebody of the company did something, and when; not with whom."""
    found = list(AuditEntry.objects.filter(_naming(who, "subject", "details")))
    for one in found:
        one.subject, one.details = _without(who, one.subject), _leaves(one.details, lambda text: _without(who, text))
        one.save()
    return Gone(len(found), AuditEntry.objects.count())


def _without(who: Theirs, text: str) -> str:
    for tail in tails(who):
        text = text.replace(tail, GONE)
    return text


def _leaves(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _leaves(item, change) for name, item in value.items()}
    if isinstance(value, list):
        return [_leaves(item, change) for item in value]
    return change(value) if isinstance(value, str) else value


def _forget_links(who: Theirs) -> Gone:
    count = ShareLink.objects.count()
    return Gone(ShareLink.objects.filter(_naming(who, "path", "title")).delete()[0], count)
