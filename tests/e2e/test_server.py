"""A server from its start to its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.ports import free_port

from .conftest import Open
from .servers import HEARTLINE, PATIENCE_S, processes_of, running, start, wait_until


def get(url: str) -> tuple[int, str]:
    """Ask for an address."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_server_starts_in_a_new_folder_lets_people_in_and_leaves_nothing_behind(tmp_path: Path) -> None:
    server = start(tmp_path / "new", anew=True)
    assert json.loads(get(f"{server.url}/healthz")[1]) == {"front": "ready", "pages": "ready"}
    assert get(server.link)[0] == 200
    assert get(server.link)[0] == 403  # once
    assert {line.split()[-1] for line in processes_of(server.data)} == {"front", "pages", "worker", "loader"}
    assert server.stop(signal.SIGINT) == 0
    assert processes_of(server.data) == []
    assert "ERROR" not in server.errors.read_text()
    assert "Traceback" not in server.errors.read_text()


def test_a_process_that_dies_comes_back(tmp_path: Path) -> None:
    with running(tmp_path / "data", anew=True) as server:
        for name in ("pages", "worker", "loader"):
            before = pids(server.data, name)
            assert before
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            wait_until(lambda before=before, name=name: set(pids(server.data, name)) - before)
        wait_until(lambda: get(f"{server.url}/healthz")[0] == 200)
    assert processes_of(server.data) == []


def pids(data: Path, name: str) -> set[int]:
    """Give the processes of that name that serve a folder."""
    listed = subprocess.run(
        ["pgrep", "-f", f"heartline.cli.processes {name}$"], capture_output=True, text=True, check=False
    )
    mine = set()
    for pid in map(int, listed.stdout.split()):
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if f"HEARTLINE_DATA={data}\0".encode() in environment:
            mine.add(pid)
    return mine


def test_a_killed_supervisor_takes_its_processes_along(tmp_path: Path) -> None:
    server = start(tmp_path / "data", anew=True)
    server.stop(signal.SIGKILL)
    wait_until(lambda: processes_of(server.data) == [])


def refused(data: Path, port: int) -> str:
    """Start a server that cannot start, and give the one sentence it says."""
    done = subprocess.run(
        [HEARTLINE, "serve", "--data", data, "--port", str(port)], capture_output=True, text=True, check=False,
        timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert processes_of(data) == []
    return done.stderr


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(tmp_path / "data", port).startswith(f"port: Port {port} is taken by another program.")
    assert not (tmp_path / "data").exists()


def test_a_folder_of_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "lake").mkdir()
    (tmp_path / "lake" / "id").write_text("0" * 32)
    (tmp_path / "format").write_text("99\n")
    assert "was written by a newer Heartline (format 99" in refused(tmp_path, free_port())


def test_a_file_in_the_place_of_the_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file", free_port()).startswith(f"{tmp_path / 'file'} is a file, not a folder.")


def test_an_empty_folder_teaches_the_one_step_and_fills_by_itself_after_it(
    tmp_path: Path, visit: Open, data: Path
) -> None:
    with running(tmp_path / "empty") as server:
        page = visit(server.link, signed=False)
        expect(page.locator("h1")).to_have_text("Where do you want to start?")
        page.goto(f"{server.url}/ratings/")
        expect(page.locator("main")).to_contain_text("Nobody’s answers are here yet.")
        subprocess.run([HEARTLINE, "import", data.with_name("shop.yaml"), "--data", server.data], check=True)

        def filled() -> bool:
            page.goto(f"{server.url}/ratings/?period=all")
            return "420 answers" in page.locator(".answer").inner_text()

        wait_until(filled)


def test_a_database_server_serves_as_well(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, visit: Open
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    with running(tmp_path / "data", anew=True) as server:
        page = visit(server.link, signed=False)
        expect(page.locator("h1")).to_have_text("Where do you want to start?")
        assert not (server.data / "heartline.db").exists()
        assert "Traceback" not in server.errors.read_text()


def test_http_answers_a_program_with_a_key(server: Any) -> None:
    made = subprocess.run(
        [HEARTLINE, "keys", "create", "e2e", "--data", server.data], capture_output=True, text=True, check=True
    )
    request = urllib.request.Request(
        f"{server.url}/api/v1/scores",
        data=b'{"period": "all"}',
        headers={"Authorization": f"Bearer {made.stdout.strip()}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
        result = json.load(answer)
    command = subprocess.run(
        [HEARTLINE, "scores", "--period", "all", "--data", server.data, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert result == json.loads(command.stdout)
    assert result["figures"]["stars5_mean"]["value"] == pytest.approx(11 / 3)
