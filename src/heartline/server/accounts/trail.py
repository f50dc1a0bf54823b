"""What is written down though no command of ours does it: signing in and out, passwords, second steps, exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth
from django.http import HttpRequest, HttpResponseBase

from . import audit
from .access import View
from .models import User


def listen() -> None:
    """Begin to write down."""
    auth.user_logged_in.connect(_signed_in, dispatch_uid="trail")
    auth.user_logged_out.connect(_signed_out, dispatch_uid="trail")
    auth.user_login_failed.connect(_failed, dispatch_uid="trail")
    account.password_set.connect(_password, dispatch_uid="trail")
    account.password_changed.connect(_password, dispatch_uid="trail")
    mfa.authenticator_added.connect(_added, dispatch_uid="trail")
    mfa.authenticator_removed.connect(_removed, dispatch_uid="trail")
    mfa.authenticator_reset.connect(_reset, dispatch_uid="trail")
    mfa.authentication_failed.connect(_wrong_code, dispatch_uid="trail")


def exports(get_response: View) -> View:
    """Write down who took data out as a file."""

    def check(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        out = response.headers.get("Content-Disposition", "").startswith("attachment")
        if out and response.status_code == 200 and isinstance(request.user, User):
            audit.record(by=request.user, action="export", subject=request.path, query=request.META["QUERY_STRING"])
        return response

    return check


def _from(request: HttpRequest | None) -> dict[str, str]:
    return {} if request is None else {"from": get_adapter().get_client_ip(request)}


def _signed_in(sender: Any, request: HttpRequest | None, user: User, **_: Any) -> None:
    audit.record(by=user, action="sign_in", subject=user.email, **_from(request))


def _signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(by=user, action="sign_out", subject=user.email)


def _failed(sender: Any, credentials: Mapping[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    tried = str(credentials.get("email") or credentials.get("username") or "?").lower()
    audit.record(by=tried, action="failed_sign_in", subject=tried, **_from(request))


def _password(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(by=user, action="change_password", subject=user.email)


def _added(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    audit.record(by=user, action="add_second_step", subject=user.email, kind=authenticator.type)


def _removed(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    audit.record(by=user, action="remove_second_step", subject=user.email, kind=authenticator.type)


def _reset(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    audit.record(by=user, action="renew_recovery_codes", subject=user.email)


def _wrong_code(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(by=user, action="failed_second_step", subject=user.email, **_from(request))
