"""Mails that come back: which of ours, and whether their address is gone, cannot take mail now, or does not want it.

Reads delivery reports (RFC 3464), complaints (RFC 5965), and the plain texts of servers that write neither. What it
says of an address follows the enhanced status codes (RFC 3463): 5.1 and most of 5 are for good, 4 is for now, a full
mailbox is for now whatever its class, and policy (5.7) or content (5.6) says nothing of the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any, Literal

Verdict = Literal["gone", "later", "refused", "spam"]
"""For good; for now; not this mail; its reader called it spam."""

STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"\b([45])\d\d\b")
HEAD = re.compile(rb"\r?\n\r?\n")
NAME = re.compile(r"^message-id:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
MOST_BYTES = 2 * 2**20
MOST_READ = 128 * 2**10
"""Bytes of a mail that are taken apart: the report and the head of what was sent stand at its beginning."""
MOST_HEAD = 32 * 2**10
"""Bytes of its own head: Python's reader takes minutes over one of a megabyte."""
MOST_TEXT = 20_000
FULL = {(2, 2), (3, 1)}
NOT_THIS = {5, 6, 7}
"""Subjects of codes that speak of protocol, content and policy, not of the address."""
TOO_LARGE = {(2, 3), (3, 4)}


@dataclass(frozen=True)
class Returned:
    """A mail that came back.

    Parameters
    ----------
    message_id
        Of the mail that was sent.
    verdict
        What it says of the address.
    status
        The code behind it, `5.1.1`; empty where there is none.
    """

    message_id: str
    verdict: Verdict
    status: str = ""


def read(raw: bytes) -> Returned | None:
    """Read a mail; None where it is no report of a mail that was sent, or says only that it is tried on."""
    if len(raw) > MOST_BYTES or not HEAD.search(raw, 0, MOST_HEAD):
        return None
    try:
        return _read(raw[:MOST_READ])
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError):  # Python's reader, of broken mails
        return None


def _read(raw: bytes) -> Returned | None:
    mail: Any = message_from_bytes(raw, policy=policy.default)
    name = _original(mail)
    if name is None or "\0" in name:
        return None
    kind = str(mail.get_param("report-type") or "").lower() if mail.get_content_type() == "multipart/report" else ""
    if kind == "feedback-report":
        return Returned(name, "spam")
    found = _reported(mail) if kind == "delivery-status" else _told(mail)
    return Returned(name, *found) if found else None


def _original(mail: EmailMessage) -> str | None:
    """Give the name of the mail that was sent: of the copy that comes along, or in the text."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part is not mail:
            inside: Any = part.get_payload()
            said = inside[0].get("Message-ID") if isinstance(inside, list) and inside else None
            if said:
                return str(said).strip()
        if kind == "text/rfc822-headers" and (found := NAME.search(_text(part))):
            return found[1]
    found = next((found for part in mail.walk() if (found := NAME.search(_text(part)))), None)
    return found[1] if found else None


def _text(part: Message) -> str:
    if part.get_content_maintype() not in ("text", "message") or part.is_multipart():
        return ""
    body = part.get_payload(decode=True)
    return body[:MOST_TEXT].decode("utf-8", "replace") if isinstance(body, bytes) else ""


def _reported(mail: EmailMessage) -> tuple[Verdict, str] | None:
    """Read the part that machines read: the first recipient whose mail failed."""
    for fields in _recipients(mail):
        action = str(fields.get("Action") or "").strip().lower()
        if action != "failed":
            continue  # delayed, delivered, relayed, expanded
        code = STATUS.search(str(fields.get("Status") or "")) or STATUS.search(str(fields.get("Diagnostic-Code") or ""))
        return verdict(code)
    return None


def _recipients(mail: EmailMessage) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks: Any = part.get_payload()
            yield from (one for one in blocks if one.get("Final-Recipient") or one.get("Original-Recipient"))


def _told(mail: EmailMessage) -> tuple[Verdict, str] | None:
    """Read what a server wrote for people: only where a machine says that it is about a failure."""
    failed = mail.get("X-Failed-Recipients")
    sender = str(mail.get("From") or "").lower()
    if not failed and not any(name in sender for name in ("mailer-daemon", "postmaster")):
        return None
    text = "\n".join(_text(part) for part in mail.walk() if part.get_content_type() == "text/plain")
    code = STATUS.search(text)
    if code is not None and code[1] != "2":
        return verdict(code)
    reply = REPLY.search(text)
    if reply is None:
        return None
    return ("gone", "") if reply[1] == "5" else ("later", "")


def verdict(code: re.Match[str] | None) -> tuple[Verdict, str]:
    """Say what a code says of an address; without one the server gave up, and nobody knows why."""
    if code is None:
        return "later", ""
    kind, subject, detail = code[1], int(code[2]), int(code[3])
    if kind == "4" or (subject, detail) in FULL:
        return "later", code[0]
    if subject in NOT_THIS or (subject, detail) in TOO_LARGE:
        return "refused", code[0]
    return "gone", code[0]
