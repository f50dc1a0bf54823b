"""The HTTP door: one route for every verb, made from the registry, described at /api/openapi.json."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from importlib import import_module, util
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic import TypeAdapter

import heartline
import heartline.workspace  # noqa: F401  (registers every verb)
from heartline.core import described
from heartline.core.errors import HeartlineError, InvalidInput
from heartline.core.registry import VERBS, Verb
from heartline.server.accounts import access
from heartline.server.shell.opened import workspace

from . import problems, receiving
from .answers import Answer

VERSION = "1"


class TooLarge(HeartlineError):
    """A body beyond what a spec can need."""

    status = 413


class Api(NinjaAPI):
    """The API, whose description takes the request schemas from the specs."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Describe the API."""
        schema = super().get_openapi_schema(**options)
        schema["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        schema["components"].setdefault("schemas", {})["Problem"] = problems.Problem.model_json_schema()
        receiving.describe(schema)
        return schema


api = Api(
    title="Heartline",
    version=VERSION,
    description="Ask the same questions as in Python, at the command line and on the pages; one JSON at every door.",
    urls_namespace="api",
    docs_url=None,
)
problems.handle(api)


def serve() -> Api:
    """Add a route for every verb, then those of the features."""
    for verb in VERBS.values():
        add(verb)
    for feature in settings.FEATURES:
        module = f"heartline.server.{feature}.api"
        if util.find_spec(module):
            api.add_router("/v1/", import_module(module).router)
    return api


def add(verb: Verb) -> None:
    """Add `POST /api/v1/NAME`, whose body is the spec."""
    api.post(
        f"/v1/{verb.name}",
        operation_id=verb.name,
        summary=verb.summary,
        response={200: Answer},
        tags=["questions"],
        openapi_extra=_described(verb),
    )(_view(verb))


def _view(verb: Verb) -> Callable[[HttpRequest], HttpResponse]:
    def ask(request: HttpRequest) -> HttpResponse:
        result = access.ask(access.bearer(request), workspace(), verb.name, body(request))
        return HttpResponse(result.to_json(), content_type="application/json")

    ask.__name__ = verb.name
    ask.__doc__ = verb.function.__doc__
    return ask


def body(request: HttpRequest) -> dict[str, Any]:
    """Read a request's JSON object; nothing at all is an empty one.

    Raises
    ------
    InvalidInput
        `bad_json` when it is none.
    """
    remedy = "Send the spec's fields as one JSON object."
    try:
        values = msgspec.json.decode(request.body) if request.body.strip() else {}
    except RequestDataTooBig:
        raise TooLarge("too_large", "The request is too large.", remedy="Ask with fewer keys.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput("bad_json", f"The body is not JSON: {error}.", remedy=remedy) from None
    if not isinstance(values, dict):
        raise InvalidInput("bad_json", "The body is not a JSON object.", remedy=remedy)
    return values


def _described(verb: Verb) -> dict[str, Any]:
    """Describe a verb's request and its errors."""
    schema = TypeAdapter(verb.spec).json_schema(ref_template="#/components/schemas/{model}")
    meanings = described.fields(verb.spec)
    for part in fields(verb.spec):
        schema["properties"][part.name].setdefault("description", meanings.get(part.name, ""))
    problem = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    reasons = {
        400: "A field cannot be used",
        401: "No key, or a wrong one",
        403: "Not allowed",
        404: "A name that nothing answers to",
        409: "A state that does not allow this",
        413: "The request is too large",
        503: "Something needed is not there now",
    }
    return {
        "requestBody": {"required": False, "content": {"application/json": {"schema": schema}}},
        "security": [{"key": []}],
        "responses": {status: {"description": text, **problem} for status, text in reasons.items()},
    }
