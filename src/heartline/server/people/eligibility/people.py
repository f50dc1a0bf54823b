"""What is known of candidates before anybody is decided on: consent, address, language, unit; as columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from heartline.collect.person import normal
from heartline.collect.together import names_of
from heartline.core import consent
from heartline.core.eligibility import Facts, Past, draws
from heartline.core.ids import identifier
from heartline.server.shell import consenting, reaching
from heartline.server.shell.eligible import Ask, Candidate
from heartline.server.shell.opened import workspace

from .models import Failing

KINDS = {"email": "email", "messaging": "phone", "phone": "phone"}
"""The identifier by which people are reached on a channel."""
LANGUAGES = ("language", "traits.language", "traits.locale", "traits.preferred_language")
_NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class People:
    """Candidates with their facts, save for what was reserved: that is read where nobody else writes.

    Parameters
    ----------
    names
        All identifiers of these people, with the number of their person.
    units
        The units, by number; people without one have −1.
    """

    candidates: Sequence[Candidate]
    facts: Facts
    names: Mapping[str, int]
    units: Sequence[str]
    addresses: Mapping[int, str]
    languages: Mapping[int, str]

    def part(self, places: Any) -> People:
        """Give some of them, by their places."""
        facts = Facts(**{name: getattr(self.facts, name)[places] for name in _COLUMNS}, past=self.facts.past)
        whose = set(facts.person.tolist())
        names = {name: number for name, number in self.names.items() if number in whose}
        return People([self.candidates[at] for at in places.tolist()], facts, names, self.units, self.addresses,
                      self.languages)  # fmt: skip


_COLUMNS = ("person", "consent", "meant", "reachable", "failing", "unit", "draw")


def known(ask: Ask, candidates: Sequence[Candidate]) -> People:
    """Look up what is known of some people, all at once."""
    lake = workspace().lake
    people = list(dict.fromkeys(one.person for one in candidates))
    names = names_of(lake.at(), people)
    allowed = consenting.standing(people, ask.purpose, ask.channel)
    reasons = {person: consent.REASONS.index(reason) for person, reason in zip(people, allowed.reasons, strict=True)}
    said: dict[int, set[str]] = {}
    for person, under in zip(people, allowed.names, strict=True):
        if under:
            said.setdefault(names[person], set()).update(under)
    kind = KINDS[ask.channel]
    told = reaching.known(names, (kind, *LANGUAGES))
    addresses, marks = _addresses(told, names, said, kind)
    failing = set(Failing.objects.filter(channel=ask.channel).values_list("identifier", flat=True))
    whose = np.array([names[one.person] for one in candidates], np.int64)
    units = list(dict.fromkeys(one.unit for one in candidates if one.unit))
    places = {unit: place for place, unit in enumerate(units)}
    facts = Facts(
        person=whose,
        consent=np.array([reasons[one.person] for one in candidates], np.int64),
        meant=np.array([one.meant for one in candidates], bool),
        reachable=np.array([number in addresses for number in whose.tolist()], bool),
        failing=np.array([marks.get(number, "") in failing for number in whose.tolist()], bool),
        unit=np.array([places.get(one.unit or "", -1) for one in candidates], np.int64),
        draw=draws(ask.name, (one.key for one in candidates)),
        past=Past(_NONE, _NONE),
    )  # fmt: skip
    return People(candidates, facts, names, units, addresses, _languages(told, names))


def _addresses(
    told: reaching.Known, names: Mapping[str, int], said: Mapping[int, set[str]], kind: str
) -> tuple[dict[int, str], dict[int, str]]:
    """Give each person's address and what it is known by in the lake; of those who said yes, one that they said it for.

    Of several the one that is an identifier of theirs comes first.
    """
    key = workspace().lake.key
    found: dict[int, str] = {}
    marks: dict[int, str] = {}
    for who in sorted(told, key=lambda name: (not name.startswith(f"{kind}:"), name)):
        number, address = names[who], told[who].get(kind, "").strip()
        if not address or number in found:
            continue
        mark = identifier(kind, normal(kind, address), key)
        if number in said and not said[number] & {who, mark}:
            continue
        found[number], marks[number] = address, mark
    return found, marks


def _languages(told: reaching.Known, names: Mapping[str, int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for name in reversed(LANGUAGES):
        found |= {names[who]: values[name].replace("_", "-") for who, values in told.items() if values.get(name)}
    return found


def zones(units: Collection[str]) -> list[str]:
    """Give the time zone of each unit: its own, else that of a unit above, else the company's; last, the company's."""
    definitions = workspace().lake.at().definitions
    company, bodies = str(definitions.settings["timezone"]), definitions.all("unit")

    def zone(unit: str | None) -> str:
        for _step in range(len(bodies)):
            body = bodies.get(unit or "", {})
            if body.get("timezone") or not body.get("parent"):
                return str(body.get("timezone") or company)
            unit = body["parent"]
        return company

    return [*(zone(unit) for unit in units), company]
