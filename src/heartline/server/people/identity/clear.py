"""Contact data in clear for those who may see them: what stands behind the hashes of a person's identifiers."""

from __future__ import annotations

from collections.abc import Collection

from django.http import HttpRequest

from heartline.collect.person import normal
from heartline.core import ids
from heartline.server.accounts.asking import may
from heartline.server.shell import personal
from heartline.server.shell.opened import workspace

RIGHT = "privacy"
PLACE = "contacts"


def in_clear(request: HttpRequest, names: Collection[str]) -> dict[str, str]:
    """Give, of some people's identifiers, those whose value is known; nothing to who may not see it."""
    if not may(request, RIGHT):
        return {}
    who = personal.Theirs(frozenset(names), lambda _text: False)
    told = [row for holding in personal.holdings() if holding.place == PLACE for row in holding.export(who)]
    values = {str(row["value"]) for row in told}
    kinds = {name.partition(":")[0] for name in names}
    key, found = workspace().lake.key, {}
    for kind in kinds:
        for value in values:
            name = ids.identifier(kind, normal(kind, value), key)
            if name in names:
                found[name] = value
    return found
