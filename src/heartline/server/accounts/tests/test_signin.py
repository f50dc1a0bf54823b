"""Signing in by a one-time link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from heartline.core.errors import Conflict, Forbidden, NotFound
from heartline.server.accounts import commands
from heartline.server.accounts.models import AuditEntry, Role, SigninLink, User

pytestmark = pytest.mark.django_db


def test_the_first_link_makes_the_owner_and_signs_in_once(charlie: Client, lake: object) -> None:
    token = commands.create_signin_link(by="test")
    answer = charlie.get(f"/signin/{token}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert User.objects.get().role == Role.ADMIN
    assert charlie.get("/ratings/").status_code == 200
    again = Client().get(f"/signin/{token}/")
    assert again.status_code == 403
    assert "works once" in again.content.decode()


def test_looking_at_a_link_by_head_does_not_spend_it(charlie: Client) -> None:
    token = commands.create_signin_link(by="test")
    assert charlie.head(f"/signin/{token}/").status_code == 405
    assert charlie.get(f"/signin/{token}/").status_code == 302


def test_a_changed_token_signs_nobody_in(charlie: Client) -> None:
    token = commands.create_signin_link(by="test")
    assert charlie.get(f"/signin/{token[:-1]}{'A' if token[-1] != 'A' else 'B'}/").status_code == 403
    assert SigninLink.objects.get().used_at is None


def test_a_link_expires_after_an_hour_and_an_invitation_after_a_week(alice: User) -> None:
    for days, seconds in ((None, 3600), (7, 7 * 86_400)):
        token = commands.create_signin_link(email=alice.email, days=days, by="test")
        link = SigninLink.objects.latest("pk")
        assert abs((link.expires_at - timezone.now()).total_seconds() - seconds) < 60
        SigninLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
        with pytest.raises(Forbidden, match="too old"):
            commands.use_signin_link(token=token)


def test_a_link_of_somebody_who_was_locked_out_is_dead(alice: User) -> None:
    token = commands.create_signin_link(email="alice@example.org", by="test")
    User.objects.update(is_active=False)
    with pytest.raises(Forbidden):
        commands.use_signin_link(token=token)


def test_links_are_for_people_who_are_here(alice: User) -> None:
    with pytest.raises(NotFound, match="nobody@example"):
        commands.create_signin_link(email="nobody@example.org", by="test")
    with pytest.raises(Conflict):
        commands.create_user(email="ALICE@example.org", by="test")


def test_every_write_leaves_its_trace(alice: User) -> None:
    commands.use_signin_link(token=commands.create_signin_link(by="test"))
    assert list(AuditEntry.objects.values_list("by", "action", "subject")) == [
        ("alice@example.org", "use_signin_link", "alice@example.org"),
        ("test", "create_signin_link", "alice@example.org"),
        ("test", "create_user", "alice@example.org"),
    ]


def test_a_stranger_is_led_to_the_sign_in_page_and_back(charlie: Client, alice: User, lake: object) -> None:
    answer = charlie.get("/ratings/?period=all")
    assert answer.headers["Location"] == "/accounts/login/?next=/ratings/%3Fperiod%3Dall"
    page = charlie.get(answer.headers["Location"]).content.decode()
    assert "heartline signin" in page
    alice.set_password("correct horse battery")
    alice.save()
    form = {"login": "alice@example.org", "password": "correct horse battery", "next": "/ratings/?period=all"}
    assert charlie.post("/accounts/login/", form).headers["Location"] == "/ratings/?period=all"


def test_signing_out_ends_the_session(alice: User, charlie: Client, lake: object) -> None:
    charlie.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert charlie.post("/accounts/logout/").status_code == 302
    assert charlie.get("/ratings/").status_code == 302


def test_nobody_signs_up_by_themselves(charlie: Client) -> None:
    assert charlie.post("/accounts/signup/", {"email": "eve@example.org"}).status_code == 302
    assert not User.objects.exists()
