"""Whatever is done is written down, and can be read."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

import heartline.server
from heartline.server.accounts import audit, commands, words
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def trail() -> list[tuple[str, str, str]]:
    """Give what was done after the cast came, oldest first."""
    entries = AuditEntry.objects.exclude(by="test").order_by("pk")
    return list(entries.values_list("by", "action", "subject"))


def test_signing_in_failing_to_and_signing_out_are_written_down(alice: User, charlie: Client, lake: object) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    front = {"X-Forwarded-For": "198.51.100.1, 203.0.113.9"}
    for login, password in ((alice.email, "wrong"), ("eve@example.org", "x"), (alice.email, "correct horse battery")):
        charlie.post("/accounts/login/", {"login": login, "password": password}, headers=front)
    charlie.post("/accounts/logout/")
    assert trail() == [
        ("alice@example.org", "failed_sign_in", "alice@example.org"),
        ("eve@example.org", "failed_sign_in", "eve@example.org"),
        ("alice@example.org", "sign_in", "alice@example.org"),
        ("alice@example.org", "sign_out", "alice@example.org"),
    ]
    assert {entry.details.get("from") for entry in AuditEntry.objects.filter(action__endswith="sign_in")} == {
        "203.0.113.9"
    }
    assert "wrong" not in str(list(AuditEntry.objects.values()))


def test_a_password_that_is_guessed_too_often_is_asked_for_no_more(alice: User, charlie: Client, lake: object) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    for _ in range(5):
        assert charlie.post("/accounts/login/", {"login": alice.email, "password": "wrong"}).status_code == 200
    last = charlie.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    assert "_auth_user_id" not in charlie.session
    assert last.status_code in (200, 429)


def test_a_session_gets_another_name_when_somebody_signs_in(alice: User, charlie: Client, lake: object) -> None:
    alice.set_password("correct horse battery")
    alice.save()
    charlie.cookies["sessionid"] = "chosen-by-somebody-else-0000000000"
    charlie.post("/accounts/login/", {"login": alice.email, "password": "correct horse battery"})
    assert charlie.session.session_key
    assert charlie.cookies["sessionid"].value != "chosen-by-somebody-else-0000000000"


def test_a_form_from_elsewhere_does_nothing(alice: User, lake: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for path, form in (
        ("/share/", {"path": "/ratings/"}), ("/company/keys/", {"name": "x", "role": "admin"}),
        ("/company/accounts/", {"email": "x@example.org", "role": "admin"}),
        (f"/company/accounts/{alice.pk}/link/", {}),
    ):  # fmt: skip
        assert client.post(path, form).status_code == 403
    assert AuditEntry.objects.exclude(action="sign_in").exclude(by="test").count() == 0


def test_what_was_taken_out_is_written_down(alice: User, lake: object) -> None:
    client = signed_in(alice)
    answer = client.get("/behind.csv?of=scores&period=all&figure=answers")
    if answer.status_code == 404:
        answer = client.get("/behind/rows.csv?of=scores&period=all&figure=answers")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    by, action, subject = trail()[-1]
    assert (by, action) == ("alice@example.org", "export")
    assert subject == answer.wsgi_request.path
    assert "figure=answers" in AuditEntry.objects.filter(action="export").get().details["query"]


def test_the_trail_is_read_by_person_and_by_action_and_page_by_page(alice: User, bob: User, lake: object) -> None:
    client = signed_in(alice)
    for number in range(60):
        audit.record(by=bob, action="share", subject=f"/ratings/?n={number}")
    everything = client.get("/company/audit/").content.decode()
    assert "signed in" in everything
    theirs = client.get("/company/audit/?by=bob@example.org&action=share").content.decode()
    assert "<strong>60</strong> entries" in theirs
    assert theirs.count("<time ") == 50
    assert "n=59" in theirs  # newest first
    older = client.get("/company/audit/?by=bob@example.org&action=share&page=2").content.decode()
    assert older.count("<time ") == 10
    assert "by=bob%40example.org&amp;action=share&amp;page=1" in older
    assert "Nothing that fits was done" in client.get("/company/audit/?by=nobody").content.decode()


def test_the_trail_as_a_table_runs_nothing(alice: User, lake: object) -> None:
    audit.record(by="=cmd|'/C calc'!A0", action="share", subject="@SUM(1)", note="<b>")
    answer: Any = signed_in(alice).get("/company/audit.csv?action=share")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["at", "by", "action", "subject", "details"]
    assert rows[1][1:] == ["'=cmd|'/C calc'!A0", "share", "'@SUM(1)", '{"note":"<b>"}']
    page = signed_in(alice).get("/company/audit/").content.decode()
    assert "<b>" not in page.replace("<b>00", "")
    assert trail()[-1][1] in ("export", "sign_in")
    assert AuditEntry.objects.filter(action="export", subject="/company/audit.csv").exists()


def test_every_command_leaves_an_entry(alice: User) -> None:
    """A command that is added without one is found here by its name."""
    import inspect

    written = {
        name: inspect.getsource(function)
        for name, function in vars(commands).items()
        if inspect.isfunction(function) and function.__module__ == commands.__name__ and not name.startswith("_")
    }
    silent = {name for name, source in written.items() if "audit.record(" not in source}
    assert silent == {"invite", "open_share"}  # two commands in one; and counting is no change


def test_whatever_is_written_down_is_said_in_words_for_people() -> None:
    """Every action that a command names, in any feature, also in those that are added later."""
    server = Path(heartline.server.__file__).parent
    calls = [
        node
        for path in server.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("record")
    ]
    named = {
        part.value
        for call in calls
        for keyword in call.keywords
        if keyword.arg == "action"
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    assert len(named) > 40
    assert {name for name in named if words.action(name) == name.replace("_", " ")} == set()
