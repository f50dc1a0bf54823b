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
    for number in _numbers_to_open(verb, ours):
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


def _numbers_to_open(verb: str, answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Choose two numbers of an answer: a figure that counts something, and a cell of the row in the middle."""
    if verb == "evidence":
        return []
    chosen: list[dict[str, Any]] = []
    figures = [name for name, figure in answer["figures"].items() if figure["n"]]
    chosen += [{"figure": name} for name in figures[len(answer["rows"]) % max(1, len(figures)) :][:1]]
    if answer["rows"]:
        row = answer["rows"][len(answer["rows"]) // 2]
        keys = {name: row[name] for name in VERBS[verb].key if name in row}
        cells = [name for name, value in row.items() if name not in keys and isinstance(value, numbers.Number)]
        chosen += [{"row": keys, "column": name} for name in cells[:1]]
    return chosen
