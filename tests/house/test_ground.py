"""The ground that tests stand on does what it promises."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psycopg
import pytest

from conftest import NetworkTouched


def test_nobody_reaches_beyond_this_machine() -> None:
    with pytest.raises(NetworkTouched), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkTouched):
        socket.getaddrinfo("example.org", 80)


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


def test_keys_are_made_in_a_folder_of_this_run() -> None:
    keys = Path(os.environ["HEARTLINE_KEYS"])
    assert keys.is_dir()
    assert Path.home() not in keys.parents


def test_a_database_server_is_there_for_the_asking(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select 6 * 7").fetchone() == (42,)
