"""Interviews with somebody are handed out and removed; what names them in others, too."""

from __future__ import annotations

from datetime import date

import pytest

from heartline.listen.interviews.spans import Span
from heartline.server.accounts.models import User
from heartline.server.listen.interviews import commands, held, kept, quoting, tasks
from heartline.server.listen.interviews.commands import Wish
from heartline.server.listen.interviews.models import Interview, Quote
from heartline.server.listen.interviews.quoting import Tags
from heartline.server.shell import personal
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake

from .conftest import land

pytestmark = pytest.mark.django_db

ANNA = Theirs(frozenset({"user_id:anna"}), lambda text: text in ("anna@example.org", "C-4711"))


def test_it_is_registered() -> None:
    assert "interviews" in [holding.place for holding in personal.holdings()]


def test_an_interview_with_somebody_is_handed_out_and_removed(alice: User, lake: Lake) -> None:
    wish = Wish(date(2024, 3, 1), "Anna", "regular", "yes", kind="user_id", identifier="anna", customer="user_id:anna")
    one = commands.add(by=alice, name="a.txt", raw=b"I: Why?\nAnna: It was late.\nI: Ok.\nAnna: Yes.", wish=wish)
    other = commands.add(by=alice, name="b.txt", raw=b"Nothing here.", wish=Wish(date(2024, 3, 2)))
    quoting.highlight(by=alice, key=one.key, passages=[Span(1, 0, 12)])
    (row,) = held.export(ANNA)
    assert row["transcript"][1] == "Anna: It was late."
    assert row["quotes"][0]["text"] == "It was late."
    gone = held.erase(ANNA)
    assert (gone.removed, gone.searched) == (1, 2)
    assert [row.key for row in Interview.objects.all()] == [other.key]
    assert not Quote.objects.exists()


def test_what_names_somebody_in_another_interview_is_written_over(alice: User, lake: Lake) -> None:
    raw = b"I: Who?\nBea: Write to anna@example.org or C-4711, not to bea@example.org.\nI: Ok.\nBea: She was late."
    one = commands.add(by=alice, name="b.txt", raw=raw, wish=Wish(date(2024, 3, 2)))
    (row,) = held.export(ANNA)
    assert row["lines"] == ["Write to anna@example.org or C-4711, not to bea@example.org."]
    assert held.erase(ANNA).removed == 1
    said = kept.opened(Interview.objects.get(pk=one.pk)).transcript.turns[1].text
    assert said == f"Write to {'×' * 16} or {'×' * 6}, not to bea@example.org."
    assert held.export(ANNA) == []


def test_quotes_of_several_people_leave_the_voices_with_the_interview(alice: User, lake: Lake) -> None:
    wish = Wish(date(2024, 3, 1), "Two", kind="user_id", identifier="anna", customer="user_id:anna")
    raw = b"I: Why?\nAnna: It was a week late.\nBea: Yes.\nI: Why?\nAnna: Nobody knows.\nBea: We called them."
    one = commands.add(by=alice, name="a.txt", raw=raw, wish=wish)
    (quote,) = quoting.highlight(by=alice, key=one.key, passages=[Span(1, 0, 19)])
    quoting.keep(by=alice, key=one.key, quote=quote.key, tags=Tags())
    assert [row["customer"] for row in land(lake)] == [None]
    held.erase(ANNA)
    tasks.settle.func()
    assert land(lake) == []
