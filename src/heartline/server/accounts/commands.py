"""Writes to accounts: each atomic and audited."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from heartline.core.errors import Conflict, Forbidden, NotFound

from . import audit, tokens
from .models import ApiKey, Role, SigninLink, User

OWNER = "owner@localhost"
_SALT = "heartline.signin"


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
