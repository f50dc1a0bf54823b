"""A training is held against who had none: planted effects are found, covered, and refused where nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from heartline.core import measures
from heartline.core.errors import HeartlineError
from heartline.core.registry import Which
from heartline.core.result import Result
from heartline.core.selection import build
from heartline.listen.employees.differing import TIMES, differed, told_apart
from heartline.listen.trained import TrainedSpec, trained, trained_evidence
from heartline.store.lake import Lake
from heartline.store.tests.world import events

UNITS = {"north": {}, "n1": {"parent": "north"}, "south": {}, "east": {}}
PLACES = {"till": {"label": "Till"}, "call": {}}


def felt(unit: str, day: str, feelings: list[float], **more: Any) -> list[Any]:
    return [(f"{unit}{day}{number}", "till", f"{day} 12:{number % 60:02}", {"feeling": one, "unit": unit, **more})
            for number, one in enumerate(feelings)]  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Give a lake in which who was trained rose from 0 to 0.6, the others from 0 to 0.2."""
    low, high = [-0.1, 0.1] * 10, [0.5, 0.7] * 10
    rows = [
        *felt("n1", "2026-02-20", low), *felt("n1", "2026-03-20", high), *felt("south", "2026-02-20", low),
        *felt("south", "2026-03-20", [0.1, 0.3] * 10), *felt("n1", "2026-01-10", low),
        *felt("south", "2026-01-10", low),
        *felt("n1", "2026-03-01", [-1.0] * 9),  # the day itself belongs to neither
        *felt("east", "2026-03-20", [-1.0] * 9),  # trained on another day
        *felt("n1", "2026-03-20", [-1.0] * 9, kind="interview"), *felt("n1", "2026-03-20", [-1.0] * 9, about="call"),
    ]  # fmt: skip
    return events(tmp_path, rows, unit=UNITS, touchpoint=PLACES)


def ask(lake: Lake, **more: Any) -> Result:
    values = {"about": "till", "trained": "north", "on": "2026-03-01", "apart": "east", "weeks": 6, **more}
    return trained(lake, build(TrainedSpec, values))


def test_the_difference_of_differences_is_exact(lake: Lake) -> None:
    result = ask(lake)
    cells = {(row["who"], row["time"]): (round(row["feeling"], 9), row["n"]) for row in result.rows}
    assert cells == {
        ("trained", "earlier"): (0, 20), ("trained", "then"): (0, 20), ("trained", "now"): (0.6, 20),
        ("others", "earlier"): (0, 20), ("others", "then"): (0, 20), ("others", "now"): (0.2, 20),
    }  # fmt: skip
    effect, parted = result.figures["effect"], result.figures["parted"]
    assert effect.value == pytest.approx(0.4)
    assert effect.n == 80
    assert effect.low is not None
    assert 0.3 < effect.low < 0.4
    assert parted.value == pytest.approx(0)
    assert "+0.40 more" in str(result.answer)
    assert "association" in str(result.notes[0])
    assert any("Too few parts" in str(note) for note in result.notes)


def test_its_rows_make_it_again(lake: Lake) -> None:
    spec = build(TrainedSpec, {"about": "till", "trained": "north", "on": "2026-03-01", "apart": "east", "weeks": 6})
    for name, value in (("effect", 0.4), ("parted", 0.0)):
        found = trained_evidence(lake, spec, Which(figure=name))
        table = found.rows.values()
        assert measures.find(found.measure)(table) == pytest.approx(value)
        assert table.num_rows == 80


def test_nothing_is_said_of_too_few_or_of_what_had_parted_before(lake: Lake, tmp_path: Path) -> None:
    few = ask(lake, weeks=1)
    assert few.figures["effect"].value is None
    assert "Nobody can tell yet" in str(few.answer)
    assert any("Fewer than 20" in str(note) for note in few.notes)
    more = events(tmp_path, felt("south", "2026-01-12", [0.9] * 60))
    parted = ask(more)
    assert parted.figures["effect"].value is None
    assert any("moved apart already" in str(note) for note in parted.notes)
    spec = build(TrainedSpec, {"about": "till", "trained": "north", "on": "2026-03-01", "apart": "east", "weeks": 6})
    assert trained_evidence(more, spec, Which(figure="effect")).measure == "unknown"


@pytest.mark.parametrize(
    ("values", "code"),
    [({"about": "moon"}, "unknown_about"), ({"trained": "moon"}, "unknown_unit"), ({"trained": []}, "bad_value"),
     ({"apart": "moon"}, "unknown_unit"), ({"on": "0001-01-02"}, "bad_value"), ({"on": "soon"}, "bad_value")],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(lake: Lake, values: dict[str, Any], code: str) -> None:
    with pytest.raises(HeartlineError) as error:
        ask(lake, **values)
    assert error.value.code == code


def world(draw: np.random.Generator, units: int, effect: float, drift: float) -> pa.Table:
    """Give sums of a world: units with levels and drifts of their own, of which half are trained."""
    rows = []
    for number in range(2 * units):
        who = "trained" if number < units else "others"
        level = draw.normal(0, 0.2)
        for step, when in enumerate(TIMES):
            moved = 0.1 * step + draw.normal(0, drift) + (effect if (who, when) == ("trained", "now") else 0)
            feelings = draw.normal(level + moved, 0.5, 30)
            rows += [{"who": who, "time": when, "unit": f"u{number}", "person": f"{number}.{when}.{one}", "n": 1,
                      "s": float(feeling)} for one, feeling in enumerate(feelings)]  # fmt: skip
    return pa.Table.from_pylist(rows)


@pytest.mark.parametrize(("units", "drift"), [(6, 0.1), (2, 0.0)])
def test_planted_effects_are_covered_as_often_as_is_said(units: int, drift: float) -> None:
    draw, covered, told = np.random.default_rng(11), 0, 0
    for _ in range(200):
        found = differed(world(draw, units, 0.25, drift))
        assert found.by_unit == (units == 6)
        effect = told_apart(found)
        if effect.value is None:
            continue
        told += 1
        assert effect.low is not None
        assert effect.high is not None
        covered += effect.low <= 0.25 <= effect.high
    assert told >= 180  # the look at the weeks before refuses about one in twenty
    assert covered / told >= 0.91
