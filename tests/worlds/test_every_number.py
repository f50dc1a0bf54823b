"""Every number of every verb opens its rows, and is made again from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import heartline
from heartline.core.errors import InvalidInput, NotFound
from heartline.core.registry import VERBS, Verb
from heartline.core.result import Result
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace
from tests.worlds.questions import DEFINITIONS, PLANTED, asked, worlds

WITHOUT: dict[str, str] = {
    "evidence": "it is the listing itself",
}
"""Verbs without evidence, and why."""
NOT_OPENED: dict[tuple[str, str], str] = {
    ("waits", "expected_s"): "a definition",
    ("waits", "knee_s"): "fitted to many rows, which open as those of knee_s_n",
    ("crosstab", "expected"): "made of the totals of the whole table",
    ("crosstab", "residual"): "made of the totals of the whole table",
    ("crosstab", "p"): "a chance, not a count",
    ("crosstab", "chance"): "a chance, not a count",
    ("themes", "change"): "a difference of two shares that each open their own texts",
    ("themes", "z"): "made of two counts that each open their own",
    **dict.fromkeys((("limits", name) for name in ("series", "watched", "outside", "alarms")), "series, which open"),
    ("limits", "usual"): "made of all values before, which each open their own",
    ("limits", "z"): "made of all values before, which each open their own",
    ("silences", "watched"): "sources, which open their rows",
    ("silences", "silent"): "sources, which open their rows",
    ("silences", "pauses"): "times between rows, which open as those of received",
    ("silences", "usual_s"): "times between rows, which open as those of received",
    ("reviews", "change"): "a difference of two means that each open their own reviews",
    **{
        ("benchmark", name): "a difference of two numbers that each open their own, or its chance"
        for kind in ("share", "feeling", "rating")
        for name in (f"{kind}_apart", f"{kind}_apart_p")
    },
    ("benchmark", "months"): "months, not rows",
    ("touchpoints", "hurts"): "a product of three numbers that each open their own",
}
"""Columns and figures whose number counts nothing of its own, and why; ends of intervals go without saying."""
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Worlds are small as they are made; to look for smaller ones would take minutes."""
OPENED = sorted(set(VERBS) - set(WITHOUT))


def test_whoever_has_no_evidence_has_a_reason() -> None:
    assert {verb.name for verb in VERBS.values() if verb.evidence is None} == set(WITHOUT)


def numbers(verb: Verb, result: Result) -> Iterator[tuple[str, dict[str, Any], Any, int | None]]:
    """Give every number of a result: its name, how evidence is asked for it, itself, and its n where it says one."""
    for name, figure in result.figures.items():
        if not isinstance(figure.value, str) and figure.measured_in != "day":  # a day is no number, nor one not known
            yield name, {"figure": name}, figure.value, figure.n
    for row in result.rows:
        key = {name: row[name] for name in verb.key if name in row}
        for column in result.columns:
            name = column.name
            is_end = name in ("low", "high") or name.endswith(("_low", "_high"))
            if column.type in ("int", "float") and name not in key and not is_end:
                n = row.get("n") if name == "value" else row.get(f"{name}_n")
                yield name, {"row": key, "column": name}, row[name], n


def check(workspace: Workspace, verb: Verb, spec: dict[str, Any]) -> int:
    """Make every number of an answer again; give how many there were."""
    result = workspace.call(verb.name, spec)
    checked = 0
    for name, which, value, n in numbers(verb, result):
        question = {"of": verb.name, "spec": result.spec, "limit": None, **which}
        if (verb.name, name) in NOT_OPENED:
            with pytest.raises(InvalidInput):
                workspace.call("evidence", question)
            continue
        found = workspace.call("evidence", question)
        where = f"{verb.name} {spec} {which}"
        assert len(found.rows) == found.figures["n"].value, where
        if n is not None:
            assert found.figures["n"].value == n, where
        again = found.figures["value"].value
        assert again == (value if value is None else pytest.approx(float(value), rel=1e-9, abs=1e-9)), where
        checked += 1
    return checked


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("planted")
    events(folder, PLANTED, **DEFINITIONS)
    return heartline.open(folder)


@pytest.mark.parametrize("name", OPENED)
def test_in_a_planted_world_every_number_is_made_again(planted: Workspace, name: str) -> None:
    assert sum(check(planted, VERBS[name], spec | {"period": "all"}) for spec in asked(name)) > 0


@pytest.mark.parametrize("name", OPENED)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=UNSHRUNK)
@given(rows=worlds(), data=st.data())
def test_in_any_world_every_number_is_made_again(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: list[Event], data: st.DataObject
) -> None:
    folder: Path = tmp_path_factory.mktemp("any")
    events(folder, rows, **DEFINITIONS)
    try:
        check(heartline.open(folder), VERBS[name], data.draw(st.sampled_from(asked(name))))
    except NotFound as error:
        if error.code != "unknown_customer":  # nobody by that name in this world
            raise
