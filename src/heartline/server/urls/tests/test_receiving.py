"""What the public port takes in is described, and whatever is sent after the description is answered as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from heartline.server.front.ingest import KINDS, MANY
from heartline.server.front.tests.asking import Asked, basic
from heartline.server.front.tests.serving import served
from heartline.server.urls.api import api

CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
)
OURS = "/v1/"
ONE_BY_ONE = sorted(set(KINDS) - MANY)
PATHS = (*(f"/v1/{kind}" for kind in KINDS), "/v1/projects/{key}/settings", "/v1/hook/{name}")


def described() -> dict[str, Any]:
    """Give the description of the public port alone, as it is served."""
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
    document["paths"] = {path: what for path, what in document["paths"].items() if path.startswith(OURS)}
    return document


@pytest.fixture(scope="module", params=["sqlite"])
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Asked]]:
    """Give a real front, and its inbox."""
    folder = tmp_path_factory.mktemp("port")
    asked = Asked(folder, folder)
    with served(asked) as number:
        yield number, asked
    asked.inbox.close()


def test_every_address_is_described() -> None:
    assert set(described()["paths"]) == set(PATHS)


@pytest.mark.parametrize(
    ("path", "mode"),
    [(path, mode) for path in PATHS for mode in GenerationMode if "{" not in path or mode is GenerationMode.POSITIVE],
)
def test_whatever_is_sent_is_answered_as_described(path: str, mode: GenerationMode, port: tuple[int, Asked]) -> None:
    number, asked = port
    asked.kept()
    schema = schemathesis.openapi.from_dict(described())
    schema.config.update(base_url=f"http://127.0.0.1:{number}")
    method = next(iter(described()["paths"][path])).upper()
    operation = schema[path][method]
    key = {name.decode(): value.decode() for name, value in (basic(),)}
    answered: list[int] = []

    @settings(max_examples=15, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        answer = case.call(headers=key)
        case.validate_response(answer, checks=CHECKS)
        answered.append(answer.status_code)

    ask()
    if path.removeprefix(OURS) in ONE_BY_ONE:
        assert len(asked.kept()) == answered.count(200) > 0
