"""What is written of webhooks: made, mapped, removed; and what came by them."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
from django.db import transaction
from django.db.models import F

from heartline.collect import hooking
from heartline.collect.inbox import Received
from heartline.collect.loading.keeping import TRIED, Kept
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.core.ids import slug
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import data
from heartline.server.shell.sealed import seal, unseal

from .models import Hook, Sample

MARK = "hook:"
"""What a hook's name has before it among the keys that the public port knows."""
KEPT = 5
"""Bodies that are kept of each hook."""
LONGEST = 300
OWN_HEADER = ("hex", "base64")
HEADER = re.compile(r"[A-Za-z0-9-]{1,100}")
USUAL = {"event": "type", "user_id": "customer.id", "email": "customer.email", "time": "created_at"}
"""Where a new hook's mapping begins; it is meant to be changed beside the first body."""


@transaction.atomic
def create(*, by: User, name: str, style: str, header: str = "", secret: str = "") -> tuple[Hook, str]:
    """Make a webhook, and give it with its secret, this once.

    Parameters
    ----------
    secret
        As the other side shows it; made here where there is none.

    Raises
    ------
    InvalidInput
        `bad_value`: no name, no such style, no header.
    Conflict
        `name_taken`.
    """
    access.require(by, "administer")
    key = slug(name)
    if not key or len(key) > 60:
        raise InvalidInput("bad_value", "A webhook has a name.", field="name", remedy="Name the system that sends.")
    if style not in hooking.STYLES:
        raise InvalidInput("bad_value", "There is no such signature.", field="style", remedy="Choose one of the list.")
    if (style in OWN_HEADER) != bool(header.strip()) or (header.strip() and not HEADER.fullmatch(header.strip())):
        raise InvalidInput("bad_value", "Name the header of the signature.", field="header", remedy="See the sender.")
    if Hook.objects.filter(name=key).exists():
        raise Conflict("name_taken", f"There is a webhook {key} already.", field="name", remedy="Choose another name.")
    secret = "" if style == "path" else secret.strip()[:LONGEST]
    secret = secret or fresh(style)
    made = Hook.objects.create(
        name=key, style=style, header=header.strip().lower(), secret=seal(secret.encode(), f"secret {key}"),
        fields=dict(USUAL), made_by=by.email,
    )  # fmt: skip
    audit.record(by=by, action="create_hook", subject=key, style=style)
    let(made)
    return made, secret


def fresh(style: str) -> str:
    """Make a secret."""
    if style == "standard":
        return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return secrets.token_urlsafe(32)


@transaction.atomic
def set_fields(*, by: User, name: str, fields: Mapping[str, str]) -> Hook:
    """Say which event a hook's bodies tell.

    Raises
    ------
    InvalidInput
        `bad_value` without the event's name.
    NotFound
        `unknown`.
    """
    access.require(by, "import")
    made = {field: said.strip()[:LONGEST] for field, said in fields.items() if said.strip()}
    if "event" not in made or set(made) - set(hooking.FIELDS):
        raise InvalidInput("bad_value", "An event has a name.", field="event", remedy="Say where it stands.")
    one = find(name)
    one.fields = made
    one.save(update_fields=["fields"])
    audit.record(by=by, action="map_hook", subject=name, fields=made)
    let(one)
    return one


@transaction.atomic
def remove(*, by: User, name: str) -> None:
    """Remove a hook: what is sent to it from now on is refused; what came stays.

    Raises
    ------
    NotFound
        `unknown`.
    """
    access.require(by, "administer")
    find(name).delete()
    audit.record(by=by, action="remove_hook", subject=name)
    with data.inbox() as inbox:
        inbox.drop_key(MARK + name)


def find(name: str) -> Hook:
    """Give a hook."""
    one = Hook.objects.filter(name=name).first()
    if one is None:
        raise NotFound("unknown", "There is no such webhook.", remedy="See the list.")
    return one


def let(one: Hook) -> None:
    """Tell the public port what it needs to know of a hook, encrypted."""
    secret = unseal(one.secret, f"secret {one.name}").decode()
    plain = msgspec.json.encode(hooking.Hook(one.name, one.style, secret, one.header, one.fields))
    with data.inbox() as inbox:
        inbox.set_key(MARK + one.name, base64.b64encode(seal(plain, f"hook {one.name}")).decode())


def learn(batch: Kept) -> None:
    """Count what came by hooks, and keep the last bodies; a batch that is told again changes nothing twice."""
    for row in batch.received:
        if row.kind == "hook" and TRIED not in row.about:
            _learn(row)


def _learn(row: Received) -> None:
    about = msgspec.json.decode(row.about, type=hooking.About)
    at = datetime.fromtimestamp(row.at_us / 1e6, UTC)
    hook = Hook.objects.filter(name=about.hook)
    one = hook.first()
    if one is None:
        return
    if not row.events:
        if one.refused_at is None or at > one.refused_at:
            hook.update(refused=F("refused") + about.refused, refused_at=at)
        return
    if one.last_at is None or at > one.last_at:
        hook.update(taken=F("taken") + 1, last_at=at)
    body = seal(row.body, f"sample {one.pk} {row.id}")
    Sample.objects.get_or_create(
        number=row.id, defaults={"hook": one, "at": at, "delivery": about.id[:200], "body": body}
    )
    old = Sample.objects.filter(hook=one).values_list("pk", flat=True)[KEPT:]
    Sample.objects.filter(pk__in=list(old)).delete()


def body_of(sample: Sample) -> bytes:
    """Open a body."""
    return unseal(sample.body, f"sample {sample.hook_id} {sample.number}")


@transaction.atomic
def forget_all() -> None:
    """Forget what came; hooks stay."""
    Sample.objects.all().delete()
    Hook.objects.update(taken=0, refused=0, last_at=None, refused_at=None)
