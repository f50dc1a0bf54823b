"""The columns of a journey map: one for a touchpoint, from left to right as the journey is lived."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from heartline.core.result import Result
from heartline.server.shell import filters, heart, names, navigation, numbers
from heartline.server.shell.doors import door
from heartline.server.shell.quotes import Quote, quotes
from heartline.store.definitions import Definitions

MOST = 12
"""Columns that a map shows at first; the rest is one click away."""
UNSURE = 0.4
"""A share whose interval is wider cannot be told yet."""

OFTEN = 0.05
"""What follows less often is not worth a word."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Answers:
    """What the verbs said about a journey."""

    places: Result
    steps: Result
    waits: Result
    standing: Result
    voices: Result


@dataclass(frozen=True)
class Cell:
    """A number: as people read it, the way to its rows, and how it was made."""

    text: str
    link: str
    how: str = ""
    between: str = ""
    exact: str = ""
    """The same for a table: 97.0 %."""


@dataclass(frozen=True)
class Wait:
    """How long people wait: half of them at most so long; places of bar and mark in per cent."""

    half: Cell
    slow: Cell
    expected: str
    over: Cell | None
    bar: str
    mark: str
    late: bool


@dataclass(frozen=True)
class Column:
    """A touchpoint on the map; whatever is not known is None."""

    key: str
    label: str
    link: str
    channel: str
    stage: str
    department: str
    initials: str
    designed: bool
    hot: bool
    beat: heart.Beat
    feeling: Cell | None
    trips: Cell | None
    people: Cell | None
    reach: Cell | None
    bar: str
    unhappy: Cell | None
    unhappy_n: str
    before: str
    right: Cell | None
    wrong: Cell | None
    wait: Wait | None
    left: Cell | None
    next: Cell | None
    next_name: str
    standing: Cell | None
    standing_s: Cell | None
    past: Cell | None
    voice: Quote | None


