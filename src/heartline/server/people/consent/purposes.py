"""What people are asked for: the company's definitions of purposes, and the texts that they are shown."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from heartline.collect import catalogue
from heartline.core.consent import CONSENT, Terms
from heartline.core.errors import Conflict, unknown
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.names import called
from heartline.server.shell.opened import free, workspace

from .models import Shown

KIND = "purpose"
MONTH_US = 30.436875 * 86_400e6
PROFILING = "profiling"
"""The purpose that people object to when they do not want to be in predictions; it has no channel of its own."""


@dataclass(frozen=True)
class Purpose:
    """A purpose as the company defined it."""

    key: str
    body: Mapping[str, Any]

    @property
    def label(self) -> str:
        """What it is called in the language of the page."""
        return called(self.body, self.key)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that it may use."""
        return tuple(self.body.get("channels") or ())

    @property
    def basis(self) -> str:
        """Why it is lawful."""
        return str(self.body.get("basis") or CONSENT)

    @property
    def double_opt_in(self) -> bool:
        """Whether a yes has to be confirmed."""
        return bool(self.body.get("double_opt_in"))

    @property
    def terms(self) -> Terms:
        """What counts for it."""
        months = self.body.get("holds_months")
        return Terms(self.basis, self.double_opt_in, int(months * MONTH_US) if months else None)

    def text(self, language: str = "") -> tuple[str, str]:
        """Give the text in a language, else in the next best, with the language that it is in."""
        texts: Mapping[str, str] = self.body.get("text") or {}
        wanted = (language or get_language() or "en").split("-")[0]
        found = next((code for code in (wanted, "en", *texts) if texts.get(code)), "")
        return texts.get(found, ""), found


def all_purposes() -> dict[str, Purpose]:
    """Give every purpose by key."""
    return {key: Purpose(key, body) for key, body in workspace().lake.at().definitions.all(KIND).items()}


def purpose(key: str) -> Purpose:
    """Give a purpose.

    Raises
    ------
    NotFound
        `unknown_purpose`.
    """
    found = all_purposes()
    if key not in found:
        raise unknown("purpose", key, list(found), field="purpose")
    return found[key]


def on(key: str, channel: str) -> Purpose:
    """Give a purpose that may use a channel.

    Raises
    ------
    NotFound
        `unknown_purpose`, `unknown_channel`.
    """
    found = purpose(key)
    if channel not in found.channels:
        raise unknown("channel", channel, list(found.channels), field="channel")
    return found


def shown(one: Purpose, language: str = "") -> Shown:
    """Keep the text that somebody is shown now, word for word, and give it."""
    text, found = one.text(language)
    mark = hashlib.blake2b("\0".join((one.key, found, text)).encode(), digest_size=16).hexdigest()
    known = Shown.objects.filter(digest=mark).first()
    if known is not None:
        return known
    written = catalogue.history(workspace().lake.at(), KIND, one.key)
    version = written[0].version if written else 0
    return Shown.objects.get_or_create(
        digest=mark, defaults={"purpose": one.key, "language": found, "text": text, "version": version}
    )[0]


def define(*, key: str, body: Mapping[str, Any] | None, seen: int, by: Principal) -> int:
    """Write what a purpose is, or that it is no more; give the version.

    Parameters
    ----------
    seen
        The version at which it was last written when somebody began to change it; 0 for a new one.

    Raises
    ------
    Conflict
        `changed_meanwhile`; `busy` while somebody else writes for long.
    BadDefinition
        Whatever cannot be.
    """
    access.require(by, "define")
    change = catalogue.without(KIND, key) if body is None else catalogue.of_values(KIND, key, body)
    lake = free()
    written = catalogue.history(lake.at(), KIND, key)
    if (written[0].version if written else 0) != seen:
        raise Conflict("changed_meanwhile", f"Somebody else changed {key} meanwhile.", remedy="Load it again.")
    version, done = catalogue.written(lake, [change], source="page", why="define purposes")
    if done:
        audit.record(by=by, action="define_purpose", subject=f"purpose {key}", version=version, removed=body is None)
        published.soon()
    return version
