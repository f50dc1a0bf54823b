"""The door to the check of who is shown a survey while they are here: on a page of the company's own.

Nobody is written to, so nothing is reserved before; who keeps the rules of asking (pauses, caps, sampling) may say no.
As long as nobody does, everybody may be shown it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Name = tuple[str, str]
"""A kind of identifier and its value in clear: (`user_id`, `4711`)."""


@dataclass(frozen=True)
class Decision:
    """Whether somebody may be shown it, and a code that says why not."""

    allowed: bool = True
    reason: str = ""


Decide = Callable[[str, str, Name | None], Decision]
_deciders: list[Decide] = []


def decided_by(decide: Decide) -> None:
    """Have a feature decide."""
    _deciders[:] = [decide]


def decide(survey: str, channel: str, who: Name | None) -> Decision:
    """Say whether somebody may be shown a survey now.

    Parameters
    ----------
    survey
        Its key.
    channel
        Where they are: `web`, `mobile`.
    who
        None where nobody is known.
    """
    return _deciders[0](survey, channel, who) if _deciders else Decision()
