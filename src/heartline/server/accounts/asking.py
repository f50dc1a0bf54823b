"""How pages ask: at the published version, within the person's rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from heartline.core.result import Result
from heartline.server.shell import published
from heartline.server.shell.opened import workspace

from . import access
from .models import User


def ask(request: HttpRequest, verb: str, values: Mapping[str, Any]) -> Result:
    """Ask a verb for the person who is signed in."""
    assert isinstance(request.user, User)
    access.require(request.user, "read")
    opened = workspace()
    narrow = access.narrowed(request.user, opened, values)
    return opened.call(verb, at_published(narrow))


def at_published(values: Mapping[str, Any]) -> dict[str, Any]:
    """Enter the published version where no other was asked for."""
    version = published.version()
    if version is None or values.get("as_of") is not None:
        return dict(values)
    return {**values, "as_of": version}
