"""A server that cannot start says so, rather than starting for ever."""

import os
import subprocess
import sys

import pytest

from heartline.cli.processes import BEHIND
from heartline.cli.serve import TRIES, ready
from heartline.cli.supervisor import Child, Supervisor
from heartline.core.errors import Unavailable


def test_a_process_that_never_holds_ends_the_start_with_a_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child("nobody", dict(os.environ), pause_s=0.02)
    supervisor = Supervisor([])
    supervisor.start(child)
    try:
        with pytest.raises(Unavailable, match="nobody process ends as soon as it starts") as raised:
            ready(supervisor, "127.0.0.1", 9)
    finally:
        supervisor.stop()
    assert raised.value.code == "does_not_start"
    assert capfd.readouterr().err.count("it starts again") == TRIES


def test_jobs_leave_the_processor_to_what_comes_in() -> None:
    code = "from heartline.cli.processes import _step_back; import os; _step_back(); print(os.nice(0))"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=True
    )
    assert int(said.stdout) == min(19, os.nice(0) + BEHIND)
