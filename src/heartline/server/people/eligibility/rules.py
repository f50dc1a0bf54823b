"""The company's rules: how often people are asked, at which hours, and what surveys count as in law."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from heartline.core.consent import CONSENT
from heartline.core.eligibility import DAY_US, Cap, Quiet, Rules
from heartline.core.errors import Conflict, InvalidInput, NotFound
from heartline.server.shell.eligible import Ask
from heartline.server.shell.opened import workspace

from .models import Ours

CHANNELS = ("email", "messaging", "phone", "web", "")
"""Those that caps are set for, and all of them together."""
MOST_DAYS, MOST_CONTACTS = 365, 1_000
DAY = 24 * 60


@dataclass(frozen=True)
class Company:
    """What holds where nothing else is said.

    Parameters
    ----------
    cooldown_days
        Between two contacts of a person, whatever they are about.
    caps
        By channel (empty: all together) so many contacts in so many days.
    quiet
        Minutes of the day from and to which nobody is written to, by the clock of their unit; None: there are none.
    survey_purpose
        What surveys are sent for, where a survey says nothing else.
    advertising
        Law counts surveys as advertising here: their purpose has to be one that people said yes to.
    """

    cooldown_days: int = 30
    caps: dict[str, tuple[int, int]] = field(default_factory=lambda: {"email": (2, 30), "messaging": (1, 30)})
    quiet: tuple[int, int] | None = (21 * 60, 8 * 60)
    survey_purpose: str = ""
    advertising: bool = False

    def checked(self) -> Company:
        """Refuse what cannot be.

        Raises
        ------
        InvalidInput
            `bad_value` with its field.
        """
        if not 0 <= self.cooldown_days <= MOST_DAYS:
            raise InvalidInput("bad_value", "That is no number of days.", field="cooldown_days", remedy="0 to 365.")
        for channel, (most, days) in self.caps.items():
            if channel not in CHANNELS or not 0 <= most <= MOST_CONTACTS or not 1 <= days <= MOST_DAYS:
                raise InvalidInput("bad_value", "That is no limit.", field=f"cap_{channel}", remedy="At most 365 days.")
        if self.quiet and not all(0 <= minute < DAY for minute in self.quiet):
            raise InvalidInput("bad_value", "That is no time of day.", field="quiet", remedy="As 21:00.")
        if self.survey_purpose and self.survey_purpose not in purposes():
            raise InvalidInput("bad_value", "There is no such purpose.", field="survey_purpose", remedy="Choose one.")
        return self

    def body(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return asdict(self)


def company() -> Company:
    """Give the rules as they are now."""
    body = Ours.objects.order_by("pk").values_list("body", flat=True).first() or {}
    kept = dict(body)
    if "caps" in kept:
        kept["caps"] = {channel: (most, days) for channel, (most, days) in kept["caps"].items()}
    if kept.get("quiet"):
        kept["quiet"] = tuple(kept["quiet"])
    return Company(**kept)


def purposes() -> Any:
    """Give what people are asked for, by key."""
    return workspace().lake.at().definitions.all("purpose")


def lawful(ask: Ask, ours: Company) -> None:
    """Refuse an ask whose purpose is not there, or is not one that law wants here.

    Raises
    ------
    NotFound
        `no_purpose`.
    Conflict
        `advertising`.
    """
    body = purposes().get(ask.purpose)
    if body is None or ask.channel not in (body.get("channels") or ()):
        raise NotFound("no_purpose", "Nothing says what people are asked for here.", field="purpose",
                       remedy="Choose a purpose that may use this channel.")  # fmt: skip
    if ours.advertising and (body.get("basis") or CONSENT) != CONSENT:
        raise Conflict("advertising", "Surveys count as advertising here, and nobody said yes to this purpose.",
                       field="purpose", remedy="Choose a purpose that people agree to.")  # fmt: skip


def rules(ask: Ask, ours: Company, zones: list[str], shares: list[float]) -> Rules:
    """Give what holds for an ask; a reminder belongs to what was asked before, so only caps hold for it.

    Parameters
    ----------
    zones, shares
        By number of the unit; the last stands for people without one.
    """
    caps = [Cap(most, days, channel) for channel, (most, days) in ours.caps.items() if channel in ("", ask.channel)]
    again = None if ask.again_days is None else ask.again_days * DAY_US
    return Rules(
        cooldown_us=0 if ask.reminder else ours.cooldown_days * DAY_US, again_us=0 if ask.reminder else again,
        caps=tuple(caps), quiet=Quiet(*ours.quiet) if ours.quiet else None, zones=zones, shares=shares,
    )  # fmt: skip
