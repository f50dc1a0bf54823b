"""What is written of drop folders: that one takes files for a recipe, and that it takes none any more."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from heartline.collect import dropping
from heartline.core.errors import NotFound
from heartline.server.accounts import access, audit
from heartline.server.accounts.models import User
from heartline.server.shell import recipes
from heartline.server.shell.opened import workspace


def home() -> Path:
    """Give the folder that holds the drop folders; it may be a link to one elsewhere."""
    return workspace().lake.folder / "drop"


@transaction.atomic
def bind(*, by: User, key: str, recipe: str) -> Path:
    """Let a folder take files for a recipe that is at hand; give its path.

    Parameters
    ----------
    key
        What the folder is called.
    recipe
        Which recipe; see `shell.recipes`.

    Raises
    ------
    InvalidInput
        `bad_value`: no name of a folder.
    NotFound
        `unknown_recipe`.
    """
    access.require(by, "import")
    found = next((one for one in recipes.offered() if one.key == recipe), None)
    if found is None:
        raise NotFound("unknown_recipe", "There is no such recipe.", field="recipe", remedy="Choose one of the list.")
    folder = dropping.bind(home(), key.strip().lower(), found.text)
    audit.record(by=by.email, action="bind_drop_folder", subject=folder.name, recipe=found.label)
    return folder


@transaction.atomic
def release(*, by: User, key: str) -> None:
    """Take no more files from a folder.

    Raises
    ------
    NotFound
        `unknown_folder`.
    """
    access.require(by, "import")
    if key not in [one.key for one in dropping.look(home())]:
        raise NotFound("unknown_folder", "There is no such folder.", field="key", remedy="Load the page again.")
    dropping.release(home(), key)
    audit.record(by=by.email, action="release_drop_folder", subject=key)


def forget_all() -> None:
    """Let files come again that came before: the data folder is empty."""
    dropping.forget(home())
