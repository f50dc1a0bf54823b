"""What the page of paths is asked beside the selection: journey, through, goal, repeats, which paths to list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from heartline.server.shell import filters
from heartline.store.definitions import Definitions

WHERE = ("anywhere", "start", "end")
NAMES = ("journey", "through", "goal", "repeats", "search", "where", "page")
"""What the page keeps in its address beside the selection."""


@dataclass(frozen=True)
class Asked:
    """A question about paths.

    Parameters
    ----------
    goal
        Another goal than the journey's own; empty for its own.
    planned
        The journey's own goal; empty where it has none.
    search, where
        Touchpoints' names, `>` between those that follow each other, and in which part of a path they stand.
    """

    journey: str
    planned: str = ""
    through: str = ""
    goal: str = ""
    once: bool = False
    search: str = ""
    where: str = "anywhere"

    @classmethod
    def read(cls, query: QueryDict, rows: Iterable[Mapping[str, Any]]) -> Asked:
        """Read a question from an address; without a journey it is about the one that most trips make."""
        known = {str(row["journey"]): row for row in rows}
        key = query.get("journey") or max(known, key=lambda name: known[name]["trips"])
        where = query.get("where", "")
        return cls(
            key,
            str(known.get(key, {}).get("goal") or ""),
            query.get("through", ""),
            query.get("goal", ""),
            query.get("repeats") == "once",
            query.get("search", "").strip(),
            where if where in WHERE else "anywhere",
        )

    @property
    def aim(self) -> str:
        """The goal that counts: the one asked for, else the journey's own; empty where there is none."""
        return self.goal or self.planned

    @property
    def trips(self) -> dict[str, Any]:
        """Which trips, as verbs are asked."""
        return {"journey": self.journey, **({"goal": self.goal} if self.goal else {})}

    @property
    def steps(self) -> dict[str, Any]:
        """Which trips, and how their steps are counted."""
        return {**self.trips, **({"collapse": True} if self.once else {})}

    @property
    def kept(self) -> dict[str, str]:
        """What stays in the address when a filter changes."""
        return {"search": self.search, "where": self.where} if self.search else {}

    @property
    def address(self) -> dict[str, str]:
        """The question as fields of an address."""
        fields = {
            "journey": self.journey, "through": self.through, "goal": self.goal,
            "repeats": "once" if self.once else "",
        }  # fmt: skip
        return {name: text for name, text in (fields | self.kept).items() if text}

    def sought(self, definitions: Definitions) -> str | None:
        """Give the search as the verb reads it; names for people become the keys of the touchpoints they name."""
        if not self.search:
            return None
        steps = [_keys(part, definitions) for part in self.search.replace("→", ">").split(">")]
        start, end = ("^" if self.where == "start" else ""), ("$" if self.where == "end" else "")
        return f"{start}{' > '.join(steps)}{end}"


def _keys(part: str, definitions: Definitions) -> str:
    """Give the touchpoints that a name means: the one that is called so, else all that have it in their names."""
    text = part.strip().casefold()
    labels = {
        key: filters.body_label(definitions, "touchpoint", key).casefold() for key in definitions.all("touchpoint")
    }
    meant = [key for key, label in labels.items() if text in (label, key.casefold())]
    meant = meant or [key for key, label in labels.items() if text in label]
    return "|".join(f"={key}" for key in meant) or text.replace(" ", "_")


def chips(
    asked: Asked, journeys: Iterable[Mapping[str, Any]], places: Iterable[str], definitions: Definitions
) -> list[filters.Chip]:
    """Make the chips of the question, which stand before those of the selection."""
    names = dict.fromkeys([*sorted(places, key=lambda key: _name(definitions, key)), asked.through, asked.goal])
    labels = {key: _name(definitions, key) for key in names if key}
    own = _("as planned: %(goal)s") % {"goal": _name(definitions, asked.planned)} if asked.planned else _("none")
    return [
        _chip("journey", _("Journey"), _journeys(journeys, definitions), asked.journey),
        _chip("through", _("Through"), {"": _("any touchpoint"), **labels}, asked.through),
        _chip("goal", _("Goal"), {"": own, **labels}, asked.goal),
        _chip(
            "repeats", _("Repeated steps"), {"": _("each counted"), "once": _("counted once")},
            "once" if asked.once else "",
        ),
    ]  # fmt: skip


def _chip(name: str, label: str, known: Mapping[str, str], chosen: str) -> filters.Chip:
    options = [filters.Option(key, text, key == chosen) for key, text in known.items()]
    shown = known.get(chosen, chosen)
    return filters.Chip(
        name, label, shown, tuple(options[: filters.MOST_OPTIONS]), many=False, on=name != "journey" and bool(chosen)
    )


def _journeys(rows: Iterable[Mapping[str, Any]], definitions: Definitions) -> dict[str, str]:
    keys = [str(row["journey"]) for row in rows]
    return {key: filters.body_label(definitions, "journey", key) for key in keys}


def _name(definitions: Definitions, key: str) -> str:
    return filters.body_label(definitions, "touchpoint", key)
