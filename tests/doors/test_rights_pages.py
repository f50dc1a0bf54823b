"""Who is here for one store finds nothing of another on any page, nor over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from heartline.core.registry import VERBS
from heartline.server.accounts import access, commands, sharing
from heartline.server.accounts.models import Role
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import opened
from heartline.workspace import Workspace

from .test_python import NEEDED
from .test_rights import stores as stores

pytestmark = pytest.mark.django_db

SECRETS = ("Vienna", "Sachertorte", "7777", "7,777", "zoeline", "newsletter", "CHF", "2025-0")
KEYS = ("visit", "shop", "cafe", "user_id:alice", "user_id:zoeline", "unit", "wien", "joy")
"""What is tried where an address wants a name."""
NOT_PAGES = ("api/", "static/", "accounts/", "signin/", "shared/", "healthz")


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Give every address that the server knows, with names filled in where it wants some."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and not {"(", "^"} & set(route) and not route.startswith(NOT_PAGES):
            parts = route.split("<")
            if len(parts) == 1:
                yield f"/{route}"
            elif len(parts) == 2:
                yield from (f"/{parts[0]}{key}{parts[1].partition('>')[2]}" for key in KEYS)


@pytest.fixture
def berlin(stores: tuple[Workspace, Workspace], monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Client]:
    """Give the browser of somebody who is here for Berlin."""
    monkeypatch.setattr("django.conf.settings.DATA", stores[0].lake.folder)
    opened._opened.cache_clear()
    yield signed_in(
        commands.create_user(email="berlin@example.org", role=Role.STORE_MANAGER, units=("berlin",), by="test")
    )
    opened._opened.cache_clear()


@pytest.mark.parametrize("query", ["", "?period=all", "?period=2024-03&compare=before", "?segment=abroad&period=all"])
def test_no_page_shows_anything_of_another_store(berlin: Client, query: str) -> None:
    shown = 0
    leaks: dict[str, list[str]] = {}
    for address in addresses():
        answer = berlin.get(address + query)
        assert answer.status_code < 500, address
        text = b"".join(answer) if answer.streaming else answer.content
        body = text.decode().replace(address, "")
        found = [f"{secret}: …{body.split(secret)[0][-80:]}" for secret in SECRETS if secret in body]
        leaks |= {address: found} if found else {}
        shown += answer.status_code == 200
    assert leaks == {}
    assert shown


def test_a_page_of_another_store_is_refused(berlin: Client) -> None:
    answer = berlin.get("/ratings/?unit=wien")
    assert answer.status_code == 400
    assert "You may not see that part of the company." in answer.content.decode()


def test_every_page_that_may_be_shared_is_shown_to_a_guest_with_nothing_to_do_on_it(
    berlin: Client, stores: tuple[Workspace, Workspace]
) -> None:
    """Whoever shares for a store shows that store, also on pages that are added later."""
    mia = commands.create_user(email="mia@example.org", role=Role.MANAGER, units=("berlin",), by="test")
    version = stores[0].lake.at().version
    shown, known = set(), set()
    for address in addresses():
        try:
            match = resolve(address)
        except Resolver404:  # a name of another kind than the address wants
            continue
        if not access.is_shareable(match.url_name):
            continue
        known.add(match.url_name)
        link = commands.share(by=mia, path=f"{address}?period=all", version=version, rows=True)
        token = sharing.token(link)  # its random letters may spell anything
        answer = Client().get(f"/shared/{token}/")
        if answer.status_code == 404:  # the page wants another name than this one
            continue
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert not answer.cookies, address
        assert not [secret for secret in SECRETS if secret in page.replace(token, "").replace(address, "")], address
        left = re.findall(r'<(?:form|button|input|select|textarea|dialog)\b[^>]*>|\shx-[a-z-]+=|<nav class="side', page)
        assert not left, (address, left)
        ways = re.findall(r'<a\b[^>]*\shref="([^"]*)"', page)
        assert all(way.startswith(("#", f"/shared/{sharing.token(link)}/")) for way in ways), (address, ways)
        shown.add(match.url_name)
    assert shown == known >= {"scores", "today", "paths", "journey"}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_key_for_a_store_is_answered_as_its_manager_is(
    verb: str, berlin: Client, stores: tuple[Workspace, Workspace]
) -> None:
    key = commands.create_key(name=verb, role=Role.STORE_MANAGER, units=("berlin",), by="test")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    values = {**NEEDED.get(verb, {}), "unit": ["berlin"]}
    answer = client.post(f"/api/v1/{verb}", json.dumps(values), content_type="application/json")
    alone = stores[1].call(verb, values)
    assert answer.json() == json.loads(alone.to_json())
    refused = client.post(f"/api/v1/{verb}", json.dumps(values | {"unit": "wien"}), content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_unit")
