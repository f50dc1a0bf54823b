"""The ledger of consent: fed by events and files, each once; asked for one and for many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heartline.collect import joining
from heartline.collect.together import names_of
from heartline.core.errors import Forbidden, HeartlineError, InvalidInput
from heartline.core.ids import identifier
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.people.consent import commands, learning, ledger
from heartline.server.people.consent.models import Silenced, State, Word
from heartline.server.people.consent.runs import Run, told
from heartline.server.people.consent.writing import LONG_AGO, New, write
from heartline.server.people.contacts.tests.test_contacts import batch
from heartline.server.shell import consenting, personal
from heartline.server.shell.consenting import Told
from heartline.store import tombstones
from heartline.store.lake import Lake

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def said(day: str, granted: str, who: str = "anna") -> str:
    wanted = f'{{"categoryPreferences": {{"Newsletter": {granted}}}}}'
    return f'{{"userId": "{who}", "timestamp": "{day}T10:00:00Z", "context": {{"consent": {wanted}}}}}'


def row(value: str, state: str, at: str = "2024-01-02 09:00:00", **more: Any) -> dict[str, Any]:
    return {
        "kind": "email", "value": value, "purpose": "newsletter", "channel": "email", "state": state, "at": at,
        "confirmed_at": None, "source": "Mailchimp", "reason": None, **more,
    }  # fmt: skip


def why(person: str, purpose: str = "newsletter", channel: str = "email") -> str:
    return consenting.standing([person], purpose, channel).reasons[0]


def test_what_events_repeat_is_one_word_and_told_again_changes_nothing(company: Lake) -> None:
    for number in (1, 2):
        learning.learn(batch(number, said("2026-02-01", "true"), said("2026-02-03", "true")))
        learning.learn(batch(3, said("2026-02-05", "false"), said("2026-02-02", "true")))
    found = [(word.state, word.at.day, word.last_at.day) for word in Word.objects.all() if word.at]
    assert found == [("given", 2, 3), ("withdrawn", 5, 5)]  # of a batch only the last is told
    who = identifier("user_id", "anna", company.key)
    assert why(who) == "withdrawn"
    learning.learn(batch(4, said("2026-02-06", "true")))
    assert why(who) == "unconfirmed"


def test_traits_of_a_person_tell_it_too(company: Lake) -> None:
    traits = '{"consent": {"newsletter": true, "Calls": false, "colour": "red"}, "name": "Anna"}'
    learning.learn(batch(1, f'{{"userId": "anna", "traits": {traits}}}'))
    assert {(word.purpose, word.state) for word in Word.objects.all()} == {
        ("newsletter", "given"), ("calls", "withdrawn"),
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["given", "withdrawn"])), max_size=10), st.randoms())
def test_the_last_word_of_runs_is_exact_whatever_the_order(words: list[tuple[int, str]], random: Random) -> None:
    moments = [(NOW + timedelta(minutes=at), state) for at, state in words]
    shuffled = random.sample(moments, len(moments))
    runs: list[Run] = []
    for one in shuffled:
        runs = told(runs, [one])
    for made in (runs, told([], moments), told(list(runs), moments)):
        heard = {(at, run.state) for run in made for at in (run.at, run.last_at)}
        assert heard <= set(moments)
        if moments:
            last = max(at for at, _ in moments)
            assert {run.state for run in made if run.last_at == last} == {state for at, state in moments if at == last}


def test_a_file_is_taken_once_and_says_what_is_allowed(company: Lake) -> None:
    rows = [
        row("Ada@shop.example ", "given", confirmed_at="2024-01-02 09:05:00"), row("ben@shop.example", "given"),
        row("ben@shop.example", "withdrawn", "2024-02-01 10:00:00", reason="Too many e-mails"),
        row("cleo@shop.example", "suppressed", "2024-03-01 10:00:00", reason="bounced"),
        row("dora@shop.example", "given"), row("null", "given"), row("eve@shop.example", "perhaps"),
    ]  # fmt: skip
    assert commands.take(rows) == Told(5, 0, 2)
    assert commands.take(rows) == Told(0, 5, 2)
    names = [identifier("email", f"{name}@shop.example", company.key) for name in ("ada", "ben", "cleo", "dora", "new")]
    found = consenting.standing(names, "newsletter", "email")
    assert found.reasons == ["allowed", "withdrawn", "suppressed", "unconfirmed", "nothing_said"]
    assert found.allowed.tolist() == [True, False, False, False, False]
    assert found.names == [(names[0],), (), (), (), ()]
    assert consenting.standing(names, "orders", "email").reasons == [
        "allowed", "allowed", "suppressed", "allowed", "allowed"
    ]  # fmt: skip
    assert consenting.allowed(names[0], "newsletter", "email")
    assert consenting.standing([], "newsletter", "email").reasons == []
    assert "shop.example" not in str(list(Word.objects.values()))


def test_a_yes_whose_time_nobody_knows_is_older_than_any_no(company: Lake) -> None:
    commands.take([row("a@b.example", "withdrawn", "2020-01-01"), row("a@b.example", "given", "")])
    who = identifier("email", "a@b.example", company.key)
    assert why(who) == "withdrawn"
    assert Word.objects.get(state="given").last_at == LONG_AGO
    commands.take([row("c@b.example", "given", "2020-01-01", channel="phone", purpose="calls"),
                   row("c@b.example", "withdrawn", "", channel="phone", purpose="calls")])  # fmt: skip
    assert why(identifier("email", "c@b.example", company.key), "calls", "phone") == "withdrawn"


def test_what_is_not_defined_is_allowed_to_nobody(company: Lake) -> None:
    for purpose, channel, code in (("raffle", "email", "unknown_purpose"), ("newsletter", "phone", "unknown_channel")):
        with pytest.raises(HeartlineError) as refused:
            consenting.allowed("email:" + "0" * 32, purpose, channel)
        assert refused.value.code == code


def test_one_person_under_two_names_takes_the_strictest_and_parted_again_it_is_as_before(company: Lake) -> None:
    anna, ben = "user_id:anna", "user_id:ben"
    write([New(anna, "offers", "email", State.WITHDRAWN, NOW, "x", "import")])
    assert [why(who, "offers") for who in (anna, ben)] == ["withdrawn", "allowed"]
    _version, move = joining.merge(company, anna, ben, source="by:test")
    assert [why(who, "offers") for who in (anna, ben)] == ["withdrawn", "withdrawn"]
    joining.split(company, *move.pair, source="by:test")
    assert [why(who, "offers") for who in (anna, ben)] == ["withdrawn", "allowed"]


def test_a_word_of_the_same_person_answers_what_they_said_under_another_name(company: Lake) -> None:
    anna, ben = "user_id:anna", "user_id:ben"
    write([New(ben, "calls", "phone", State.WITHDRAWN, NOW, "x", "import")])
    joining.merge(company, anna, ben, source="by:test")
    later = datetime.now(UTC)
    write([New(anna, "calls", "phone", State.GIVEN, later, "form", "form", covers=[ben])])
    assert why(anna, "calls", "phone") == "allowed"
    joining.split(company, anna, ben, source="by:test")
    assert [why(who, "calls", "phone") for who in (anna, ben)] == ["allowed", "withdrawn"]


def test_a_yes_holds_as_long_as_the_company_says(company: Lake) -> None:
    who = identifier("user_id", "anna", company.key)
    write([New(who, "calls", "phone", State.GIVEN, datetime.now(UTC) - timedelta(days=500), "x", "import")])
    assert why(who, "calls", "phone") == "expired"


def test_staff_write_down_what_somebody_said(company: Lake, alice: User, bob: User) -> None:
    who = identifier("user_id", "anna", company.key)
    note = {"who": who, "purpose": "newsletter", "channel": "email", "reason": "said so at the counter"}
    with pytest.raises(InvalidInput) as refused:
        commands.note(**note, state="given", by=alice)
    assert refused.value.code == "no_evidence"
    commands.note(**note, state="given", evidence="signed card 12", by=bob)
    word = Word.objects.get()
    assert (word.evidence, word.via, word.confirmed_at is not None) == ("signed card 12", "hand", True)
    assert b"card" not in bytes(word.sealed_evidence)
    assert word.shown is not None
    assert word.shown.text == "Yes, send me the newsletter."
    assert why(who) == "allowed"
    commands.note(who=who, purpose="", channel="", state="withdrawn", reason="wants nothing any more", by=bob)
    assert [why(who), why(who, "offers")] == ["withdrawn", "withdrawn"]
    commands.note(who=who, purpose="", channel="", state="suppressed", reason="threatened to sue", by=bob)
    assert why(who, "orders") == "suppressed"
    with pytest.raises(Forbidden):
        commands.note(who=who, purpose="", channel="", state="released", reason="a mistake", by=bob)
    commands.note(who=who, purpose="", channel="", state="released", reason="a mistake", by=alice)
    assert why(who, "orders") == "allowed"
    assert AuditEntry.objects.filter(action="note_consent").count() == 4


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"reason": " "}, "no_reason"), ({"state": "maybe"}, "bad_value"), ({"purpose": "raffle"}, "unknown_purpose"),
        ({"channel": "phone"}, "unknown_channel"), ({"state": "given", "purpose": ""}, "too_wide"),
    ],
)  # fmt: skip
def test_a_word_that_cannot_be_is_refused(company: Lake, alice: User, wrong: dict[str, str], code: str) -> None:
    values = {"purpose": "newsletter", "channel": "email", "state": "withdrawn", "reason": "x"} | wrong
    with pytest.raises(HeartlineError) as refused:
        commands.note(who="user_id:" + "0" * 32, by=alice, **values)
    assert refused.value.code == code
    assert not Word.objects.exists()


def theirs(*names: str) -> personal.Theirs:
    return personal.Theirs(frozenset(names), lambda text: False)


def test_the_erased_leave_nothing_but_a_suppression_that_tells_nobody_who_it_was(company: Lake) -> None:
    (holding,) = (one for one in personal.holdings() if one.place == "consents")
    ada, ben = (identifier("email", f"{name}@shop.example", company.key) for name in ("ada", "ben"))
    commands.take([row("ada@shop.example", "given", confirmed_at="2024-01-02 09:05:00"),
                   row("ada@shop.example", "suppressed", "2024-05-01 00:00:00")])  # fmt: skip
    write([New(ben, "newsletter", "email", State.GIVEN, NOW, "form", "form", confirmed_at=NOW, covers=[ada])])
    exported = holding.export(theirs(ada))
    assert [one["state"] for one in exported] == ["given", "suppressed"]
    gone = holding.erase(theirs(ada))
    assert (gone.removed, gone.searched) == (2, 3)
    held = f"{list(Word.objects.values())}{list(Silenced.objects.values())}"
    assert ada.partition(":")[2] not in held
    assert Silenced.objects.count() == 1
    assert commands.take([row("ada@shop.example", "given", "2026-06-01", confirmed_at="2026-06-01")]).new == 1
    assert [why(ada), why(ada, "orders"), why(ben)] == ["suppressed", "suppressed", "allowed"]


def test_an_old_file_does_not_bring_back_what_an_erased_person_said(company: Lake) -> None:
    ada = identifier("email", "ada@shop.example", company.key)
    tombstones.bury(company, [ada], NOW)
    assert (
        commands.take([row("ada@shop.example", "given", "2026-02-01"), row("ada@shop.example", "given", "")]).new == 0
    )
    assert commands.take([row("ada@shop.example", "given", "2026-04-01")]).new == 1


def test_many_are_asked_with_as_many_queries_as_one(company: Lake, django_assert_num_queries: Any) -> None:
    names = [identifier("email", f"p{number}@shop.example", company.key) for number in range(700)]
    write(New(name, "newsletter", "email", State.GIVEN, NOW, "x", "import", confirmed_at=NOW) for name in names[::2])
    for some in (names[:1], names):
        with django_assert_num_queries(3):
            found = consenting.standing(some, "newsletter", "email")
    assert found.allowed.tolist() == [True, False] * 350


def test_of_a_large_ledger_only_the_words_of_those_asked_for_are_held(
    company: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "FEW", 10)
    monkeypatch.setattr(ledger, "AT_ONCE", 50)
    names = [identifier("email", f"p{number}@shop.example", company.key) for number in range(400)]
    write(New(name, "newsletter", "email", State.GIVEN, NOW, "x", "import", confirmed_at=NOW) for name in names)
    write([New(names[0], "newsletter", "email", State.GIVEN, NOW, "y", "form", confirmed_at=NOW, covers=[names[1]])])
    some = names[::20]
    read: list[int] = []
    really = ledger._read

    def counted(rows: Any, covers: Any) -> Any:
        read.append(len(rows))
        return really(rows, covers)

    monkeypatch.setattr(ledger, "_read", counted)
    assert consenting.standing(some, "newsletter", "email").allowed.all()
    assert sum(read) == len(some) + 1
    assert max(read) < len(some)  # they are picked as words are read


def test_names_of_people_follow_the_ledger(company: Lake) -> None:
    anna, ben, cleo = "user_id:anna", "user_id:ben", "user_id:cleo"
    joining.merge(company, anna, ben, source="by:test")
    found = names_of(company.at(), [anna, cleo])
    assert set(found) == {anna, ben, cleo}
    assert found[anna] == found[ben] != found[cleo]
