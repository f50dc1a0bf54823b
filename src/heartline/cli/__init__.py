"""The command line: parse, call, print."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from .program import run

    run()
