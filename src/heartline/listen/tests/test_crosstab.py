"""Who answers otherwise than the others: tables by hand, tests against scipy, and what anonymous surveys withhold."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import factorial, prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from heartline.core.employees import FEWEST
from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS
from heartline.listen.surveys.crossing import cross, holm, pearson
from heartline.listen.surveys.tests.answered import each, facts, options, survey, world
from heartline.listen.surveys.withholding import hidden_cells
from heartline.store.tests.world import Event
from heartline.workspace import Workspace
from tests.worlds.test_every_number import check

ASKED = survey(
    {"key": "way", "ask": "single", "options": options("web", "shop", "phone")},
    {"key": "happy", "ask": "csat5"},
    {"key": "used", "ask": "multiple", "options": options("card", "cash")},
    {"key": "order", "ask": "ranking", "options": options("fast", "cheap")},
    {"key": "parts", "ask": "matrix", "rows": options("price")},
    {"key": "age", "ask": "number"},
    {"key": "why", "ask": "comment"},
)
PLANTED = {("berlin", 1): 30, ("berlin", 5): 20, ("vienna", 1): 10, ("vienna", 5): 40, ("vienna", 3): 0}
"""Berlin is more often unhappy: 30 of 50 against 10 of 50."""


def berlin(folder: Path, times: float = 1.0, **more: Any) -> Workspace:
    """Plant how happy two towns are."""
    asked = survey({"key": "happy", "ask": "csat5"}, **more)
    rows: list[Event] = []
    for (unit, points), number in PLANTED.items():
        for one in range(round(number * times)):
            rows += facts(asked, f"{unit}{points}{one}", {"happy": points}, who=f"{unit}{points}{one}", unit=unit)
    return world(folder, asked, rows, unit={"berlin": {}, "vienna": {}})


def test_a_town_that_is_unhappier_is_found_with_its_chance(tmp_path: Path) -> None:
    found = berlin(tmp_path).crosstab("poll", "happy", "unit")
    wanted = chi2_contingency([[30, 10], [20, 40]], correction=False)
    assert found.figures["chance"].value == pytest.approx(wanted.pvalue)
    assert found.figures["association"].value == pytest.approx((wanted.statistic / 100) ** 0.5)
    assert found.figures["association"].low < found.figures["association"].value < found.figures["association"].high  # type: ignore[operator]
    cells = {(row["answer"], row["group"]): row for row in found.rows}
    cell = cells["bad", "berlin"]
    assert (cell["count"], cell["share"], cell["n"], cell["expected"], cell["differs"]) == (30, 0.6, 50, 20.0, "more")
    assert cell["residual"] == pytest.approx((30 - 20) / (20 * 0.6 * 0.5) ** 0.5)
    assert cells["bad", "vienna"]["differs"] == "less"
    assert str(found.answer) == (
        "berlin answers bad more often than the rest, 60 in 100 against 20 in 100; that can hardly be chance"
        " (p = below 0.001)."
    )


def test_few_people_tell_nothing_yet(tmp_path: Path) -> None:
    found = berlin(tmp_path, 0.1).crosstab("poll", "happy", "unit")
    assert str(found.answer) == "10 people answered: cannot tell yet."
    assert found.figures["chance"].value is None
    assert {row["differs"] for row in found.rows} == {None}
    check(berlin(tmp_path / "again", 0.1), VERBS["crosstab"], {"survey": "poll", "question": "happy", "by": "unit"})


def test_every_sort_of_question_falls_into_classes_that_open(tmp_path: Path) -> None:
    answers = [
        {"way": ("web", "shop", "phone")[n % 3], "happy": 1 + n % 5, "used": ["card"] if n % 2 else ["card", "cash"],
         "order": ["fast", "cheap"] if n % 4 else ["cheap"], "parts": {"price": 1 + n % 5}, "age": n}
        for n in range(24)
    ]  # fmt: skip
    poll = world(tmp_path, ASKED, each(ASKED, answers), segment={"all": {"any": [{"touchpoint": "survey"}]}})
    for question, by in (
        ("way", "happy"), ("used.cash", "way"), ("order.fast", "used.cash"), ("parts.price", "age"),
        ("happy", "segment.all"), ("age", "way"),
    ):  # fmt: skip
        found = poll.crosstab("poll", question, by)
        assert sum(row["count"] for row in found.rows) == 24, (question, by)
        if by == "segment.all":  # it takes long, and opens the others alike
            check(poll, VERBS["crosstab"], {"survey": "poll", "question": question, "by": by})
    assert {row["answer"]: row["count"] for row in poll.crosstab("poll", "used.cash", "segment.all").rows} == {
        "yes": 12, "no": 12,
    }  # fmt: skip
    wrong = (("used", "way", "several_choices"), ("why", "way", "no_classes"), ("parts", "way", "unknown_row"),
             ("way", "segment.none", "unknown_segment"), ("colour", "way", "unknown_question"))  # fmt: skip
    for question, by, code in wrong:
        with pytest.raises(HeartlineError) as error:
            poll.crosstab("poll", question, by)
        assert error.value.code == code


def test_of_each_person_the_last_answer_counts(tmp_path: Path) -> None:
    rows = [*facts(ASKED, "a", {"way": "web"}, who="anna", unit="berlin"),
            *facts(ASKED, "b", {"way": "shop"}, "2024-03-02", who="anna", unit="berlin")]  # fmt: skip
    (row,) = world(tmp_path, ASKED, rows).crosstab("poll", "way", "unit").rows
    assert (row["answer"], row["count"]) == ("shop", 1)


def test_small_tables_are_tested_exactly() -> None:
    small = np.array([[8, 2], [1, 9]])
    assert cross(small).how == "fisher"
    assert cross(small).p == pytest.approx(0.005477, abs=1e-5)
    wide = np.array([[6, 1, 1], [1, 6, 1], [1, 1, 6]])
    drawn = cross(wide)
    assert drawn.how == "monte_carlo"
    assert drawn.p == pytest.approx(_exact(wide), abs=0.0008)
    assert drawn.p == cross(wide).p  # a fixed seed


def _exact(counts: np.ndarray[Any, Any]) -> float:
    """Add up the chances of all tables of three by three with these totals that differ as much."""
    rows, columns, found = counts.sum(axis=1), counts.sum(axis=0), 0.0
    for four in product(range(int(counts.sum(axis=1).max()) + 1), repeat=4):
        table = np.zeros((3, 3), np.int64)
        table[:2, :2] = np.reshape(four, (2, 2))
        table[:2, 2] = rows[:2] - table[:2, :2].sum(axis=1)
        table[2] = columns - table[:2].sum(axis=0)
        if (table >= 0).all() and pearson(table) >= pearson(counts) - 1e-9:
            ways = prod(map(factorial, (*rows, *columns)))
            found += float(Fraction(ways, factorial(int(counts.sum())) * prod(map(factorial, table.flat))))
    return found


def test_where_nothing_hangs_together_few_tables_say_so() -> None:
    draw = np.random.default_rng(7)
    sure = [cross(draw.multinomial(90, [1 / 9] * 9).reshape(3, 3)).p_cell.min() < 0.05 for _ in range(300)]
    assert np.mean(sure) < 0.08


def test_holm_by_hand() -> None:
    found = holm(np.array([[0.01, 0.04], [0.03, np.nan]]))
    assert found[~np.isnan(found)].tolist() == pytest.approx([0.03, 0.06, 0.06])


@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5))
def test_withheld_cells_cannot_be_told_by_a_total(cells: list[list[int]]) -> None:
    counts = np.array(cells)
    hidden = hidden_cells(counts)
    assert hidden[(counts > 0) & (counts < FEWEST)].all()
    for axis in (0, 1):
        for line, gone in zip(np.moveaxis(counts, axis, 0), np.moveaxis(hidden, axis, 0), strict=True):
            assert not gone.any() or gone.all() or (gone.sum() >= 2 and line[gone].sum() >= FEWEST)


def test_an_anonymous_table_withholds_small_cells_and_what_tells_them(tmp_path: Path) -> None:
    poll = berlin(tmp_path, 0.2, anonymous=True)  # 6 and 4 of Berlin, 2 and 8 of Vienna
    found = poll.crosstab("poll", "happy", "unit")
    assert {row["count"] for row in found.rows} == {None}
    assert found.figures["chance"].value is None
    assert {row["n"] for row in found.rows} == {10}
    whole = berlin(tmp_path / "more", anonymous=True).crosstab("poll", "happy", "unit")
    assert {row["count"] for row in whole.rows} == {30, 20, 10, 40}
    with pytest.raises(HeartlineError) as error:
        poll.evidence("crosstab", spec=found.spec, figure="people")
    assert error.value.code == "anonymous"
