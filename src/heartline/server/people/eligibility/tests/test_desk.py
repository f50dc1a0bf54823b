"""Reserving: each decided once, with its reason; caps hold over everything that is asked; nothing leaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from heartline.collect import joining
from heartline.core.errors import Conflict, NotFound
from heartline.server.people.consent.models import State
from heartline.server.people.eligibility import commands, held, rules, tasks
from heartline.server.people.eligibility.models import Ours, Refused, Reservation
from heartline.server.shell import eligible, personal
from heartline.server.shell.eligible import Ask, Candidate, Target, Verdict
from heartline.store.lake import Lake

from .company import address, agreed, reached

pytestmark = pytest.mark.django_db
PEOPLE = ("anna", "ben", "cleo", "dora")


@pytest.fixture(autouse=True)
def awake() -> None:
    """Leave out quiet hours: tests run at any hour."""
    Ours.objects.create(pk=1, body=rules.Company(quiet=None).body())


def ask(number: int = 1, what: str = "survey:nps", **more: Any) -> Ask:
    return Ask(**{"what": what, "name": f"{what} {number}", "purpose": "surveys", "channel": "email", **more})


def some(number: int = 1, people: Sequence[str] = PEOPLE, what: str = "survey:nps") -> list[Candidate]:
    units = {"anna": "berlin", "ben": "berlin", "cleo": "wien"}
    return [Candidate(f"user_id:{name}", f"{what}:{number}:{name}", units.get(name)) for name in people]


def reserve(one: Ask, candidates: Sequence[Candidate]) -> Counter[str]:
    kept: list[Verdict] = []
    counts = eligible.desk().reserve(one, candidates, kept.extend)
    assert Counter(verdict.reason for verdict in kept) == counts
    return counts


def why(one: Ask, candidates: Sequence[Candidate]) -> dict[str, str]:
    return {seen.candidate.person.split(":")[1]: seen.reason for seen in eligible.desk().look(one, candidates)}


def rule(**more: Any) -> None:
    Ours.objects.update_or_create(pk=1, defaults={"body": rules.Company(**{"quiet": None, **more}).body()})


def test_each_is_decided_once_with_a_reason_that_is_kept(company: Lake) -> None:
    agreed("user_id:ben", "surveys", State.WITHDRAWN)
    people = [*some(), Candidate("user_id:eve", "survey:nps:1:eve")]
    assert why(ask(), people) == {
        "anna": "asked", "ben": "withdrawn", "cleo": "asked", "dora": "asked", "eve": "no_address",
    }  # fmt: skip
    assert not Reservation.objects.exists()
    assert reserve(ask(), people) == {"asked": 3, "withdrawn": 1, "no_address": 1}
    assert reserve(ask(), people) == {}  # a run that is done again decides nothing again
    assert eligible.desk().refused("survey:nps") == {"withdrawn": 1, "no_address": 1}
    assert eligible.desk().refused("survey:nps", "survey:nps 2") == {}
    found = eligible.desk().look(ask(what="survey:csat"), some(2))[0]
    assert (found.reason, found.address) == ("asked_lately", "")


def test_the_pause_holds_over_all_surveys_and_reminders_count(company: Lake) -> None:
    rule(cooldown_days=10, caps={"email": (2, 30)})
    assert reserve(ask(), some(people=["anna"])) == {"asked": 1}
    assert why(ask(what="survey:csat"), some(2)) == {
        "anna": "asked_lately", "ben": "asked", "cleo": "asked", "dora": "asked",
    }  # fmt: skip
    assert reserve(ask(reminder=True), some(3, ["anna"])) == {"asked": 1}
    assert reserve(ask(reminder=True), some(4, ["anna"])) == {"enough": 1}
    Reservation.objects.update(at=timezone.now() - timedelta(days=11))
    assert why(ask(what="survey:csat"), some(5, ["anna"])) == {"anna": "enough"}
    Reservation.objects.update(at=timezone.now() - timedelta(days=31))
    assert why(ask(what="survey:csat"), some(5, ["anna"])) == {"anna": "asked"}
    assert why(ask(again_days=None), some(5, ["anna"])) == {"anna": "asked_before"}


def test_two_names_of_one_person_share_what_they_were_asked(company: Lake) -> None:
    assert reserve(ask(), some(people=["anna"])) == {"asked": 1}
    assert why(ask(what="survey:csat"), some(2, ["ben"])) == {"ben": "asked"}
    joining.merge(company, "user_id:anna", "user_id:ben", source="by:test")
    assert why(ask(what="survey:csat"), some(2, ["ben"])) == {"ben": "asked_lately"}


def test_who_said_yes_is_written_to_where_they_said_it(company: Lake) -> None:
    reached("user_id:fay", email="fay@home.example")
    agreed(address(company, "fay@work.example"))
    agreed("user_id:anna")
    people = some(people=["anna", "ben", "fay"])
    (anna, ben, fay) = eligible.desk().look(ask(purpose="opinions"), people)
    assert (anna.reason, anna.address) == ("asked", "anna@shop.example")
    assert (ben.reason, fay.reason) == ("nothing_said", "nothing_said")


def test_an_address_that_takes_nothing_is_left_alone(company: Lake) -> None:
    eligible.desk().failed("ANNA@shop.example", "email", "550")
    assert why(ask(), some(people=["anna", "ben"])) == {"anna": "address_fails", "ben": "asked"}


def test_where_surveys_count_as_advertising_only_a_yes_will_do(company: Lake) -> None:
    rule(advertising=True)
    with pytest.raises(Conflict) as wrong:
        eligible.desk().look(ask(), some())
    assert wrong.value.code == "advertising"
    assert set(why(ask(purpose="opinions"), some()).values()) == {"nothing_said"}
    for purpose, channel in (("none", "email"), ("opinions", "messaging")):
        with pytest.raises(NotFound):
            eligible.desk().look(ask(purpose=purpose, channel=channel), some())


def test_a_share_is_drawn_and_a_target_is_kept_by_unit(company: Lake) -> None:
    half = why(ask(share=0.5), some())
    assert set(half.values()) <= {"asked", "not_drawn"}
    more = why(ask(share=0.9), some())
    assert all(more[name] == "asked" for name, reason in half.items() if reason == "asked")
    lived = {"berlin": (100, 50, 5.0), "wien": (100, 50, 0.0)}
    found = why(ask(target=Target(5, lived)), some())
    assert (found["anna"], found["ben"], found["cleo"], found["dora"]) == ("target_met", "target_met", "asked", "asked")


def test_what_did_not_go_out_counts_no_longer(company: Lake) -> None:
    assert reserve(ask(), some(people=["anna"])) == {"asked": 1}
    eligible.desk().release(["survey:nps:1:anna"])
    assert why(ask(what="survey:csat"), some(2, ["anna"])) == {"anna": "asked"}


def test_quiet_hours_put_it_off(company: Lake) -> None:
    now = timezone.now()
    minute = now.hour * 60 + now.minute
    rule(quiet=((minute - 60) % 1440, (minute + 120) % 1440))
    (found,) = eligible.desk().look(ask(), some(people=["anna"]))
    assert found.reason == "asked"
    assert timedelta(minutes=118) <= found.at - now <= timedelta(minutes=121)


def test_somebody_who_is_erased_is_gone_from_here_and_got_it_all_before(company: Lake) -> None:
    reserve(ask(), some(people=["anna"]))
    reserve(ask(2, what="survey:csat"), some(2, ["anna"]))
    (holding,) = [one for one in personal.holdings() if one.place == "contact_pressure"]
    anna = personal.Theirs(frozenset({"user_id:anna"}), lambda text: False)
    given = holding.export(anna)
    assert [row.get("reason", "asked") for row in given] == ["asked", "asked_lately"]
    assert holding.erase(anna).removed == 2
    assert not Reservation.objects.exists()
    assert not Refused.objects.exists()


def test_reasons_are_forgotten_after_a_while_and_what_went_out_is_not(company: Lake) -> None:
    reserve(ask(), [*some(), Candidate("user_id:eve", "survey:nps:1:eve")])
    old = timezone.now() - commands.KEPT - timedelta(days=1)
    Refused.objects.update(at=old)
    Reservation.objects.update(at=old)
    assert tasks.forget_old.call() == 1
    assert Reservation.objects.count() == 4
    held.forget_all()
    assert not Reservation.objects.exists()
