"""The program as people run it, forked from a process that has loaded what it loads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.forking import HOUSE, Fork, forking, without_settings

Program = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def ready_to_run() -> Iterator[Fork]:
    """Give what forks the program."""
    with forking(HOUSE, **{**without_settings(os.environ), "OPENBLAS_NUM_THREADS": "1"}) as fork:
        yield fork


@pytest.fixture
def program(ready_to_run: Fork) -> Program:
    """Give a function that runs the program: its exit code, and all that it says."""

    def run(*words: str, asked: str = "", **environment: str) -> tuple[int, str]:
        given = without_settings(os.environ) | environment
        started = ready_to_run("heartline.cli.program:run", *words, folder=str(Path.cwd()), env=given)
        out, err = started.communicate(asked.encode())
        return started.returncode, out.decode() + err.decode()

    return run
