"""The recipes of past imports, for others that run them again."""

from __future__ import annotations

from collections.abc import Iterator

from heartline.server.shell.recipes import Offered

from .models import Import, State

MOST = 50


def recipes() -> Iterator[Offered]:
    """Give the recipes of the last imports that went through."""
    for one in Import.objects.filter(state=State.DONE, mends=False).exclude(recipe="")[:MOST]:
        yield Offered(one.key, str(one)[:120], one.recipe)
