"""The pages about who is here: people and programs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from heartline.core.errors import Conflict, Forbidden, InvalidInput
from heartline.server.accounts import commands
from heartline.server.accounts.models import ApiKey, AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def secret(page: str) -> str:
    """Give what a page shows once."""
    (found,) = re.findall(r'readonly value="([^"]+)"', page)
    return str(found)


def test_somebody_is_invited_by_a_link_that_is_shown_once_and_signs_in_once(alice: User, lake: object) -> None:
    client = signed_in(alice)
    form = {"email": "Mia@example.org", "name": "Mia", "role": "store_manager", "units": ["berlin"]}
    link = secret(text(client.post("/company/accounts/", form)))
    mia = User.objects.get(email="mia@example.org")
    assert (mia.role, mia.units, mia.has_usable_password()) == ("store_manager", ["berlin"], False)
    assert "readonly" not in text(client.get("/company/accounts/"))
    theirs = Client()
    assert theirs.get(link.removeprefix("http://testserver")).status_code == 302
    assert "Berlin" in text(theirs.get("/company/accounts/me/"))
    assert Client().get(link.removeprefix("http://testserver")).status_code == 403


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"email": "alice@example.org", "role": "viewer"}, "already has this address"),
        ({"email": "mia@example.org", "role": "store_manager"}, "here for certain stores"),
        ({"email": "mia@example.org", "role": "admin", "units": ["berlin"]}, "here for the whole company"),
        ({"email": "mia@example.org", "role": "king"}, "king"),
        ({"email": "mia@example.org", "role": "viewer", "units": ["atlantis"]}, "atlantis"),
        ({"email": "mia", "role": "viewer"}, "valid email"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_form(alice: User, lake: object, form: Any, told: str) -> None:
    answer = signed_in(alice).post("/company/accounts/", form)
    assert answer.status_code == 400
    assert told in text(answer)
    assert User.objects.count() == 1


def test_somebody_s_place_is_changed_and_the_change_written_down(alice: User, bob: User, lake: object) -> None:
    client = signed_in(alice)
    page = text(client.get(f"/company/accounts/{bob.pk}/"))
    assert re.search(r'<option value="berlin" selected>', page)
    assert "\u2003Berlin" in page  # below Germany
    form = {"name": "Bob", "role": "viewer", "units": ["wien"]}
    assert client.post(f"/company/accounts/{bob.pk}/", form).status_code == 302
    bob.refresh_from_db()
    assert (bob.name, bob.role, bob.units) == ("Bob", "viewer", ["wien"])
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.by, entry.action, entry.subject) == ("alice@example.org", "change_user", "bob@example.org")
    assert entry.details == {"name": ["", "Bob"], "role": ["manager", "viewer"], "units": [["berlin"], ["wien"]]}


def test_who_is_locked_out_is_out_at_once_and_can_be_let_in_again(alice: User, bob: User, lake: object) -> None:
    client, theirs = signed_in(alice), signed_in(bob)
    assert theirs.get("/ratings/").status_code == 200
    token = commands.create_signin_link(email=bob.email, by="test")
    client.post(f"/company/accounts/{bob.pk}/deactivate/")
    assert theirs.get("/ratings/").status_code == 302
    assert Client().get(f"/signin/{token}/").status_code == 403
    client.post(f"/company/accounts/{bob.pk}/activate/")
    assert Client().get(f"/signin/{token}/").status_code == 403  # links of before stay dead
    link = secret(text(client.post(f"/company/accounts/{bob.pk}/link/")))
    assert Client().get(link.removeprefix("http://testserver")).status_code == 302


def test_somebody_is_always_left_who_administers(alice: User, lake: object) -> None:
    with pytest.raises(Conflict, match="left who administers"):
        commands.deactivate_user(number=alice.pk, by=alice)
    with pytest.raises(Conflict, match="left who administers"):
        commands.change_user(number=alice.pk, name="", role=Role.VIEWER, by=alice)
    alice.refresh_from_db()
    assert (alice.is_active, alice.role) == (True, Role.ADMIN)
    page = signed_in(alice).post(f"/company/accounts/{alice.pk}/", {"name": "", "role": "viewer"})
    assert "Make somebody else an administrator first" in text(page)


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_administrators_see_to_people_keys_and_the_trail(lake: object, alice: User, role: str) -> None:
    units = ("berlin",) if role == Role.STORE_MANAGER else ()
    client = signed_in(commands.create_user(email="x@example.org", role=role, units=units, by="test"))
    for path in ("/company/accounts/", f"/company/accounts/{alice.pk}/", "/company/keys/", "/company/audit/",
                 "/company/audit.csv"):  # fmt: skip
        assert client.get(path).status_code == 403, path
    for path in ("/company/accounts/", f"/company/accounts/{alice.pk}/deactivate/", "/company/keys/"):
        assert client.post(path, {"email": "y@example.org", "role": "admin", "name": "y"}).status_code == 403, path
    assert User.objects.filter(is_active=True).count() == 2
    assert not ApiKey.objects.exists()
    page = text(client.get("/company/accounts/me/"))
    assert "/company/audit/" not in page  # what is refused is not offered
    assert client.get("/company/accounts/me/").status_code == 200


def test_commands_refuse_people_whatever_page_they_come_from(bob: User) -> None:
    for refused in (
        lambda: commands.create_user(email="y@example.org", by=bob),
        lambda: commands.create_key(name="y", by=bob),
        lambda: commands.deactivate_user(number=bob.pk, by=bob),
        lambda: commands.create_signin_link(email=bob.email, by=bob),
        lambda: commands.forget_second_step(email=bob.email, by=bob),
    ):
        with pytest.raises(Forbidden):
            refused()
    for role, units in ((Role.STORE_MANAGER, ()), (Role.ADMIN, ("berlin",)), ("king", ())):
        with pytest.raises(InvalidInput):
            commands.create_user(email="y@example.org", role=role, units=units, by="test")


def test_a_key_is_shown_once_and_revoked(alice: User, lake: object) -> None:
    client = signed_in(alice)
    page = text(client.post("/company/keys/", {"name": "warehouse", "role": "analyst", "units": ["berlin"]}))
    key = secret(page)
    asked = Client(headers={"Authorization": f"Bearer {key}"})
    answer = asked.post("/api/v1/scores", "{}", content_type="application/json")
    assert answer.json()["spec"]["unit"] == ["berlin"]
    again = text(client.get("/company/keys/"))
    assert key not in again
    assert "alice@example.org" in again
    assert client.post("/company/keys/", {"name": "warehouse", "role": "analyst"}).status_code == 400
    client.post(f"/company/keys/{ApiKey.objects.get().pk}/revoke/")
    assert asked.post("/api/v1/scores", "{}", content_type="application/json").status_code == 401
    assert "revoked" in text(client.get("/company/keys/"))


def test_query_counts_do_not_grow_with_people_keys_and_links(
    alice: User, lake: object, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(alice)
    for number in range(30):
        commands.create_user(email=f"p{number}@example.org", by="test")
        commands.create_key(name=f"k{number}", by="test")
        commands.share(by=alice, path="/ratings/", version=1)
    for path in ("/company/accounts/", "/company/keys/", "/company/shared/", "/company/audit/"):
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


def test_pages_have_neither_inline_script_nor_style(alice: User, lake: object) -> None:
    client = signed_in(alice)
    pages = [client.get(path) for path in ("/company/accounts/me/", "/company/audit/", "/company/shared/")]
    pages.append(client.post("/company/keys/", {"name": "warehouse", "role": "analyst"}))
    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", text(page))
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "no-store" in pages[-1].headers["Cache-Control"]  # it shows a secret
