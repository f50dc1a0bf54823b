"""Whoever knocks: nothing typed into an address or a form makes a page fail, and nobody changes what is not theirs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from heartline.server.accounts import access, commands
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import opened
from heartline.workspace import Workspace

from .test_rights import stores as stores

pytestmark = pytest.mark.django_db

LONG = "9" * 5_000
NASTY = ("", LONG, "9223372036854775808", "a\0b", "<script>alert(1)</script>", "۳", "//evil.example/")
"""Too much to count, beyond any column, a byte that ends texts, markup, a digit that is none of ours, elsewhere."""
KINDS = {"int": ("1", "9" * 30), "slug": ("shop", "x" * 300), "definition_kind": ("touchpoint", "unit"),
         "str": ("visit", "..%2f..%2fx", "a%00b"), "path": ("user_id:alice", "../x", "a%00b")}  # fmt: skip
"""What an address is filled with where it wants something: a name that is there, and others."""
TURNS = 2
"""How often each address is asked, with something else under each name."""
LEFT_OUT = ("api/", "static/", "accounts/", "language/")
SAID = re.compile(r"""(?:GET|POST|given|said|form|values)(?:\.get|\.getlist)?[\[(]\s*["'](\w+)["']""")
OWN = {"sign_in", "sign_out", "change_own", "export", "wrong_password"}
"""What anybody may do that is written down: about themselves, or that they looked."""


class Door(NamedTuple):
    """An address, and the names that its page may read out of a request."""

    name: str
    address: str
    names: tuple[str, ...]


@cache
def doors() -> tuple[Door, ...]:
    """Give every address that the server knows, filled in, with the names that stand in the code of its feature."""
    return tuple(_doors(get_resolver().url_patterns, ""))


def _doors(patterns: list[Any], before: str) -> Iterator[Door]:
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _doors(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and not {"(", "^"} & set(route) and not route.startswith(LEFT_OUT):
            for address in _filled(route):
                yield Door(str(entry.name), f"/{address}", _names(entry.callback))


def _filled(route: str) -> Iterator[str]:
    found = re.search(r"<(?:(\w+):)?\w+>", route)
    if found is None:
        yield route
        return
    for value in KINDS[found[1] or "str"]:
        yield from _filled(route[: found.start()] + value + route[found.end() :])


@cache
def _names(view: Any) -> tuple[str, ...]:
    folder = Path(inspect.getsourcefile(inspect.unwrap(view)) or "").parent
    found = {name for path in folder.glob("*.py") for name in SAID.findall(path.read_text())}
    return tuple(sorted(found | {"page", "period", "unit", "q", "next"}))


@pytest.fixture
def company(stores: tuple[Workspace, Workspace], monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Workspace]:
    """Give a company with two stores, served."""
    monkeypatch.setattr("django.conf.settings.DATA", stores[0].lake.folder)
    opened._opened.cache_clear()
    yield stores[0]
    opened._opened.cache_clear()


def browser(role: Role, *units: str) -> Client:
    """Give the browser of somebody, to whom failures are answers."""
    who: User = commands.create_user(email=f"{role}@example.org", role=role, units=units, by="test")
    client = signed_in(who)
    client.raise_request_exception = False
    return client


def test_a_stranger_is_led_to_the_door_everywhere(company: Workspace) -> None:
    client = Client(raise_request_exception=False)
    for door in doors():
        for answer in (client.get(door.address), client.post(door.address, {"next": "//evil.example/"})):
            if "%00" in door.address:
                assert answer.status_code == 400, door
            elif door.address.startswith(access.OPEN):
                assert answer.status_code in (200, 302, 400, 401, 403, 404, 405), door
            else:
                assert answer.status_code in (302, 403, 404), door
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/"), door
    assert not AuditEntry.objects.exclude(by="test").exclude(action__in=OWN).exists()


def test_nothing_is_done_without_the_page_s_own_token(company: Workspace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=_admin().pk), backend="django.contrib.auth.backends.ModelBackend")
    for door in doors():
        assert client.post(door.address).status_code in (400, 403, 404, 405), door


def _admin() -> User:
    return commands.create_user(email="admin@example.org", role=Role.ADMIN, by="test")


@pytest.mark.parametrize(
    ("role", "units"), [(Role.VIEWER, ()), (Role.MARKETER, ()), (Role.AGENT, ()), (Role.STORE_MANAGER, ("berlin",))]
)
def test_who_may_change_nothing_changes_nothing(role: Role, units: tuple[str, ...], company: Workspace) -> None:
    client = browser(role, *units)
    version, people = company.lake.at().version, User.objects.count()
    before = set(AuditEntry.objects.values_list("pk", flat=True))
    failed: list[Door] = []
    for door in doors():
        if not door.address.startswith(ALLOWED):
            answer = client.post(door.address, dict.fromkeys(door.names, "1"))
            failed += [door] if answer.status_code >= 500 else []
    assert failed == []
    changed = AuditEntry.objects.exclude(pk__in=before).exclude(action__in=OWN).values_list("action", flat=True)
    assert list(changed) == []
    assert (company.lake.at().version, User.objects.count()) == (version, people)


ALLOWED = (
    "/log/",
    "/share/",
    "/company/shared/",
    "/identity/",
    "/company/accounts/me/",
    "/alerts/",
    "/voices/views/",
    "/signin/",
    "/shared/",
)
"""What some may do: note a contact, share what they see, say who is one person, their own account, alerts and views."""


@pytest.mark.parametrize("how", ["get", "post"])
def test_nothing_that_is_typed_makes_a_page_fail(how: str, company: Workspace) -> None:
    client = browser(Role.ADMIN)
    failed: list[str] = []
    for place, door in enumerate(doors()):
        for turn in range(TURNS):
            said = {name: NASTY[(number + place + turn) % len(NASTY)] for number, name in enumerate(door.names)}
            answer = getattr(client, how)(door.address, said)
            if answer.status_code == 500:
                failed.append(f"{door.address} {turn}")
            if answer.status_code in (301, 302):
                assert not re.match(r"(?:\w+:|//|/\\)", answer["Location"]), door
            if not answer.streaming:
                assert b"<script>alert(1)" not in answer.content, door
                assert b"root:x:0" not in answer.content, door
    assert failed == []
