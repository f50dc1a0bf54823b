"""Whatever the bytes are: an answer that says what is wrong, never a failure, and a yes only to what is kept."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heartline.server.front.ingest import KINDS

from .asking import KEY, Answer, Asked, Call, basic, one
from .serving import served

EXPECTED = {200, 204, 400, 401, 404, 405, 413}
FEW = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5)
)
events = st.fixed_dictionaries(
    {},
    optional={
        "type": anything, "event": anything, "userId": anything, "messageId": anything, "timestamp": anything,
        "properties": anything, "context": anything, "writeKey": st.sampled_from([KEY, "who", 7, None, {}]),
    },
)  # fmt: skip
requests = st.fixed_dictionaries(
    {"batch": st.lists(events | anything, max_size=5) | anything}, optional={"writeKey": anything, "sentAt": anything}
)


def mangled(body: bytes, place: int, piece: bytes) -> bytes:
    """Put foreign bytes into a body."""
    at = place % (len(body) + 1)
    return body[:at] + piece + body[at + len(piece) // 2 :]


bodies = (
    st.binary(max_size=300)
    | (events | requests | anything).map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    | st.builds(
        mangled,
        requests.map(lambda value: json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")),
        st.integers(0, 1000),
        st.sampled_from([b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"[" * 3000, b'{"a":' * 2000, b"1e999999", b"\\u0000"]),
    )
)
headers = st.lists(
    st.sampled_from([
        basic(), basic("who"), basic("ü\x00"), (b"authorization", b"Basic"), (b"authorization", b"\xff"),
        (b"content-encoding", b"gzip"), (b"content-encoding", b""), (b"content-encoding", b"\xff"),
        (b"origin", b"null"), (b"origin", b"https://\xff"), (b"user-agent", b"\xff\x00" * 200), (b"host", b"\xff"),
        (b"x-forwarded-for", b"::1%\xff"), (b"content-length", b"-1"), (b"content-length", b"9" * 5000),
    ]),
    max_size=5,
)  # fmt: skip
paths = st.sampled_from([f"/v1/{kind}" for kind in KINDS]) | st.text(max_size=20).map(lambda text: f"/v1/{text}")
calls = st.builds(
    Call,
    path=paths,
    body=bodies | bodies.map(lambda body: gzip.compress(body, mtime=0)),
    headers=headers.map(tuple),
    method=st.sampled_from(["POST", "POST", "POST", "GET", "OPTIONS", "PATCH"]),
    client=st.sampled_from(["203.0.113.9", "::1", "", "unix"]),
    pieces=st.integers(1, 4),
)


@FEW
@given(call=calls)
@pytest.mark.parametrize("front", ["sqlite"], indirect=True)
def test_every_request_has_an_answer(front: Asked, call: Call) -> None:
    front.kept()
    answer = front.one(call)
    assert answer.status in EXPECTED
    kept = front.kept()
    if answer.status >= 400:
        assert answer.code
        assert kept == []
    for row in kept:
        assert answer.status == 200
        assert row.events >= 1
        json.loads(row.about)


@settings(FEW, max_examples=40)
@given(bodies=st.lists(requests, min_size=1, max_size=6))
@pytest.mark.parametrize("front", ["sqlite"], indirect=True)
def test_what_is_acknowledged_is_kept_byte_by_byte(front: Asked, bodies: list[Any]) -> None:
    front.kept()
    sent = [json.dumps(body).encode() for body in bodies]
    answers = front.all([Call("/v1/batch", body) for body in sent])
    acknowledged = [
        body
        for body, value, answer in zip(sent, bodies, answers, strict=True)
        if answer and answer.status == 200 and value["batch"]
    ]
    assert sorted(row.body for row in front.kept()) == sorted(acknowledged)


def said(port: int, raw: bytes, *, whole: bool) -> bytes:
    """Send bytes and hear what comes until the connection is closed; nothing where it is broken off."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        try:
            connection.sendall(raw)
            if not whole:
                connection.shutdown(socket.SHUT_WR)  # no more will come
            return b"".join(iter(lambda: connection.recv(65_536), b""))
        except OSError as error:
            if isinstance(error, TimeoutError):  # it neither answered nor hung up
                raise
            return b""  # broken off


def test_a_real_server_withstands_bytes_that_are_no_http(front: Asked) -> None:
    """Send broken requests over a socket: the connection is answered or closed, and the next one works."""
    head = b"POST /v1/track HTTP/1.1\r\nHost: x\r\n"
    good = head + b"Authorization: " + basic()[1] + b"\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
    broken = [
        b"\x00" * 100, b"GET\r\n\r\n", head + b"Content-Length: 10\r\n\r\n{}", head + b"Content-Length: x\r\n\r\n",
        head + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}", head + b"A: " + b"x" * 200_000 + b"\r\n\r\n",
        head.replace(b"/v1/track", b"/v1/\xff\xfe") + b"Connection: close\r\n\r\n",
        head.replace(b"HTTP/1.1", b"HTTP/9.9") + b"\r\n", good.replace(b"{}", b"\xff\xff"),
    ]  # fmt: skip
    with served(front) as port:
        for raw in broken:
            heard = said(port, raw, whole=False)
            assert b" 500 " not in heard[:20]
            assert said(port, good, whole=True).startswith(b"HTTP/1.1 200")
    assert len(front.kept()) == len(broken)


def test_many_threads_of_clients_and_a_slow_one(front: Asked) -> None:
    """Let one client dawdle while others send: they do not wait for it."""

    class Dawdling(Call):
        def messages(self) -> list[dict[str, Any]]:
            return [{"type": "http.request", "body": b'{"a"', "more_body": True}]

    async def run() -> list[Answer | None]:
        with closing(front.opened()) as ingest:
            slow = asyncio.create_task(one(ingest, Dawdling()))
            answers = await asyncio.wait_for(asyncio.gather(*(one(ingest, Call()) for _ in range(50))), 30)
            slow.cancel()
            return answers

    assert [answer.status for answer in asyncio.run(run()) if answer] == [200] * 50
