"""Codebooks: the lake learns what a survey asks, so that its answers can be read without this database."""

from __future__ import annotations

from django.conf import settings

from heartline.core.errors import Conflict
from heartline.listen.surveys import codebook
from heartline.listen.surveys.values import Survey as Value
from heartline.server.shell import published
from heartline.server.shell.opened import free, workspace

from ..models import Survey


def publish() -> int:
    """Write the codebooks that the lake does not have yet, or not as they are now; give how many.

    While somebody else writes to the lake for long, such as an import, they wait for the next turn.
    """
    if settings.DATA is None:
        return 0
    known = workspace().lake.at().definitions.all(codebook.KIND)
    wanted = {
        one.key: codebook.body([Value.model_validate(each.body) for each in sorted(editions, key=lambda e: e.number)])
        for one in Survey.objects.filter(edition__gt=0).prefetch_related("editions")
        if (editions := list(one.editions.all()))
    }
    fresh = {key: body for key, body in wanted.items() if known.get(key) != body}
    if not fresh:
        return 0
    try:
        with free().write("codebooks of surveys") as writer:
            for key, body in fresh.items():
                writer.define(codebook.KIND, key, body, source="surveys")
    except Conflict:
        return 0
    published.soon()
    return len(fresh)
