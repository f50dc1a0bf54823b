"""Who is here for one store sees that store and nothing else, whatever is asked; who may not see people, sees none.

Every answer to them equals the answer of a lake that never held a row of anywhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

import heartline
from heartline.core.errors import HeartlineError
from heartline.core.registry import VERBS
from heartline.listen.surveys.tests.answered import POLL, facts
from heartline.server.accounts import access
from heartline.server.accounts.models import Role, User
from heartline.store.tests.world import Event, events
from heartline.workspace import Workspace
from tests.worlds.questions import DEFINITIONS, asked, worlds
from tests.worlds.test_every_number import UNSHRUNK, numbers

from .test_python import NEEDED

UNITS = {"germany": {"name": "Germany"}, "berlin": {"name": "Berlin", "parent": "germany"},
         "wien": {"name": "The Vienna store"}}  # fmt: skip
SEGMENTS = {
    "abroad": {"any": [{"unit": "wien"}]},
    "home": {"any": [{"touchpoint": "shop"}], "none": [{"touchpoint": "cafe"}]},
}
WORLD: list[Event] = [
    ("alice", "shop", "2024-03-01 10:00", {"ref": "o1", "amount": 12, "currency": "EUR", "unit": "berlin"}),
    ("alice", "call", "2024-03-01 12:00", {"ref": "o1", "wait_s": 60, "unit": "berlin"}),
    ("alice", "delivery", "2024-03-02 10:00", {"ref": "o1", "wait_s": 80000, "succeeded": True, "unit": "berlin"}),
    ("alice", "survey", "2024-03-03 10:00", {"score": 9, "scale": "nps", "about": "delivery", "unit": "berlin"}),
    ("bob", "shop", "2024-03-02 10:00", {"ref": "o2", "amount": 30, "currency": "EUR", "unit": "berlin"}),
    ("bob", "survey", "2024-03-06 10:00", {"score": 2, "scale": "nps", "text": "rude", "unit": "berlin"}),
    (None, "survey", "2024-03-07 10:00", {"score": 7, "scale": "nps", "text": "fine", "unit": "berlin"}),
    ("dora", "shop", "2024-04-08 10:00", {"ref": "o3", "unit": "berlin"}),
    *facts(POLL, "r1", {"likely": 3, "way": "web", "used": ["card"]}, "2024-03-10", "dora", unit="berlin"),
    # both stores, one order over both
    *facts(POLL, "r2", {"likely": 1, "way": "shop", "why": "Sachertorte"}, "2024-03-11", "zoeline", unit="wien"),
    ("alice", "cafe", "2023-11-01 09:00", {"ref": "w1", "unit": "wien", "amount": 7777, "currency": "CHF"}),
    ("alice", "shop", "2024-03-02 09:00", {"ref": "w1", "unit": "wien", "amount": 7777, "currency": "CHF"}),
    ("bob", "delivery", "2024-03-04 10:00", {"ref": "o2", "wait_s": 7777777, "succeeded": False, "unit": "wien"}),
    ("bob", "survey", "2024-03-04 11:00", {"ref": "o2", "score": 1, "scale": "ces7", "text": "Sachertorte",
                                           "about": "delivery", "unit": "wien"}),
    # nobody but Vienna knows them
    ("zoeline", "cafe", "2024-03-05 09:00", {"ref": "w2", "unit": "wien", "product": "torte", "wait_s": 7777777}),
    ("zoeline", "survey", "2024-03-05 10:00", {"score": 3, "scale": "stars5", "text": "Sachertorte", "unit": "wien"}),
    ("dora", "delivery", "2024-04-08 12:00", {"ref": "o3", "succeeded": True, "unit": "wien"}),
    # of no unit at all
    ("alice", "newsletter", "2024-03-09 09:00", {"text": "Sachertorte"}),
    (None, "newsletter", "2025-01-09 09:00", {"score": 1, "scale": "nps", "text": "Sachertorte"}),
]  # fmt: skip
SECRETS = (
    "Vienna",
    "wien",
    "Sachertorte",
    "7777",
    "zoeline",
    "torte",
    "cafe",
    "newsletter",
    "CHF",
    "w1",
    "w2",
    "2025-0",
)
"""Whatever of this stands in an answer has come from elsewhere."""

VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"period": "all"},
    {"period": "2024-03", "compare": "before"},
    {"period": "2024-03", "compare": "last_year"},
    {"period": "2024-03", "compare": "period=2024-04&channel=web"},
    {"unit": "berlin"},
    {"segment": "abroad"},
    {"segment": "home"},
    {"touchpoint": "cafe"},
    {"touchpoint": ["shop", "delivery"]},
    {"channel": "web"},
    {"stage": "delivery"},
    {"product": "torte"},
    {"category": "cakes"},
    {"as_of": 1},
)


class Clock(datetime):
    """A clock that stands."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        """Give the time at which both lakes were written."""
        return datetime(2024, 4, 10, tzinfo=UTC)


def lake(folder: Path, rows: list[Any], units: Mapping[str, Any], first: int) -> Workspace:
    """Make a lake, the first rows in a version of their own; every row keeps the name that it had among all."""
    named: Any = [
        (*row[:3], {**(row[3] if len(row) > 3 else {}), "id": f"row:{number}", "seq": number}) for number, row in rows
    ]
    known = {**DEFINITIONS, "unit": units, "segment": {**SEGMENTS, **DEFINITIONS["segment"]},
             "product": {"torte": {"category": "cakes"}}}  # fmt: skip
    early = len([number for number, _ in rows if number < first])
    events(folder, named[:early], **known)
    if named[early:]:
        events(folder, named[early:])
    return heartline.open(folder)


def two(
    folder: Path, world: list[Event], own: frozenset[str], units: Mapping[str, Any], first: int
) -> tuple[Workspace, Workspace]:
    """Give the whole world, and one that holds only the rows of some units."""
    numbered: Any = list(enumerate(world))
    alone = [(number, row) for number, row in numbered if len(row) > 3 and row[3].get("unit") in own]
    return (
        lake(folder / "whole", numbered, units, first),
        lake(folder / "alone", alone, {key: body for key, body in units.items() if key in own}, first),
    )


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Workspace]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heartline.store.writer.datetime", Clock)
        yield two(tmp_path_factory.mktemp("stores"), WORLD, frozenset({"berlin"}), UNITS, first=5)


BERLIN = User(email="berlin@example.org", role=Role.STORE_MANAGER, units=["berlin"])


def said(ask: Any) -> Any:
    """Give an answer as JSON, or the refusal."""
    try:
        return json.loads(ask().to_json())
    except HeartlineError as error:
        return error.problem()


def compared(whole: Workspace, alone: Workspace, who: access.Principal, verb: str, values: dict[str, Any]) -> Any:
    """Ask as somebody who sees some units, and in the lake that holds nothing else; give the answer that both give."""
    here = said(lambda: access.ask(who, whole, verb, values))
    there = said(lambda: alone.call(verb, access.narrowed(who, whole, values)))
    assert here == there, (verb, values)
    return here


def questions(verb: str) -> list[dict[str, Any]]:
    """Give what a verb is asked: what it needs, each with every filter there is."""
    own = [*asked(verb), NEEDED.get(verb, {})] if verb != "evidence" else [NEEDED[verb]]
    return [{**values, **variant} for values in own for variant in VARIANTS]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_store_manager_is_answered_as_if_there_were_no_other_store(
    verb: str, stores: tuple[Workspace, Workspace]
) -> None:
    answers = [compared(*stores, BERLIN, verb, values) for values in questions(verb)]
    assert any("answer" in answer for answer in answers)
    for values, answer in zip(questions(verb), answers, strict=True):
        asked_for, told = json.dumps(values), json.dumps(answer)
        assert not [secret for secret in SECRETS if secret in told and secret not in asked_for], (values, told)


@pytest.mark.parametrize("verb", sorted(name for name, verb in VERBS.items() if verb.evidence))
def test_no_number_opens_rows_of_another_store(verb: str, stores: tuple[Workspace, Workspace]) -> None:
    whole, alone = stores
    for needed in (asked(verb)[0], NEEDED.get(verb, {})):
        everything = whole.call(verb, {**needed, "period": "all"})  # numbers that only the whole company has, too
        for _, which, _, _ in list(numbers(VERBS[verb], everything)):
            compared(whole, alone, BERLIN, "evidence", {"of": verb, "spec": everything.spec, "limit": None, **which})


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("nested", ["unit", "compare", "spec"])
def test_another_store_is_refused_wherever_it_is_named(
    verb: str, nested: str, stores: tuple[Workspace, Workspace]
) -> None:
    for unit in ("wien", "germany", "nowhere"):
        values: Any = {"unit": {"unit": unit}, "compare": {"compare": f"unit={unit}"}}.get(nested)
        values = values or {"of": "scores", "figure": "answers", "spec": {"unit": [unit]}}
        with pytest.raises(HeartlineError) as refused:
            access.ask(BERLIN, stores[0], verb, {**NEEDED.get(verb, {}), **values})
        assert refused.value.code == "not_your_unit"


def test_the_whole_company_s_answers_are_not_kept_for_a_store_nor_the_other_way_round(
    stores: tuple[Workspace, Workspace],
) -> None:
    whole, alone = stores
    values = {"period": "all", "unit": ["berlin"], "by": ["touchpoint"]}
    admin, store = User(role=Role.ADMIN), BERLIN
    for verb in ("scores", "touchpoints", "journeys"):
        spec = {name: value for name, value in values.items() if verb == "scores" or name != "by"}
        first = said(lambda verb=verb, spec=spec: access.ask(admin, whole, verb, spec))
        compared(whole, alone, store, verb, spec)
        assert said(lambda verb=verb, spec=spec: access.ask(admin, whole, verb, spec)) == first


@settings(
    max_examples=10, deadline=None, database=None, derandomize=True, phases=UNSHRUNK,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(world=worlds())
def test_a_unit_and_what_is_below_it_is_a_world_of_its_own(
    world: list[Event], tmp_path_factory: pytest.TempPathFactory
) -> None:
    units = DEFINITIONS["unit"]
    who = User(role=Role.MANAGER, units=["germany"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heartline.store.writer.datetime", Clock)
        whole, alone = two(
            tmp_path_factory.mktemp("world"), world, frozenset({"germany", "berlin"}), units, first=len(world)
        )
    for verb in sorted(set(VERBS) - {"evidence"}):
        for values in asked(verb)[:2]:
            compared(whole, alone, who, verb, {"period": "all", **values})


def test_a_person_who_bought_in_both_stores_is_seen_in_one_and_a_stranger_in_none(
    stores: tuple[Workspace, Workspace],
) -> None:
    whole, _ = stores
    seen = access.ask(BERLIN, whole, "customer", {"customer": "user_id:alice"})
    assert [row["touchpoint"] for row in seen.rows] == ["survey", "delivery", "call", "shop"]
    assert {row["unit"] for row in seen.rows} == {"berlin"}
    assert "amount_CHF" not in seen.figures
    with pytest.raises(HeartlineError) as unknown:
        access.ask(BERLIN, whole, "customer", {"customer": "user_id:zoeline"})
    assert unknown.value.code == "unknown_customer"


def test_a_trip_that_went_on_elsewhere_ends_where_the_store_saw_it_last(stores: tuple[Workspace, Workspace]) -> None:
    whole, _ = stores
    everywhere = whole.call("paths", {"journey": "visit", "period": "2024-04"})
    assert [row["path"] for row in everywhere.rows] == [["shop", "delivery"]]
    here = access.ask(BERLIN, whole, "paths", {"journey": "visit", "period": "2024-04"})
    assert [row["path"] for row in here.rows] == [["shop"]]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_who_may_not_see_people_finds_nobody_in_any_answer(verb: str, stores: tuple[Workspace, Workspace]) -> None:
    viewer = User(role=Role.VIEWER)
    answers = [said(lambda values=values: access.ask(viewer, stores[0], verb, values)) for values in questions(verb)]
    named = json.dumps([{**answer, "spec": None} for answer in answers])
    assert not [name for name in ("user_id:alice", "user_id:bob", "user_id:zoeline", "user_id:dora") if name in named]
