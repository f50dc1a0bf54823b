"""What a message says: every alert in a line with its link, why it came, and how to stop it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext, override

from heartline.core.errors import HeartlineError, NotFound
from heartline.server.accounts import access
from heartline.server.accounts.models import User
from heartline.server.shell import numbers
from heartline.server.shell.opened import workspace
from heartline.store.definitions import Definitions

from . import rights, words
from .models import Alert, Finding, Hearer, Message, Rule, Telling

SALT = "heartline.alerts.stop"
MOST = 12
"""Scores of one alert that stand in a message; the others are counted."""
LONGEST = 400
"""Characters of a text."""


@dataclass(frozen=True)
class Line:
    """One score of an alert, with what was written."""

    said: str
    text: str = ""


@dataclass
class Part:
    """An alert in a message."""

    headline: str
    link: str
    lines: list[Line] = field(default_factory=list)
    more: str = ""


def home() -> str:
    """Give the address that people use, without a path."""
    return f"{settings.URL.scheme}://{settings.URL.netloc}"


def stopping(user: int, hearers: Iterable[int]) -> str:
    """Write the link that stops what a message tells; it holds for ever, as mails do."""
    return home() + reverse("alert_stop", args=[signing.dumps([user, sorted(hearers)], salt=SALT)])


def stopped(token: str) -> tuple[int, tuple[int, ...]]:
    """Read what a link stops.

    Raises
    ------
    NotFound
        `link_over` when we did not write it.
    """
    try:
        user, hearers = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise NotFound("link_over", "This link is not ours.", remedy="Look at your alerts.") from None
    return int(user), tuple(int(one) for one in hearers)


def language(user: User) -> str:
    """Give the language in which somebody reads."""
    habits = getattr(user, "alert_habits", None)
    return str(habits.language) if habits else "en"


def mail(message: Message) -> EmailMultiAlternatives | None:
    """Write the mail of a message; nothing where nothing is left that they may see."""
    with override(language(message.user)):
        told = _told(message, texts=True)
        if told is None:
            return None
        parts, rules, hearers = told
        stop = stopping(message.user_id, hearers)
        context = {
            "parts": parts, "rules": rules, "stop": stop, "language": language(message.user),
            "page": home() + reverse("alerts"), "company": company(),
        }  # fmt: skip
        made = EmailMultiAlternatives(
            subject=_subject(parts), body=render_to_string("alerts/mail.txt", context), to=[message.user.email],
            headers={"Message-ID": message.name, "Auto-Submitted": "auto-generated", "List-Unsubscribe": f"<{stop}>",
                     "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )  # fmt: skip
        made.attach_alternative(render_to_string("alerts/mail.html", context), "text/html")
    return made


def chat(message: Message) -> tuple[str, str] | None:
    """Write a message to a chat: its title, and plain text."""
    assert message.chat is not None
    with override(language(message.user)):
        told = _told(message, texts=message.chat.texts)
        if told is None:
            return None
        parts, rules, _hearers = told
        for part in parts:
            part.lines = [replace(one, text=calling_nobody(one.text)) for one in part.lines]
        body = render_to_string("alerts/chat.txt", {"parts": parts, "rules": rules, "page": home() + reverse("alerts")})
        return _subject(parts), body.strip()


def calling_nobody(text: str) -> str:
    """Write what a customer wrote so that no chat takes it for a call to everybody, such as `@everyone`."""
    return text.replace("@", "@\u200b").replace("<", "<\u200b")


def company() -> str:
    """Give what the company is called."""
    return str(workspace().lake.at().definitions.settings.get("name") or settings.URL.hostname or "Heartline")


def _subject(parts: Sequence[Part]) -> str:
    first = " ".join(parts[0].headline.split())
    if len(parts) == 1:
        return first
    rest = len(parts) - 1
    return ngettext("%(first)s, and one more", "%(first)s, and %(rest)s more", rest) % {
        "first": first, "rest": numbers.count(rest)}  # fmt: skip


def _told(message: Message, *, texts: bool) -> tuple[list[Part], list[str], list[int]] | None:
    """Give the parts of a message, the rules it comes from, and who hears them."""
    tellings = list(
        Telling.objects.filter(message=message)
        .select_related("finding__alert__rule", "hearer__rule").order_by("finding_id")
    )  # fmt: skip
    definitions = workspace().lake.at().definitions
    by_alert: dict[int, list[Finding]] = {}
    hearers: dict[int, Hearer] = {}
    for one in tellings:
        if rights.sees(message.user, one.finding.alert.units, definitions):
            by_alert.setdefault(one.finding.alert_id, []).append(one.finding)
            hearers[one.hearer_id] = one.hearer
    if not by_alert:
        return None
    seen = access.definitions(message.user, workspace())
    parts = [_part(some[0].alert, some, message.user, seen, texts=texts) for some in by_alert.values()]
    rules = list(dict.fromkeys(hearer.rule.name for hearer in hearers.values()))
    return parts, rules, list(hearers)


def _part(alert: Alert, some: Sequence[Finding], user: User, definitions: Definitions, *, texts: bool) -> Part:
    zone = str(definitions.settings["timezone"])
    link = home() + reverse("alert", args=[alert.pk])
    if alert.rule.kind != Rule.Kind.LOW:
        return Part(words.headline(alert, definitions, zone), link)
    alert.times = len(some)  # of this message
    made = Part(words.headline(alert, definitions, zone), link)
    written = written_by(user, alert, some[:MOST]) if texts else {}
    made.lines = [Line(line(one, definitions, zone), written.get(one.row, "")) for one in some[:MOST]]
    rest = len(some) - MOST
    if rest > 0:
        made.more = ngettext("and one more", "and %(n)s more", rest) % {"n": numbers.count(rest)}
    return made


def line(one: Finding, definitions: Definitions, zone: str) -> str:
    """Write a low score: how much, where, when."""
    said = one.said
    place = words.touchpoint(definitions, said.get("touchpoint")) if said.get("touchpoint") else ""
    return " · ".join(filter(None, (words.score(said["score"]), place, numbers.moment(one.at, zone))))


def written_by(user: User, alert: Alert, some: Sequence[Finding]) -> Mapping[str, str]:
    """Give what was written with some scores, by row, to whom may see single people; read now, kept nowhere."""
    if not some or not access.may(user, "read_people"):
        return {}
    first = min(one.at for one in some) - timedelta(days=1)  # days of the company are not those of UTC
    values: dict[str, Any] = {**alert.asked["values"], "period": f"{first:%Y-%m-%d}/"}
    asked = {"of": "below", "spec": values, "figure": "below", "limit": None}
    try:
        rows = access.ask(user, workspace(), "evidence", asked).rows
    except HeartlineError:  # the definitions changed meanwhile: the number is told without the words
        return {}
    wanted = {one.row for one in some}
    return {row["id"]: short(row["text"]) for row in rows if row["id"] in wanted and row.get("text")}


def short(text: str) -> str:
    """Cut a text that is too long for a mail."""
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rstrip() + "…"
