"""Commands that run and open the server."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
