"""Clients for servers: what they sent stands in the inbox exactly once."""

from __future__ import annotations

import time

import pytest

from heartline.server.front.tests.asking import KEY, Asked
from heartline.server.front.tests.serving import served

from .sending import COMMANDS, PATIENCE_S, check_once, ended, events, start

NEVER = ("segment_node", "gzip")
"""The client for Node compresses nothing."""


@pytest.mark.parametrize(
    ("client", "packed"),
    [(client, packed) for client in COMMANDS for packed in ("plain", "gzip") if (client, packed) != NEVER],
)
def test_what_a_client_sends_stands_in_the_inbox_once(front: Asked, client: str, packed: str) -> None:
    with served(front) as port:
        ended(start(client, f"http://127.0.0.1:{port}", KEY, packed))
    rows = front.kept()
    check_once(events(rows))
    assert {row.source for row in rows} == {"shop"}


@pytest.mark.parametrize("client", COMMANDS)
def test_what_could_not_be_taken_in_is_sent_again(front: Asked, client: str) -> None:
    """Have the data folder made only after the client has begun: until then it hears 503 and when to come again."""
    (front.folder / "format").unlink()
    with served(front) as port:
        process = start(client, f"http://127.0.0.1:{port}", KEY)
        time.sleep(2)
        assert front.inbox.backlog().requests == 0
        (front.folder / "format").touch()
        ended(process)
    check_once(events(front.kept()))


@pytest.mark.parametrize("client", COMMANDS)
def test_a_key_that_is_not_ours_is_told_to_the_client(front: Asked, client: str) -> None:
    with served(front) as port:
        said, _ = start(client, f"http://127.0.0.1:{port}", "hlw_who").communicate(timeout=PATIENCE_S)
    assert "401" in said
    assert front.kept() == []
