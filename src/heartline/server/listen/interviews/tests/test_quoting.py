"""From a transcript to the voices and back: highlighted, tagged, masked, changed, taken out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from heartline.core.errors import Forbidden, InvalidInput, NotFound
from heartline.listen.interviews.spans import Span
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.words import action
from heartline.server.listen.interviews import commands, kept, quoting, tasks
from heartline.server.listen.interviews.commands import Wish
from heartline.server.listen.interviews.models import Interview, Quote, Withdrawn
from heartline.server.listen.interviews.quoting import Tags
from heartline.store.lake import Lake

from .conftest import land, rows

pytestmark = pytest.mark.django_db


def refused(do: Any) -> str:
    with pytest.raises((InvalidInput, NotFound, Forbidden)) as error:
        do()
    return str(error.value.code)


def quoted(alice: User, interview: Interview, start: int = 0, end: int = 20, turn: int = 1, **tags: Any) -> Quote:
    (one,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(turn, start, end)])
    return quoting.keep(by=alice, key=interview.key, quote=one.key, tags=Tags(**tags))


def test_what_is_said_is_encrypted_and_whoever_asks_is_told_apart(interview: Interview) -> None:
    row = Interview.objects.get()
    stored = b"".join(bytes(value) for value in (row.transcript, row.head))
    for word in (b"Anna", b"late", b"regular", b"2027"):
        assert word not in stored
    one = kept.opened(row)
    assert (one.head.asks, one.people, one.transcript.turns[1].speaker) == (("Ben",), ("Anna Koch",), "Anna Koch")
    assert [one.is_asked(turn) for turn in range(5)] == [False, True, False, True, False]


def test_a_quote_becomes_a_text_of_the_lake_with_what_a_person_said_of_it(
    alice: User, lake: Lake, interview: Interview
) -> None:
    one = quoted(alice, interview, themes=("waiting",), touchpoint="delivery", stage="delivery", feeling=-0.5)
    (row,) = land(lake)
    assert (row["text"], row["source"], row["kind"], row["ref"]) == (
        "It came a week late.", "interviews", "interview", interview.key
    )  # fmt: skip
    assert (row["about"], row["stage"], row["touchpoint"], row["customer"]) == ("delivery", "delivery", None, None)
    assert (row["unit"], row["occurred_at"].date()) == ("berlin", date(2024, 3, 4))
    assert tasks.settle.call() == 1
    (row,) = rows(lake)
    assert (row["themes"], row["feeling"]) == (["waiting"], -0.5)
    one.refresh_from_db()
    assert one.settled
    assert not tasks.unsettled()
    assert tasks.settle.call() == 0
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")][-3:] == [
        "add_interview", "highlight_interview", "keep_quote"
    ]  # fmt: skip
    assert action("keep_quote") == "put a quote of an interview among the voices"


def test_drafts_are_nowhere_and_what_names_somebody_is_hidden(alice: User, lake: Lake, interview: Interview) -> None:
    (draft,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(1, 37, 99)])
    assert land(lake) == []
    one = kept.opened(interview)
    assert one.passage(draft) == "I am Anna Koch, anna@example.org."
    assert one.shown(draft) == "I am [name], [email]."
    quoting.keep(by=alice, key=interview.key, quote=draft.key, tags=Tags(hide=(), words=("am",), note="cried"))
    (row,) = land(lake)
    assert row["text"] == "I [name] Anna Koch, [email].", "an address is always hidden, a name if somebody wants it"
    draft.refresh_from_db()
    assert (kept.opened(interview).note(draft), b"cried" in bytes(draft.sealed_note)) == ("cried", False)
    assert quoting.own_words(kept.opened(interview), draft) == ["am"]


def test_other_tags_are_overrides_and_other_words_another_text(alice: User, lake: Lake, interview: Interview) -> None:
    one = quoted(alice, interview, 37, 99, themes=("waiting",), feeling=-0.5, hide=(0,))
    (first,) = land(lake)
    tasks.settle.call()
    quoting.keep(by=alice, key=interview.key, quote=one.key, tags=Tags(("price",), "support", "", 0.5, hide=(0,)))
    assert land(lake)[0]["id"] == first["id"]
    tasks.settle.call()
    (row,) = rows(lake)
    assert (row["text"], row["themes"], row["about"], row["feeling"]) == (
        first["text"], ["price"], "support", 0.5
    )  # fmt: skip
    quoting.keep(by=alice, key=interview.key, quote=one.key, tags=Tags(("price",), "support"))
    assert len(land(lake)) == 2
    tasks.settle.call()
    (row,) = rows(lake)
    assert (row["text"], row["about"], row["feeling"]) == ("I am Anna Koch, [email].", "support", None)
    assert row["id"] != first["id"]
    assert not Withdrawn.objects.exists()


def test_what_is_taken_out_leaves_the_lake_even_when_it_lands_later(
    alice: User, lake: Lake, interview: Interview
) -> None:
    one = quoted(alice, interview)
    quoting.remove(by=alice, key=interview.key, quote=one.key)
    assert tasks.settle.call() == 0
    Withdrawn.objects.update(at=timezone.now() - timedelta(days=400))
    assert (tasks.settle.call(), tasks.unsettled()) == (0, False), "a version is looked at once"
    assert Withdrawn.objects.count() == 1, "it is still on its way"
    assert len(land(lake)) == 1
    assert tasks.unsettled()
    assert tasks.settle.call() == 1
    assert rows(lake) == []
    assert not Withdrawn.objects.exists()


def test_removing_an_interview_takes_its_quotes_along(alice: User, lake: Lake, interview: Interview) -> None:
    quoted(alice, interview)
    quoted(alice, interview, 0, 4, turn=3)
    assert len(land(lake)) == 2
    commands.remove(by=alice, key=interview.key)
    tasks.settle.call()
    assert (rows(lake), Interview.objects.count(), Quote.objects.count()) == ([], 0, 0)


def test_another_day_is_said_anew_and_whoever_asks_is_quoted_no_more(
    alice: User, lake: Lake, interview: Interview
) -> None:
    quoted(alice, interview)
    land(lake)
    wish = Wish(date(2024, 3, 5), "Anna", "regular", "", "berlin")
    commands.change(by=alice, key=interview.key, wish=wish, asks=("Ben",))
    land(lake)
    tasks.settle.call()
    assert [row["occurred_at"].date() for row in rows(lake)] == [date(2024, 3, 5)]
    commands.change(by=alice, key=interview.key, wish=wish, asks=("Ben", "Anna Koch", "nobody"))
    tasks.settle.call()
    assert (rows(lake), kept.opened(Interview.objects.get()).head.asks) == ([], ("Ben", "Anna Koch"))


def test_only_words_of_whoever_is_asked_can_be_chosen(alice: User, lake: Lake, interview: Interview) -> None:
    def choose(*spans: Span) -> Any:
        return lambda: quoting.highlight(by=alice, key=interview.key, passages=spans)

    assert refused(choose(Span(0, 0, 10))) == "nothing_chosen"
    assert refused(choose(Span(1, 20, 21), Span(99, 0, 3))) == "nothing_chosen"
    again = [choose(Span(1, 0, 8))()[0].pk for _ in range(2)]
    assert again[0] == again[1], "the same words are one quote"
    assert kept.opened(interview).passage(Quote.objects.get()) == "It came"


def test_odd_tags_days_and_units_are_refused(alice: User, lake: Lake, interview: Interview) -> None:
    (one,) = quoting.highlight(by=alice, key=interview.key, passages=[Span(1, 0, 20)])
    for tags in (Tags(("smoke",)), Tags(touchpoint="moon"), Tags(stage="moon"), Tags(feeling=3.0)):
        assert refused(lambda tags=tags: quoting.keep(by=alice, key=interview.key, quote=one.key, tags=tags)) == (
            "bad_value"
        )
    everything = Tags(words=("It came a week late",))
    assert refused(lambda: quoting.keep(by=alice, key=interview.key, quote=one.key, tags=everything)) == "nothing_left"
    assert refused(lambda: quoting.remove(by=alice, key=interview.key, quote="no")) == "unknown_quote"
    assert refused(lambda: commands.add(by=alice, name="a.txt", raw=b"x", wish=Wish(date(2999, 1, 1)))) == "bad_day"
    wish = Wish(date(2024, 1, 1), unit="mars")
    assert refused(lambda: commands.add(by=alice, name="a.txt", raw=b"x", wish=wish)) == "bad_value"
    assert not Quote.objects.filter(kept_at__isnull=False).exists()


def test_bob_reads_interviews_of_berlin_and_writes_none(bob: User, alice: User, interview: Interview) -> None:
    vienna = commands.add(by=alice, name="v.txt", raw=b"Late.", wish=Wish(date(2024, 3, 1), unit="wien"))
    assert [one.key for one in commands.visible(bob)] == [interview.key]
    assert refused(lambda: commands.find(bob, vienna.key)) == "unknown_interview"
    assert refused(lambda: quoting.highlight(by=bob, key=interview.key, passages=[Span(1, 0, 9)])) == "not_allowed"
