"""What the public port takes in, as the API's description says it; the port itself answers, see `front`."""

from __future__ import annotations

from typing import Any

from heartline.server.front import hooks, ingest, refusals

from . import problems

KEY = "writeKey"
MOMENT = {"type": "string", "format": "date-time"}
EVENT: dict[str, Any] = {
    "type": "object",
    "description": "An event in the Segment wire format. Whatever else it holds is kept; what cannot be used is put"
    " aside and shown, and does not fail the request.",
    "properties": {
        "writeKey": {"type": "string", "description": "The key, where it is not the user of Basic authentication."},
        "type": {"type": "string", "description": "Of the events of a batch: identify, track, page, screen, …"},
        "messageId": {"type": "string", "description": "The same one counts once."},
        "userId": {"type": "string"},
        "anonymousId": {"type": "string"},
        "event": {"type": "string", "description": "What happened, of a track call."},
        "name": {"type": "string", "description": "Which page or screen."},
        "properties": {"type": "object"},
        "traits": {"type": "object"},
        "context": {"type": "object"},
        "timestamp": MOMENT | {"description": "When it happened."},
        "sentAt": MOMENT | {"description": "The sender's clock when it was sent; corrects wrong clocks."},
    },
    "additionalProperties": True,
}
BATCH: dict[str, Any] = {
    "type": "object",
    "required": ["batch"],
    "properties": {
        "batch": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}},
        "writeKey": EVENT["properties"]["writeKey"],
        "context": {"type": "object", "description": "Of all events that say none themselves."},
        "sentAt": EVENT["properties"]["sentAt"],
    },
    "additionalProperties": True,
}
TAKEN: dict[str, Any] = {
    "type": "object",
    "required": ["success"],
    "properties": {"success": {"type": "boolean", "const": True}},
}
REASONS = {
    400: "A body that cannot be read, or an event beyond 32 KB",
    401: "No key, or one that is unknown or was revoked",
    413: f"A request beyond {refusals.REQUEST_BYTES:,} bytes, unpacked",
    429: "More comes in than can be kept just now; the same request may go through later",
    503: "The inbox is full or away; the same request may go through later",
}


def describe(document: dict[str, Any]) -> None:
    """Add the addresses of the public port, and what they speak of, to a description."""
    schemes = document["components"].setdefault("securitySchemes", {})
    schemes[KEY] = {"type": "http", "scheme": "basic", "description": "A write key as the user; no password."}
    document["components"].setdefault("schemas", {}).update(Event=EVENT, Batch=BATCH)
    for kind in ingest.KINDS:
        document["paths"][f"/v1/{kind}"] = {"post": _events(kind)}
    document["paths"]["/v1/projects/{key}/settings"] = {"get": _settings()}
    document["paths"][f"{hooks.PATH}{{name}}"] = {"post": _hook()}


def _events(kind: str) -> dict[str, Any]:
    many = kind in ingest.MANY
    return {
        "operationId": f"receive_{kind}",
        "summary": "Take in several events." if many else f"Take in one event: {kind}.",
        "tags": ["events"],
        "security": [{KEY: []}, {}],
        "parameters": [
            {"name": "Content-Encoding", "in": "header", "schema": {"enum": ["gzip", "identity"]}},
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": f"#/components/schemas/{'Batch' if many else 'Event'}"}},
            },
        },
        "responses": _answers("Durable: flushed to the disk before this is said.", TAKEN, REASONS),
    }


def _settings() -> dict[str, Any]:
    refused = {404: "No such address"} | {code: REASONS[code] for code in (401, 503)}
    return {
        "operationId": "settings_of_the_browser_client",
        "summary": "Give the document that a browser's client asks for at start: where to send.",
        "tags": ["events"],
        "security": [{}],
        "parameters": [{"name": "key", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": _answers("Where to send.", {"type": "object"}, refused),
    }


def _hook() -> dict[str, Any]:
    reasons = REASONS | {401: "A signature that does not hold", 404: "No webhook of that name"}
    return {
        "operationId": "receive_hook",
        "summary": "Take in a signed webhook of another system.",
        "tags": ["events"],
        "security": [{}],
        "parameters": [{"name": "name", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": {}}}},
        "responses": _answers("Durable: flushed to the disk before this is said.", TAKEN, reasons),
    }


def _answers(meaning: str, schema: dict[str, Any], reasons: dict[int, str]) -> dict[str, Any]:
    problem = {"content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    good = {"description": meaning, "content": {"application/json": {"schema": schema}}}
    return {"200": good} | {str(status): {"description": text, **problem} for status, text in reasons.items()}
