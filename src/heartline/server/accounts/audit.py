"""The audit trail: called by every command, inside its transaction."""

from __future__ import annotations

from typing import Any

from heartline.server.shell import happenings
from heartline.server.shell.happenings import Happening

from .models import AuditEntry

COMMAND_LINE = "command line"


def record(*, by: object, action: str, subject: object, **details: Any) -> AuditEntry:
    """Write down who did what to what, and tell whoever passes it on."""
    made = AuditEntry.objects.create(by=named(by)[:254], action=action, subject=str(subject)[:254], details=details)
    happenings.tell(Happening(action, str(made.pk), made.subject, details))
    return made


def named(who: object) -> str:
    """Name somebody as the trail does: people by their address, which stays when their name changes."""
    return str(getattr(who, "email", "") or who)
