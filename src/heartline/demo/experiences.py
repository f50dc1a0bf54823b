"""What was lived at the touchpoints that can hurt, told as the product's definitions tell it: trip by trip."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .aftermath import MAIL, TOUCHPOINTS, WHERE, Contacts, Returns
from .calendar import DAY, DAYS, Floats, Ints
from .feelings import Answers
from .people import Flags
from .shopping import Checkouts, Parcels, Pickups
from .world import Lives


@dataclass(frozen=True)
class Lived:
    """What was lived at a touchpoint within a journey; one place for each trip.

    Parameters
    ----------
    failed
        What went wrong, beside waiting too long.
    own
        Whether the answer is about this touchpoint: about an order on its way, people are asked once it has come.
    """

    journey: str
    touchpoint: str
    customer: Ints
    wait: Floats
    failed: Flags
    own: Flags
    answers: Answers


def experiences(lives: Lives) -> list[Lived]:
    """Give what was lived at every touchpoint that can hurt, as far as it was over by the last day."""
    buys, checked, sent, got, back, asked = lives.buys, lives.checked, lives.sent, lives.got, lives.back, lives.asked
    judged, elsewhere = _judged_with_the_order(lives)

    def lived(
        name: tuple[str, str], part: Checkouts | Parcels | Pickups | Returns | Contacts, wait: Floats, failed: Flags,
        over: Floats, rows: Flags | None = None, own: Flags | None = None,
    ) -> Lived:  # fmt: skip
        here = lives.kept[part.of] & (over < DAYS * DAY)
        if rows is not None:
            here &= rows
        about = here[here] if own is None else own[here]
        answers = _some(part.answers, here)
        return Lived(*name, buys.customer[part.of[here]], wait[here], failed[here], about, answers)

    fetched, paid = buys.at[got.of] + got.fetched, back.asked + back.refund
    nothing = np.zeros(len(got.of), np.bool_), np.zeros(len(back.of), np.bool_)
    answered = asked.at + np.where(asked.channel == MAIL, asked.wait, 0.0)
    return [
        lived(("shopping", "checkout"), checked, checked.load, checked.error, buys.at[checked.of]),
        lived(("order", "delivery"), sent, sent.wait, sent.broken, buys.at[sent.of] + sent.wait),
        lived(("click_and_collect", "pickup"), got, got.queue, nothing[0], fetched),
        lived(("return", "refund"), back, back.refund, nothing[1], paid),
        *(
            lived(
                ("support", touchpoint), judged, asked.wait, ~asked.solved, answered, asked.channel == place, ~elsewhere
            )
            for place, touchpoint in enumerate(TOUCHPOINTS)
        ),
    ]


def _judged_with_the_order(lives: Lives) -> tuple[Contacts, Flags]:
    """Give contacts whose answers, where they were about an order on its way, are those about its delivery."""
    asked, sent = lives.asked, lives.sent
    parcel = np.full(len(lives.buys), -1)
    parcel[sent.of] = np.arange(len(sent.of))
    there = (asked.reason == WHERE) & (parcel[asked.of] >= 0)
    which = parcel[asked.of[there]]
    made = {}
    for name in ("feeling", "chance", "score", "given"):
        values = getattr(asked.answers, name).copy()
        values[there] = getattr(sent.answers, name)[which]
        made[name] = values
    return replace(asked, answers=Answers(asked.answers.scale, **made)), there


def _some(answers: Answers, rows: Flags) -> Answers:
    return Answers(answers.scale, answers.feeling[rows], answers.chance[rows], answers.score[rows], answers.given[rows])
