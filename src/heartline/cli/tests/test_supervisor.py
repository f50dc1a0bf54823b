"""A server that cannot start says so, rather than starting for ever."""

import os
import signal
import subprocess
import sys
import time

import pytest

from heartline.cli import supervisor as watching
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


def test_a_process_that_was_paused_is_ended_and_starts_again(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watching, "STOPPED_S", 0.0)
    child = Child("loader", {}, pause_s=30)
    child.process = subprocess.Popen(["sleep", "600"], stdin=subprocess.PIPE, start_new_session=True)
    paused = child.process
    child.watch()
    assert paused.poll() is None
    os.kill(paused.pid, signal.SIGSTOP)
    end = time.monotonic() + 60
    while child.process is not None and time.monotonic() < end:
        child.watch()
        time.sleep(0.01)
    assert paused.returncode == -signal.SIGKILL
    assert "was paused and is ended" in capfd.readouterr().err
