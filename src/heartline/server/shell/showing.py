"""The door to the check of who is shown a survey while they are here: on a page of the company's own.

Nobody is written to, so nothing waits: whoever may be asked is asked at once, and counts from that moment on. Who keeps
the rules of asking decides it; as long as nobody does, everybody may be shown it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .eligible import Ask

Name = tuple[str, str]
"""A kind of identifier and its value in clear: (`user_id`, `4711`)."""


@dataclass(frozen=True)
class Visit:
    """Somebody who is here now.

    Parameters
    ----------
    key
        Names this one contact for ever, as `shell.eligible.Candidate` has it.
    who
        None where nobody is known, or nobody is to be.
    unit
        Of the company, where the page says it.
    interrupts
        It comes by itself. What stands in its place in a page interrupts nobody: it keeps no pause and uses none up.
    """

    key: str
    who: Name | None = None
    unit: str = ""
    interrupts: bool = True


@dataclass(frozen=True)
class Decision:
    """Whether somebody may be shown it, and a code that says why not."""

    allowed: bool = True
    reason: str = ""


Decide = Callable[[Ask, Visit], Decision]
_deciders: list[Decide] = []


def decided_by(decide: Decide) -> None:
    """Have a feature decide."""
    _deciders[:] = [decide]


def decide(ask: Ask, visit: Visit) -> Decision:
    """Say whether somebody may be shown a survey now; who may is held to have been asked.

    Parameters
    ----------
    ask
        What they would be asked. Its purpose may be empty.
    visit
        Who, and how.
    """
    return _deciders[0](ask, visit) if _deciders else Decision()
