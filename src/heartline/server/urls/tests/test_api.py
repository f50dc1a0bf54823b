"""The HTTP door, and how it refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

import heartline
from heartline.core.registry import VERBS
from heartline.server.accounts import commands
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> str:
    return commands.create_key(name="test", by="test")


def post(client: Client, path: str, body: Any, key: str = "") -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return client.generic("POST", path, text, content_type="application/json", headers=headers)


def test_a_route_answers_what_python_answers(charlie: Client, lake: Lake, key: str) -> None:
    answer = post(charlie, "/api/v1/scores", {"period": "2024", "by": ["about"]}, key)
    expected = heartline.open(lake.folder).call("scores", {"period": "2024", "by": ["about"]})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == json.loads(expected.to_json())
    assert post(charlie, "/api/v1/scores", "", key).status_code == 200


def test_every_verb_is_described_with_its_request_and_the_answer(charlie: Client) -> None:
    document = charlie.get("/api/openapi.json").json()
    assert {f"/api/v1/{name}" for name in VERBS} <= set(document["paths"])
    scores = document["paths"]["/api/v1/scores"]["post"]
    request = scores["requestBody"]["content"]["application/json"]["schema"]
    assert request["properties"]["every"]["description"].startswith("A row per")
    assert request["additionalProperties"] is False
    assert scores["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Answer"
    }
    assert set(document["components"]["schemas"]["Answer"]["required"]) == {
        "verb", "spec", "as_of", "answer", "figures", "columns", "rows", "notes",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ("{", 400, "bad_json", None),
        ("[1]", 400, "bad_json", None),
        (b"\xff\xfe", 400, "bad_json", None),
        ("[" * 100_000, 400, "bad_json", None),
        ('{"compare":' * 50_000, 400, "bad_json", None),
        (b'{"as_of": 1' + b"0" * 20_000 + b"}", 400, "bad_json", None),
        ({"as_of": 10**400}, 404, "unknown_version", "as_of"),
        ({"as_of": "9" * 5_000}, 400, "bad_value", "as_of"),
        ({"as_of": "²"}, 400, "bad_value", "as_of"),
        ({"touchpoint": ["a\0b"]}, 400, "bad_value", "touchpoint"),
        ({"nonsense": 1}, 400, "unknown_field", "nonsense"),
        ({"period": "yesterday"}, 400, "bad_period", "period"),
        ({"every": "minute"}, 400, "bad_value", "every"),
        ({"scale": "marks"}, 404, "unknown_scale", "scale"),
        ({"as_of": 99}, 404, "unknown_version", "as_of"),
    ],
)
def test_a_wrong_spec_is_a_problem_with_its_field(
    charlie: Client, lake: Lake, key: str, body: Any, status: int, code: str, field: str | None
) -> None:
    answer = post(charlie, "/api/v1/scores", body, key)
    problem = answer.json()
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert (problem["status"], problem["code"], problem["field"]) == (status, code, field)
    assert problem["type"] == f"urn:heartline:error:{code}"
    assert problem["title"]


def test_who_has_no_key_is_told_so_in_the_header_too(charlie: Client, lake: Lake) -> None:
    answer = post(charlie, "/api/v1/scores", {})
    assert (answer.status_code, answer.json()["code"]) == (401, "no_key")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Heartline"'


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/scores", 405),
        ("DELETE", "/api/v1/scores", 405),
        ("POST", "/api/v1/nonsense", 404),
        ("GET", "/api/", 404),
    ],
)
def test_addresses_and_methods_that_are_not_there_are_problems(
    charlie: Client, method: str, path: str, status: int
) -> None:
    answer = charlie.generic(method, path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status
    assert status != 405 or answer.headers["Allow"] == "POST"


def test_a_body_that_is_too_large_is_a_problem(charlie: Client, lake: Lake, key: str) -> None:
    answer = post(charlie, "/api/v1/scores", '{"segment": "' + "x" * 3_000_000 + '"}', key)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_an_unknown_host_is_a_problem(charlie: Client) -> None:
    answer = charlie.get("/api/openapi.json", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")


def test_a_key_for_one_unit_counts_that_unit_only(charlie: Client, lake: Lake) -> None:
    berlin = commands.create_key(name="berlin", units=("berlin",), by="test")
    assert post(charlie, "/api/v1/scores", {"period": "all"}, berlin).json()["figures"]["answers"]["value"] == 3
    refused = post(charlie, "/api/v1/scores", {"unit": "wien"}, berlin)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_unit")


def test_our_own_fault_is_a_problem_without_its_details(
    charlie: Client, lake: Lake, key: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("heartline.workspace.Workspace.call", broken)
    answer = post(charlie, "/api/v1/scores", {}, key)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.content.decode()
    assert "secret detail" in caplog.text
