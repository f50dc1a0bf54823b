"""A server that cannot start says so, rather than starting for ever."""

import os

import pytest

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
