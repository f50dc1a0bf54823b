"""What is held of customers here: which of their scores were told. What somebody wrote is not kept."""

from __future__ import annotations

from heartline.server.shell import personal


def register() -> None:
    """Say so."""
    personal.by_identifier("alerts", "alerts.Finding", field="customer")
