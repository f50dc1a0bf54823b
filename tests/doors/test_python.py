"""Every verb is a method of the workspace, with the fields of its spec and the numbers of `call`."""

from __future__ import annotations

import inspect
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

import pytest

import heartline
from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS, Verb
from heartline.core.selection import Selection
from heartline.listen.surveys import codebook
from heartline.listen.surveys.tests.answered import POLL as POLL_ASKED
from heartline.store.tests.world import events
from heartline.workspace import Shared, Workspace

JOURNEY = {"visit": {"starts": ["shop"], "goal": "delivery", "ends": "goal", "within_s": 864000, "per": "customer"}}
POLL = {"poll": codebook.body([POLL_ASKED])}
NEEDED: dict[str, dict[str, Any]] = {
    "paths": {"journey": "visit"},
    "funnel": {"journey": "visit"},
    "graph": {"journey": "visit"},
    "steps": {"journey": "visit"},
    "whereabouts": {"journey": "visit"},
    "questions": {"survey": "poll"},
    "responses": {"survey": "poll"},
    "crosstab": {"survey": "poll", "question": "likely", "by": "way"},
    "customer": {"customer": "user_id:alice"},
    "customer_trips": {"customer": "user_id:alice"},
    "trained": {"about": "delivery", "trained": "berlin", "on": "2024-03-03"},
    "evidence": {"of": "scores", "figure": "answers"},
}
"""What a verb cannot be asked without."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("doors")
    events(
        folder,
        [
            ("alice", "shop", "2024-03-01 10:00", {"amount": 12, "currency": "EUR"}),
            ("alice", "delivery", "2024-03-04 10:00", {"wait_s": 259200, "succeeded": True}),
            ("alice", "survey", "2024-03-05 10:00", {"score": 9, "scale": "nps", "about": "delivery", "text": "quick"}),
            ("bob", "shop", "2024-03-02 10:00", {"amount": 30, "currency": "EUR"}),
            ("bob", "survey", "2024-03-06 10:00", {"score": 2, "scale": "nps", "about": "shop", "text": "rude"}),
        ],
        journey=JOURNEY,
        survey=POLL,
        unit={"berlin": {}},
    )
    return heartline.open(folder)


@pytest.fixture(params=sorted(VERBS))
def verb(request: pytest.FixtureRequest) -> Verb:
    return VERBS[request.param]


def test_every_verb_is_a_method_with_its_spec_s_fields(verb: Verb) -> None:
    parameters = inspect.signature(getattr(Workspace, verb.name)).parameters
    own = {name: one.default for name, one in parameters.items() if name not in ("self", "shared")}
    assert set(own) | set(get_type_hints(Shared)) == {part.name for part in fields(verb.spec)}
    defaults = {
        part.name: inspect.Parameter.empty if part.default is MISSING else part.default for part in fields(verb.spec)
    }
    assert own == {name: defaults[name] for name in own}


def test_the_shared_fields_are_those_of_a_selection() -> None:
    assert set(get_type_hints(Shared)) == {part.name for part in fields(Selection)}


def test_a_method_answers_as_call_does(workspace: Workspace, verb: Verb) -> None:
    values = NEEDED.get(verb.name, {})
    by_method = getattr(workspace, verb.name)(**values)
    assert by_method.to_json() == workspace.call(verb.name, values).to_json()
    assert by_method.verb == verb.name
    assert by_method.spec["period"]
    named = [column.name for column in by_method.columns]
    for row in by_method.rows:
        assert list(row) == named
    assert str(by_method.answer)
    assert by_method.to_pandas().shape == (len(by_method.rows), len(named))


def test_every_verb_can_be_compared(workspace: Workspace, verb: Verb) -> None:
    values = NEEDED.get(verb.name, {}) | {"period": "2024-03", "compare": "before"}
    result = workspace.call(verb.name, values)
    for name in [name for name in result.figures if not name.endswith(("_before", "_change"))]:
        assert {f"{name}_before", f"{name}_change"} <= set(result.figures)


def test_what_cannot_be_asked_is_said_with_its_field(workspace: Workspace, verb: Verb) -> None:
    wrong: dict[str, Any] = {"colour": "red", "period": "soon", "as_of": 99}
    for field, value in wrong.items():
        with pytest.raises(HeartlineError) as error:
            workspace.call(verb.name, {**NEEDED.get(verb.name, {}), field: value})
        assert error.value.field == field
