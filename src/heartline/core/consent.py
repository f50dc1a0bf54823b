"""What is allowed now, of what people said about being contacted: pure rules over words, for one person or for all.

A word is said under one name (an identifier), for a purpose and a channel. From words follows what is allowed:

* suppression beats everything, whatever the purpose; only a release said later ends it;
* of one name the latest word counts; of two at the same moment the stricter one;
* of a person with several names the strictest counts. A word said by who was known to be the same person answers what
  they had said before under the names that it covers, as long as these are one person;
* what counts as a yes depends on the purpose: see `BASES`.

Words are only ever added, and nothing here depends on the order in which they came.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

GIVEN, WITHDRAWN, SUPPRESSED, RELEASED = "given", "withdrawn", "suppressed", "released"
STATES = (GIVEN, WITHDRAWN, RELEASED, SUPPRESSED)
"""What somebody may say, or what may be said of them; of two at one moment the later one here counts."""
CONSENT, CONTRACT, INTEREST = "consent", "contract", "legitimate_interest"
BASES = (CONSENT, CONTRACT, INTEREST)
"""Why a purpose is lawful (GDPR, article 6(1) a, b, f): with a yes that holds; unless suppressed, since a contract
needs it; unless somebody said no (article 21)."""
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

ALLOWED, NOTHING_SAID, SAID_NO, BARRED, UNCONFIRMED, EXPIRED = (
    "allowed", "nothing_said", "withdrawn", "suppressed", "unconfirmed", "expired"
)  # fmt: skip
REASONS = (ALLOWED, NOTHING_SAID, SAID_NO, BARRED, UNCONFIRMED, EXPIRED)


@dataclass(frozen=True)
class Terms:
    """What counts for a purpose.

    Parameters
    ----------
    basis
        One of `BASES`.
    double_opt_in
        A yes counts only once it was confirmed.
    holds_us
        How long a yes holds, in microseconds; None: for ever.
    """

    basis: str = CONSENT
    double_opt_in: bool = False
    holds_us: int | None = None


@dataclass(frozen=True)
class Words:
    """Words about one purpose and channel, as columns; whole columns, so that many people cost no more than a few.

    Parameters
    ----------
    name
        Number of the name under which it was said.
    person
        By number of the name: number of the person that it belongs to; below 0 where nobody asks.
    at_us
        When it was said last, in microseconds since 1970.
    state
        Place in `STATES`.
    confirmed
        Whether it was confirmed.
    covers
        Words that answer other names of the same person: by place, the numbers of these names.
    """

    name: Ints
    person: Ints
    at_us: Ints
    state: Ints
    confirmed: Flags
    covers: dict[int, Collection[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """What is allowed: `reason` is a place in `REASONS` for each person, `word` the place of the word that says so.

    `word` is −1 where no word does. `yes` marks the words that are a yes that holds: under their names people may be
    contacted.
    """

    reason: Ints
    word: Ints
    yes: Flags

    @property
    def allowed(self) -> Flags:
        """Who may be contacted."""
        allowed: Flags = self.reason == REASONS.index(ALLOWED)
        return allowed


def standing(words: Words, people: int, terms: Terms, now_us: int) -> Standing:
    """Say what is allowed of each of so many people."""
    reason = np.full(people, REASONS.index(NOTHING_SAID if terms.basis == CONSENT else ALLOWED), np.int64)
    decided = np.full(people, -1, np.int64)
    asked = words.person[words.name] >= 0 if len(words.name) else np.zeros(0, bool)
    barring = words.state >= STATES.index(RELEASED)
    said = _latest(words, np.flatnonzero(asked & ~barring))
    said = said[~_answered(words, said)]
    whose = words.person[words.name[said]]
    no = words.state[said] == STATES.index(WITHDRAWN)
    yes = np.zeros(len(words.name), bool)
    if terms.basis == CONSENT:
        rests = _rests_on(words, said, np.flatnonzero(asked & ~barring), double_opt_in=terms.double_opt_in)
        why = np.full(len(said), REASONS.index(ALLOWED))
        if terms.holds_us is not None:
            why[words.at_us[rests] + terms.holds_us <= now_us] = REASONS.index(EXPIRED)
        if terms.double_opt_in:
            why[~words.confirmed[rests]] = REASONS.index(UNCONFIRMED)
        holds = ~no & (why == REASONS.index(ALLOWED))
        for part in (~no & ~holds, holds):  # a yes that holds beats one that does not
            reason[whose[part]], decided[whose[part]] = why[part], rests[part]
        yes[said[holds]] = True
    if terms.basis != CONTRACT:
        reason[whose[no]], decided[whose[no]] = REASONS.index(SAID_NO), said[no]
    barred = _latest(words, np.flatnonzero(asked & barring))
    barred = barred[words.state[barred] == STATES.index(SUPPRESSED)]
    whose = words.person[words.name[barred]]
    reason[whose], decided[whose] = REASONS.index(BARRED), barred
    if len(words.name):
        of = words.person[words.name]
        yes &= (of >= 0) & (reason[of] == REASONS.index(ALLOWED)) if people else False
    return Standing(reason, decided, yes)


def _latest(words: Words, places: Ints) -> Ints:
    """Give, of some words, the last of each name; of two at one moment the stricter."""
    if not len(places):
        return places
    confirmed = words.confirmed[places]  # of two that say the same at one moment the confirmed one is last
    keys = (places, confirmed, words.state[places], words.at_us[places], words.name[places])
    places = places[np.lexsort(keys)]
    names = words.name[places]
    last = np.append(names[1:] != names[:-1], True)
    found: Ints = places[last]
    return found


def _rests_on(words: Words, said: Ints, places: Ints, *, double_opt_in: bool) -> Ints:
    """Give the words that the last ones rest on: where a yes has to be confirmed, the last confirmed one since a no."""
    if not double_opt_in or not len(said):
        return said
    names = words.name.max() + 1
    last_no = np.full(names, np.iinfo(np.int64).min)
    no = places[words.state[places] == STATES.index(WITHDRAWN)]
    np.maximum.at(last_no, words.name[no], words.at_us[no])
    sure = places[words.confirmed[places] & (words.state[places] == STATES.index(GIVEN))]
    sure = _latest(words, sure[words.at_us[sure] > last_no[words.name[sure]]])
    found = np.full(names, -1)
    found[words.name[sure]] = sure
    rests = found[words.name[said]]
    chosen: Ints = np.where((rests >= 0) & (words.state[said] == STATES.index(GIVEN)), rests, said)
    return chosen


def _answered(words: Words, said: Ints) -> Flags:
    """Mark the words that the same person answered later under another name."""
    gone = np.zeros(len(said), bool)
    covering = [place for place in said.tolist() if place in words.covers]
    if not covering:
        return gone
    at = {int(words.name[place]): number for number, place in enumerate(said.tolist())}
    for place in covering:
        person, moment = words.person[words.name[place]], words.at_us[place]
        for name in words.covers[place]:
            number = at.get(name)
            if number is not None and words.person[name] == person and words.at_us[said[number]] < moment:
                gone[number] = True
    return gone


def columns(rows: Sequence[tuple[str, int, str, bool, Sequence[str]]], people: dict[str, int]) -> Words:
    """Make columns of rows (name, at_us, state, confirmed, covers) for the people of these names."""
    numbers: dict[str, int] = {}
    for row in rows:
        numbers.setdefault(row[0], len(numbers))
    whole: list[Any] = list(zip(*rows, strict=True)) or [()] * 5
    covers = {
        place: [numbers[name] for name in others if name in numbers] for place, others in enumerate(whole[4]) if others
    }
    return Words(
        np.array([numbers[name] for name in whole[0]], np.int64),
        np.array([people.get(name, -1) for name in numbers], np.int64),
        np.array(whole[1], np.int64),
        np.array([STATES.index(state) for state in whole[2]], np.int64),
        np.array(whole[3], bool),
        covers,
    )
