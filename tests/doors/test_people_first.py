"""At every door: figures about single employees are refused or withheld, and who objected is in no profile."""

from __future__ import annotations

import io
import json
import secrets
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import RequestFactory

from heartline.cli import verbs
from heartline.collect import catalogue, joining
from heartline.core import registry
from heartline.core.errors import Forbidden
from heartline.core.registry import Evidence, Verb, Which
from heartline.core.result import AsOf, Column, Result
from heartline.core.selection import Selection, spec
from heartline.core.sentence import Sentence
from heartline.server.accounts import access, asking, commands
from heartline.server.accounts.models import User
from heartline.server.accounts.tests.cast import alice, bob, lake
from heartline.server.people.consent.models import Word
from heartline.server.people.privacy import commands as privacy
from heartline.server.shell import personal
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.workspace import Workspace

__all__ = ["alice", "bob", "lake"]
pytestmark = pytest.mark.django_db
BEHIND = {"eva": 9, "finn": 8, "gil": 3}


@spec
class CallsSpec(Selection):
    """A question that could be about employees."""

    by: str | None = None


def calls(lake: Any, asked: CallsSpec) -> Result:
    """Count the calls of each employee."""
    columns = tuple(Column(name, kind, "", "") for name, kind in (("employee", "str"), ("people", "int")))
    rows = [{"employee": name, "people": count} for name, count in BEHIND.items()] if asked.by else []
    return Result("calls", {"by": asked.by}, AsOf(1, datetime.now(UTC)), Sentence("So many calls."), {}, columns, rows)


def rows_behind(lake: Any, asked: CallsSpec, which: Which) -> Evidence:
    """List nothing: nobody gets so far."""
    raise AssertionError(which)


def leaving(lake: Any, asked: Selection) -> Result:
    """Say who will leave."""
    rows = [{"customer": f"user_id:{name}", "risk": 0.5} for name in ("anna", "ben", "cleo")]
    columns = tuple(Column(name, kind, "", "") for name, kind in (("customer", "str"), ("risk", "float")))
    return Result("leaving", {}, AsOf(1, datetime.now(UTC)), Sentence("Some."), {}, columns, rows)


@pytest.fixture(autouse=True)
def questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have two questions that no part of Heartline asks today."""
    made = {
        "calls": Verb("calls", CallsSpec, calls, "", ("employee",), rows_behind, cached=False),
        "leaving": Verb("leaving", Selection, leaving, "", ("customer",), None, cached=False, profiles=True),
    }
    for name, verb in made.items():
        monkeypatch.setitem(registry.VERBS, name, verb)


def by_page(user: User, verb: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    request = RequestFactory().get("/")
    request.user = user
    return asking.ask(request, verb, values).rows


def by_program(user: User, verb: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    key = commands.create_key(by=user, name=secrets.token_hex(8), role=user.role)
    request = RequestFactory().get("/", headers={"authorization": f"Bearer {key}"})
    return access.ask(access.bearer(request), workspace(), verb, values).rows


def by_python(user: User, verb: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return Workspace(Lake.open(workspace().lake.folder)).call(verb, values).rows


def by_command(user: User, verb: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    out = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(out):
        verbs.answer(verb, values, workspace().lake.folder, as_json=True)
    out.seek(0)
    found: list[dict[str, Any]] = json.loads(out.read())["rows"]
    return found


DOORS = (by_page, by_program, by_python, by_command)
BY = {"by": "employee"}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_tells_of_single_employees_unless_the_company_allows_it(lake: Lake, alice: User, door: Any) -> None:
    assert door(alice, "calls", {}) == []
    for verb, values in (("calls", BY), ("evidence", {"of": "calls", "spec": BY, "row": {"employee": "eva"}})):
        with pytest.raises(Forbidden) as refused:
            door(alice, verb, values)
        assert refused.value.code == "about_employees"


def test_even_then_small_groups_are_withheld_and_cannot_be_made_by_subtracting(lake: Lake, alice: User) -> None:
    catalogue.written(lake, [catalogue.of_values("settings", "company", {"employee_figures": True})], source="test")
    for door in DOORS:
        assert [row["employee"] for row in door(alice, "calls", BY)] == ["eva"]
        for withheld in ("gil", "finn"):
            with pytest.raises(Forbidden) as refused:
                door(alice, "evidence", {"of": "calls", "spec": BY, "row": {"employee": withheld}, "column": "people"})
            assert refused.value.code == "about_employees"


def test_who_objected_is_in_no_profile_under_whichever_name(lake: Lake, alice: User, bob: User) -> None:
    everybody = ["user_id:anna", "user_id:ben", "user_id:cleo"]
    assert [row["customer"] for row in by_page(alice, "leaving", {})] == everybody
    privacy.object_to_profiling(who="user_id:ben", by=alice)
    assert [row["customer"] for row in by_page(alice, "leaving", {})] == ["user_id:anna", "user_id:cleo"]
    assert personal.left_out(everybody) == {"user_id:ben"}
    joining.merge(lake, "user_id:anna", "user_id:ben", source="by:test")
    assert personal.left_out(everybody) == {"user_id:anna", "user_id:ben"}
    assert [row["customer"] for row in by_program(alice, "leaving", {})] == ["user_id:cleo"]
    assert not personal.may_profile("user_id:anna")
    joining.split(lake, "user_id:anna", "user_id:ben", source="by:test")
    assert personal.may_profile("user_id:anna")
    assert [(word.purpose, word.state) for word in Word.objects.all()] == [("profiling", "withdrawn")]
    privacy.object_to_profiling(who="user_id:ben", by=alice, objects=False)
    assert personal.left_out(everybody) == frozenset()
    assert [word.state for word in Word.objects.order_by("pk")] == ["withdrawn", "given"]
