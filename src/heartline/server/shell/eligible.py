"""The door to eligibility: whoever asks or writes to people of their own accord reserves it here first.

`people/eligibility` keeps what was reserved, and says who may be asked; nobody decides that anywhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from heartline.core.errors import Unavailable


@dataclass(frozen=True)
class Target:
    """About so many answers a month from each unit, by what was lived until now.

    Parameters
    ----------
    answers
        Wanted of each unit.
    lived
        By unit: how many were asked long enough ago, how many of these answered, and how many answers this month has
        or may still expect.
    ahead
        By unit: how many candidates are expected in the rest of the month, beside those who are here now.
    """

    answers: int
    lived: Mapping[str, tuple[int, int, float]] = field(default_factory=dict)
    ahead: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ask:
    """What somebody is to be asked, or told.

    Parameters
    ----------
    what
        Names it among all, `survey:nps`.
    name
        Names this time of it, `survey:nps 12`: the draw of a share hangs on it.
    purpose, channel
        What has to be allowed.
    again_days
        So many days until the same may be asked of somebody again; None: never.
    share
        Of those who may be asked.
    target
        Or so many that about so many answer.
    reminder
        It follows what was asked before: only caps hold for it.
    """

    what: str
    name: str
    purpose: str
    channel: str
    again_days: int | None = 0
    share: float = 1.0
    target: Target | None = None
    reminder: bool = False


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked: a customer (`kind:hex`), their unit, what names this one ask, whether it is meant.

    `key` is unique for ever: whatever was decided under it is not decided again.
    """

    person: str
    key: str
    unit: str | None = None
    meant: bool = True


@dataclass(frozen=True)
class Verdict:
    """What was decided of one candidate: a reason of `core.eligibility`, and for who is asked when, where and how."""

    candidate: Candidate
    reason: str
    at: datetime
    address: str = ""
    language: str = ""


Keep = Callable[[Sequence[Verdict]], object]


class Desk:
    """Who keeps what was reserved; made by `people/eligibility`."""

    def look(self, ask: Ask, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Say what would be decided now; nothing is kept."""
        raise NotImplementedError

    def reserve(self, ask: Ask, candidates: Sequence[Candidate], keep: Keep) -> Counter[str]:
        """Decide, and keep it: who is asked counts from now on, of everybody else the reason is kept.

        Parameters
        ----------
        keep
            Called with the verdicts in the transaction that reserves them, a part at a time; those decided before, by a
            run that was stopped, are not among them.

        Returns
        -------
        Counter
            How many, by reason.
        """
        raise NotImplementedError

    def reach(self, people: Sequence[str], purpose: str, channel: str) -> list[Verdict]:
        """Say how some customers are reached now, or why they may not be: to be asked right before a message goes out.

        Only consent and address count: how often they are asked was decided when it was reserved.
        """
        raise NotImplementedError

    def release(self, keys: Sequence[str]) -> None:
        """Take back what was reserved and did not go out."""
        raise NotImplementedError

    def failed(self, address: str, channel: str, why: str) -> None:
        """Remember that an address takes nothing."""
        raise NotImplementedError

    def refused(self, what: str, name: str = "") -> dict[str, int]:
        """Count those who were not asked something, by reason; all, or those of one time of it."""
        raise NotImplementedError

    def left_out(self, what: str, name: str, reason: str, start: int, most: int) -> list[tuple[str, str, datetime]]:
        """List who was not asked at one time of something, the newest first: the customer, why, and when.

        Parameters
        ----------
        reason
            Only those who were left out for this one; empty: all.
        start, most
            Which part of them.
        """
        raise NotImplementedError

    def contacts(self, what: str, channel: str, since: datetime) -> list[tuple[str, str, datetime]]:
        """List the contacts of something over a channel: the key of each, its unit, and when."""
        raise NotImplementedError

    def passed_over(self, what: str, channel: str, since: datetime) -> dict[str, int]:
        """Count by unit those who were not drawn by lot, or belong where enough answer."""
        raise NotImplementedError

    def why(self, reason: str) -> str:
        """Say in words why people are not asked: they …"""
        raise NotImplementedError

    def purpose(self) -> str:
        """Give what surveys are sent for where a survey says nothing else; empty where the company says nothing."""
        raise NotImplementedError


_desks: list[Desk] = []
Called = tuple[str, str]
"""What something is called, and the address of its page."""
_names: dict[str, Callable[[str], Called]] = {}


def calls(kind: str, name: Callable[[str], Called]) -> None:
    """Have a feature name what is asked: `survey:nps` is of the kind `survey`, and is asked for `nps`."""
    _names[kind] = name


def called(what: str) -> Called:
    """Name what was asked."""
    kind, _colon, key = what.partition(":")
    return _names[kind](key) if kind in _names else (key, "")


Tell = Callable[[str, str, str], object]
_tells: list[Tell] = []


def when_failed(tell: Tell) -> None:
    """Have whoever wrote to an address told that it takes nothing: the address, why, and what was said with it."""
    if tell not in _tells:
        _tells.append(tell)


def failed(address: str, channel: str, why: str, said: str = "") -> None:
    """Remember that an address takes nothing, as another system told, and tell whoever wrote to it.

    Parameters
    ----------
    said
        What that system said of it, as JSON; it may name the message.
    """
    desk().failed(address, channel, why)
    for tell in _tells:
        tell(address, why, said)


def keeps(one: Desk) -> None:
    """Have a feature keep it."""
    _desks[:] = [one]


def desk() -> Desk:
    """Give who decides.

    Raises
    ------
    Unavailable
        `no_eligibility` where nobody does: then nobody is asked.
    """
    if not _desks:
        raise Unavailable("no_eligibility", "Nothing here says who may be asked.", remedy="Install people.eligibility.")
    return _desks[0]
