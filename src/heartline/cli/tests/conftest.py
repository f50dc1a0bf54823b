"""The program as people run it, forked from a process that has loaded what it loads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.forking import Fork, forking

LOADED = (
    "heartline.workspace", "heartline.collect.importing", "heartline.collect.joining",
    "heartline.collect.person", "deltalake", "django.forms", "django.http", "django.template", "httpx",
    "ibis.backends.duckdb", "pandas", "phonenumbers", "prometheus_client", "pyarrow.dataset", "scipy.stats",
)  # fmt: skip
"""What reads no setting: those are each run's own."""
Program = Callable[..., tuple[int, str]]


def _without_settings() -> dict[str, str]:
    return {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


@pytest.fixture(scope="session")
def ready_to_run() -> Iterator[Fork]:
    """Give what forks the program."""
    with forking(LOADED, **{**_without_settings(), "OPENBLAS_NUM_THREADS": "1"}) as fork:
        yield fork


@pytest.fixture
def program(ready_to_run: Fork) -> Program:
    """Give a function that runs the program: its exit code, and all that it says."""

    def run(*words: str, asked: str = "", **environment: str) -> tuple[int, str]:
        given = _without_settings() | environment
        started = ready_to_run("heartline.cli.program:run", *words, folder=str(Path.cwd()), env=given)
        out, err = started.communicate(asked.encode())
        return started.returncode, out.decode() + err.decode()

    return run
