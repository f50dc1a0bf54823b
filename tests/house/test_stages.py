"""`./test` runs its stages beside each other and shows each as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests import stages
from tests.stages import LONGEST_FIRST, Count, Run, Stage


def test_stages_run_beside_each_other_and_are_shown_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    both = threading.Barrier(stages.AT_ONCE)

    def working(name: str) -> Callable[[], bool]:
        def work() -> bool:
            stages.say(f"{name} begins")
            both.wait(60)  # nobody would come if they waited for each other
            stages.say(f"{name} ends")
            return name == "good"

        return work

    chosen = [Stage(name, working(name)) for name in ("good", "bad")]
    stages._beside(chosen)
    said = capsys.readouterr().out
    assert all(f"── {name} ──\n{name} begins\n{name} ends\n{name}: " in said for name in ("good", "bad"))
    assert [stage.held for stage in chosen] == [True, False]
    assert stages._summary(chosen, Count(passed=3), 1.0) == 1
    assert "3 passed, 0 failed" in capsys.readouterr().out


def test_the_longest_are_stages() -> None:
    assert set(LONGEST_FIRST) <= set(Run().stages())
