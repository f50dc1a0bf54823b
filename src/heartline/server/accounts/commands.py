"""Writes to accounts: each atomic, audited, and refused to whom it is not for."""

from __future__ import annotations

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from heartline.core.ids import slug

from . import access, audit, sharing, tokens, writing
from .models import ApiKey, KeyKind, Role, ShareLink, SigninLink, User

OWNER = "owner@localhost"
_SALT = "heartline.signin"
INVITATION_DAYS = 7
LONGEST_NAME = 100
SHARED_DAYS = (1, 7, 14, 30, 90)
"""How long a shared link may live."""


@transaction.atomic
def create_user(
    *, email: str, role: str = Role.VIEWER, units: tuple[str, ...] = (), name: str = "", by: object
) -> User:
    """Add a person.

    Raises
    ------
    Conflict
        `email_taken` when somebody has the address.
    InvalidInput
        `bad_value`, `units_needed`: what does not fit the role.
    """
    _administers(by)
    _fitting(role, units)
    if User.objects.filter(email=email.lower()).exists():
        raise Conflict("email_taken", f"Somebody already has the address {email}.", field="email")
    user = User.objects.create_user(email, role=role, units=list(units), name=name)
    audit.record(by=by, action="create_user", subject=user.email, role=role, units=list(units))
    return user


@transaction.atomic
def invite(*, email: str, role: str, units: tuple[str, ...] = (), name: str = "", by: object) -> tuple[User, str]:
    """Add a person, and give the token of the link with which they sign in for the first time."""
    user = create_user(email=email, role=role, units=units, name=name, by=by)
    return user, create_signin_link(email=user.email, days=INVITATION_DAYS, by=by)


@transaction.atomic
def change_user(*, number: int, name: str, role: str, units: tuple[str, ...] = (), by: object) -> User:
    """Change who somebody is here: name, role, units.

    Raises
    ------
    Conflict
        `last_administrator` when nobody would be left to administer.
    """
    _administers(by)
    _fitting(role, units)
    user = _person(number)
    before = {"name": user.name, "role": user.role, "units": user.units}
    user.name, user.role, user.units = name, role, list(units)
    after = {"name": user.name, "role": user.role, "units": user.units}
    changed = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if changed:
        user.save(update_fields=["name", "role", "units"])
        _administered()
        audit.record(by=by, action="change_user", subject=user.email, **changed)
    return user


@transaction.atomic
def deactivate_user(*, number: int, by: object) -> None:
    """Keep somebody out from now on; their sessions and shared links end with it.

    Raises
    ------
    Conflict
        `last_administrator`.
    """
    _administers(by)
    user = _person(number)
    if User.objects.filter(pk=number, is_active=True).update(is_active=False):
        _administered()
        SigninLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
        audit.record(by=by, action="deactivate_user", subject=user.email)


@transaction.atomic
def activate_user(*, number: int, by: object) -> None:
    """Let somebody in again."""
    _administers(by)
    user = _person(number)
    if User.objects.filter(pk=number, is_active=False).update(is_active=True):
        audit.record(by=by, action="activate_user", subject=user.email)


@transaction.atomic
def forget_second_step(*, email: str, by: object) -> None:
    """Let somebody who lost their phone sign in without the second step, until they set it up again.

    Raises
    ------
    NotFound
        `unknown_person`.
    """
    _administers(by)
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise NotFound("unknown_person", f"Nobody here has the address {email}.", field="email")
    if Authenticator.objects.filter(user=user).delete()[0]:
        audit.record(by=by, action="forget_second_step", subject=user.email)


@transaction.atomic
def change_own_name(*, name: str, by: User) -> None:
    """Let somebody write their own name."""
    if name != by.name:
        audit.record(by=by, action="change_user", subject=by.email, name=[by.name, name])
        by.name = name
        by.save(update_fields=["name"])


