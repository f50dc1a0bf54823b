"""Rights: keys, roles, and the units that enter every selection."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from django.test import RequestFactory

from heartline.core.errors import Conflict, Forbidden, HeartlineError, NotFound
from heartline.server.accounts import access, commands
from heartline.server.accounts.models import ApiKey, Role, User
from heartline.server.shell.opened import workspace

pytestmark = pytest.mark.django_db


def test_a_key_is_kept_as_a_hash_only() -> None:
    key = commands.create_key(name="warehouse", by="test")
    stored = ApiKey.objects.get()
    assert key not in str(ApiKey.objects.values().get())
    assert stored.digest == commands.digest(key)
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


@pytest.mark.parametrize(("role", "allowed"), [(Role.ADMIN, True), (Role.ANALYST, True), (Role.MANAGER, False)])
def test_roles_allow_what_they_are_for(role: str, allowed: bool) -> None:
    who = User(role=role)
    access.require(who, "read")
    if allowed:
        access.require(who, "import")
    else:
        with pytest.raises(Forbidden):
            access.require(who, "import")


def test_units_enter_a_selection_wherever_one_is_nested(bob: User, lake: object) -> None:
    opened = workspace()
    assert access.narrowed(bob, opened, {"period": "2024"}) == {"period": "2024", "unit": ("berlin",)}
    nested = access.narrowed(bob, opened, {"of": "scores", "spec": {"channel": ["web"]}})
    assert nested["spec"] == {"channel": ["web"], "unit": ("berlin",)}
    compared = access.narrowed(bob, opened, {"compare": "period=2023"})["compare"]
    assert parse_qs(compared) == {"period": ["2023"], "unit": ["berlin"]}


@pytest.mark.parametrize(
    "values", [{"unit": "wien"}, {"unit": ["berlin", "wien"]}, {"spec": {"unit": "wien"}}, {"compare": "unit=wien"}]
)
def test_nobody_sees_beyond_their_units(bob: User, lake: object, values: dict[str, object]) -> None:
    with pytest.raises(Forbidden, match="wien"):
        access.narrowed(bob, workspace(), values)


def test_a_unit_includes_what_is_below_it(lake: object) -> None:
    who = User(role=Role.MANAGER, units=["germany"])
    assert access.narrowed(who, workspace(), {"unit": "berlin"})["unit"] == ("berlin",)
    assert access.narrowed(User(role=Role.ADMIN), workspace(), {"unit": "wien"}) == {"unit": "wien"}
