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


def test_every_stage_is_listed_with_what_it_looks_at(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(stages.SAID) == set(Run().stages())
    assert stages.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "unit       tests beside the code\n" in said
    assert "on PostgreSQL; runs when it is named, and on CI" in said


def test_what_runs_on_postgresql_is_there() -> None:
    assert [path for path in stages.POSTGRES if not (stages.ROOT / path).exists()] == []


@pytest.mark.parametrize(
    ("named", "chooses"), [(["unit", "postgres"], True), (["postgres"], False), (["unit", "docs"], False)]
)
def test_only_a_run_of_both_notes_what_tests_say_and_chooses_by_it(
    monkeypatch: pytest.MonkeyPatch, named: list[str], chooses: bool
) -> None:
    seen: list[bool] = []

    def runs(_chosen: list[Stage], run: Run) -> int:
        seen.append(run.noted is not None and run.noted.is_dir())
        return 0

    monkeypatch.setattr(stages, "_run", runs)
    assert stages.main(named) == 0
    assert seen == [chooses]


@pytest.mark.parametrize("on_ci", [True, False])
def test_the_second_run_on_postgresql_is_for_ci_and_for_whoever_names_it(
    monkeypatch: pytest.MonkeyPatch, on_ci: bool
) -> None:
    monkeypatch.setattr(stages, "ON_CI", on_ci)
    ran: list[str] = []
    monkeypatch.setattr(stages, "_beside", lambda chosen: ran.extend(stage.name for stage in chosen))
    monkeypatch.setattr(stages, "_timed", lambda stage: ran.append(stage.name))
    for installs in ("install_programs", "install_clients"):
        monkeypatch.setattr(stages, installs, lambda: None)
    stages.main([])
    assert ("postgres" in ran) == on_ci
    assert set(ran) | {"postgres"} == set(Run().stages())
    ran.clear()
    stages.main(["postgres"])
    assert ran == ["postgres"]
