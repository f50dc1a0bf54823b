"""Writes to accounts: each atomic and audited."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from heartline.core.errors import Conflict, Forbidden, InvalidInput, NotFound

from . import access, audit, sharing, tokens
from .models import ApiKey, Role, ShareLink, SigninLink, User

OWNER = "owner@localhost"
_SALT = "heartline.signin"
SHARED_DAYS = (1, 7, 14, 30, 90)
"""How long a shared link may live."""


@transaction.atomic
def create_user(*, email: str, role: str = Role.VIEWER, units: tuple[str, ...] = (), by: object) -> User:
    """Add a person.

    Raises
    ------
    Conflict
        `email_taken` when somebody has the address.
    """
    if User.objects.filter(email=email.lower()).exists():
        raise Conflict("email_taken", f"Somebody already has the address {email}.", field="email")
    user = User.objects.create_user(email, role=role, units=list(units))
    audit.record(by=by, action="create_user", subject=email, role=role, units=list(units))
    return user


@transaction.atomic
def create_signin_link(*, email: str | None = None, by: object) -> str:
    """Make a link's token for a person; without an address for the first administrator, made if there is none.

    Raises
    ------
    NotFound
        `unknown_person` when nobody active has the address.
    """
    people = User.objects.filter(is_active=True)
    user = people.filter(email=email.lower()).first() if email else people.filter(role=Role.ADMIN).first()
    if user is None and email is None:
        user = create_user(email=OWNER, role=Role.ADMIN, by=by)
    if user is None:
        raise NotFound("unknown_person", f"Nobody here has the address {email}.", field="email")
    link = SigninLink.objects.create(user=user)
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
        number = signing.loads(token, salt=_SALT, max_age=settings.SIGNIN_LINK_S)["link"]
    except signing.BadSignature:
        raise refused from None
    fresh = SigninLink.objects.filter(pk=number, used_at=None, user__is_active=True)
    if not fresh.update(used_at=timezone.now()):  # one statement: of two clicks at once, one wins
        raise refused
    user = SigninLink.objects.get(pk=number).user
    audit.record(by=user.email, action="sign_in", subject=user.email, with_="link")
    return user


@transaction.atomic
def create_key(*, name: str, role: str = Role.ANALYST, units: tuple[str, ...] = (), by: object) -> str:
    """Make an API key and give it, this once.

    Raises
    ------
    Conflict
        `name_taken` when there is a key of that name.
    """
    if ApiKey.objects.filter(name=name).exists():
        raise Conflict(
            "name_taken", f"There already is a key called “{name}”.", field="name", remedy="Choose another name."
        )
    key = tokens.fresh("hl_")
    ApiKey.objects.create(name=name, digest=tokens.digest(key), role=role, units=list(units))
    audit.record(by=by, action="create_key", subject=name, role=role, units=list(units))
    return key


@transaction.atomic
def revoke_key(*, name: str, by: object) -> None:
    """Make an API key useless from now on.

    Raises
    ------
    NotFound
        `unknown_key` when there is no such key in use.
    """
    if not ApiKey.objects.filter(name=name, revoked_at=None).update(revoked_at=timezone.now()):
        raise NotFound("unknown_key", f"There is no key in use called “{name}”.", field="name")
    audit.record(by=by, action="revoke_key", subject=name)


@transaction.atomic
def share(*, by: User, path: str, version: int, rows: bool = False, days: int = 14) -> ShareLink:
    """Make a link by which somebody without an account sees a page, as it is now, for a while.

    Parameters
    ----------
    path
        Address of the page with its filters.
    version
        The lake version that is shown, whatever lands later.
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
    link = ShareLink.objects.create(path=address, page=page, version=version, rows=rows, made_by=by, expires_at=until)
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
