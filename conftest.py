"""What every test stands on: real data beside the checkout, keys of its own, no network, nothing missing on CI."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar

import hypothesis
import pytest

from tests import databases, grouping, postgres, sandboxes, statements

ROOT = Path(__file__).resolve().parent
ON_CI = os.environ.get("CI", "").lower() in ("1", "true")

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if ON_CI else "here")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a keys folder of its own before anything is collected: nobody's real keys are ever touched."""
    keys = tempfile.mkdtemp(prefix="heartline-keys-")
    os.environ["HEARTLINE_KEYS"] = keys
    os.environ["HEARTLINE_ENCODER"] = "none"  # what is about reading texts in the background asks for it
    config.add_cleanup(lambda: shutil.rmtree(keys, ignore_errors=True))
    config.add_cleanup(databases.watch())
    spreads = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if (folder := os.environ.get(statements.FOLDER)) and not databases.on_postgres() and not spreads:
        config.pluginmanager.register(statements.Recorder(Path(folder), databases.again))


def pytest_collection_finish() -> None:
    """Look for rubbish among what tests make, and seldom: all that was imported and collected stays, and it is much."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# Nothing may be missing on CI: a skip there is a failure, so that no test is lost in silence.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a skipped test fail on CI."""
    return _refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let a skipped module fail on CI."""
    return _refused((yield))


def _refused(report: Report) -> Report:
    if ON_CI and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"Nothing may be missing on CI. {reason}"
    return report


# The run on PostgreSQL: tests that touch a database, and only those.


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the run on PostgreSQL does not need, and keep together what belongs together."""
    if databases.on_postgres():
        kept = databases.kept(items)
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept
    if config.getoption("loadgroup", default=False):
        if databases.on_postgres():
            grouping.by_file(items)
        grouping.name(items)


@pytest.fixture(autouse=True, scope="session")
def _inbox_apart(worker_id: str) -> Iterator[None]:
    """Give the tests of this process an inbox of their own on the server, and connections that last for a test."""
    server = databases.on_postgres()
    if server:
        databases.keep_connections()
    with databases.own_inbox(server, worker_id) if server else nullcontext():
        yield


@pytest.fixture(autouse=True)
def _databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give each test an empty inbox, and look at which files it opens."""
    if databases.on_postgres():
        databases.emptied(os.environ["HEARTLINE_INBOX"])
    with databases.watched(request.node):
        yield


# No test touches the network.


class NetworkTouched(AssertionError):
    """A test went beyond this machine."""


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """Refuse connections and look-ups beyond loopback, in this process."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else None
        if isinstance(host, bytes):
            host = host.decode()
        if host is not None and not (host in ("", "localhost", "::1") or host.startswith("127.")):
            raise NetworkTouched(f"A test tried to reach {host}.")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            checked(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family != socket.AF_UNIX:
            checked(address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        checked((host,))
        return look_up(host, *rest, **options)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


# Sandboxes begin where everything is loaded.


@pytest.fixture(autouse=True, scope="session")
def _quick_sandboxes() -> Iterator[None]:
    """Fork the sandboxes of recipes, which tests start by the hundred, from a process that has loaded all."""
    with pytest.MonkeyPatch.context() as patch, sandboxes.ready() as processes:
        patch.setattr("heartline.store.engine.sandbox.subprocess", processes)
        yield


@pytest.fixture
def sandboxes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every sandbox of a test started as we start it."""
    monkeypatch.setattr("heartline.store.engine.sandbox.subprocess", subprocess)


# Passwords of tests need not be hard to guess.


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> Iterator[None]:
    """Hash with few rounds: half a second for each password is for those who guess."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1_000)
        yield


# What tests may ask for.


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real data sets beside the checkout; its README says what each is."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no real data: {folder} is not there")
    return folder


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database, on a server started for this run and gone with it."""
    if postgres.programs() is None:
        pytest.skip("no PostgreSQL: apt install postgresql")
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Give the path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium: apt install chromium")
    return found


@pytest.fixture(scope="session")
def java() -> str:
    """Give the path of Java, which Spark needs."""
    found = shutil.which("java")
    if found is None:
        pytest.skip("no Java: apt install openjdk-17-jre-headless")
    return found
