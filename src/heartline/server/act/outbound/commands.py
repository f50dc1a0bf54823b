"""What is written of systems that are told: made, changed, stopped, removed; messages tried and sent again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from heartline.act import envelopes
from heartline.core.addresses import parsed
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import outgoing
from heartline.server.shell.opened import workspace
from heartline.server.shell.sealed import seal

from . import fanning, kinds
from .making import keep, message
from .models import Delivery, Endpoint

RIGHT = "administer"
STYLES = ("v1", "v1a")
LONGEST_NAME = 80
BOTH = timedelta(hours=24)
"""How long messages are signed under the old secret, too."""
TAKEN_DAYS, FAILED_DAYS = 7, 30
"""How long messages are kept after they were taken, and after they failed for good."""
MOST_KEPT = 20_000
"""Taken messages of one system that are kept."""
AT_ONCE = 1_000
State = Endpoint.State


@dataclass(frozen=True)
class Hearing:
    """What a system is told of.

    Parameters
    ----------
    hears
        Keys of `kinds.KINDS`.
    touchpoints, units
        Keys; none: all.
    scale, low, high
        Which scores.
    history
        Also what happened more than three days before it came: imports of the past.
    texts
        With what people wrote.
    """

    hears: tuple[str, ...]
    touchpoints: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    scale: str = ""
    low: float | None = None
    high: float | None = None
    history: bool = False
    texts: bool = False


@transaction.atomic
def create(*, by: User, name: str, url: str, hearing: Hearing, style: str = "v1") -> tuple[Endpoint, str]:
    """Begin to tell a system, of what happens from now on; give it with what its receiver checks signatures by.

    Parameters
    ----------
    style
        `v1`: a secret that both know; `v1a`: a public key.

    Raises
    ------
    InvalidInput
        `bad_value`; `bad_address`, `not_https`, `bad_port`, `not_public` for an address that is not called.
    NotFound
        `unknown_touchpoint`, `unknown_unit`, `unknown_scale`.
    Conflict
        `name_taken`.
    """
    access.require(by, RIGHT)
    if style not in STYLES:
        raise InvalidInput("bad_value", "There is no such signature.", field="style", remedy="Choose one of the list.")
    secret = envelopes.fresh(style)
    name = _name(name)
    made = Endpoint.objects.create(
        name=name, url=_url(url), style=style, secret=seal(secret.encode(), f"endpoint {name}"), made_by=by.email,
        **_checked(hearing),
    )  # fmt: skip
    fanning.cursors(made, workspace().lake.manifest.newest().version)
    audit.record(by=by, action="create_endpoint", subject=name, hears=made.hears)
    return made, envelopes.shown(secret)


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("bad_value", "A system has a name.", field="name", remedy="Say which it is.")
    if Endpoint.objects.filter(name=name).exists():
        raise Conflict("name_taken", f"There is a system {name} already.", field="name", remedy="Choose another name.")
    return name


def _url(text: str) -> str:
    """Check an address as far as that can be done without calling it; each call checks what its name leads to."""
    parsed(text.strip(), outgoing.allowed())
    return text.strip()


def _checked(hearing: Hearing) -> dict[str, object]:
    """Give what a system hears as columns.

    Raises
    ------
    InvalidInput, NotFound
        `bad_value`, and what names something that is not here.
    """
    definitions = workspace().lake.at().definitions
    if not hearing.hears or set(hearing.hears) - set(kinds.KINDS):
        raise InvalidInput("bad_value", "Say what it is to be told.", field="hears", remedy="Choose at least one.")
    for kind, keys in (("touchpoint", hearing.touchpoints), ("unit", hearing.units)):
        for key in keys:
            definitions.get(kind, key)
    if hearing.scale and hearing.scale not in definitions.scales:
        raise NotFound("unknown_scale", f"There is no scale {hearing.scale}.", field="scale")
    if hearing.low is not None and hearing.high is not None and hearing.low > hearing.high:
        raise InvalidInput("bad_value", "The lowest score is above the highest.", field="low", remedy="Change one.")
    return {
        "hears": [key for key in kinds.KINDS if key in hearing.hears], "touchpoints": list(hearing.touchpoints),
        "units": list(hearing.units), "scale": hearing.scale, "low": hearing.low, "high": hearing.high,
        "history": hearing.history, "texts": hearing.texts,
    }  # fmt: skip


def find(number: int) -> Endpoint:
    """Give a system.

    Raises
    ------
    NotFound
        `unknown`.
    """
    one = Endpoint.objects.filter(pk=number).first()
    if one is None:
        raise NotFound("unknown", "There is no such system.", remedy="See the list.")
    return one


@transaction.atomic
def change(*, by: User, number: int, url: str, hearing: Hearing) -> Endpoint:
    """Tell a system at another address, or of other things; of what it did not hear before, from now on.

    Raises
    ------
    InvalidInput, NotFound
        As `create`.
    """
    access.require(by, RIGHT)
    one = find(number)
    said = {"url": _url(url), **_checked(hearing)}
    Endpoint.objects.filter(pk=number).update(**said)
    one.refresh_from_db()
    wanted = {kinds.KINDS[kind].source for kind in one.hears}
    one.cursors.exclude(of__in=wanted).delete()
    fanning.cursors(one, workspace().lake.manifest.newest().version)
    audit.record(by=by, action="change_endpoint", subject=one.name, hears=one.hears)
    return one


@transaction.atomic
def renew_secret(*, by: User, number: int) -> str:
    """Change the secret; for a day messages are signed under both. Give what the receiver checks by."""
    access.require(by, RIGHT)
    one = find(number)
    secret = envelopes.fresh(one.style)
    one.old_secret, one.old_until = one.secret, timezone.now() + BOTH
    one.secret = seal(secret.encode(), f"endpoint {one.name}")
    one.save(update_fields=["secret", "old_secret", "old_until"])
    audit.record(by=by, action="renew_endpoint_secret", subject=one.name)
    return envelopes.shown(secret)


@transaction.atomic
def stop(*, by: User, number: int) -> None:
    """Send a system nothing until somebody says otherwise."""
    access.require(by, RIGHT)
    one = find(number)
    Endpoint.objects.filter(pk=number).update(state=State.OFF, since=timezone.now())
    audit.record(by=by, action="stop_endpoint", subject=one.name, why=State.OFF.value)


@transaction.atomic
def go_on(*, by: User, number: int, skip: bool = False) -> None:
    """Send a system again: from where it stopped, or with `skip` only what happens from now on."""
    access.require(by, RIGHT)
    one = find(number)
    now = timezone.now()
    Endpoint.objects.filter(pk=number).update(
        state=State.ON, since=now, failures=0, failing_since=None, rest_until=None
    )
    waiting = one.deliveries.filter(state=Delivery.State.WAITING)
    if skip:
        waiting.delete()
        newest = workspace().lake.manifest.newest().version
        one.cursors.update(version=newest, landed=0, after="", at=now)
    else:
        waiting.update(due_at=now)
    audit.record(by=by, action="go_on_endpoint", subject=one.name, skip=skip)


@transaction.atomic
def remove(*, by: User, number: int) -> None:
    """Remove a system with all its messages."""
    access.require(by, RIGHT)
    one = find(number)
    one.delete()
    audit.record(by=by, action="remove_endpoint", subject=one.name)


@transaction.atomic
def send_test(*, by: User, number: int) -> Delivery:
    """Send a system a message that says nothing, to see whether it takes it."""
    access.require(by, RIGHT)
    one, now = find(number), timezone.now()
    name = envelopes.name(kinds.TEST, one.pk, now.isoformat())
    keep([message(one, kinds.TEST, name, now, {"message": "Heartline reaches you.", "to": one.name})])
    audit.record(by=by, action="test_endpoint", subject=one.name)
    return one.deliveries.get(name=name)


@transaction.atomic
def send_again(*, by: User, number: int, delivery: int) -> None:
    """Send one message again, under its name.

    Raises
    ------
    NotFound
        `unknown`.
    """
    access.require(by, RIGHT)
    one = find(number)
    if not _again([delivery], one):
        raise NotFound("unknown", "There is no such message.", remedy="See the list.")
    audit.record(by=by, action="send_message_again", subject=one.name, messages=1)


@transaction.atomic
def send_failed_again(*, by: User, number: int, since: datetime) -> int:
    """Send all messages again that failed since a moment, under their names; give how many."""
    access.require(by, RIGHT)
    one = find(number)
    failed = one.deliveries.filter(state=Delivery.State.FAILED, over_at__gte=since)
    numbers, count = list(failed.values_list("pk", flat=True)), 0
    for start in range(0, len(numbers), AT_ONCE):
        count += _again(numbers[start : start + AT_ONCE], one)
    audit.record(by=by, action="send_message_again", subject=one.name, messages=count)
    return count


def _again(numbers: Iterable[int], one: Endpoint) -> int:
    some = one.deliveries.filter(pk__in=list(numbers))
    return some.update(state=Delivery.State.WAITING, due_at=timezone.now(), tried=0, over_at=None)


def forget_old() -> int:
    """Forget messages that were kept long enough, and the oldest of too many; give how many."""
    now, gone = timezone.now(), 0
    for state, days in ((Delivery.State.TAKEN, TAKEN_DAYS), (Delivery.State.FAILED, FAILED_DAYS)):
        gone += Delivery.objects.filter(state=state, over_at__lt=now - timedelta(days=days)).delete()[0]
    stopped = Endpoint.objects.exclude(state=State.ON).filter(since__lt=now - timedelta(days=FAILED_DAYS))
    gone += Delivery.objects.filter(endpoint__in=stopped, made_at__lt=now - timedelta(days=FAILED_DAYS)).delete()[0]
    for one in Endpoint.objects.all():
        taken = one.deliveries.filter(state=Delivery.State.TAKEN)
        beyond = taken.values_list("pk", flat=True)[MOST_KEPT : MOST_KEPT + 1].first()
        if beyond is not None:
            gone += taken.filter(pk__lte=beyond).delete()[0]
    Endpoint.objects.filter(old_until__lt=now).update(old_secret=None, old_until=None)
    return gone