@transaction.atomic
def create_signin_link(*, email: str | None = None, days: int | None = None, by: object) -> str:
    """Make a link's token for a person; without an address for the first administrator, made if there is none.

    Parameters
    ----------
    days
        How long it works; by default an hour.

    Raises
    ------
    NotFound
        `unknown_person` when nobody active has the address.
    """
    _administers(by)
    people = User.objects.filter(is_active=True)
    user = people.filter(email=email.lower()).first() if email else people.filter(role=Role.ADMIN).first()
    if user is None and email is None:
        user = create_user(email=OWNER, role=Role.ADMIN, by=by)
    if user is None:
        raise NotFound("unknown_person", f"Nobody here has the address {email}.", field="email")
    lives = timedelta(days=days) if days else timedelta(seconds=settings.SIGNIN_LINK_S)
    link = SigninLink.objects.create(user=user, expires_at=timezone.now() + lives)
    audit.record(by=by, action="create_signin_link", subject=user.email)
    return signing.dumps({"link": link.pk}, salt=_SALT)


@transaction.atomic
def use_signin_link(*, token: str) -> User:
    """Spend a link and give its person.

    Raises
    ------
    Forbidden
        `link_invalid` when the token is not ours, is too old, was used, or its person may not sign in.
    """
    refused = Forbidden(
        "link_invalid",
        "This sign-in link has been used or is too old.",
        remedy="Make a new one with `heartline signin`, or sign in with your password.",
    )
    try:
        number = signing.loads(token, salt=_SALT)["link"]
    except signing.BadSignature:
        raise refused from None
    now = timezone.now()
    fresh = SigninLink.objects.filter(pk=number, used_at=None, expires_at__gt=now, user__is_active=True)
    if not fresh.update(used_at=now):  # one statement: of two clicks at once, one wins
        raise refused
    user = SigninLink.objects.get(pk=number).user
    audit.record(by=user.email, action="use_signin_link", subject=user.email)
    return user


@transaction.atomic
def create_key(*, name: str, role: str = Role.ANALYST, units: tuple[str, ...] = (), by: object) -> str:
    """Make an API key and give it, this once.

    Raises
    ------
    Conflict
        `name_taken` when there is a key of that name.
    InvalidInput
        `bad_value`, `units_needed`: what does not fit the role.
    """
    _administers(by)
    _fitting(role, units)
    _unused(name)
    key = tokens.fresh("hl_")
    ApiKey.objects.create(name=name, digest=tokens.digest(key), role=role, units=list(units), made_by=audit.named(by))
    audit.record(by=by, action="create_key", subject=name, role=role, units=list(units))
    return key


@transaction.atomic
def create_write_key(*, name: str, source: str = "", by: object) -> str:
    """Make a key with which a program sends events, and give it, this once.

    Parameters
    ----------
    source
        What its events are called by in the lake; by default as the key. Several keys may write to one source.

    Raises
    ------
    Conflict
        `name_taken`.
    InvalidInput
        `bad_value` when the source has neither letter nor digit.
    Unavailable
        When the inbox, which has to know the key, is away.
    """
    _administers(by)
    _unused(name)
    called = slug(source or name)
    if not called:
        raise InvalidInput("bad_value", "A source has at least one letter or digit.", field="source")
    key = tokens.fresh("hlw_")
    made = ApiKey.objects.create(
        name=name, digest=tokens.digest(key), kind=KeyKind.WRITE, source=called, made_by=audit.named(by)
    )
    audit.record(by=by, action="create_key", subject=name, kind="write", source=called)
    writing.let(made)
    return key


@transaction.atomic
def revoke_key(*, name: str, by: object) -> None:
    """Make an API key useless from now on; one that sends events within seconds.

    Raises
    ------
    NotFound
        `unknown_key` when there is no such key in use.
    Unavailable
        When it sends events and the inbox, which has to forget it, is away.
    """
    _administers(by)
    key = ApiKey.objects.filter(name=name, revoked_at=None).first()
    if key is None or not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise NotFound("unknown_key", f"There is no key in use called “{name}”.", field="name")
    audit.record(by=by, action="revoke_key", subject=name)
    if key.kind == KeyKind.WRITE:
        writing.end(key)


