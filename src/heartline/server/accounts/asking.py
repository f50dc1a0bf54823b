"""How pages ask: at the published version, within the person's rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from heartline.core.errors import Forbidden
from heartline.core.result import Result
from heartline.server.shell import published
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import access
from .access import Guest, Principal
from .models import User


def ask(request: HttpRequest, verb: str, values: Mapping[str, Any]) -> Result:
    """Ask a verb for the person who is signed in, or for the guest of a shared page."""
    who = asker(request)
    if isinstance(who, Guest):
        return access.ask(who, workspace(), verb, {**values, "as_of": who.version})
    return access.ask(who, workspace(), verb, at_published(values))


def may(request: HttpRequest, right: str) -> bool:
    """Tell whether the person of a request has a right: what they cannot do is not offered."""
    who = getattr(request, "user", None)
    return isinstance(who, User | Guest) and access.may(who, right)


class Offered:
    """What templates ask before they offer something: `{% if may.share and may.shareable %}`."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __getitem__(self, name: str) -> bool:
        if name == "shareable":
            match = self.request.resolver_match
            return match is not None and access.is_shareable(match.url_name)
        if name not in access.RIGHTS:
            raise KeyError(name)
        return may(self.request, name)


def offered(request: HttpRequest) -> dict[str, Any]:
    """Give templates `may`."""
    return {"may": Offered(request)}


def definitions(request: HttpRequest, as_of: int | str | None = None) -> Definitions:
    """Give the names of things for a page: units and events of others are not among them."""
    return access.definitions(asker(request), workspace(), as_of)


def asker(request: HttpRequest) -> Principal:
    """Give who asks.

    Raises
    ------
    Forbidden
        `not_allowed` when it is nobody.
    """
    who = request.user
    if not isinstance(who, User | Guest):
        raise Forbidden("not_allowed", "Nobody is signed in.", remedy="Sign in.")
    return who


def at_published(values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter the published version where no other was asked for."""
    version = published.version()
    if version is None or values.get("as_of") is not None:
        return dict(values)
    return {**values, "as_of": version}


def at_newest(values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter the newest version where no other was asked for: what one person lived is shown within seconds.

    Only for questions that need nothing made ahead; what counts over everybody is read as it was published.
    """
    if values.get("as_of") is not None:
        return dict(values)
    return {**values, "as_of": workspace().lake.at().version}
