"""One's own account: password, second step, recovery codes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from heartline.server.accounts import commands
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def code(secret: str) -> str:
    """Give what an authenticator app shows now."""
    shown: str = format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1]))
    return shown


def by_link(user: User) -> Client:
    client = Client()
    client.get(f"/signin/{commands.create_signin_link(email=user.email, by='test')}/")
    return client


def set_up(client: Client) -> str:
    """Set up a second step as a person does; give its secret."""
    page = client.get("/accounts/second-step/totp/activate/").content.decode()
    (secret,) = re.findall(r"<pre[^>]*>([A-Z2-7]+)</pre>", page)
    assert 'src="data:image/svg+xml;base64,' in page
    answer = client.post("/accounts/second-step/totp/activate/", {"code": code(secret)})
    assert answer.headers["Location"] == "/accounts/second-step/recovery-codes/"
    return str(secret)


def test_somebody_who_came_by_link_sets_a_password_and_signs_in_with_it(alice: User, lake: object) -> None:
    client = by_link(alice)
    assert "Set a password" in client.get("/company/accounts/me/").content.decode()
    short = client.post("/accounts/password/set/", {"password1": "short", "password2": "short"})
    assert "12" in short.content.decode()
    both = dict.fromkeys(("password1", "password2"), "correct horse battery")
    assert client.post("/accounts/password/set/", both).headers["Location"] == "/company/accounts/me/"
    assert client.get("/ratings/").status_code == 200  # still signed in
    answer = Client().post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    assert answer.status_code == 302
    assert AuditEntry.objects.filter(action="change_password", by=alice.email).count() == 1
    assert "Change the password" in client.get("/company/accounts/me/").content.decode()
    assert client.get("/accounts/password/change/").status_code == 200


def test_the_second_step_is_asked_for_after_password_and_link_alike(alice: User, lake: object) -> None:
    secret = set_up(by_link(alice))
    alice.set_password("correct horse battery")
    alice.save()
    cache.clear()  # a code is good once; allauth remembers the one that set it up
    for start in ("link", "password"):
        client = Client()
        if start == "link":
            first = client.get(f"/signin/{commands.create_signin_link(email=alice.email, by='test')}/")
        else:
            first = client.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
        assert first.headers["Location"].startswith("/accounts/second-step/authenticate/")
        assert client.get("/ratings/").status_code == 302  # not in yet
        assert "The second step" in client.get("/accounts/second-step/authenticate/").content.decode()
        assert client.post("/accounts/second-step/authenticate/", {"code": "000000"}).status_code == 200
        assert client.post("/accounts/second-step/authenticate/", {"code": code(secret)}).status_code == 302
        assert client.get("/ratings/").status_code == 200
        cache.clear()
    assert AuditEntry.objects.filter(action="failed_second_step").count() == 2


@pytest.mark.django_db(transaction=True)  # what is known of a session is written at the commit
def test_a_recovery_code_opens_once(alice: User, lake: object) -> None:
    client = by_link(alice)
    set_up(client)
    page = client.get("/accounts/second-step/recovery-codes/").content.decode()
    codes = re.findall(r"^(?:<pre[^>]*>)?(\d{8})$", page, re.MULTILINE)
    assert len(codes) == 10
    saved: Any = client.get("/accounts/second-step/recovery-codes/download/")
    assert codes[0] in saved.content.decode()
    for expected in (302, 200):
        other = by_link(alice)
        answer = other.post("/accounts/second-step/authenticate/", {"code": codes[0]})
        assert answer.status_code == expected
        cache.clear()
    assert "<strong>9</strong> of 10" in client.get("/accounts/second-step/recovery-codes/").content.decode()


def test_its_secrets_lie_encrypted(alice: User, lake: object) -> None:
    secret = set_up(by_link(alice))
    kept = str(list(Authenticator.objects.values()))
    assert secret not in kept
    assert "gAAAA" in kept


@pytest.mark.django_db(transaction=True)  # what is known of a session is written at the commit
def test_it_is_removed_by_oneself_or_by_an_administrator(alice: User, bob: User, lake: object) -> None:
    client = by_link(bob)
    set_up(client)
    assert client.get("/accounts/second-step/totp/deactivate/").status_code == 200
    gone = client.post("/accounts/second-step/totp/deactivate/")
    assert gone.headers["Location"] == "/accounts/second-step/"
    assert client.get("/accounts/second-step/").headers["Location"] == "/company/accounts/me/"
    set_up(client)
    admin = signed_in(alice)
    assert "Remove the second step" in admin.get(f"/company/accounts/{bob.pk}/").content.decode()
    admin.post(f"/company/accounts/{bob.pk}/forget-second-step/")
    assert by_link(bob).get("/ratings/").status_code == 200
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"add_second_step", "remove_second_step", "forget_second_step"} <= actions


def test_later_one_s_second_step_is_asked_for_again_before_it_is_touched(alice: User, lake: object) -> None:
    secret = set_up(by_link(alice))
    cache.clear()
    client = by_link(alice)
    client.post("/accounts/second-step/authenticate/", {"code": code(secret)})
    for path in ("recovery-codes/", "recovery-codes/download/", "totp/deactivate/"):
        answer = client.get(f"/accounts/second-step/{path}")
        assert answer.headers["Location"].startswith("/accounts/second-step/reauthenticate/"), path
    assert "Is it you?" in client.get(answer.headers["Location"]).content.decode()


def test_who_is_not_signed_in_sees_nothing_of_it(charlie: Client, lake: object) -> None:
    for path in ("/company/accounts/me/", "/accounts/second-step/totp/activate/", "/accounts/password/set/",
                 "/accounts/second-step/recovery-codes/", "/accounts/reauthenticate/"):  # fmt: skip
        assert charlie.get(path).headers["Location"].startswith("/accounts/login/")
    assert charlie.get("/accounts/second-step/authenticate/").status_code == 302
    assert charlie.get("/accounts/email/").status_code == 302
    assert charlie.get("/accounts/inactive/").status_code == 200


def test_addresses_are_not_changed_by_oneself(alice: User, lake: object) -> None:
    assert signed_in(alice).get("/accounts/email/").status_code == 404
    assert signed_in(alice).get("/accounts/password/reset/").status_code == 404
