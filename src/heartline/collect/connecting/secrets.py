"""Passwords and tokens of sources, from the environment: only what was put there for this."""

from __future__ import annotations

import os

from heartline.core.errors import InvalidInput

PREFIX = "HEARTLINE_SECRET_NAME".removesuffix("NAME")
"""Before the name: a recipe cannot ask for any other variable of the environment."""


def from_environment(name: str) -> str:
    """Give a secret by its name.

    Raises
    ------
    InvalidInput
        `no_secret`.
    """
    found = os.environ.get(PREFIX + name, "") if name else ""
    if name and not found:
        raise InvalidInput(
            "no_secret", f"The secret {name} is not known here.", field="secret",
            remedy=f"Put it into the environment as {PREFIX}{name}.",
        )  # fmt: skip
    return found
