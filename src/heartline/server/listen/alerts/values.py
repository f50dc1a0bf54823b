"""A rule's wish as a value: read from a form, checked against what the company defines, turned into questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from heartline.core.errors import InvalidInput, NotFound, unknown
from heartline.core.scales import Scale
from heartline.listen.text.themes.values import known
from heartline.store.definitions import Definitions

from .models import Rule

Kind = Rule.Kind
BY = ("", "about", "unit", "channel")
DAYS = 90
"""How far back a preview looks."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to be told.

    Parameters
    ----------
    scale
        Of scores; for what leaves its limits none means all.
    at_most
        Single scores up to this; from this on where low is good.
    text
        `any`, `with`, `without`.
    touchpoints, units
        Only there; none: anywhere.
    by
        A series for each touchpoint (`about`), unit or channel.
    step, direction
        By day or week; what falls, rises, or either.
    theme
        One theme, whose share is watched; none: whatever is said more than before.
    sources
        Whose silence; none: any.
    weeks
        One false alarm in so many weeks.
    """

    scale: str = ""
    at_most: float | None = None
    text: str = "any"
    touchpoints: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    by: str = ""
    step: str = "day"
    direction: str = "either"
    theme: str = ""
    sources: tuple[str, ...] = ()
    weeks: int = 52

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Wish:
        """Read a wish that was kept."""
        known_ = {one.name for one in fields(cls)}
        lists = {"touchpoints", "units", "sources"}
        read: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in said.items() if name in known_
        }
        return cls(**read)

    def kept(self) -> dict[str, Any]:
        """Give it as it is kept."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def checked(kind: str, wish: Wish, definitions: Definitions) -> Wish:
    """Check a wish.

    Raises
    ------
    InvalidInput
        `bad_value`.
    NotFound
        `unknown_scale`, `unknown_touchpoint`, `unknown_unit`, `unknown_theme`.
    """
    for name, keys in (("touchpoint", wish.touchpoints), ("unit", wish.units)):
        for key in keys:
            definitions.get(name, key)
    if wish.scale and wish.scale not in definitions.scales:
        raise unknown("scale", wish.scale, list(definitions.scales), field="scale")
    if wish.theme and wish.theme not in known(definitions):
        raise NotFound("unknown_theme", "There is no such theme.", field="theme")
    chosen = ((wish.by, BY, "by"), (wish.text, ("any", "with", "without"), "text"),
              (wish.step, ("day", "week"), "step"), (wish.direction, ("either", "falls", "rises"), "direction"),
              (kind, Kind.values, "kind"))  # fmt: skip
    for value, choices, field in chosen:
        if value not in choices:
            raise InvalidInput("bad_value", f"There is no {field} “{value}”.", field=field, remedy="Choose one.")
    if not 1 <= wish.weeks <= 520:
        raise InvalidInput("bad_value", "Between 1 and 520 weeks.", field="weeks", remedy="Choose fewer.")
    if kind == Kind.LOW:
        _low(wish, definitions)
    return wish


def _low(wish: Wish, definitions: Definitions) -> None:
    if not wish.scale:
        raise InvalidInput("bad_value", "Say on which scale.", field="scale", remedy="Choose one.")
    scale: Scale = definitions.scales[wish.scale]
    if wish.at_most is None or not scale.holds(wish.at_most):
        ends = f"{scale.low:g}–{scale.high:g}"
        raise InvalidInput("bad_value", f"A score is between {ends}.", field="at_most", remedy="Choose one there.")


def question(kind: str, wish: Wish, period: str = "") -> tuple[str, dict[str, Any]]:
    """Give the verb that a wish asks, and its values.

    Parameters
    ----------
    period
        What is asked about; empty: what the verb takes by itself.
    """
    shared: dict[str, Any] = {"unit": wish.units} if wish.units else {}
    if period:
        shared["period"] = period
    if kind == Kind.SILENCE:
        return "silences", {**shared, "source": wish.sources, "weeks": wish.weeks}
    if wish.touchpoints:
        shared["about"] = wish.touchpoints
    if kind == Kind.LOW:
        asked = {"scale": (wish.scale,), "at_most": wish.at_most, "text": wish.text}
        return "below", {**shared, **asked}
    if kind == Kind.THEME and not wish.theme:
        return "themes", {**shared, "sort": "theme"}
    by = (wish.by,) if wish.by else ()
    watched = {"by": by, "step": wish.step, "direction": wish.direction, "weeks": wish.weeks}
    if kind == Kind.THEME:
        return "limits", {**shared, **watched, "theme": (wish.theme,)}
    return "limits", {**shared, **watched, "scale": (wish.scale,) if wish.scale else ()}
