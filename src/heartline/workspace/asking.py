"""Ask a verb by its name: what all doors share."""

from __future__ import annotations

from typing import Any, Self

from heartline.core import compare, employees, registry
from heartline.core.registry import Verb
from heartline.core.result import Result
from heartline.core.selection import Selection, build, to_dict
from heartline.core.sentence import Sentence
from heartline.store.lake import Lake
from heartline.store.supposing import Supposition


class Asking:
    """An open data folder that is asked by the name of a verb, as the other doors ask."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def supposing(self, supposition: Supposition) -> Self:
        """Give another that answers as if definitions, or the places of rows, were others; nothing is written."""
        return type(self)(self.lake.supposing(supposition))

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
        beside = {"beside": verb.beside(self.lake)} if verb.beside else {}
        return self.lake.cached(verb.name, to_dict(spec) | beside, lambda: verb.function(self.lake, spec))
