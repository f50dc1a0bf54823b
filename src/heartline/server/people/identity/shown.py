"""What the pages of who is one person show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from heartline.collect.explaining import Branch, Why
from heartline.collect.joining import Move, Word
from heartline.collect.keeping_apart import Apart
from heartline.server.shell import numbers
from heartline.store.definitions import Definitions
from heartline.store.snapshot import Snapshot

from . import words

DEEPEST = 6
"""Steps that a tree goes in; what hangs deeper stands at this depth."""
MOST = 100
"""Identifiers that a page lists."""
Clear = Mapping[str, str]


def tree(found: Why, known: Definitions, clear: Clear) -> list[dict[str, Any]]:
    """Give the identifiers, each below the one that it hangs on."""
    return [_branch(branch, found, known, clear) for branch in found.tree[:MOST]]


def _branch(branch: Branch, found: Why, known: Definitions, clear: Clear) -> dict[str, Any]:
    key = branch.name.partition(":")[0]
    word = branch.word
    return {
        "kind": words.first(words.kind(key, known)),
        "name": clear.get(branch.name) or numbers.person(branch.name),
        "clear": branch.name in clear,
        "power": words.power(branch.power),
        "strength": branch.power,
        "depth": min(branch.depth, DEEPEST),
        "since": moment(branch.first, found, known),
        "from": words.source(branch.first.source) if branch.first else "",
        "said": _said(word, branch.above, found, known, clear) if word else None,
        "also": [
            _said(more, more.left if more.left != branch.name else more.right, found, known, clear)
            for more in branch.also
        ],
    }


def _said(word: Word, other: str, found: Why, known: Definitions, clear: Clear) -> dict[str, Any]:
    return {
        "other": words.identifier(other, known, clear),
        "source": words.source(word.source),
        "at": moment(word, found, known),
        "part": f"{reverse('identity_part')}?{urlencode({'left': word.left, 'right': word.right})}",
    }


def parted(found: Why, known: Definitions, clear: Clear) -> list[dict[str, Any]]:
    """Give what is no longer held."""
    return [
        {
            "left": words.first(words.identifier(word.left, known, clear)),
            "right": words.identifier(word.right, known, clear),
            "source": words.source(word.source),
            "at": moment(word, found, known),
            "join": f"{reverse('identity_join')}?{urlencode({'left': word.left, 'right': word.right})}",
        }
        for word in found.parted[:MOST]
    ]


def apart(
    found: Sequence[Apart], snapshot: Snapshot, known: Definitions, clear: Clear, may_see: Callable[[str], bool]
) -> list[dict[str, Any]]:
    """Give what ties nobody, with those whom it would have tied, as far as they may be seen."""
    named = {one.version for one in found}
    at = {entry.version: entry.time for entry in snapshot.lake.versions() if entry.version in named}
    zone = known.settings["timezone"]
    made = []
    for one in found[:MOST]:
        others = [(words.name(who), reverse("customer", args=[who])) for who in one.others if may_see(who)]
        made.append(
            {
                "name": words.first(words.identifier(one.name, known, clear)),
                "why": words.apart(one.why, one.count),
                "others": others,
                "more": words.more(one.count - len(others)),
                "source": words.source(one.source),
                "at": numbers.moment(at[one.version], zone) if one.version in at else "",
            }
        )
    return made


def moment(word: Word | None, found: Why, known: Definitions) -> str:
    """Say when something was said."""
    at = found.at.get(word.version) if word else None
    return numbers.moment(at, known.settings["timezone"]) if at else ""


def sides(move: Move, known: Definitions, clear: Clear) -> list[dict[str, Any]]:
    """Give the people there are after a move, each with its identifiers."""
    return [
        {
            "name": words.name(who),
            "known": [words.first(words.identifier(one, known, clear)) for one in sorted(found)[:MOST]],
        }
        for who, found in move.after.items()
    ]
