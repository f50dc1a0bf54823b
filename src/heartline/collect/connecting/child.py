"""The program of the process that fetches. Started by `fetching.py`, never imported by it.

It is given what it needs, the secret too, as one JSON line, so that neither its arguments nor its environment tell it;
it speaks to one machine (`hosts.py`), ends with its parent, and answers with lines of JSON.
"""

from __future__ import annotations

import ctypes
import importlib
import logging
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec

from heartline.collect.connecting import hosts
from heartline.collect.connecting.asked import Asked, Fetched, NoCursor, Unfit

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
MEMORY = 6 << 30
SAID = 300
"""Characters of another program's words that are passed on."""
BUCKETS = {"ACCESS_DENIED": "wrong_secret", "SIGNATURE": "wrong_secret", "ACCESS_KEY": "wrong_secret",
           "NO_SUCH_BUCKET": "no_bucket", "HTTP status 404": "no_bucket", "NETWORK": "no_connection"}  # fmt: skip
"""What a bucket's error says, and our code for it."""


def confine(seconds: float) -> None:
    """Have the operating system hold the limits, and end this process with its parent."""
    for what, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_CPU, int(seconds))):
        resource.setrlimit(what, (value, value))
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def main() -> None:
    """Fetch what is asked for."""
    asked = msgspec.json.decode(sys.stdin.buffer.readline(), type=Asked)
    confine(asked.seconds + 60)
    logging.disable()
    try:
        for name, fetched in _fetched(asked):
            _say(table=name, rows=fetched.rows, after=fetched.after)
    except Exception as error:  # noqa: BLE001  (the parent has to hear of every kind)
        code, values = _told(error, asked)
        _say(ok=False, code=code, values=values)
    else:
        _say(ok=True)


def _say(**message: Any) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message, enc_hook=str) + b"\n")
    sys.stdout.buffer.flush()


def _fetched(asked: Asked) -> Iterator[tuple[str, Fetched]]:
    host = urlsplit(asked.options.get("endpoint", "") if asked.kind == "files" else asked.url).hostname or ""
    socket.getaddrinfo = hosts.only(host, private=asked.private)
    fetch: Callable[[Asked], Iterator[tuple[str, Fetched]]] = importlib.import_module(
        f"heartline.collect.connecting.{asked.kind}"
    ).fetch
    return fetch(asked)


def _told(error: BaseException, asked: Asked) -> tuple[str, dict[str, Any]]:
    """Say what went wrong as a code; a word of the secret is never among the values."""
    chain = list(_chain(error))
    for one in chain:
        if isinstance(one, NoCursor):
            return "no_cursor", one.values
        if isinstance(one, Unfit):
            return one.code, one.values
        if isinstance(one, hosts.Refused):
            return one.code, {"host": one.host}
        if isinstance(one, ModuleNotFoundError):
            return "not_installed", {"module": one.name or ""}
        if isinstance(one, socket.gaierror):
            return "unknown_host", {"host": urlsplit(asked.options.get("endpoint") or asked.url).hostname or ""}
    for one in chain:
        for code, values in (_of_http(one), _of_database(one), _of_bucket(one)):
            if code:
                return code, values
    return "no_answer", {"said": _clean(chain[0], asked)}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _of_http(error: BaseException) -> tuple[str, dict[str, Any]]:
    if "requests" not in sys.modules:
        return "", {}
    import requests

    status = getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        codes = {401: "wrong_secret", 403: "wrong_secret", 404: "not_found", 410: "not_found", 429: "too_often"}
        return codes.get(status, "server_failed" if status >= 500 else "refused"), {"status": status}
    if isinstance(error, requests.exceptions.JSONDecodeError):
        return "not_json", {}
    if isinstance(error, requests.exceptions.SSLError):
        return "not_trusted", {}
    if isinstance(error, requests.exceptions.RequestException):
        return "no_connection", {}
    return "", {}


def _of_database(error: BaseException) -> tuple[str, dict[str, Any]]:
    if "sqlalchemy" not in sys.modules:
        return "", {}
    import sqlalchemy.exc as errors

    if isinstance(error, errors.NoSuchTableError):
        return "no_table", {"table": str(error)}
    said = str(getattr(error, "orig", error)).strip().splitlines()
    if isinstance(error, errors.OperationalError):
        wrong = any("authentication failed" in line or "no password supplied" in line for line in said)
        return ("wrong_secret", {}) if wrong else ("no_connection", {})
    if isinstance(error, errors.DBAPIError):
        if "permission denied" in said[0]:
            return "not_allowed", {"said": said[0][:SAID]}
        return "bad_query", {"said": said[0][:SAID]}
    return "", {}


def _of_bucket(error: BaseException) -> tuple[str, dict[str, Any]]:
    said = str(error)
    if not isinstance(error, OSError) or "AWS Error" not in said:
        return "", {}
    code = next((code for sign, code in BUCKETS.items() if sign in said), "")
    return (code, {}) if code else ("no_answer", {"said": said[:SAID]})


def _clean(error: BaseException, asked: Asked) -> str:
    said = f"{type(error).__name__}: {error}".splitlines()[0][:SAID]
    return said.replace(asked.secret, "…") if asked.secret else said


if __name__ == "__main__":
    main()
