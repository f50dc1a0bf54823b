"""The one place where rights are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from heartline.core.errors import Forbidden, HeartlineError
from heartline.workspace import Workspace

from .commands import digest
from .models import ApiKey, Role, User

Principal = User | ApiKey
View = Callable[[HttpRequest], HttpResponseBase]

RIGHTS: dict[str, frozenset[str]] = {
    "read": frozenset(Role.values),
    "import": frozenset({Role.ADMIN, Role.ANALYST}),
    "define": frozenset({Role.ADMIN, Role.ANALYST}),
    "administer": frozenset({Role.ADMIN}),
}


class Unauthorized(HeartlineError):
    """Nobody is signed in."""

    status = 401


def require(who: Principal, right: str) -> None:
    """Refuse what a role does not allow.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    if who.role not in RIGHTS[right]:
        raise Forbidden("not_allowed", "Your role does not allow this.", remedy="Ask an administrator.")


def bearer(request: HttpRequest) -> ApiKey:
    """Give the key that a request carries.

    Raises
    ------
    Unauthorized
        `no_key` without one, `bad_key` with one that is unknown or revoked.
    """
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Unauthorized("no_key", "This needs an API key.", remedy="Send the header “Authorization: Bearer KEY”.")
    key = ApiKey.objects.filter(digest=digest(token.strip()), revoked_at=None).first()
    if key is None:
        raise Unauthorized(
            "bad_key", "This API key is unknown or was revoked.", remedy="Make one: heartline keys create."
        )
    return key


def narrowed(who: Principal, workspace: Workspace, values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter a person's units into the values of a spec, and into every selection nested in them.

    Raises
    ------
    Forbidden
        `not_your_unit` when a unit is asked for that is not below one of theirs.
    """
    narrow = dict(values)
    if not who.units:
        return narrow
    allowed = workspace.lake.at(None).definitions.units_below(who.units)
    narrow["unit"] = _units(narrow.get("unit"), who.units, allowed)
    compare = narrow.get("compare")
    if isinstance(compare, str) and "=" in compare:
        pairs = parse_qsl(compare, keep_blank_values=True)
        units = _units([value for name, value in pairs if name == "unit"], who.units, allowed)
        rest = [pair for pair in pairs if pair[0] != "unit"]
        narrow["compare"] = urlencode([*rest, *(("unit", unit) for unit in units)])
    if isinstance(narrow.get("spec"), dict):
        narrow["spec"] = narrowed(who, workspace, narrow["spec"])
    return narrow


def _units(asked: Any, own: list[str], allowed: set[str]) -> tuple[str, ...]:
    keys = [asked] if isinstance(asked, str) else list(asked or ())
    refused = sorted(str(key) for key in keys if key not in allowed)
    if refused:
        raise Forbidden(
            "not_your_unit", f"You may not see {', '.join(refused)}.", field="unit", remedy="Ask an administrator."
        )
    return tuple(keys or own)


OPEN = ("/api/", "/healthz", "/signin/", "/static/", "/language/", "/accounts/login/", "/accounts/logout/")


def signed_in(get_response: View) -> View:
    """Lead everybody who is not signed in to the sign-in page; `/api/` asks for keys itself."""

    def check(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated or request.path.startswith(OPEN):
            return get_response(request)
        return redirect_to_login(request.get_full_path())

    return check
