"""Responses become interactions: through the inbox, like any other event, each answer once.

A response is sent on when it is finished, or half an hour after its last answer. What was sent on never changes; an
answer that comes after that is sent by itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from heartline.collect.inbox import Inbox, Received, named, opened
from heartline.collect.inbox.sqlite import FILE
from heartline.core.errors import Unavailable
from heartline.listen.surveys.flow import Response
from heartline.listen.surveys.telling import Fact, Told, told
from heartline.listen.surveys.values import Survey as Value
from heartline.server.shell.opened import workspace

from . import links
from .models import Answering

SOURCE = "surveys"
EVENT = "Survey Answered"
OF_EMPLOYEES = "employees", "Employee Answered"
"""Source and event of what employees answer: no feedback of a customer, and at no touchpoint (decision 0043)."""
IDLE = timedelta(minutes=30)
STOPPED = timedelta(minutes=1)
"""Who finished longer ago and was not sent on was not by accident: the server was stopped."""
AT_ONCE = 200
REF = ("order", "ticket", "booking", "visit")
"""Values of a link that say what the answers belong to."""


def tell(kept: Answering, survey: Value, response: Response) -> int:
    """Send on what was not sent yet; give how many answers."""
    said = told(survey, response)
    fresh = [fact for fact in said.facts if fact.name not in kept.told]
    people = _person(kept, survey, said)
    if fresh or people:
        source = OF_EMPLOYEES[0] if survey.for_ == "employees" else SOURCE
        _send(source, [*people, *(_event(kept, survey, response, one) for one in fresh)])
    kept.told = [*kept.told, *(fact.name for fact in fresh)]
    kept.sent_at = timezone.now()
    return len(fresh)


def send_on(kept: Answering, survey: Value, response: Response) -> None:
    """Send on a response that is kept. Should this be stopped, it is done again: answers have names of their own."""
    tell(kept, survey, response)
    Answering.objects.filter(pk=kept.pk).update(told=kept.told, sent_at=kept.sent_at)


def _event(kept: Answering, survey: Value, response: Response, fact: Fact) -> dict[str, Any]:
    """Write an answer as an event."""
    ref = next((response.hidden[name] for name in REF if response.hidden.get(name)), None)
    ours = (*REF, "unit", "channel", "kiosk")
    known = {name: value for name, value in response.hidden.items() if name not in ours and value}
    if survey.anonymous:  # an order names who made it, and other values may
        ref, known = None, {}
    event = OF_EMPLOYEES[1] if survey.for_ == "employees" else EVENT
    own = {
        "score": fact.score, "scale": fact.scale, "text": fact.text, "about": fact.about, "ref": ref,
        "unit": response.hidden.get("unit"), "channel": response.hidden.get("channel"),
        "kiosk": response.hidden.get("kiosk"),
        "survey": survey.key, "edition": kept.edition.number, "language": kept.language,
        "hidden": known or None, **fact.properties,
    }  # fmt: skip
    if survey.anonymous:  # where only results find them, which withhold what few people said
        own |= {"points": own["score"], "words": own["text"], "score": None, "scale": None, "text": None}
    if survey.for_ == "employees":
        own["about"] = None
    return {
        "type": "track", "event": event, "messageId": f"{kept.token}.{fact.name}", **_moment(kept, survey),
        **_who(kept, survey), "properties": {name: each for name, each in own.items() if each is not None},
    }  # fmt: skip


def _person(kept: Answering, survey: Value, said: Told) -> list[dict[str, Any]]:
    """Write contact fields and consents as what they are: said by a person, not about a touchpoint."""
    if survey.anonymous or not (said.traits or said.consents):
        return []
    event: dict[str, Any] = {"type": "identify", "messageId": f"{kept.token}.person.{len(kept.told)}"}
    event |= _moment(kept, survey) | _who(kept, survey)
    if said.consents:
        preferences = {purpose: yes for purpose, _, yes in said.consents}
        event["context"] = {**event.get("context", {}), "consent": {"categoryPreferences": preferences}}
    return [{**event, "traits": said.traits}]


def _moment(kept: Answering, survey: Value) -> dict[str, str]:
    """Say when it was answered; of an anonymous survey only the day: who was there at that second is known.

    Our own clock says it, so nothing is said of when it was sent, by which wrong clocks of others are set right: what
    waited here for half an hour, or for a server that was stopped, would become half an hour or days younger.
    """
    if survey.anonymous:
        zone = ZoneInfo(str(workspace().lake.at().definitions.settings["timezone"]))
        day = kept.changed_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return {"timestamp": day.isoformat()}
    return {"timestamp": kept.changed_at.isoformat()}


def _who(kept: Answering, survey: Value) -> dict[str, Any]:
    """Say who answered: whom a personal link named, else this response by itself; nobody where it is anonymous."""
    if survey.anonymous:
        return {}
    who = links.named(kept)
    if who is None:
        return {"anonymousId": kept.token}
    wire = {"user_id": "userId", "anonymous_id": "anonymousId"}
    return {wire[who[0]]: who[1]} if who[0] in wire else {"context": {"traits": {who[0]: who[1]}}}


def _send(source: str, events: list[dict[str, Any]]) -> None:
    if settings.DATA is None:
        raise Unavailable("no_data", "There is no data folder.", remedy="Set HEARTLINE_DATA.")
    body = msgspec.json.encode({"batch": events})
    row = Received(time.time_ns() // 1000, source, "batch", body, len(events), b"{}")
    address = named(settings.DATA)
    if isinstance(address, Path):
        _kept(address).put([row])
        return
    with opened(address) as inbox:
        inbox.put([row])


_turn = threading.Lock()
_open: dict[Path, tuple[int, Inbox]] = {}


def _kept(folder: Path) -> Inbox:
    """Give the inbox of a data folder, which stays open: to open the file costs more than to put something into it."""
    with _turn:
        file = folder / FILE
        mark = file.stat().st_ino if file.exists() else 0
        held = _open.get(folder)
        if held is None or held[0] != mark:  # another folder, or emptied and made anew
            for _mark, inbox in _open.values():
                inbox.close()
            _open.clear()
            made = opened(folder)
            _open[folder] = held = (file.stat().st_ino, made)
        return held[1]


def send_idle(read: Callable[[Answering], tuple[Value, Response]]) -> int:
    """Send on responses that nobody went on with; `read` opens one. Give how many."""
    done = 0
    for pk in _idle():
        with transaction.atomic():
            kept = Answering.objects.select_for_update().select_related("edition__survey").filter(pk=pk).first()
            if kept is None or kept.sent_at is not None:
                continue
            survey, response = read(kept)
            tell(kept, survey, response)
            kept.save(update_fields=["told", "sent_at"])
            done += 1
    return done


def _idle() -> Iterable[int]:
    now = timezone.now()
    left = Q(changed_at__lt=now - IDLE) | Q(finished_at__lt=now - STOPPED)
    return list(Answering.objects.filter(left, sent_at=None).values_list("pk", flat=True)[:AT_ONCE])
