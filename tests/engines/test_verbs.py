"""Every verb answers alike on both engines, and opens its numbers alike."""

from __future__ import annotations

import numbers
from typing import Any

import msgspec
import pytest

from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS
from heartline.store.lake import Lake
from heartline.workspace import Workspace

from .same import difference
from .specs import SPECS

ASKED = [(verb, spec) for verb, specs in SPECS.items() for spec in specs]
NAMES = [f"{verb}-{number}" for verb, specs in SPECS.items() for number in range(len(specs))]


def test_no_verb_is_forgotten() -> None:
    assert set(SPECS) == set(VERBS)
    assert all(len(specs) > 1 for specs in SPECS.values())


@pytest.mark.parametrize(("verb", "spec"), ASKED, ids=NAMES)
def test_both_engines_answer_alike(on_duckdb: Lake, on_spark: Lake, verb: str, spec: dict[str, Any]) -> None:
    ours, theirs = _ask(on_duckdb, verb, spec), _ask(on_spark, verb, spec)
    assert difference(ours, theirs) is None
    number = _number_to_open(verb, ours, SPECS[verb].index(spec))
    if number is not None:
        opened = {"of": verb, "spec": spec, "limit": None} | number
        assert difference(_ask(on_duckdb, "evidence", opened), _ask(on_spark, "evidence", opened), str(number)) is None


@pytest.mark.parametrize("verb", SPECS)
def test_the_world_has_an_answer(on_duckdb: Lake, verb: str) -> None:
    answers = [_ask(on_duckdb, verb, spec) for spec in SPECS[verb]]
    assert any(answer["rows"] for answer in answers)
    assert all("code" not in answer for answer in answers)


@pytest.mark.parametrize(
    "spec",
    [{"touchpoint": "nowhere"}, {"segment": "nobody"}, {"as_of": 99}, {"period": "soon"}, {"unit": "mars"}],
    ids=str,
)
def test_both_engines_refuse_alike(on_duckdb: Lake, on_spark: Lake, spec: dict[str, Any]) -> None:
    refused = _ask(on_spark, "scores", spec)
    assert "code" in refused
    assert refused == _ask(on_duckdb, "scores", spec)


def _ask(lake: Lake, verb: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Ask as a door does, down to the JSON; an error is an answer too."""
    try:
        answer: dict[str, Any] = msgspec.json.decode(Workspace(lake).call(verb, spec).to_json())
    except HeartlineError as error:
        return error.problem()
    return answer


def _number_to_open(verb: str, answer: dict[str, Any], turn: int) -> dict[str, Any] | None:
    """Choose a number of an answer, in turn: a cell of the row in the middle, or a figure that counts something."""
    if verb == "evidence":
        return None
    rows, figures = answer["rows"], [name for name, figure in answer["figures"].items() if figure["n"]]
    if rows and (turn % 2 == 0 or not figures):
        row = rows[len(rows) // 2]
        keys = {name: row[name] for name in VERBS[verb].key if name in row}
        cells = [name for name, value in row.items() if name not in keys and isinstance(value, numbers.Number)]
        return {"row": keys, "column": cells[turn // 2 % len(cells)]} if cells else None
    return {"figure": figures[turn // 2 % len(figures)]} if figures else None
