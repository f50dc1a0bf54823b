"""The Python door: open a data folder and ask it things."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack

from heartline.core import compare, employees, registry
from heartline.core.registry import Verb
from heartline.core.result import Result
from heartline.core.selection import Selection, build, to_dict
from heartline.core.sentence import Sentence
from heartline.listen import crosstab as _crosstab
from heartline.listen import emotions as _emotions
from heartline.listen import questions as _questions
from heartline.listen import responses as _responses
from heartline.listen import scores as _scores
from heartline.listen import themes as _themes
from heartline.listen import verbatims as _verbatims
from heartline.store.lake import Lake
from heartline.store.supposing import Supposition
from heartline.understand import customer as _customer
from heartline.understand import customer_trips as _customer_trips
from heartline.understand import customers as _customers
from heartline.understand import evidence as _evidence
from heartline.understand import freshness as _freshness
from heartline.understand import funnel as _funnel
from heartline.understand import graph as _graph
from heartline.understand import journeys as _journeys
from heartline.understand import paths as _paths
from heartline.understand import steps as _steps
from heartline.understand import touchpoints as _touchpoints
from heartline.understand import waits as _waits
from heartline.understand import whereabouts as _whereabouts

VERB_MODULES = (
    _scores, _verbatims, _emotions, _themes, _questions, _crosstab, _responses, _touchpoints, _journeys, _paths, _steps,
    _funnel, _graph, _whereabouts, _waits, _customer, _customer_trips, _customers, _freshness, _evidence,
)  # fmt: skip
"""Importing them registers their verbs; every other door imports this module."""

Keys = str | Sequence[str]


class Shared(TypedDict, total=False):
    """What every question can be narrowed by; see `heartline.core.selection.Selection`."""

    period: str | None
    as_of: int | str | None
    compare: str | None
    segment: str | None
    unit: Keys
    channel: Keys
    stage: Keys
    touchpoint: Keys
    product: Keys
    category: Keys


class Workspace:
    """An open data folder. Every verb is a method; `call` takes a verb by name, as the other doors do."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def supposing(self, supposition: Supposition) -> Workspace:
        """Give a workspace that answers as if definitions, or the places of rows, were others; nothing is written."""
        return Workspace(self.lake.supposing(supposition))

    def call(self, name: str, values: dict[str, Any]) -> Result:
        """Ask a verb by name, with its spec as loose values.

        Raises
        ------
        NotFound
            `unknown_verb`; and whatever the verb cannot find.
        InvalidInput
            `unknown_field`, `bad_value`: what is wrong with the values, by field.
        Forbidden
            `about_employees`: the company shows no figures about single employees.
        """
        verb = registry.find(name)
        spec = build(verb.spec, values)
        asked = {part: getattr(spec, part, None) for part in ("by", "of", "spec", "row")}
        if employees.splits(asked):
            employees.require(self._may_tell_employees(asked))
        result = employees.published(self._ask(verb, spec), verb.key)
        if spec.compare:
            before = self._ask(verb, compare.other(spec, str(result.spec.get("period", "all"))))
            result = compare.compared(result, employees.published(before, verb.key), verb.key)
        return self._said_erased(result)

    def _may_tell_employees(self, asked: dict[str, Any]) -> bool:
        """Tell whether the company allows figures about employees, and, for rows behind one, whether it is shown."""
        if self.lake.at().definitions.settings.get(employees.SETTING) is not True:
            return False
        which = asked.get("row") or {}
        if employees.SPLIT not in which:
            return True
        shown = self.call(str(asked["of"]), dict(asked.get("spec") or {})).rows
        return any(all(row.get(name) == value for name, value in which.items()) for row in shown)

    def _said_erased(self, result: Result) -> Result:
        """Say of an answer as of an earlier version how many rows were erased from it since."""
        gone = self.lake.erased_since(result.as_of.version)
        if not gone:
            return result
        count, versions = sum(entry.erased for entry in gone), [entry.version for entry in gone]
        which = str(versions[0]) if len(versions) == 1 else f"{versions[0]} to {versions[-1]}"
        return result.with_notes(
            Sentence(
                "Since this version {count} rows were erased from all versions (at version {which}).",
                {"count": f"{count:,}", "which": which},
            )
        )

    def _ask(self, verb: Verb, spec: Selection) -> Result:
        if not verb.keeps(spec):
            return verb.function(self.lake, spec)
        return self.lake.cached(verb.name, to_dict(spec), lambda: verb.function(self.lake, spec))

    def scores(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        every: Literal["day", "week", "month", "quarter", "year"] | None = None,
        by: Keys = (),
        weighted: bool = False,
        corrected: bool = False,
        pooled: bool = False,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say how customers score the company on each scale; see `heartline.listen.scores`."""
        own = {"scale": scale, "about": about, "every": every, "by": by}
        beside = {"weighted": weighted, "corrected": corrected, "pooled": pooled}
        return self.call("scores", {**own, **beside, **shared})

    def emotions(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        newest: int = 20_000,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say which emotions many texts show; see `heartline.listen.emotions`."""
        return self.call("emotions", {"scale": scale, "about": about, "newest": newest, **shared})

    def verbatims(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        search: str | None = None,
        feeling: Literal["good", "bad", "neutral", "unknown"] | None = None,
        theme: Keys = (),
        typical: int | None = None,
        limit: int = 50,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """List what customers wrote and said, newest first; see `heartline.listen.verbatims`."""
        own = {"scale": scale, "about": about, "search": search, "feeling": feeling, "typical": typical}
        return self.call("verbatims", {**own, "theme": theme, "limit": limit, "offset": offset, **shared})

    def questions(
        self,
        survey: str,
        *,
        question: Keys = (),
        every: Literal["day", "week", "month", "quarter", "year"] | None = None,
        by: str | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say what people answered to each question of a survey; see `heartline.listen.questions`."""
        return self.call("questions", {"survey": survey, "question": question, "every": every, "by": by, **shared})

    def responses(
        self,
        survey: str,
        *,
        answered: str | None = None,
        limit: int | None = 50,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """List what each response to a survey answered; see `heartline.listen.responses`."""
        own = {"survey": survey, "answered": answered, "limit": limit, "offset": offset}
        return self.call("responses", {**own, **shared})

    def crosstab(self, survey: str, question: str, by: str, **shared: Unpack[Shared]) -> Result:
        """Say who answers a question otherwise than the others; see `heartline.listen.crosstab`."""
        return self.call("crosstab", {"survey": survey, "question": question, "by": by, **shared})

    def themes(
        self,
        *,
        scale: Keys = (),
        about: Keys = (),
        theme: Keys = (),
        sort: Literal["theme", "need", "reason"] = "theme",
        by: Keys = (),
        late: int = 28,
        quotes: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say what people talk about, and what is said more than before; see `heartline.listen.themes`."""
        own = {"scale": scale, "about": about, "theme": theme, "sort": sort, "by": by, "late": late}
        return self.call("themes", {**own, "quotes": quotes, **shared})

    def touchpoints(
        self,
        *,
        journey: str | None = None,
        every: Literal["week", "month", "quarter"] | None = None,
        by: Literal["unit", "channel", "product", "category", "stage", "source"] | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say at which touchpoints it hurts, and how trips end after them; see `heartline.understand.touchpoints`."""
        return self.call("touchpoints", {"journey": journey, "every": every, "by": by, **shared})

    def journeys(self, **shared: Unpack[Shared]) -> Result:
        """List the journeys that are defined; see `heartline.understand.journeys`."""
        return self.call("journeys", {**shared})

    def paths(
        self,
        journey: str,
        *,
        through: str | None = None,
        goal: str | None = None,
        collapse: bool = False,
        search: str | None = None,
        limit: int = 100,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Say how many paths lead through a touchpoint, and to the goal; see `heartline.understand.paths`."""
        own = {"journey": journey, "through": through, "goal": goal, "collapse": collapse, "search": search}
        return self.call("paths", {**own, "limit": limit, "offset": offset, **shared})

    def steps(self, journey: str, *, goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say what people do at each touchpoint of a journey; see `heartline.understand.steps`."""
        return self.call("steps", {"journey": journey, "goal": goal, **shared})

    def funnel(self, journey: str, *, steps: Keys = (), goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say how far trips get along steps; see `heartline.understand.funnel`."""
        return self.call("funnel", {"journey": journey, "steps": steps, "goal": goal, **shared})

    def graph(
        self, journey: str, *, goal: str | None = None, collapse: bool = False, **shared: Unpack[Shared]
    ) -> Result:
        """Say from which touchpoint to which customers go; see `heartline.understand.graph`."""
        return self.call("graph", {"journey": journey, "goal": goal, "collapse": collapse, **shared})

    def whereabouts(self, journey: str, *, goal: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say where customers stand now in a journey; see `heartline.understand.whereabouts`."""
        return self.call("whereabouts", {"journey": journey, "goal": goal, **shared})

    def waits(self, *, journey: str | None = None, every: str | None = None, **shared: Unpack[Shared]) -> Result:
        """Say how long customers are made to wait, and how long they bear it; see `heartline.understand.waits`."""
        return self.call("waits", {"journey": journey, "every": every, **shared})

    def customer(
        self,
        customer: str | None = None,
        *,
        identifier: str | None = None,
        limit: int = 200,
        offset: int = 0,
        **shared: Unpack[Shared],
    ) -> Result:
        """Show everything one customer lived with the company; see `heartline.understand.customer`."""
        own = {"customer": customer, "identifier": identifier, "limit": limit, "offset": offset}
        return self.call("customer", {**own, **shared})

    def customer_trips(self, customer: str, *, journey: str | None = None, **shared: Unpack[Shared]) -> Result:
        """List the trips that one customer made; see `heartline.understand.customer_trips`."""
        return self.call("customer_trips", {"customer": customer, "journey": journey, **shared})

    def customers(
        self, *, ref: str | None = None, limit: int = 50, offset: int = 0, **shared: Unpack[Shared]
    ) -> Result:
        """List the customers who were there, the latest first; see `heartline.understand.customers`."""
        return self.call("customers", {"ref": ref, "limit": limit, "offset": offset, **shared})

    def freshness(self, **shared: Unpack[Shared]) -> Result:
        """Say how complete and how new the data are, source by source; see `heartline.understand.freshness`."""
        return self.call("freshness", {**shared})

    def evidence(
        self,
        of: str,
        *,
        spec: dict[str, Any] | None = None,
        figure: str | None = None,
        row: dict[str, Any] | None = None,
        column: str | None = None,
        limit: int | None = 50,
        offset: int = 0,
        order: str | None = None,
        **shared: Unpack[Shared],
    ) -> Result:
        """List the rows behind a number, and make it again from them; see `heartline.understand.evidence`."""
        own = {"of": of, "spec": spec, "figure": figure, "row": row, "column": column}
        return self.call("evidence", {**own, "limit": limit, "offset": offset, "order": order, **shared})


def open(data: Path | str) -> Workspace:  # noqa: A001  (heartline.open reads as it should)
    """Open a data folder."""
    return Workspace(Lake.open(data))
