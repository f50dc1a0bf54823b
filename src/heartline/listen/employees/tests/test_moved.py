"""A change is sure where its interval leaves out none."""

from __future__ import annotations

from typing import Any

import pytest

from heartline.listen.employees.moved import moved


def row(value: float | None, low: float | None, high: float | None) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high}


def test_a_change_takes_its_limits_from_both_sides() -> None:
    found = moved(row(30, 26, 35), row(10, 7, 12))
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((20, 20 - 20**0.5, 20 + 34**0.5))
    assert found.sure
    again = moved(row(12, 6, 18), row(10, 4, 16))
    assert again is not None
    assert not again.sure


@pytest.mark.parametrize("gone", [row(None, None, None), row(1, None, None)])
def test_what_is_not_known_moved_nowhere(gone: dict[str, Any]) -> None:
    assert moved(gone, row(1, 0, 2)) is None
    assert moved(row(1, 0, 2), gone) is None
