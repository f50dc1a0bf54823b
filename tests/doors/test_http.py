"""Every verb over HTTP answers with the JSON of Python; nothing that is sent makes the server fail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from heartline.core.registry import VERBS
from heartline.server.accounts import commands
from heartline.server.shell import opened

from .test_python import NEEDED
from .test_python import workspace as workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(workspace: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """Give a program that asks the server of the doors' world with a key."""
    monkeypatch.setattr("django.conf.settings.DATA", workspace.lake.folder)
    opened._opened.cache_clear()
    key = commands.create_key(name="doors", by="test")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    yield client
    opened._opened.cache_clear()


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_verb_answers_what_python_answers(name: str, client: Client, workspace: Any) -> None:
    values = NEEDED.get(name, {})
    answer = client.post(f"/api/v1/{name}", json.dumps(values), content_type="application/json")
    assert answer.status_code == 200
    assert answer.json() == json.loads(workspace.call(name, values).to_json())


CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
)


@cache
def described() -> Any:
    """Give the description, read once: each reading looks through all our modules for words worth sending."""
    from heartline.server.shell.pages import application

    return schemathesis.openapi.from_wsgi("/api/openapi.json", application)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("name", sorted(VERBS))
def test_whatever_is_sent_is_answered_as_described(name: str, mode: GenerationMode, client: Client) -> None:
    """Requests made from the description, fitting it or not: never a failure, always an answer it knows."""
    operation = described()[f"/api/v1/{name}"]["POST"]
    key = {"Authorization": client.defaults["HTTP_AUTHORIZATION"]}

    @settings(max_examples=12, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.validate_response(case.call(headers=key), checks=CHECKS)

    ask()
