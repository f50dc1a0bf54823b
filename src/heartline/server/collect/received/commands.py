"""Writes of what was received: try events again that could not be used, as they came or mended; forget what is old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from heartline.collect.inbox import Received, named, opened
from heartline.core.errors import InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import unseal

from .keeping import held_about
from .models import Batch, Count, Held

AT_ONCE = 200
KEPT_DAYS = 30
"""How long an event that could not be used is kept."""
MOST_ROWS = 500_000
MOST_BYTES = 32 * 1024 * 1024
"""How large a file of mended events may be."""


@transaction.atomic
def try_again(*, code: str, by: User) -> int:
    """Send the events that were dropped for a reason again, as they came; give how many.

    What lands then lands once, even when it is sent twice: it keeps its name.
    """
    access.require(by, "import")
    count = 0
    for some in _parts(Held.objects.filter(code=code, tried_at=None).order_by("pk").values_list("pk", flat=True)):
        held = list(Held.objects.filter(pk__in=some).order_by("pk"))
        _send([_again(one, _body(one)) for one in held])
        count += Held.objects.filter(pk__in=some).update(tried_at=timezone.now())
    audit.record(by=by, action="try_again", subject=code, events=count)
    return count


@transaction.atomic
def send_mended(*, lines: Iterable[bytes], by: User) -> int:
    """Send mended events; give how many.

    Parameters
    ----------
    lines
        As `download` wrote them: JSON objects with `held`, the number of the event, and `event`, which was mended.

    Raises
    ------
    InvalidInput
        `bad_json`, `bad_value`: with the number of the line; nothing is sent then.
    NotFound
        `unknown_event` for one that is no longer here.
    """
    access.require(by, "import")
    mended = dict(_read(lines))
    for some in _parts(list(mended)):
        held = {one.pk: one for one in Held.objects.filter(pk__in=some)}
        gone = [number for number in some if number not in held]
        if gone:
            raise NotFound("unknown_event", f"Event {gone[0]} is no longer here.", field="file")
        _send([_again(held[number], _with(_body(held[number]), mended[number])) for number in some])
        Held.objects.filter(pk__in=some).update(tried_at=timezone.now())
    audit.record(by=by, action="send_mended", subject="events", events=len(mended))
    return len(mended)


def _read(lines: Iterable[bytes]) -> Iterator[tuple[int, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise InvalidInput("bad_json", f"Line {number} is not JSON.", field="file") from None
        if not isinstance(found, dict) or type(found.get("held")) is not int or "event" not in found:
            raise InvalidInput("bad_value", f"Line {number} has no “held” and “event”.", field="file")
        yield found["held"], found["event"]


def _with(body: bytes, event: Any) -> bytes:
    """Give a request with another event in it; a text stands for the bytes of a request that was no JSON."""
    if isinstance(event, str):
        return event.encode()
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        said = None
    if isinstance(said, dict) and isinstance(said.get("batch"), list) and not _is_batch(event):
        return msgspec.json.encode({**said, "batch": [event]})
    return msgspec.json.encode(event)


def _is_batch(event: Any) -> bool:
    return isinstance(event, dict) and isinstance(event.get("batch"), list)


def _again(one: Held, body: bytes) -> Received:
    about = {**_known(one.about), "tried_again": one.pk}
    at_us = int(one.at.timestamp() * 1_000_000)
    return Received(at_us, one.source, one.kind, body, 1, msgspec.json.encode(about))


def _known(about: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(about)
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _send(some: Sequence[Received]) -> None:
    with opened(named(workspace().lake.folder)) as inbox:
        inbox.put(some)


def _body(one: Held) -> bytes:
    return unseal(one.body, held_about(one.batch, one.request, one.place))


def _parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    some = list(numbers)
    for start in range(0, len(some), AT_ONCE):
        yield some[start : start + AT_ONCE]


def download(code: str = "") -> Iterator[bytes]:
    """Give the events that were dropped, each a line of JSON, with why; `event` is what is to be mended."""
    chosen = Held.objects.filter(tried_at=None, **({"code": code} if code else {})).order_by("pk")
    for one in chosen.iterator(AT_ONCE):
        said = {"held": one.pk, "dropped_because": one.code, "field": one.field, "source": one.source,
                "received_at": one.at.isoformat(), "event": _event(_body(one))}  # fmt: skip
        yield msgspec.json.encode(said) + b"\n"


def _event(body: bytes) -> Any:
    """Give the event of a request, as JSON where it is some, else as text."""
    try:
        said = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return body.decode(errors="replace")
    if isinstance(said, dict) and isinstance(said.get("batch"), list) and len(said["batch"]) == 1:
        return said["batch"][0]
    return said


def forget_old() -> int:
    """Forget events that were kept long enough, the oldest of too many, and single batches; give how many events."""
    old = timezone.now() - timedelta(days=KEPT_DAYS)
    gone, _ = Held.objects.filter(held_at__lt=old).delete()
    beyond = Held.objects.order_by("-pk").values_list("pk", flat=True)[MOST_ROWS : MOST_ROWS + 1].first()
    if beyond is not None:
        more, _ = Held.objects.filter(pk__lte=beyond).delete()
        gone += more
    Batch.objects.filter(at__lt=old).delete()
    return gone


def forget_all() -> None:
    """Forget everything: the data folder was emptied."""
    for model in (Batch, Count, Held):
        model.objects.all().delete()
