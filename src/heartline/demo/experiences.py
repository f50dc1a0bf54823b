"""What was lived at the touchpoints that can hurt, told as the product's definitions tell it: trip by trip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from .aftermath import MAIL, TOUCHPOINTS, WHERE, Contacts, Returns
from .calendar import DAY, DAYS, Floats, Ints
from .feelings import Answers
from .mishaps import Mishaps
from .people import Flags
from .shopping import Checkouts, Orders, Parcels, Pickups
from .world import Lives

End = tuple[Floats, Floats, Flags]
"""A way in which trips end: how likely, with which last feeling, and whether it was bad at the touchpoint."""


@dataclass(frozen=True)
class Lived:
    """What was lived at a touchpoint within a journey; one place for each trip.

    Parameters
    ----------
    failed
        What went wrong, beside waiting too long.
    answers
        About this touchpoint.
    after, before
        Answers that the same trip may get after these and before them, about other touchpoints; the last ones first.
    """

    journey: str
    touchpoint: str
    customer: Ints
    wait: Floats
    failed: Flags
    answers: Answers
    after: tuple[Answers, ...] = ()
    before: tuple[Answers, ...] = field(default=())

    def ends(self, fact: Flags) -> Iterator[End]:
        """Give all ways in which trips may end; `fact` tells where it went wrong, whatever was said.

        A trip ends with the last answer that is given. An unhappy answer about the touchpoint makes it bad as well.
        """
        own, unhappy = self.answers.chance, fact | (self.answers.heard < 0)
        rest = np.ones(len(fact))
        for other in self.after:
            yield rest * other.chance * own, other.heard, unhappy
            yield rest * other.chance * (1 - own), other.heard, fact
            rest = rest * (1 - other.chance)
        yield rest * own, self.answers.heard, unhappy
        rest = rest * (1 - own)
        for other in self.before:
            yield rest * other.chance, other.heard, fact
            rest = rest * (1 - other.chance)


def experiences(lives: Lives) -> list[Lived]:
    """Give what was lived at every touchpoint that can hurt, as far as it was over by the last day."""
    buys, checked, sent, got, back = lives.buys, lives.checked, lives.sent, lives.got, lives.back
    fetched, paid = buys.at[got.of] + got.fetched, back.asked + back.refund
    nothing = np.zeros(len(got.of), np.bool_), np.zeros(len(back.of), np.bool_)
    asking = _aligned(lives.asked, np.where(lives.asked.reason == WHERE, lives.asked.of, -1), sent.of)
    return [
        _lived(lives, ("shopping", "checkout"), checked, checked.load, checked.error, buys.at[checked.of]),
        _lived(
            lives, ("shopping", "payment"), checked, np.full(len(checked.of), np.nan), checked.declined,
            buys.at[checked.of], checked.passed, (checked.answers,), answers=_unasked(checked.answers),
        ),
        _lived(
            lives, ("order", "delivery"), sent, sent.wait, sent.broken, buys.at[sent.of] + sent.wait,
            before=(asking, _aligned(lives.ordered, lives.ordered.of, sent.of)),
        ),
        _lived(
            lives, ("click_and_collect", "pickup"), got, got.queue, nothing[0], fetched,
            before=(_aligned(lives.ordered, lives.ordered.of, got.of),),
        ),
        _lived(lives, ("return", "refund"), back, back.refund, nothing[1], paid, before=(back.announced,)),
        *_contacts(lives),
    ]  # fmt: skip


def _contacts(lives: Lives) -> Iterator[Lived]:
    """Give what was lived with customer service; about an order on its way, the trip is the order's."""
    asked, sent, ordered = lives.asked, lives.sent, lives.ordered
    answered = asked.at + np.where(asked.channel == MAIL, asked.wait, 0.0)
    order = np.where(asked.reason == WHERE, asked.of, -1)
    after = (_aligned(sent, sent.of, order), _aligned(lives.missed, lives.missed.lost, order))
    before = (_aligned(ordered, ordered.of, order),)
    for place, touchpoint in enumerate(TOUCHPOINTS):
        yield _lived(
            lives, ("support", touchpoint), asked, asked.wait, ~asked.solved, answered, asked.channel == place, after,
            before,
        )  # fmt: skip


def _lived(
    lives: Lives,
    name: tuple[str, str],
    part: Checkouts | Parcels | Pickups | Returns | Contacts,
    wait: Floats,
    failed: Flags,
    over: Floats,
    rows: Flags | None = None,
    after: tuple[Answers, ...] = (),
    before: tuple[Answers, ...] = (),
    answers: Answers | None = None,
) -> Lived:
    """Give what really came about by the last day; `over` is when it was over."""
    here = lives.kept[part.of] & (over < DAYS * DAY)
    if rows is not None:
        here &= rows
    others = (tuple(_some(one, here) for one in some) for some in (after, before))
    customer = lives.buys.customer[part.of[here]]
    return Lived(*name, customer, wait[here], failed[here], _some(answers or part.answers, here), *others)


def _aligned(part: Orders | Parcels | Contacts | Mishaps, of: Ints, wanted: Ints) -> Answers:
    """Give the answers about the same purchases; where there are none, nobody answers."""
    size = int(max(of.max(initial=0), wanted.max(initial=0))) + 1
    place = np.full(size + 1, -1)  # the last one is that of nothing
    place[of] = np.arange(len(of))
    place[-1] = -1
    found = place[wanted]
    there = found >= 0
    one = part.answers
    if not len(of):
        nobody = np.zeros(len(wanted))
        return Answers(one.scale, nobody, nobody, nobody, nobody > 0)
    return Answers(
        one.scale, one.feeling[found], np.where(there, one.chance[found], 0.0), one.score[found],
        one.given[found] & there,
    )  # fmt: skip


def _unasked(answers: Answers) -> Answers:
    """Give what people felt where nobody asks them about it."""
    nobody = np.zeros(len(answers.given))
    return Answers(answers.scale, answers.feeling, nobody, answers.score, nobody > 0)


def _some(answers: Answers, rows: Flags) -> Answers:
    return Answers(answers.scale, answers.feeling[rows], answers.chance[rows], answers.score[rows], answers.given[rows])
