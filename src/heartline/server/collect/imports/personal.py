"""What is held of people here: values that an import shows as examples. Its files are looked through apart."""

from __future__ import annotations

from typing import Any

from heartline.server.shell.personal import Holding, Rows, Theirs, hold
from heartline.store.erasing import Gone

from .models import Import

LOOKED_AT = ("plan", "checked", "report", "error", "progress")


def register() -> None:
    """Say so."""
    hold(Holding("imports", ("imports.Import",), _export, _forget))


def _export(_who: Theirs) -> Rows:
    return []  # what an import shows of a row is in the lake once it lands


def _forget(who: Theirs) -> Gone:
    changed = 0
    for one in Import.objects.iterator():
        for name in LOOKED_AT:
            before = getattr(one, name)
            setattr(one, name, _without(who, before))
            if getattr(one, name) != before:
                changed += 1
                one.save(update_fields=[name])
    return Gone(changed, Import.objects.count())


def _without(who: Theirs, value: Any) -> Any:
    """Leave out the texts that name somebody; whatever stands around them stays."""
    if isinstance(value, dict):
        return {name: _without(who, item) for name, item in value.items() if not who.names_in(name)}
    if isinstance(value, list):
        return [_without(who, item) for item in value]
    return "" if isinstance(value, str) and who.names_in(value) else value