@transaction.atomic
def share(*, by: User, path: str, version: int, title: str = "", rows: bool = False, days: int = 14) -> ShareLink:
    """Make a link by which somebody without an account sees a page, as it is now, for a while.

    Parameters
    ----------
    path
        Address of the page with its filters.
    version
        The lake version that is shown, whatever lands later.
    title
        What stands above the page, for the list of links.
    rows
        Whether the rows behind its numbers open, too.

    Raises
    ------
    Forbidden
        `not_allowed` when they may not share, or not show people.
    InvalidInput
        `not_shareable`, `bad_value`.
    """
    access.require(by, "share")
    if rows:
        access.require(by, "read_people")
    if days not in SHARED_DAYS:
        raise InvalidInput("bad_value", f"A link lives {SHARED_DAYS} days.", field="days")
    address, page = sharing.shareable(path)
    until = timezone.now() + timedelta(days=days)
    link = ShareLink.objects.create(
        path=address, page=page, title=title[:200], version=version, rows=rows, made_by=by, expires_at=until
    )
    audit.record(by=by, action="share", subject=address, link=link.pk, rows=rows, days=days, version=version)
    return link


@transaction.atomic
def open_share(*, token: str) -> ShareLink:
    """Count that a link was opened, and give it.

    Raises
    ------
    NotFound
        `unknown_link`.
    Forbidden
        `link_closed` when it ended or was taken back, or its maker may share no more.
    """
    link = ShareLink.objects.select_related("made_by").filter(pk=sharing.numbered(token)).first()
    if link is None:
        raise NotFound("unknown_link", "This link was never made here.")
    sharing.guest(link)
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, opened_at=timezone.now())
    return link


@transaction.atomic
def revoke_share(*, by: User, number: int) -> None:
    """Take a shared link back: one's own, or as an administrator anybody's.

    Raises
    ------
    NotFound
        `unknown_link` when there is no such link that still lives.
    """
    living = ShareLink.objects.filter(pk=number, revoked_at=None)
    if not access.may(by, "administer"):
        living = living.filter(made_by=by)
    link = living.first()
    if link is None or not living.update(revoked_at=timezone.now()):
        raise NotFound("unknown_link", "There is no such link.")
    audit.record(by=by, action="revoke_share", subject=link.path, link=number)


def _administers(by: object) -> None:
    """Refuse people who may not; who sits at the command line has the files anyway."""
    if isinstance(by, User):
        access.require(by, "administer")


def _fitting(role: str, units: tuple[str, ...]) -> None:
    if role not in Role.values:
        raise InvalidInput("bad_value", f"There is no role “{role}”.", field="role", remedy=", ".join(Role.values))
    if role == Role.STORE_MANAGER and not units:
        raise InvalidInput(
            "units_needed", "A store manager is here for certain stores.", field="units", remedy="Name their units."
        )
    if role == Role.ADMIN and units:
        raise InvalidInput("bad_value", "An administrator is here for the whole company.", field="units")


def _person(number: int) -> User:
    user = User.objects.select_for_update().filter(pk=number).first()
    if user is None:
        raise NotFound("unknown_person", "There is no such person.")
    return user


def _administered() -> None:
    if not User.objects.filter(role=Role.ADMIN, is_active=True).exists():
        raise Conflict(
            "last_administrator", "Somebody has to be left who administers.", remedy="Make somebody else one first."
        )


def _unused(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise InvalidInput("bad_value", f"A name has at most {LONGEST_NAME} letters.", field="name")
    if ApiKey.objects.filter(name=name).exists():
        raise Conflict(
            "name_taken", f"There already is a key called “{name}”.", field="name", remedy="Choose another name."
        )
