"""The one place where rights are checked: who may do what, and of which units."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from heartline.core import registry
from heartline.core.errors import Forbidden, HeartlineError
from heartline.core.result import Result
from heartline.server.shell import personal
from heartline.store.bounded import BoundedLake
from heartline.store.definitions import Definitions
from heartline.workspace import Workspace

from .models import ApiKey, KeyKind, Role
from .tokens import digest

View = Callable[[HttpRequest], HttpResponseBase]

RIGHTS: dict[str, frozenset[str]] = {
    "read": frozenset(Role.values),
    "read_people": frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST, Role.AGENT, Role.STORE_MANAGER}),
    "share": frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST, Role.MARKETER}),
    "survey": frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST, Role.MARKETER}),
    "import": frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST}),
    "define": frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST}),
    "privacy": frozenset({Role.ADMIN, Role.MANAGER}),
    "join_people": frozenset({Role.ADMIN, Role.MANAGER, Role.AGENT}),
    "answer_reviews": frozenset({Role.ADMIN, Role.MANAGER, Role.MARKETER, Role.AGENT, Role.STORE_MANAGER}),
    "administer": frozenset({Role.ADMIN}),
}
"""Who may: see numbers; see single people and the rows behind numbers; share pages; ask questions; bring data in;
change what words and places mean; hand out and erase what is held of people; say who is one person; note that a review
was answered; see to people, keys and the audit trail."""
OF_THE_COMPANY = frozenset({"survey", "import", "define", "privacy", "join_people", "administer"})
"""Rights that concern all units at once: who is here for some of them has none of these."""
NAMES_OF_PEOPLE = frozenset({"customer", "owner", "identifier"})
"""Columns that name a person; without the right to see people they are empty in every answer."""
OF_PEOPLE = frozenset({"customer", "evidence"})
"""Verbs that list nothing but what single people did; verbs with a row for each person are such, too."""


class Principal(Protocol):
    """Who asks: a person, a program's key, or a guest with a shared link."""

    @property
    def role(self) -> str:
        """What they are here for."""

    @property
    def units(self) -> list[str]:
        """The units they may see; none: the whole company."""


@dataclass(frozen=True)
class Guest:
    """Somebody who opened a shared link: sees what its maker may see now, as of one version, and changes nothing."""

    role: str
    units: list[str]
    version: int
    rows: bool
    is_authenticated: bool = False
    is_active: bool = True
    email: str = ""

    def __str__(self) -> str:
        return "guest"


class Unauthorized(HeartlineError):
    """Nobody is signed in."""

    status = 401


def may(who: Principal, right: str) -> bool:
    """Tell whether somebody has a right."""
    if isinstance(who, Guest) and not (right == "read" or (right == "read_people" and who.rows)):
        return False
    if who.role not in RIGHTS[right] or (who.role == Role.STORE_MANAGER and not who.units):
        return False
    return not (who.units and right in OF_THE_COMPANY)


def require(who: Principal, right: str) -> None:
    """Refuse what a role does not allow.

    Raises
    ------
    Forbidden
        `not_allowed`.
    """
    if not may(who, right):
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
    key = ApiKey.objects.filter(digest=digest(token.strip()), kind=KeyKind.READ, revoked_at=None).first()
    if key is None:
        raise Unauthorized(
            "bad_key", "This API key is unknown or was revoked.", remedy="Make one: heartline keys create."
        )
    return key


def ask(who: Principal, opened: Workspace, verb: str, values: Mapping[str, Any]) -> Result:
    """Ask a verb as somebody: the way in for pages and programs alike.

    Raises
    ------
    Forbidden
        `not_allowed`, `not_your_unit`.
    """
    require(who, "read")
    if verb in OF_PEOPLE or NAMES_OF_PEOPLE & set(registry.find(verb).key):
        require(who, "read_people")
    result = within(who, opened).call(verb, narrowed(who, opened, values))
    if registry.find(verb).profiles:
        result = _without_objecting(result)
    return result if may(who, "read_people") else _without_people(result)


