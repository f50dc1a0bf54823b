"""Takes webhooks of other systems in: POST /v1/hook/NAME, signed by who holds the secret.

What hooks there are stands in the inbox beside the write keys, sealed; the key to it lies where the lake's key lies.
"""

from __future__ import annotations

import base64
import binascii
import time
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import msgspec

from heartline.collect import hooking
from heartline.collect.hooking import BadSignature, Hook
from heartline.collect.inbox import Received
from heartline.core.errors import HeartlineError
from heartline.store.keys import key_path

from . import refusals
from .asgi import PROBLEM, Receive, Scope, Send, answer, problem
from .ingest import SUCCESS, SUCCESS_HEADERS, Ingest, heard, unpacked
from .rereading import Reread

PATH = "/v1/hook/"
MARK = "hook:"
"""What a hook's name has before it among the keys."""
FRESH_S, LOOKED_S = 3.0, 0.5
SAY_S = 5.0
"""Refused requests are told no more often than this, however many there are."""
REMEMBERED = 50_000
NONCE = 12


class Hooks:
    """Answers everything below /v1/hook/."""

    def __init__(self, ingest: Ingest) -> None:
        self.ingest = ingest
        self._hooks: Reread[dict[str, Hook]] = Reread(self._read, {})
        self._taken: dict[str, float] = {}
        self._refused: Counter[str] = Counter()
        self._said: dict[str, float] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            if scope["method"] != "POST":
                raise refusals.WrongMethod("POST")
            await self._take(scope, receive)
        except HeartlineError as error:
            self.ingest.tally.note(error)
            more = [(b"retry-after", str(refusals.AGAIN_S).encode())] if error.status in (429, 503) else []
            await answer(send, error.status, PROBLEM, problem(error), *more)
            return
        await send({"type": "http.response.start", "status": 200, "headers": SUCCESS_HEADERS})
        await send({"type": "http.response.body", "body": SUCCESS})

    async def _take(self, scope: Scope, receive: Receive) -> None:
        """Check a request and keep it; one that came before is not kept again."""
        said = heard(scope["headers"])
        if said.length > refusals.REQUEST_BYTES:
            raise refusals.request_too_large()
        with self.ingest.room.held(said.length or refusals.REQUEST_BYTES):
            body = await self.ingest.patience.read(receive)
            body = unpacked(body, said.encoding) if said.encoding else body
            name, _, behind = unquote(scope["path"].removeprefix(PATH)).partition("/")
            hook = await self._hook(name)
            if hook is None:
                raise refusals.unknown(f"{PATH}{name}")
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            now = time.time()
            try:
                delivery = hooking.check(hook, headers, body, behind.rstrip("/"), now)
            except BadSignature:
                await self._count(hook)
                raise
            mark = f"{name} {headers.get(hook.signed_in, '')} {delivery}"
            if self._again(mark, now):
                return
            about = msgspec.json.encode(hooking.About(name, delivery, hook.fields))
            await self.ingest.committer.keep(Received(int(now * 1e6), name, "hook", body, 1, about))
            self._taken[mark] = now

    async def _hook(self, name: str) -> Hook | None:
        """Give a hook; they are read again from time to time, and when one is asked for that is not known."""
        hooks = await self._hooks.within(FRESH_S)
        if name not in hooks:
            hooks = await self._hooks.within(LOOKED_S)
        return hooks.get(name)

    def _read(self) -> dict[str, Hook]:
        known = self.ingest.inbox("keys").keys()
        sealed = {key.removeprefix(MARK): value for key, value in known.items() if key.startswith(MARK)}
        return {key: hook for key, value in sealed.items() if (hook := opened(self.ingest.data, key, value))}

    def _again(self, mark: str, now: float) -> bool:
        """Tell whether the same signed request was kept within the time in which its signature holds."""
        for old in list(self._taken):  # the oldest first
            if now - self._taken[old] <= hooking.TOLERANCE_S and len(self._taken) < REMEMBERED:
                break
            del self._taken[old]
        return mark in self._taken

    async def _count(self, hook: Hook) -> None:
        """Count a refused request, and tell the pages now and then, through the inbox."""
        self._refused[hook.name] += 1
        if time.monotonic() - self._said.get(hook.name, float("-inf")) < SAY_S:
            return
        self._said[hook.name] = time.monotonic()
        about = msgspec.json.encode(hooking.About(hook.name, refused=self._refused.pop(hook.name)))
        await self.ingest.committer.keep(Received(time.time_ns() // 1000, hook.name, "hook", b"", 0, about))


def opened(data: Path, name: str, sealed: str) -> Hook | None:
    """Open a sealed hook; None where it cannot be opened with the folder's key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.b64decode(sealed, validate=True)
        cipher = AESGCM(key_path(data).with_suffix(".seal").read_bytes())
        return msgspec.json.decode(cipher.decrypt(raw[:NONCE], raw[NONCE:], f"hook {name}".encode()), type=Hook)
    except (InvalidTag, OSError, ValueError, binascii.Error, msgspec.DecodeError):
        return None
