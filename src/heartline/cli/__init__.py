"""The command line: parse, call, print."""

from __future__ import annotations

import os

OTHERS = 0o007


def main() -> None:
    """Run the command line; what it and its processes write is nobody else's business on this machine."""
    from .program import run

    os.umask(os.umask(OTHERS) | OTHERS)
    run()
