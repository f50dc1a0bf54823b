"""The ground that tests stand on does what it promises."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from conftest import ROOT, NetworkTouched


def test_nobody_reaches_beyond_this_machine() -> None:
    with pytest.raises(NetworkTouched), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkTouched):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_keys_are_made_in_a_folder_of_this_run() -> None:
    keys = Path(os.environ["HEARTLINE_KEYS"])
    assert keys.is_dir()
    assert Path.home() not in keys.parents


def test_a_database_server_is_there_for_the_asking(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select 6 * 7").fetchone() == (42,)


SKIPPING = """
import pytest

def test_needs_a_tool():
    pytest.skip("no such tool")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


def outcome(tmp_path: Path, ci: str) -> str:
    """Run a test that skips, on our ground."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "test_it.py").write_text(SKIPPING)
    (tmp_path / "test_module.py").write_text("import pytest\npytest.importorskip('no_such_module')\n")
    options = ["-p", "conftest", "-p", "no:django", "--rootdir", str(tmp_path), "--continue-on-collection-errors"]
    command = [sys.executable, "-m", "pytest", *options, str(tmp_path)]
    environment = {**os.environ, "CI": ci}
    run = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    return run.stdout


def test_elsewhere_a_missing_tool_skips(tmp_path: Path) -> None:
    assert "2 skipped, 1 xfailed" in outcome(tmp_path, "")


def test_on_ci_a_missing_tool_fails(tmp_path: Path) -> None:
    said = outcome(tmp_path, "true")
    assert "Nothing may be missing on CI. Skipped: no such tool" in said
    assert "could not import 'no_such_module'" in said
    assert "1 xfailed" in said
    assert "skipped" not in said.splitlines()[-1]
