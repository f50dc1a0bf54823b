"""Messages to chats, by Apprise, in a process of its own that reaches only what may be called.

Apprise makes its connections by itself. So only services whose address holds no path of its own choosing are taken,
each host is checked when it is typed in, and the process that sends looks names up through the same check: what it
connects to is what was checked. It follows no redirects, asks no proxies of the environment and attaches no files. The
address of a chat is a secret: it goes in by standard input, never by the command line, and nothing of it comes back.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings

from heartline.core.addresses import Allowed, only_public
from heartline.core.errors import InvalidInput, Unavailable
from heartline.server.shell import outgoing

ELSEWHERE = {
    "slack": 1, "discord": 1, "tgram": 1, "wxteams": 1, "webex": 1, "gchat": 1, "zulip": 1, "pover": 1,
}  # fmt: skip
"""Services at addresses of their own, always encrypted."""
AT_HOSTS = {"mmost": "mmosts", "rocket": "rockets", "ntfy": "ntfys", "gotify": "gotifys", "nctalk": "nctalks"}
"""Services at a company's own host: without and with encryption."""
WORKFLOWS = ("workflows", "workflow")
SECONDS = 20.0
LONGEST = 2_000
KNOWN_ADDRESSES = ("https://hooks.slack.com/", "https://discord.com/api/webhooks/",
                   "https://discordapp.com/api/webhooks/")  # fmt: skip
"""Addresses that services show for copying, which Apprise reads, too."""


def checked(url: str) -> str:
    """Give the scheme of a chat's address, if it may be called.

    Raises
    ------
    InvalidInput
        `bad_chat` for a service that is not taken, or an address that is none of it; `not_https`; `not_public`.
    Unreachable
        `unknown_host`.
    """
    if len(url) > LONGEST or not url.isprintable() or any(space in url for space in " \t,;"):
        raise _bad()
    scheme = "slack" if url.startswith(KNOWN_ADDRESSES) else url.partition("://")[0].lower()
    plain = scheme in AT_HOSTS
    if scheme not in (*ELSEWHERE, *AT_HOSTS, *AT_HOSTS.values(), *WORKFLOWS):
        raise _bad()
    done = _apart({"url": url})
    if done.returncode:
        raise _bad()
    host, port = json.loads(done.stdout)
    if plain or scheme in AT_HOSTS.values() or scheme in WORKFLOWS:
        _host(str(host or ""), int(port or (80 if plain else 443)), plain)
    return scheme


def _host(host: str, port: int, plain: bool) -> None:
    """Check where a company's own chat stands; without encryption only where the administrator says so."""
    place = f"http{'' if plain else 's'}://{host}:{port}/"
    outgoing.checked(place)


def _bad() -> InvalidInput:
    return InvalidInput(
        "bad_chat", "That is not the address of a chat that we know.", field="url",
        remedy="It looks like slack://…, discord://…, tgram://…, mmosts://HOST/TOKEN, ntfys://HOST/TOPIC.",
    )  # fmt: skip


def send(url: str, title: str, body: str) -> None:
    """Send a message to a chat.

    Raises
    ------
    Unavailable
        `not_taken` when the chat did not take it, `too_slow` when it did not say so in time.
    """
    said = {"url": url, "title": title, "body": body, "private": list(settings.PRIVATE_HOSTS)}
    if _apart(said).returncode:
        raise Unavailable("not_taken", "The chat did not take the message.", remedy="Look at its address.")


def _apart(said: dict[str, Any]) -> subprocess.CompletedProcess[bytes]:
    """Run the process that knows Apprise, which loads more than a hundred services."""
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    try:
        return subprocess.run(  # noqa: S603  (our own program; the address goes in by standard input)
            [sys.executable, "-m", __name__], input=json.dumps(said).encode(), timeout=SECONDS, check=False,
            capture_output=True, env=plain,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Unavailable("too_slow", "The chat did not answer in time.", remedy="Try again later.") from None


def read(url: str) -> tuple[str, int | None] | None:
    """Read the address of one chat: its host and port; None where it is none."""
    import apprise

    found: Any = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if found is None or isinstance(found, list) or _asks_more(found):
        return None
    return str(found.host or ""), found.port


def _asks_more(found: Any) -> bool:
    """Tell whether an address has more sent than the message, such as a file of this machine, or trusts anybody."""
    attached = getattr(found, "attach", None)
    return bool(getattr(found, "template", None)) or isinstance(attached, str) or not found.verify_certificate


def deliver(said: dict[str, Any]) -> bool:
    """Send one message: what the process does."""
    import apprise
    import requests

    allowed = Allowed.read(",".join(said["private"]))
    socket.getaddrinfo = only_public(socket.getaddrinfo, allowed)
    ask = requests.Session.request

    def asked(self: Any, *given: Any, **more: Any) -> Any:
        return ask(self, *given, **{**more, "allow_redirects": False})

    requests.Session.request = asked
    asset = apprise.AppriseAsset(async_mode=False, plugin_paths=[], storage_mode="memory")
    chat = apprise.Apprise(asset=asset)
    if not chat.add(said["url"]) or any(_asks_more(one) for one in chat):
        return False
    return bool(chat.notify(body=said["body"], title=said["title"], body_format="text"))


def main() -> int:
    """Read an address, or send a message; what is said comes by standard input."""
    said = json.load(sys.stdin)
    if "body" in said:
        return 0 if deliver(said) else 1
    found = read(said["url"])
    if found is not None:
        sys.stdout.write(json.dumps(found))
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
