"""The audit trail: called by every command, inside its transaction."""

from __future__ import annotations

from typing import Any

from .models import AuditEntry

COMMAND_LINE = "command line"


def record(*, by: object, action: str, subject: object, **details: Any) -> AuditEntry:
    """Write down who did what to what."""
    return AuditEntry.objects.create(
        by=str(getattr(by, "email", "") or by)[:254], action=action, subject=str(subject)[:254], details=details
    )
