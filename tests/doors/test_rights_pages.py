"""Who is here for one store finds nothing of another on any page, nor over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from heartline.core.registry import VERBS
from heartline.server.accounts import commands
from heartline.server.accounts.models import Role
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.shell import opened
from heartline.workspace import Workspace

from .test_python import NEEDED
from .test_rights import stores as stores

pytestmark = pytest.mark.django_db

SECRETS = ("Vienna", "Sachertorte", "7777", "7,777", "zoe", "torte", "newsletter", "CHF", "2025-0", "user_id:zoe")
KEYS = ("visit", "shop", "cafe", "user_id:alice", "user_id:zoe", "unit", "wien")
"""What is tried where an address wants a name."""
NOT_PAGES = ("api/", "static/", "accounts/", "signin/", "shared/", "healthz")


def addresses(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """Give every address that the server knows, with names filled in where it wants some."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        elif isinstance(entry, URLPattern) and "(" not in route and not route.startswith(NOT_PAGES):
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
    for address in addresses():
        answer = berlin.get(address + query)
        assert answer.status_code < 500, address
        text = b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]
        body = text.decode().replace(address, "")
        found = [secret for secret in SECRETS if secret in body]
        assert not found, (address + query, found)
        shown += answer.status_code == 200
    assert shown


def test_a_page_of_another_store_is_refused(berlin: Client) -> None:
    answer = berlin.get("/ratings/?unit=wien")
    assert answer.status_code == 400
    assert "You may not see that part of the company." in answer.content.decode()


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
