"""What the public port says, calmly, where the pages behind it give no answer: what is known of it, and no more."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from heartline.core.errors import Unavailable

from .asgi import PROBLEM, Scope, Send, answer, problem

STYLE = (
    ":root{color-scheme:light dark;font:15px/1.5 Inter,system-ui,sans-serif}"
    "body{margin:0;background:#fbfaf7;color:#5b5669;display:grid;place-items:center;min-height:100vh}"
    "main{padding:24px;max-width:46ch}h1{color:#1f1c2b;font-size:30px;letter-spacing:-.025em;line-height:1.15;margin:0}"
    "@media(prefers-color-scheme:dark){body{background:#15131c;color:#b1abc2}h1{color:#f1eef8}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'".encode()
AGAIN_S = 2


@dataclass(frozen=True)
class Said:
    """Why there is no answer, for people and for programs; whether a browser asks again by itself."""

    code: str
    title: str
    text: str
    remedy: str
    again: bool = False

    def page(self) -> bytes:
        """Write it as a page."""
        refresh = f'<meta http-equiv="refresh" content="{AGAIN_S}">' * self.again
        remedy = "This one will load by itself." if self.again else self.remedy
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8">{refresh}'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            f"<title>{self.title} · Heartline</title><style>{STYLE}</style></head>"
            f"<body><main><h1>{self.title}</h1><p>{self.text} {remedy}</p></main></body></html>"
        ).encode()

    def error(self) -> Unavailable:
        """Give it as an error for programs."""
        return Unavailable(self.code, self.text, remedy=self.remedy)


STARTING = Said("starting", "One moment", "The pages are starting.", "Try again in a few seconds.", again=True)
UNTAKEN = Said(
    "starting", "One moment", "The pages are starting, and what you sent was not taken yet.",
    "Go back and send it again in a few seconds.",
)  # fmt: skip
LATE = Said(
    "too_slow", "This takes too long", "No answer came within two minutes.",
    "A shorter period or a narrower filter is quicker; or try again when less is going on.",
)  # fmt: skip
UNSURE = Said(
    "unsure", "Please look first", "No answer came, so it is not known whether this was done.",
    "Open the page anew and see, before you send it again.",
)  # fmt: skip


async def say(said: Said, scope: Scope, send: Send) -> None:
    """Answer with it, as a problem where programs ask."""
    more = ((b"retry-after", str(AGAIN_S).encode()),) if said.again else ()
    if scope["path"].startswith("/api/"):
        await answer(send, 503, PROBLEM, problem(said.error()), *more)
        return
    # who asks from another site is told, too
    more = (*more, (b"content-security-policy", POLICY), (b"access-control-allow-origin", b"*"))
    await answer(send, 503, b"text/html; charset=utf-8", said.page(), *more)
