"""What people do with themes: each becomes a version of the definitions, is audited, and read for in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from heartline.collect import catalogue
from heartline.core.errors import InvalidInput
from heartline.core.ids import slug
from heartline.listen.text.themes import changing
from heartline.listen.text.themes.changing import Changes
from heartline.listen.text.themes.values import KIND, Theme, known
from heartline.server.accounts import access, audit
from heartline.server.accounts.access import Principal
from heartline.server.shell import published
from heartline.server.shell.opened import free

from .models import Progress

RIGHT = "define"


def begin(*, label: str, seeds: Sequence[str], by: Principal) -> str:
    """Begin a theme; give its key."""
    key = slug(label)[:60]
    _write(lambda there: changing.begun(there, key, label, seeds), by=by, action="begin_theme", theme=key)
    return key


def name(*, theme: str, label: str, by: Principal) -> None:
    """Call a theme otherwise."""
    _write(lambda there: changing.named(there, theme, label), by=by, action="name_theme", theme=theme)


def pin(*, theme: str, keep: bool, by: Principal) -> None:
    """Keep a theme whether or not anybody speaks of it; or no longer."""
    action = "pin_theme" if keep else "unpin_theme"
    _write(lambda there: changing.pinned(there, theme, keep), by=by, action=action, theme=theme)


def switch(*, theme: str, on: bool, by: Principal) -> None:
    """Count a theme, or no longer."""
    action = "switch_theme_on" if on else "switch_theme_off"
    _write(lambda there: changing.switched(there, theme, on), by=by, action=action, theme=theme)


def merge(*, theme: str, into: str, by: Principal) -> None:
    """Let all that is about a theme be about another."""
    _write(lambda there: changing.merged(there, theme, into), by=by, action="merge_theme", theme=theme, into=into)


def part(*, theme: str, by: Principal) -> None:
    """Take a merge back."""
    _write(lambda there: changing.parted(there, theme), by=by, action="part_theme", theme=theme)


def split(*, theme: str, by: Principal, make: Callable[[dict[str, Theme]], Changes]) -> None:
    """Make several themes of one.

    Parameters
    ----------
    make
        Finds the parts among the texts: done in the background, since texts are read for it.
    """
    _write(make, by=by, action="split_theme", theme=theme)


def correct(*, theme: str, text: str, belongs: bool, by: Principal) -> None:
    """Say that a text is about a theme, or is not: what is alike is read alike from then on."""
    if not text or len(text) > 500:
        raise InvalidInput("bad_value", "There is no such text.", field="text")
    _write(
        lambda there: changing.corrected(there, theme, text, belongs), by=by, action="correct_theme", theme=theme,
        belongs=belongs,
    )  # fmt: skip


def forget_all() -> None:
    """Forget how far texts were read: the data folder was emptied."""
    Progress.objects.all().delete()


def _write(
    make: Callable[[dict[str, Theme]], Changes], *, by: Principal, action: str, theme: str, **details: Any
) -> None:
    """Write changed themes: the lake first, then the trail."""
    access.require(by, RIGHT)
    lake = free()
    changes = make(known(lake.at().definitions))
    written = tuple(catalogue.of_values(KIND, key, one.body()) for key, one in changes.items())
    version, _done = catalogue.written(lake, written, source="page", why=action.replace("_", " "))
    with transaction.atomic():
        audit.record(by=by, action=action, subject=f"theme {theme}"[:254], version=version, **details)
    published.soon()
