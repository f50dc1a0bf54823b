"""The cast, and an interview."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from heartline.collect.inbox import named, opened
from heartline.collect.loading.loader import Loader
from heartline.listen.text import inline
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import alice, bob, charlie, empty_lake, lake
from heartline.server.collect.received.keeping import Desk
from heartline.server.listen.interviews import commands
from heartline.server.listen.interviews.commands import Wish
from heartline.server.listen.interviews.models import Interview
from heartline.store.lake import Lake

__all__ = ["alice", "bob", "charlie", "empty_lake", "lake"]

TALK = b"""WEBVTT

00:00:01.000 --> 00:00:03.000
<v Ben>How was the delivery?</v>

00:00:04.000 --> 00:00:09.000
<v Anna Koch>It came a week late. Nobody told me. I am Anna Koch, anna@example.org.</v>

00:00:10.000 --> 00:00:12.000
<v Ben>Did you call us?</v>

00:00:13.000 --> 00:00:18.000
<v Anna Koch>Yes. The man was very kind \xf0\x9d\x84\x9e and helped at once.</v>
"""
COLUMNS = (
    "id", "text", "about", "stage", "themes", "feeling", "kind", "source", "customer", "touchpoint", "ref", "unit",
    "occurred_at", "language",
)  # fmt: skip


@pytest.fixture
def interview(alice: User, lake: Lake) -> Interview:
    """An interview with Anna, held in March."""
    wish = Wish(date(2024, 3, 4), "Anna, late parcel", "regular", "may be quoted until 2027", "berlin")
    return commands.add(by=alice, name="anna.vtt", raw=TALK, wish=wish)


def land(lake: Lake) -> list[dict[str, Any]]:
    """Let everything that waits land; give the rows of interviews, the newest revision last."""
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, inline.reader, Desk(), "test").turn()
    return rows(lake)


def rows(lake: Lake) -> list[dict[str, Any]]:
    """Give the rows of interviews."""
    now = Lake.open(lake.folder).at()
    found = now.rows(*COLUMNS)
    return sorted(now.execute(found.filter(found.kind == "interview")).to_pylist(), key=lambda row: row["id"])
