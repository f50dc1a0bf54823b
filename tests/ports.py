"""Ports for servers of tests: nobody takes one between choosing it and listening on it, however much runs beside."""

from __future__ import annotations

import random
import socket

BELOW = range(10_000, 30_000)
"""Below those that systems give to whoever connects somewhere: such a connection might sit on ours by then."""
_HELD: list[socket.socket] = []


def free_port() -> int:
    """Give a port of loopback that nobody listens on; it is ours until this process ends."""
    for port in random.SystemRandom().sample(BELOW, 1000):
        mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            mark.bind(f"\0heartline-test-port-{port}")  # a name without a file, gone with this process
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            mark.close()
            continue
        _HELD.append(mark)
        return port
    raise RuntimeError("no port of a thousand is free")