class Map:
    """Makes the columns of a journey from what the verbs said.

    Parameters
    ----------
    body
        The journey's definition.
    values
        The selection, without what it is compared with.
    """

    def __init__(
        self, key: str, body: Row, answers: Answers, definitions: Definitions, values: Mapping[str, Any]
    ) -> None:
        self.key, self.body, self.definitions = key, body, definitions
        self.values = {name: value for name, value in values.items() if name != "compare"}
        self.asked = {**self.values, "journey": key}
        self.places = _by_touchpoint(answers.places)
        self.steps = _by_touchpoint(answers.steps)
        self.waits = _by_touchpoint(answers.waits)
        self.standing = _by_touchpoint(answers.standing)
        self.voices = {row["about"] or row["touchpoint"]: row for row in answers.voices.rows}
        self.designed = list(dict.fromkeys(body.get("designed") or ()))
        self.worst = worst(answers.places.rows)

    def order(self) -> list[str]:
        """Give every touchpoint: as designed, then as people come there, then those that are only spoken about."""
        spoken = [key for key, row in self.places.items() if row["feeling_n"]]
        return list(dict.fromkeys([*self.designed, *self.steps, *spoken]))

    def chosen(self, everything: bool) -> tuple[list[str], int]:
        """Give the touchpoints to show, and how many are left out: those at which the fewest trips were."""
        order = self.order()
        if everything or len(order) <= MOST:
            return order, 0
        crowd = sorted(order, key=lambda key: (key not in self.designed, -self.steps.get(key, {}).get("trips", 0)))
        kept = set(crowd[: max(MOST, len(self.designed))])
        return [key for key in order if key in kept], len(order) - len(kept)

    def column(self, key: str) -> Column:
        """Make the column of a touchpoint."""
        body = self.definitions.all("touchpoint").get(key, {})
        place, step = self.places.get(key, {}), self.steps.get(key, {})
        department = names.department(body)
        query = filters.address(self.values, journey=self.key)
        return Column(
            key=key,
            label=filters.body_label(self.definitions, "touchpoint", key),
            link=f"{navigation.address('touchpoint', key)}?{query}",
            channel=filters.channel(self.definitions, body["channel"]) if body.get("channel") else "",
            stage=filters.stage(self.definitions, body["stage"]) if body.get("stage") else "",
            department=department,
            initials=_initials(department),
            designed=key in self.designed,
            hot=bool(self.worst) and self.worst == key,
            beat=heart.beat(place, filters.body_label(self.definitions, "touchpoint", key)),
            feeling=self._mean(place, "feeling"),
            trips=self._cell("steps", step, "trips", numbers.count),
            people=self._cell("steps", step, "customers", numbers.count) if step.get("customers") else None,
            reach=self._cell("steps", step, "reach", numbers.share),
            bar=_percent(step.get("reach") or 0),
            unhappy=self._unhappy(place),
            unhappy_n=numbers.count(place.get("share_bad_n")) if place.get("share_bad_n") else "",
            before=numbers.in_hundred(place["share_bad_before"]) if place.get("share_bad_before") is not None else "",
            right=self._mean(place, "after_good"),
            wrong=self._mean(place, "after_bad"),
            wait=self._wait(key),
            left=self._cell("steps", step, "left", numbers.share),
            next=self._cell("steps", step, "next_share", whole) if (step.get("next_share") or 0) >= OFTEN else None,
            next_name=filters.body_label(self.definitions, "touchpoint", step["next"]) if step.get("next") else "",
            voice=self._voice(key),
            **self._standing(key),
        )

    def _cell(self, verb: str, row: Row, column: str, write: Any) -> Cell | None:
        value = row.get(column)
        if value is None:
            return None
        low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
        exact = numbers.share if write is numbers.in_hundred else write
        known = {"low": exact(low), "high": exact(high)}
        between = _("between %(low)s and %(high)s") % known if low is not None else ""
        link = door(verb, self.asked, row={"touchpoint": row["touchpoint"]}, column=column)
        return Cell(write(value), link, between, between, exact(value))

    def _mean(self, place: Row, column: str) -> Cell | None:
        return self._cell("touchpoints", place, column, heart.signed)

    def _unhappy(self, place: Row) -> Cell | None:
        """Give the share who were unhappy; where too little is known to tell, none."""
        return None if unsure(place) else self._cell("touchpoints", place, "share_bad", numbers.in_hundred)

    def _wait(self, key: str) -> Wait | None:
        row = self.waits.get(key)
        if row is None:
            return None
        half, slow = (self._cell("waits", row, name, numbers.duration) for name in ("median_s", "p90_s"))
        assert half is not None
        assert slow is not None
        expected, over = row["expected_s"], row["over"]
        longest = max(row["median_s"], 1.35 * expected if expected else row["p90_s"], 1e-9)
        return Wait(
            half, slow, numbers.duration(expected) if expected else "",
            self._cell("waits", row, "over", numbers.in_hundred) if over is not None else None,
            _percent(row["median_s"] / longest), _percent(expected / longest) if expected else "",
            bool(expected) and row["median_s"] > expected,
        )  # fmt: skip

    def _standing(self, key: str) -> dict[str, Cell | None]:
        row = self.standing.get(key, {})
        past = self._cell("whereabouts", row, "past_usual", numbers.count) if row.get("past_usual") else None
        return {
            "standing": self._cell("whereabouts", row, "trips", numbers.count),
            "standing_s": self._cell("whereabouts", row, "median_s", numbers.duration),
            "past": past,
        }

    def _voice(self, key: str) -> Quote | None:
        rows = [self.voices[key]] if key in self.voices else []
        return next(iter(quotes(rows, self.definitions, people=False)), None)


def whole(share: float | None) -> str:
    """Write a share without decimals, where it stands small beside another number."""
    return numbers.share(share, 0)


def unsure(place: Row) -> bool:
    """Tell whether too little is known to say how many were unhappy."""
    return place.get("share_bad") is None or place["share_bad_high"] - place["share_bad_low"] > UNSURE


def enough(place: Row) -> bool:
    """Tell whether enough trips went right and went wrong to compare how they ended."""
    return bool(min(place["after_good_n"], place["after_bad_n"]) >= heart.FEW)


def worst(rows: Sequence[Row]) -> str | None:
    """Give the touchpoint that hurts most, where facts tell good from bad and the difference is beyond doubt."""
    sure = [row for row in rows if (row["hurts"] or 0) > 0 and (row["contrast_low"] or 0) > 0 and enough(row)]
    facts = [row for row in sure if not row["answers_only"] and not unsure(row)]
    return str(facts[0]["touchpoint"]) if facts else None


def stages(columns: Sequence[Column]) -> Iterator[tuple[str, int]]:
    """Give the stages above the columns: their name, and over how many they go."""
    for name, some in groupby(columns, key=lambda column: column.stage):
        yield name, len(list(some))


def _by_touchpoint(result: Result) -> dict[str, Row]:
    return {row["touchpoint"]: row for row in result.rows}


def _percent(share: float) -> str:
    """Write a place in a drawing."""
    return f"{100 * share:.1f}%"


def _initials(name: str) -> str:
    """Give two letters of a name: of its first two words, or of its only one."""
    words = [word for word in re.split(r"[^\w]+", name) if word]
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else name[:2]).upper()
