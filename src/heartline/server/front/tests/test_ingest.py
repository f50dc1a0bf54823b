"""Events over HTTP: what is answered, and that what was answered with 200 is in the inbox."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.inbox import Received
from heartline.core.errors import Unavailable
from heartline.server.front import reading
from heartline.server.front.ingest import KINDS, Ingest
from heartline.server.front.reading import Room
from heartline.server.front.refusals import EVENT_BYTES, REQUEST_BYTES

from .asking import KEY, Asked, Call, basic, hashed, one, packed, track

BATCH = json.dumps({"batch": [{"type": "track", "event": str(number)} for number in range(3)]}).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_kept_as_it_was_sent(front: Asked, kind: str) -> None:
    body = BATCH if kind in ("batch", "import") else track(properties={"a": "ü"})
    answer = front.one(Call(f"/v1/{kind}", body))
    assert (answer.status, answer.json) == (200, {"success": True})
    (row,) = front.kept()
    assert (row.kind, row.body, row.source) == (kind, body, "shop")
    assert row.events == (3 if body is BATCH else 1)


@pytest.mark.parametrize(("letter", "kind"), [("t", "track"), ("i", "identify"), ("b", "batch"), ("s", "screen")])
def test_browsers_write_one_letter(front: Asked, letter: str, kind: str) -> None:
    assert front.one(Call(f"/v1/{letter}", BATCH)).status == 200
    assert front.kept()[0].kind == kind


def test_a_key_may_stand_in_the_body(front: Asked) -> None:
    plain = (b"content-type", b"text/plain;charset=UTF-8")
    assert front.one(Call(body=track(writeKey=KEY), headers=(plain,))).status == 200
    body = json.dumps({"writeKey": KEY, "batch": [{}]}).encode()
    assert front.one(Call("/v1/batch", body, headers=(plain,))).status == 200
    assert [row.source for row in front.kept()] == ["shop", "shop"]


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ((), b"{}", "no_key"),
        ((), b'{"writeKey":7}', "no_key"),
        ((), b'{"writeKey":"\\ud800"}', "bad_json"),
        ((), b'{"writeKey":"who"}', "bad_key"),
        ((basic("who"),), b"{}", "bad_key"),
        (((b"authorization", b"Basic %%%"),), b"{}", "bad_key"),
        (((b"authorization", b"Bearer x"),), b"{}", "bad_key"),
    ],
)
def test_without_a_key_that_is_ours_nothing_is_kept(front: Asked, headers: Any, body: bytes, code: str) -> None:
    answer = front.one(Call(body=body, headers=headers))
    assert (answer.status, answer.code) == (400 if code == "bad_json" else 401, code)
    assert front.kept() == []


def test_keys_made_and_revoked_are_known_within_seconds(front: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heartline.server.front.keys.FRESH_S", 0.2)
    monkeypatch.setattr("heartline.server.front.keys.LOOKED_S", 0.0)

    async def run() -> list[int]:
        call = Call(headers=(basic("later"),))
        found: list[int] = []
        with closing(front.opened()) as ingest:
            for change in (None, lambda: front.let("later", "app"), lambda: front.inbox.drop_key(hashed("later"))):
                if change:
                    change()
                if found and found[-1] == 200:
                    await asyncio.sleep(0.3)
                answer = await one(ingest, call)
                assert answer
                found.append(answer.status)
        return found

    assert asyncio.run(run()) == [401, 200, 401]


def test_gzip_is_unpacked_and_never_beyond_the_limit(front: Asked) -> None:
    packs = (b"content-encoding", b"gzip")
    assert front.one(Call("/v1/batch", packed(BATCH), (basic(), packs))).status == 200
    assert front.kept()[0].body == BATCH
    bomb = packed(b'{"batch":["' + b"x" * 50_000_000 + b'"]}')
    assert len(bomb) < 100_000
    answer = front.one(Call("/v1/batch", bomb, (basic(), packs)))
    assert (answer.status, answer.code) == (413, "request_too_large")
    for torn in (packed(BATCH)[:-9], BATCH, b"", packed(BATCH) + b"more"):
        assert front.one(Call("/v1/batch", torn, (basic(), packs))).code == "bad_gzip"
    assert front.one(Call(headers=(basic(), (b"content-encoding", b"br")))).code == "bad_encoding"
    assert front.one(Call(headers=(basic(), (b"content-encoding", b"identity")))).status == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"a":}', b"\xff\xfe", b'{"batch":{}}', b"{}", b'{"batch":[1,]}', b"[" * 100_000],
)
def test_what_is_no_json_is_a_problem(front: Asked, body: bytes) -> None:
    answer = front.one(Call("/v1/batch", body))
    assert (answer.status, answer.code) == (400, "bad_json")


def test_an_empty_batch_is_taken_and_nothing_is_kept(front: Asked) -> None:
    assert front.one(Call("/v1/batch", b'{"batch":[]}')).status == 200
    assert front.kept() == []


def test_an_event_beyond_32_kb_is_named(front: Asked) -> None:
    fits = track(text="x" * (EVENT_BYTES - len(track(text=""))))
    assert len(fits) == EVENT_BYTES
    assert front.one(Call(body=fits)).status == 200
    assert front.one(Call(body=fits[:-1] + b" }")).code == "event_too_large"
    batch = b'{"batch":[' + fits + b"," + fits + b"]}"
    assert front.one(Call("/v1/batch", batch)).status == 200
    answer = front.one(Call("/v1/batch", batch.replace(b"]}", b"," + fits[:-1] + b" }]}")))
    assert (answer.status, answer.code, answer.json["field"]) == (400, "event_too_large", "batch[2]")


@pytest.mark.parametrize("pieces", [1, 7])
@pytest.mark.parametrize("told", [True, False])
def test_a_request_beyond_500_kb_is_refused(front: Asked, pieces: int, told: bool) -> None:
    event = track(text="x" * 20_000)
    body = b'{"batch":[' + b",".join([event] * 24) + b"]}"
    fits = body + b" " * (REQUEST_BYTES - len(body))
    assert front.one(Call("/v1/batch", fits, pieces=pieces, told=told)).status == 200
    answer = front.one(Call("/v1/batch", fits + b" ", pieces=pieces, told=told))
    assert (answer.status, answer.code) == (413, "request_too_large")
    assert len(front.kept()) == 1


def test_many_at_once_are_all_kept(front: Asked) -> None:
    calls = [Call(body=track(messageId=str(number))) for number in range(300)]
    assert {answer.status for answer in front.all(calls) if answer} == {200}
    assert sorted(int(json.loads(row.body)["messageId"]) for row in front.kept()) == list(range(300))


def test_what_does_not_fit_into_memory_is_asked_for_again(front: Asked) -> None:
    front.options["room"] = Room(100_000)
    answers = front.all([Call(body=track(text="x" * 20_000)) for _ in range(10)])
    refused = [answer for answer in answers if answer and answer.status == 429]
    assert {answer.code for answer in refused} == {"too_much"}
    assert {answer.headers["retry-after"] for answer in refused} == {"2"}
    assert len(front.kept()) == 10 - len(refused) == 4
    assert front.options["room"].used == 0


def test_an_inbox_that_is_away_is_no_success(front: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def put(self: object, some: list[Received]) -> None:
        raise Unavailable("inbox_full", "There is no room left.")

    monkeypatch.setattr(type(front.inbox), "put", put)
    answer = front.one(Call())
    assert (answer.status, answer.code, answer.headers["retry-after"]) == (503, "inbox_full", "2")


def test_whatever_breaks_while_keeping_is_no_success(front: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    def put(self: object, some: list[Received]) -> None:
        raise ValueError("oh")

    monkeypatch.setattr(type(front.inbox), "put", put)
    assert [answer.code for answer in front.all([Call(), Call()]) if answer] == ["inbox_away", "inbox_away"]


def test_a_folder_that_is_still_being_made_is_waited_for(tmp_path: Path) -> None:
    async def run() -> int:
        answer = await one(Ingest(tmp_path, tmp_path), Call())
        assert answer
        assert answer.code == "starting"
        return answer.status

    assert asyncio.run(run()) == 503
    assert list(tmp_path.iterdir()) == []


def test_who_leaves_before_the_end_is_not_kept(front: Asked) -> None:
    assert front.one(Call(gone=True)).code == "broken_off"
    assert front.kept() == []


def test_who_dawdles_is_asked_to_start_again(front: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PATIENCE_S", 0.05)

    class Slow(Call):
        def messages(self) -> list[dict[str, Any]]:
            return [{"type": "http.request", "body": b"{", "more_body": True}]

    assert front.one(Slow()).code == "too_slow"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/track", 405, "wrong_method"),
        ("PUT", "/v1/track/", 405, "wrong_method"),
        ("POST", "/v1/nothing", 404, "unknown_address"),
        ("GET", "/v1/", 404, "unknown_address"),
        ("DELETE", f"/v1/projects/{KEY}/settings", 405, "wrong_method"),
        ("POST", f"/v1/projects/{KEY}/settings", 404, "unknown_address"),
    ],
)
def test_wrong_doors_say_so(front: Asked, method: str, path: str, status: int, code: str) -> None:
    answer = front.one(Call(path, method=method))
    assert (answer.status, answer.code) == (status, code)
    assert ("allow" in answer.headers) == (status == 405)


def test_a_browser_may_ask_and_send_from_anywhere(front: Asked) -> None:
    origin = (b"origin", b"https://shop.example")
    asks = (b"access-control-request-headers", b"authorization,content-type,x-retry-count")
    answer = front.one(Call(method="OPTIONS", headers=(origin, asks)))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type,x-retry-count"
    taken, refused = front.one(Call(headers=(origin, basic()))), front.one(Call(headers=(origin,)))
    assert (taken.status, refused.status) == (200, 401)
    for heard in (answer, taken, refused):
        assert heard.headers["access-control-allow-origin"] == "https://shop.example"
        assert heard.headers["vary"] == "origin"
    assert "www-authenticate" not in refused.headers
    assert "access-control-allow-origin" not in front.one(Call()).headers
    assert front.one(Call(headers=())).headers["www-authenticate"] == "Basic"


def test_the_browser_s_client_is_told_where_to_send(front: Asked) -> None:
    call = Call(f"/v1/projects/{KEY}/settings", headers=((b"host", b"cx.example:8080"),), method="GET", scheme="https")
    answer = front.one(call)
    assert answer.status == 200
    assert answer.json["integrations"] == {
        "Segment.io": {"apiKey": KEY, "apiHost": "cx.example:8080/v1", "protocol": "https"}
    }
    assert front.one(Call("/v1/projects/who/settings", method="GET")).code == "bad_key"


def test_figures_that_clients_send_about_themselves_are_let_go(front: Asked) -> None:
    assert front.one(Call("/v1/m", b'{"series":[]}', headers=())).status == 200
    assert front.kept() == []


def test_of_an_address_only_the_network_is_kept(front: Asked) -> None:
    agent = (b"user-agent", b"shop/1.0")
    proxied = (b"x-forwarded-for", b"2001:db8:1:2:3::4, 10.0.0.1")
    front.one(Call(headers=(basic(), agent, proxied)))
    front.options["trust_proxy"] = True
    front.one(Call(headers=(basic(), proxied)))
    front.one(Call(headers=(basic(), (b"x-forwarded-for", b"unknown"))))
    front.one(Call(client="::ffff:198.51.100.9"))
    assert [json.loads(row.about) for row in front.kept()] == [
        {"ip": "203.0.113.0", "agent": "shop/1.0"},
        {"ip": "2001:db8:1::"},
        {},
        {"ip": "198.51.100.0"},
    ]
