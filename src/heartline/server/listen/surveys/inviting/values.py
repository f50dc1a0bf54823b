"""How a survey is sent, and whom one sending is for: read from a form, refused with a reason where it cannot be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from heartline.core.errors import InvalidInput
from heartline.server.shell.opened import workspace

CHANNELS = ("email", "messaging")
MOST_DAYS = 365
LONGEST = 60
"""Days that a link works at most: as long as its signature holds."""
ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,190}\.[^@\s.<>,;\"]{2,63}")
KEYS = ("segment", "touchpoint", "unit")


def bad(field_: str, reason: str, remedy: str = "") -> InvalidInput:
    """Refuse a value."""
    return InvalidInput("bad_value", reason, field=field_, remedy=remedy)


@dataclass(frozen=True)
class Manner:
    """How a survey is sent.

    Parameters
    ----------
    purpose
        What for; empty: what the company says surveys are sent for.
    from_name, reply_to
        Of the mails; empty: the company's.
    remind_days
        So many days after it went out who has not answered is reminded, once; 0: never.
    lasts_days
        How long a link works.
    again_days
        So many days after this survey it is not sent again to the same person; None: never again.
    page_share, page_target
        On the company's own pages: in a hundred of those who may be asked; or so many that about so many answer in a
        month, in each unit.
    """

    purpose: str = ""
    from_name: str = ""
    reply_to: str = ""
    remind_days: int = 0
    lasts_days: int = 30
    again_days: int | None = 90
    page_share: int = 100
    page_target: int | None = None

    @classmethod
    def read(cls, form: Mapping[str, Any], before: Manner | None = None) -> Manner:
        """Read it from a form; what the form does not ask stays as it was.

        Raises
        ------
        InvalidInput
            `bad_value` with its field.
        """
        made = replace(
            before or cls(), purpose=str(form.get("purpose", "")),
            from_name=" ".join(str(form.get("from_name", "")).split()),
            reply_to=str(form.get("reply_to", "")).strip(), remind_days=number(form, "remind_days", 0, LONGEST - 1),
            lasts_days=number(form, "lasts_days", 1, LONGEST),
            again_days=None if form.get("again") == "never" else number(form, "again_days", 0, MOST_DAYS),
        )  # fmt: skip
        if len(made.from_name) > 80 or any(sign in made.from_name for sign in '<>"@,;'):
            raise bad("from_name", "That is no name for a sender.")
        if made.reply_to and not ADDRESS.fullmatch(made.reply_to):
            raise bad("reply_to", "This is no e-mail address.")
        if made.remind_days >= made.lasts_days:
            raise bad("remind_days", "The link no longer works by then.")
        return made

    def appearing(self, form: Mapping[str, Any]) -> Manner:
        """Read how often it appears on the company's own pages.

        Raises
        ------
        InvalidInput
            `bad_value` with its field.
        """
        target = number(form, "page_target", 1, 100_000) if str(form.get("page_target", "")).strip() else None
        return replace(self, page_share=number(form, "page_share", 1, 100, "100"), page_target=target)

    def body(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return asdict(self)


@dataclass(frozen=True)
class After:
    """What has to happen, and how long after it somebody is asked: at a touchpoint, or an event of a source.

    `window_days`: what happened longer ago, when it came, is asked about no more.
    """

    touchpoint: str = ""
    event: str = ""
    delay_h: int = 48
    window_days: int = 7

    @property
    def delay(self) -> timedelta:
        """How long after it."""
        return timedelta(hours=self.delay_h)

    @property
    def window(self) -> timedelta:
        """How late it may come."""
        return timedelta(days=self.window_days)


@dataclass(frozen=True)
class Wish:
    """Whom to ask, and how many of them.

    Parameters
    ----------
    channel
        One of `CHANNELS`.
    segment, touchpoint, unit
        Only who is in it, was there, belongs to it.
    days
        Only who was here within so many days; 0: at any time.
    trait, trait_is
        Only of whom this is known.
    share
        In a hundred of those who may be asked.
    target
        Or so many that about so many answer in a month, in each unit.
    after
        By itself after something happened; None: once.
    """

    channel: str = "email"
    segment: str = ""
    touchpoint: str = ""
    unit: str = ""
    days: int = 0
    trait: str = ""
    trait_is: str = ""
    share: int = 100
    target: int | None = None
    after: After | None = field(default=None)

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> Wish:
        """Read it from a form.

        Raises
        ------
        InvalidInput
            `bad_value` with its field.
        """
        definitions = workspace().lake.at().definitions
        if form.get("channel", "email") not in CHANNELS:
            raise bad("channel", "There is no such way.")
        chosen = {name: str(form.get(name, "")) for name in KEYS}
        for name, key in chosen.items():
            if key and key not in definitions.all(name):
                raise bad(name, f"There is no such {name}.")
        after = _after(form) if form.get("when") == "after" else None
        if after and after.touchpoint and after.touchpoint not in definitions.all("touchpoint"):
            raise bad("after_touchpoint", "There is no such touchpoint.")
        return cls(
            channel=str(form.get("channel", "email")), **chosen, days=number(form, "days", 0, 3_650, "0"),
            trait=str(form.get("trait", "")).strip()[:100], trait_is=str(form.get("trait_is", "")).strip()[:200],
            share=number(form, "share", 1, 100, "100"),
            target=number(form, "target", 1, 100_000) if str(form.get("target", "")).strip() else None, after=after,
        )  # fmt: skip

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Wish:
        """Give it as it was kept."""
        return cls(**{**body, "after": After(**body["after"]) if body.get("after") else None})

    def body(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return asdict(self)


def _after(form: Mapping[str, Any]) -> After:
    touchpoint, event = (str(form.get(f"after_{name}", "")).strip() for name in ("touchpoint", "event"))
    if not touchpoint and not event:
        raise bad("after_touchpoint", "Nothing says after what.")
    return After(touchpoint, event[:200], number(form, "delay_h", 0, 24 * 90, "48"),
                 number(form, "window_days", 1, 60, "7"))  # fmt: skip


def number(form: Mapping[str, Any], name: str, least: int, most: int, plain: str = "") -> int:
    """Read a number within its limits.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    text = str(form.get(name, "")).strip() or plain
    if not re.fullmatch(r"\d{1,6}", text) or not least <= int(text) <= most:
        raise bad(name, f"That is no number from {least} to {most}.")
    return int(text)


def moment(form: Mapping[str, Any]) -> datetime:
    """Read when to begin, by the company's clock; now where nothing is said.

    Raises
    ------
    InvalidInput
        `bad_value`.
    """
    text = str(form.get("at", "")).strip()
    if form.get("when") != "at":
        return timezone.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad("at", "That is no moment.") from None
    zone = ZoneInfo(workspace().lake.at().definitions.settings["timezone"])
    return found if found.tzinfo else found.replace(tzinfo=zone)
