"""Messages on their way: one thread for each system, so that a slow one holds up nobody else.

A thread holds its system by a lease in the database, sends what is due, and writes down what came of it for several
messages at once. Stopped in between it has sent some of them without knowing: they are sent again, under the same
name, and the receiver knows them by it.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import close_old_connections, connections, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from heartline.act import delivering, envelopes
from heartline.act.delivering import Verdict
from heartline.core.errors import HeartlineError
from heartline.server.accounts import audit
from heartline.server.shell.outgoing import Answer, Caller
from heartline.server.shell.sealed import seal, unseal
from heartline.store.steps import step

from . import kinds
from .models import Delivery, Endpoint

log = logging.getLogger("heartline.outbound")
AT_ONCE = 20
FLUSH_S = 0.5
"""What came of messages is written down at least this often."""
HELD = timedelta(seconds=60)
"""How long a sender that fell silent keeps its system; longer than any call takes."""
MOST_THREADS = 16
TRIES_KEPT = 12
SELF = f"{os.getpid()}-{uuid.uuid4().hex[:8]}"
BY = "Heartline"
_running: dict[int, threading.Thread] = {}
_guard = threading.Lock()
_chance = random.SystemRandom()


@dataclass
class Outcome:
    """What came of sending one message."""

    delivery: Delivery
    at: datetime
    said: int | str
    """The status, or the code of why there was none."""
    milliseconds: int
    verdict: Verdict
    answer: str = ""
    asked_s: float | None = None


def _due() -> QuerySet[Delivery]:
    now = timezone.now()
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now, endpoint__state=Endpoint.State.ON)
    return due.filter(Q(endpoint__rest_until=None) | Q(endpoint__rest_until__lte=now)).order_by()


def due() -> bool:
    """Tell whether a message is due."""
    return _due().exists()


def start_due() -> int:
    """See that everybody to whom something is due is being sent it; give how many threads were started."""
    started = 0
    for number in _due().values_list("endpoint_id", flat=True).distinct():
        with _guard:
            for done in [key for key, thread in _running.items() if not thread.is_alive()]:
                del _running[done]
            if number in _running or len(_running) >= MOST_THREADS:
                continue
            thread = threading.Thread(target=_thread, args=(number,), daemon=True, name=f"outbound {number}")
            _running[number] = thread
        thread.start()
        started += 1
    return started


def _thread(number: int) -> None:
    try:
        send(number)
    except Exception:
        log.exception("Sending to system %d stumbled; it is tried again.", number)
    finally:
        connections.close_all()


def send(number: int, holder: str = SELF) -> int:
    """Send a system what is due to it, until nothing is, or it is to rest; give how many messages went out."""
    sent = 0
    with Caller() as caller:
        while (endpoint := _hold(number, holder)) is not None:
            now = timezone.now()
            due = endpoint.deliveries.filter(state=Delivery.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
            some = list(due[:AT_ONCE])
            if not some:
                break
            sent += _send_some(endpoint, some, caller)
            close_old_connections()
    Endpoint.objects.filter(pk=number, holder=holder).update(holder="", held_until=None)
    return sent


def _hold(number: int, holder: str) -> Endpoint | None:
    """Take or keep the lease of a system that may be sent something now."""
    now = timezone.now()
    free = Q(held_until=None) | Q(held_until__lt=now) | Q(holder=holder)
    rested = Q(rest_until=None) | Q(rest_until__lte=now)
    mine = Endpoint.objects.filter(free, rested, pk=number, state=Endpoint.State.ON)
    if not mine.update(holder=holder, held_until=now + HELD):
        return None
    return Endpoint.objects.filter(pk=number).first()


def _send_some(endpoint: Endpoint, some: list[Delivery], caller: Caller) -> int:
    secrets = keys(endpoint)
    outcomes: list[Outcome] = []
    failures, start = endpoint.failures, time.monotonic()
    for delivery in some:
        outcome = attempt(endpoint, delivery, secrets, caller)
        outcomes.append(outcome)
        failures = 0 if outcome.verdict == Verdict.TAKEN else failures + 1
        rest = failures >= delivering.ROW or outcome.asked_s is not None
        if rest or outcome.verdict == Verdict.GONE or time.monotonic() - start > FLUSH_S:
            break
    step("messages sent")
    write(endpoint, outcomes)
    return len(outcomes)


def keys(endpoint: Endpoint) -> list[str]:
    """Give the secrets under which messages are signed now."""
    found = [unseal(endpoint.secret, f"endpoint {endpoint.name}").decode()]
    if endpoint.old_secret is not None and endpoint.old_until and timezone.now() < endpoint.old_until:
        found.append(unseal(endpoint.old_secret, f"endpoint {endpoint.name}").decode())
    return found


def attempt(endpoint: Endpoint, delivery: Delivery, secrets: Iterable[str], caller: Caller) -> Outcome:
    """Send one message."""
    start, now = time.monotonic(), timezone.now()
    try:
        body = delivery.opened()
        headers = envelopes.headers(delivery.name, now.timestamp(), body, secrets)
        answer = caller.call("POST", endpoint.url, headers=headers, body=body)
    except HeartlineError as error:
        spent = round(1000 * (time.monotonic() - start))
        return Outcome(delivery, now, error.code, spent, Verdict.AGAIN)
    asked = delivering.asked_s(answer.headers.get("retry-after"), now) if answer.status >= 400 else None
    spent = round(1000 * answer.seconds)
    return Outcome(delivery, now, answer.status, spent, delivering.verdict(answer.status), _text(answer), asked)


def _text(answer: Answer) -> str:
    text = answer.body.decode(errors="replace").replace("\0", "�")
    return text + "…" if answer.more else text


@transaction.atomic
def write(endpoint: Endpoint, outcomes: Iterable[Outcome]) -> None:
    """Write down what came of messages, and what that says of their system."""
    for outcome in outcomes:
        _written(outcome)
        if outcome.verdict == Verdict.TAKEN:
            endpoint.failures, endpoint.failing_since, endpoint.rest_until = 0, None, None
            continue
        endpoint.failures += 1
        endpoint.failing_since = endpoint.failing_since or outcome.at
        rest = max(
            delivering.rest_s(endpoint.failures, _chance.random()), min(outcome.asked_s or 0, delivering.MOST_WAIT_S)
        )
        endpoint.rest_until = outcome.at + timedelta(seconds=rest) if rest else None
        if outcome.verdict == Verdict.GONE:
            _switch(endpoint, Endpoint.State.GONE)
        elif (outcome.at - endpoint.failing_since).total_seconds() >= delivering.PAUSED_AFTER_S:
            _switch(endpoint, Endpoint.State.PAUSED)
    same = Endpoint.objects.filter(pk=endpoint.pk)
    same.update(failures=endpoint.failures, failing_since=endpoint.failing_since, rest_until=endpoint.rest_until)


def _switch(endpoint: Endpoint, state: str) -> None:
    """Stop sending, by ourselves."""
    on = Endpoint.objects.filter(pk=endpoint.pk, state=Endpoint.State.ON)
    if on.update(state=state, since=timezone.now()):
        audit.record(by=BY, action="stop_endpoint", subject=endpoint.name, why=state)


def _written(outcome: Outcome) -> None:
    one = outcome.delivery
    tried = one.tried + 1
    tries = [*one.tries, [outcome.at.isoformat(), outcome.said, outcome.milliseconds]][-TRIES_KEPT:]
    said = {"tried": F("tried") + 1, "tries": tries, "answer": outcome.answer,
            "status": outcome.said if isinstance(outcome.said, int) else None}  # fmt: skip
    if outcome.verdict == Verdict.TAKEN:
        said |= {"state": Delivery.State.TAKEN, "over_at": outcome.at}
        if one.kind == kinds.ERASED:
            said |= {"body": seal(b"{}", one.about)}
    else:
        wait = delivering.wait_s(tried, _chance.random(), outcome.asked_s)
        over = {"state": Delivery.State.FAILED, "over_at": outcome.at}
        said |= over if wait is None else {"due_at": outcome.at + timedelta(seconds=wait)}
    Delivery.objects.filter(pk=one.pk, state=Delivery.State.WAITING).update(**said)
