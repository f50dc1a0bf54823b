"""Rights: keys, roles, and the units that enter every selection."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory

from heartline.core.errors import Conflict, Forbidden, HeartlineError, NotFound
from heartline.server.accounts import access, commands, tokens
from heartline.server.accounts.models import ApiKey, Role, User
from heartline.server.shell.opened import workspace

pytestmark = pytest.mark.django_db


def test_a_key_is_kept_as_a_hash_only() -> None:
    key = commands.create_key(name="warehouse", by="test")
    stored = ApiKey.objects.get()
    assert key not in str(ApiKey.objects.values().get())
    assert stored.digest == tokens.digest(key)
    with pytest.raises(Conflict, match="warehouse"):
        commands.create_key(name="warehouse", by="test")


def asked(header: str) -> ApiKey:
    return access.bearer(RequestFactory().get("/api/v1/scores", headers={"Authorization": header}))


def test_only_a_key_in_use_opens() -> None:
    key = commands.create_key(name="warehouse", by="test")
    assert asked(f"Bearer {key}").name == "warehouse"
    for header, code in (("", "no_key"), (f"Basic {key}", "no_key"), ("Bearer hl_wrong", "bad_key")):
        with pytest.raises(HeartlineError) as caught:
            asked(header)
        assert (caught.value.code, caught.value.status) == (code, 401)
    commands.revoke_key(name="warehouse", by="test")
    with pytest.raises(HeartlineError, match="revoked"):
        asked(f"Bearer {key}")
    with pytest.raises(NotFound):
        commands.revoke_key(name="warehouse", by="test")


MATRIX = {
    Role.ADMIN: "read read_people share survey import define privacy join_people answer_reviews administer",
    Role.MANAGER: "read read_people share survey import define privacy join_people answer_reviews",
    Role.ANALYST: "read read_people share survey import define",
    Role.MARKETER: "read share survey answer_reviews",
    Role.AGENT: "read read_people join_people answer_reviews",
    Role.STORE_MANAGER: "read read_people answer_reviews",
    Role.VIEWER: "read",
}


@pytest.mark.parametrize("role", Role.values)
def test_roles_allow_what_they_are_for_and_nothing_else(role: str) -> None:
    who = User(role=role, units=["berlin"] if role == Role.STORE_MANAGER else [])
    assert {right for right in access.RIGHTS if access.may(who, right)} == set(MATRIX[Role(role)].split())
    for right in access.RIGHTS:
        if not access.may(who, right):
            with pytest.raises(Forbidden):
                access.require(who, right)


@pytest.mark.parametrize("role", Role.values)
def test_who_is_here_for_some_units_changes_nothing_that_concerns_all(role: str) -> None:
    who = User(role=role, units=["berlin"])
    assert not any(access.may(who, right) for right in access.OF_THE_COMPANY)


def test_a_store_manager_without_stores_sees_nothing(lake: object) -> None:
    who = User(role=Role.STORE_MANAGER)
    assert not any(access.may(who, right) for right in access.RIGHTS)
    with pytest.raises(Forbidden):
        access.ask(who, workspace(), "scores", {})


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MARKETER])
def test_who_may_not_see_people_sees_what_they_said_without_who_it_was(role: str, lake: object) -> None:
    who = User(role=role)
    said = access.ask(who, workspace(), "verbatims", {"period": "all"})
    assert [row["customer"] for row in said.rows] == [None] * 4
    assert {row["text"] for row in said.rows} >= {"Great"}
    for verb, values in (
        ("customer", {"customer": "user_id:anna"}),
        ("evidence", {"of": "scores", "figure": "answers"}),
    ):
        with pytest.raises(Forbidden, match="role"):
            access.ask(who, workspace(), verb, values)


def test_units_enter_a_selection_wherever_one_is_nested(bob: User, lake: object) -> None:
    opened = workspace()
    assert access.narrowed(bob, opened, {"period": "2024"}) == {"period": "2024", "unit": ("berlin",)}
    nested = access.narrowed(bob, opened, {"of": "scores", "spec": {"channel": ["web"]}})
    assert nested["spec"] == {"channel": ["web"], "unit": ("berlin",)}
    compared = access.narrowed(bob, opened, {"compare": "period=2023"})["compare"]
    assert parse_qs(compared) == {"period": ["2023"], "unit": ["berlin"]}
    assert access.narrowed(bob, opened, {"compare": "before"})["compare"] == "before"


@pytest.mark.parametrize(
    "values",
    [
        {"unit": "wien"},
        {"unit": "germany"},
        {"unit": ["berlin", "wien"]},
        {"spec": {"unit": "wien"}},
        {"spec": {"spec": {"unit": ["wien"]}}},
        {"spec": {"compare": "unit=wien"}},
        {"compare": "unit=wien"},
        {"compare": "?unit=wien"},
        {"compare": "unit=berlin,wien&period=2023"},
    ],
)
def test_nobody_sees_beyond_their_units(bob: User, lake: object, values: dict[str, object]) -> None:
    with pytest.raises(Forbidden) as caught:
        access.narrowed(bob, workspace(), values)
    assert caught.value.code == "not_your_unit"


def test_a_unit_includes_what_is_below_it(lake: object) -> None:
    who = User(role=Role.MANAGER, units=["germany"])
    assert access.narrowed(who, workspace(), {"unit": "berlin"})["unit"] == ("berlin",)
    assert access.narrowed(User(role=Role.ADMIN), workspace(), {"unit": "wien"}) == {"unit": "wien"}
