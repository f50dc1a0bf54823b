"""Coded errors: what is wrong, in which field, and what to do about it.

Doors turn them into text or an RFC 9457 problem; nothing below a door knows HTTP beyond the status number.
"""

from __future__ import annotations

from typing import Any


class HeartlineError(Exception):
    """Something Heartline will not do, said so that a person can mend it."""

    status = 400

    def __init__(self, code: str, reason: str, *, field: str | None = None, remedy: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.field = field
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        where = f"{self.field}: " if self.field else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.reason}{remedy}"

    def problem(self) -> dict[str, Any]:
        """Give the error as an RFC 9457 problem document."""
        return {
            "type": f"urn:heartline:error:{self.code}",
            "title": self.reason,
            "status": self.status,
            "detail": str(self),
            "code": self.code,
            "field": self.field,
            "reason": self.reason,
            "remedy": self.remedy,
        }


class InvalidInput(HeartlineError):
    """A value that cannot be used."""


class NotFound(HeartlineError):
    """A name that nothing answers to."""

    status = 404


class Forbidden(HeartlineError):
    """A right that is missing."""

    status = 403


class Conflict(HeartlineError):
    """Two writers, or a state that does not allow this."""

    status = 409


class Unavailable(HeartlineError):
    """Something needed is not there now; the same call may go through later."""

    status = 503


def unknown(kind: str, key: str, known: list[str], *, field: str) -> NotFound:
    """Build the error for a name nobody defined, listing up to twelve that exist."""
    shown = ", ".join(sorted(known)[:12]) or "none yet"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return NotFound(
        f"unknown_{kind}", f"There is no {kind} called “{key}”.", field=field, remedy=f"Known: {shown}{more}."
    )
