"""What browsers need before they may send: leave to, and the settings document that their client asks for at start."""

from __future__ import annotations

import msgspec

from .asgi import Headers

MAY = b"GET, POST, OPTIONS"
DAY_S = b"86400"


def leave(origin: bytes | None) -> Headers:
    """Give the headers that let a page of another origin send to us and read the answer.

    Any origin may: the key says where events go, and no cookie of ours is looked at.
    """
    if origin is None:
        return []
    return [
        (b"access-control-allow-origin", origin), (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"retry-after"), (b"vary", b"origin"),
    ]  # fmt: skip


def preflight(origin: bytes | None, asked: bytes) -> Headers:
    """Give the headers that answer a browser's question whether it may send.

    Parameters
    ----------
    asked
        The headers that it wants to send.
    """
    return [
        *leave(origin), (b"access-control-allow-methods", MAY),
        (b"access-control-allow-headers", asked or b"authorization, content-type, content-encoding"),
        (b"access-control-max-age", DAY_S), (b"content-length", b"0"),
    ]  # fmt: skip


def settings(key: str, host: str, scheme: str) -> bytes:
    """Write the settings document: where to send, and that there is nobody else to send to."""
    return msgspec.json.encode(
        {
            "integrations": {"Segment.io": {"apiKey": key, "apiHost": f"{host}/v1", "protocol": scheme}},
            "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
            "enabledMiddleware": {}, "middlewareSettings": {}, "remotePlugins": [],
            "metrics": {"sampleRate": 0}, "legacyVideoPluginsEnabled": False, "analyticsNextEnabled": True,
        }
    )  # fmt: skip
