"""What the pages about other systems show."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from heartline.server.accounts import asking
from heartline.server.shell import names, numbers
from heartline.server.shell.notices import Notice
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import commands, words
from .commands import Hearing
from .models import Delivery, Endpoint

STOPPED = (Endpoint.State.PAUSED, Endpoint.State.GONE)
SHOWN = 8_000
"""Characters of a message that are shown."""


def notice(request: HttpRequest) -> Notice | None:
    """Tell whoever can do something about it that a system hears nothing any more."""
    if not asking.may(request, commands.RIGHT):
        return None
    stopped = list(Endpoint.objects.filter(state__in=STOPPED))
    if not stopped:
        return None
    text = ngettext(
        "%(name)s is not told anything any more: it took no message for days, or said that it is gone.",
        "%(count)s other systems are not told anything any more: %(name)s and others.", len(stopped),
    ) % {"name": stopped[0].name, "count": numbers.count(len(stopped))}  # fmt: skip
    address = reverse("outbound_one", args=[stopped[0].pk]) if len(stopped) == 1 else reverse("outbound")
    return Notice(text, address, _("See why"))


def zone() -> str:
    """Give the company's zone."""
    return str(workspace().lake.at().definitions.settings["timezone"])


def endpoint(one: Endpoint, count: int, failed: int, zone: str) -> dict[str, Any]:
    """Show a system as a line of the list."""
    labels = {key: label for key, label, _meaning in words.hears()}
    return {
        "number": one.pk, "name": one.name, "url": one.url, "state": words.state(one.state),
        "good": one.state == Endpoint.State.ON, "hears": ", ".join(labels[key] for key in one.hears),
        "waiting": numbers.count(count), "failed": numbers.count(failed), "since": numbers.moment(one.since, zone),
    }  # fmt: skip


def answer(total: int, waiting: int, failed: int) -> str:
    """Say how telling other systems goes."""
    if not total:
        return _(
            "No other system is told anything yet. What happens here can be sent to any system, the moment it does."
        )
    told = ngettext("One system is told what happens here.", "%(n)s systems are told what happens here.", total)
    rest = (
        _("Every message was taken.") if not waiting + failed
        else _("%(waiting)s messages wait, %(failed)s failed for good.")
    )  # fmt: skip
    values = {"n": numbers.count(total), "waiting": numbers.count(waiting), "failed": numbers.count(failed)}
    return f"{told} {rest}" % values


def form(said: Hearing, name: str = "", url: str = "", style: str = "v1") -> dict[str, Any]:
    """Give what a form about a system offers, with what was said chosen."""
    definitions = workspace().lake.at().definitions
    return {
        "name": name, "url": url, "style": style, "history": said.history, "texts": said.texts,
        "kinds": [(key, label, meaning, key in said.hears) for key, label, meaning in words.hears()],
        "touchpoints": _choices(definitions, "touchpoint", said.touchpoints),
        "units": _choices(definitions, "unit", said.units),
        "scales": [(key, key == said.scale) for key in definitions.scales],
        "low": "" if said.low is None else f"{said.low:g}", "high": "" if said.high is None else f"{said.high:g}",
    }  # fmt: skip


def _choices(definitions: Definitions, kind: str, chosen: tuple[str, ...]) -> list[tuple[str, str, bool]]:
    return [(key, names.called(body, key), key in chosen) for key, body in definitions.all(kind).items()]


def hearing(one: Endpoint) -> Hearing:
    """Give what a system hears."""
    return Hearing(
        tuple(one.hears), tuple(one.touchpoints), tuple(one.units), one.scale, one.low, one.high, one.history,
        one.texts,
    )  # fmt: skip


def delivery(one: Delivery, zone: str) -> dict[str, Any]:
    """Show a message as a line of the list."""
    last = one.tries[-1] if one.tries else None
    return {
        "number": one.pk, "name": one.name, "kind": words.kind(one.kind), "at": numbers.moment(one.made_at, zone),
        "state": words.became(one), "taken": one.state == Delivery.State.TAKEN,
        "failed": one.state == Delivery.State.FAILED, "tried": numbers.count(len(one.tries)),
        "last": words.said(last[1]) if last else "",
        "next": numbers.duration((one.due_at - timezone.now()).total_seconds())
        if one.state == Delivery.State.WAITING and one.tries and one.due_at > timezone.now() else "",
    }  # fmt: skip


def whole(one: Delivery, zone: str) -> dict[str, Any]:
    """Show a message with every attempt."""
    body = msgspec.json.format(one.opened(), indent=2).decode()
    tries = [
        {"at": numbers.moment(at, zone) if (at := parse_datetime(when)) else "", "said": words.said(said),
         "took": numbers.duration(milliseconds / 1000)}
        for when, said, milliseconds in one.tries
    ]  # fmt: skip
    return {**delivery(one, zone), "body": body[:SHOWN], "answer": one.answer, "tries": tries}
