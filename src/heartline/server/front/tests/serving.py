"""The front as it is served: a process of its own on a real port."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from heartline.cli.supervisor import Child
from tests.ports import free_port

from .asking import Asked

PATIENCE_S = 180.0


@contextmanager
def served(front: Asked) -> Iterator[int]:
    """Run it over the same inbox; give its port."""
    port = free_port()
    inbox = {"HEARTLINE_INBOX": front.address} if isinstance(front.address, str) else {}
    environment = {
        **os.environ, **inbox, "HEARTLINE_DATA": str(front.folder), "HEARTLINE_PAGES": str(front.folder / "no.sock"),
        "HEARTLINE_HOST": "127.0.0.1", "HEARTLINE_PORT": str(port),
    }  # fmt: skip
    child = Child("front", environment)
    child.start()
    try:
        wait_for(port)
        yield port
    finally:
        child.kill()
        assert child.process is not None
        child.process.wait()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