def within(who: Principal, opened: Workspace) -> Workspace:
    """Give the workspace as somebody sees it: the rows of other units are not in it."""
    if not who.units:
        return opened
    return Workspace(BoundedLake(opened.lake, frozenset(_units_of(who, opened))))


def narrowed(who: Principal, opened: Workspace, values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter a person's units into the values of a spec, and refuse others wherever a selection is nested in them.

    Raises
    ------
    Forbidden
        `not_your_unit` when a unit is asked for that is not below one of theirs.
    """
    return _narrowed(who, _units_of(who, opened), values) if who.units else dict(values)


def definitions(who: Principal, opened: Workspace, as_of: int | str | None = None) -> Definitions:
    """Give the names of things as somebody may see them: without units of others."""
    return within(who, opened).lake.at(as_of).definitions


def _units_of(who: Principal, opened: Workspace) -> set[str]:
    return opened.lake.at(None).definitions.units_below(who.units)


def _narrowed(who: Principal, allowed: set[str], values: Mapping[str, Any]) -> dict[str, Any]:
    narrow = dict(values)
    narrow["unit"] = _units(narrow.get("unit"), who.units, allowed)
    compare = narrow.get("compare")
    if isinstance(compare, str) and "=" in compare:
        pairs = parse_qsl(compare.lstrip("?"), keep_blank_values=True)
        asked = [unit for name, value in pairs if name == "unit" for unit in value.split(",") if unit]
        rest = [pair for pair in pairs if pair[0] != "unit"]
        units = _units(asked, who.units, allowed)
        narrow["compare"] = urlencode([*rest, *(("unit", unit) for unit in units)])
    if isinstance(narrow.get("spec"), Mapping):
        narrow["spec"] = _narrowed(who, allowed, narrow["spec"])
    return narrow


def _units(asked: Any, own: list[str], allowed: set[str]) -> Any:
    if asked is not None and not isinstance(asked, str | list | tuple):
        return asked  # the spec refuses it, and the lake has no other units anyway
    keys = [asked] if isinstance(asked, str) else list(asked or ())
    refused = sorted(str(key) for key in keys if not isinstance(key, str) or key not in allowed)
    if refused:
        raise Forbidden(
            "not_your_unit", f"You may not see {', '.join(refused)}.", field="unit", remedy="Ask an administrator."
        )
    return tuple(keys or own)


def _without_people(result: Result) -> Result:
    """Leave out who it was."""
    hidden = NAMES_OF_PEOPLE & {column.name for column in result.columns}
    return replace(result, rows=[row | dict.fromkeys(hidden) for row in result.rows]) if hidden else result


def _without_objecting(result: Result) -> Result:
    """Leave out who objected to profiling."""
    names = sorted(NAMES_OF_PEOPLE & {column.name for column in result.columns})
    gone = personal.left_out({str(row[name]) for row in result.rows for name in names if row[name]})
    return replace(result, rows=[row for row in result.rows if not gone & {row[name] for name in names}])


_shareable: set[str] = set()
_rows: set[str] = set()


def shareable(*names: str, rows: bool = False) -> None:
    """Let pages, by the names of their addresses, be shown by a shared link.

    Parameters
    ----------
    rows
        They list rows behind numbers: opened only from a shared page whose maker gave the rows along.
    """
    (_rows if rows else _shareable).update(names)


def is_shareable(name: str | None, *, rows: bool = False) -> bool:
    """Tell whether a page may be shown by a shared link."""
    return name in (_rows if rows else _shareable)


OPEN = (
    "/api/", "/healthz", "/hl.js", "/hl-ask.js", "/metrics", "/s/", "/signin/", "/static/", "/language/", "/shared/",
    "/consent/", "/reviews.jsonld", "/tell/",
    "/alerts/stop/",
    "/accounts/login/", "/accounts/logout/", "/accounts/inactive/", "/accounts/second-step/authenticate/",
)  # fmt: skip
"""Addresses for people who are not signed in, or on their way in."""


def signed_in(get_response: View) -> View:
    """Lead everybody who is not signed in to the sign-in page; `/api/` asks for keys itself."""

    def check(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated or request.path.startswith(OPEN):
            return get_response(request)
        return redirect_to_login(request.get_full_path())

    return check
