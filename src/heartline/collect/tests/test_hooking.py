"""Signatures of webhooks, as the systems that send them document them; and events out of bodies."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heartline.collect.hooking import TOLERANCE_S, About, BadSignature, Hook, check, event, look, translated

BODY = b'{"test": 2432232314}'
NOW = 1614265330.0
KEY = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def mac(content: bytes, key: bytes = b"s3cret") -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def hexed(content: bytes) -> str:
    return mac(content).hex()


def coded(content: bytes, key: bytes = b"s3cret") -> str:
    return base64.b64encode(mac(content, key)).decode()


STAMP = str(int(NOW))
ISO = "2021-02-25T15:02:10Z"
CASES: list[tuple[Hook, dict[str, str]]] = [
    (
        Hook("a", "standard", f"whsec_{KEY}"),
        {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": STAMP,
            "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        },
    ),
    (Hook("a", "shopify", "s3cret"), {"x-shopify-hmac-sha256": coded(BODY)}),
    (Hook("a", "github", "s3cret"), {"x-hub-signature-256": f"sha256={hexed(BODY)}"}),
    (
        Hook("a", "stripe", "s3cret"),
        {"stripe-signature": f"t={STAMP},v1={'0' * 64},v1={hexed(f'{STAMP}.'.encode() + BODY)},v0=x"},
    ),
    (
        Hook("a", "zendesk", "s3cret"),
        {"x-zendesk-webhook-signature": coded(ISO.encode() + BODY), "x-zendesk-webhook-signature-timestamp": ISO},
    ),
    (Hook("a", "hex", "s3cret", "X-Sign"), {"x-sign": hexed(BODY)}),
    (Hook("a", "base64", "s3cret", "X-Sign"), {"x-sign": coded(BODY)}),
]  # fmt: skip
TIMED = [case for case in CASES if case[0].style in ("standard", "stripe", "zendesk")]


@pytest.mark.parametrize(("hook", "headers"), CASES, ids=lambda one: getattr(one, "style", ""))
def test_who_holds_the_secret_is_let_in_and_nobody_else(hook: Hook, headers: dict[str, str]) -> None:
    assert check(hook, headers, BODY, "", NOW) == headers.get("webhook-id", hashlib.sha256(BODY).hexdigest())
    other = Hook(hook.name, hook.style, "whsec_b3RoZXI=" if hook.style == "standard" else "other", hook.header)
    for wrong, said, body in [
        (other, headers, BODY), (hook, headers, BODY + b" "), (hook, {}, BODY),
        (hook, headers | {hook.signed_in: ""}, BODY), (hook, headers | {hook.signed_in: "é"}, BODY),
    ]:  # fmt: skip
        with pytest.raises(BadSignature):
            check(wrong, said, body, "", NOW)


@pytest.mark.parametrize(("hook", "headers"), TIMED, ids=lambda one: getattr(one, "style", ""))
def test_an_old_request_is_refused_however_well_it_is_signed(hook: Hook, headers: dict[str, str]) -> None:
    check(hook, headers, BODY, "", NOW + TOLERANCE_S)
    for late in (TOLERANCE_S + 1, -TOLERANCE_S - 1):
        with pytest.raises(BadSignature) as caught:
            check(hook, headers, BODY, "", NOW + late)
        assert caught.value.code == "stale"


def test_several_signatures_let_a_secret_be_changed() -> None:
    hook, headers = CASES[0]
    both = headers | {"webhook-signature": f"v1a,x v1,AAAA {headers['webhook-signature']}"}
    assert check(hook, both, BODY, "", NOW)


def test_a_secret_in_the_path_is_the_last_resort() -> None:
    hook = Hook("a", "path", "long-secret")
    assert check(hook, {}, BODY, "long-secret", NOW)
    for said in ("", "long", "long-secret/x"):
        with pytest.raises(BadSignature):
            check(hook, {}, BODY, said, NOW)
    with pytest.raises(BadSignature):
        check(Hook("a", "path", ""), {}, BODY, "", NOW)


SHOP = {
    "id": 820982911946154508, "created_at": "2026-11-22T07:00:00Z", "topic": "orders/create", "total": "398.00",
    "cents": 39800, "currency": "EUR", "customer": {"id": 115310627314723954, "email": "bob@example.org"},
    "items": [{"sku": "A-1"}, {"sku": "B-2"}], "at_ms": 1_700_000_000_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("topic", "orders/create"), ("customer.email", "bob@example.org"), ("items[1].sku", "B-2"),
        ("items.0.sku", "A-1"), ("$.customer.id", 115310627314723954), ("items[7].sku", None), ("topic.x", None),
        ("", SHOP),
    ],
)  # fmt: skip
def test_a_path_leads_to_a_value(path: str, found: Any) -> None:
    assert look(SHOP, path) == found


def test_a_body_tells_an_event() -> None:
    fields = {
        "event": "=Order Completed", "id": "id", "time": "created_at", "user_id": "customer.id",
        "email": "customer.email", "ref": "id", "amount": "cents / 100", "currency": "currency",
        "product": "items[0].sku", "text": "note", "score": "topic",
    }  # fmt: skip
    assert event(SHOP, fields, "d-1") == {
        "event": "Order Completed", "messageId": "820982911946154508", "timestamp": "2026-11-22T07:00:00Z",
        "userId": "115310627314723954", "context": {"traits": {"email": "bob@example.org"}},
        "properties": {"ref": "820982911946154508", "amount": 398.0, "currency": "EUR", "product": "A-1"},
    }  # fmt: skip
    assert event(SHOP, {"event": "topic", "time": "at_ms"}, "d-1") == {
        "event": "orders/create", "messageId": "d-1", "timestamp": "2023-11-14T22:13:20+00:00", "properties": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("cents / 100", 398.0), ("cents/100", 398.0), ("cents * 0.5", 19900.0), ("cents / 0", None), ("/ 100", None),
        ("cents / x", None), ("a * cents / 100", None), ("topic / 2", None), ("a/b", 7.0), ("a/b / 2", 3.5),
    ],
)  # fmt: skip
def test_a_number_can_be_scaled(said: str, found: float | None) -> None:
    made = event(SHOP | {"a/b": 7}, {"amount": said}, "d-1")
    assert made["properties"].get("amount") == found


def test_a_mapping_that_is_made_to_be_slow_is_not() -> None:
    began = time.process_time()
    event(SHOP, {"amount": "a" + " " * 200_000 + "b"}, "d-1")
    event(SHOP, {"amount": "a" + " *" * 100_000 + " x"}, "d-1")
    assert (
        time.process_time() - began < 20
    )  # a hundredth of a second here; to try every sign with every blank takes hours


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3), max_leaves=9,
)  # fmt: skip


@given(JSON, st.dictionaries(st.sampled_from(["event", "time", "amount", "email", "id"]), st.text(max_size=9)))
def test_any_body_and_any_mapping_give_an_event_or_the_body(body: Any, fields: dict[str, str]) -> None:
    raw = json.dumps(body).encode()
    made = translated(raw, json.dumps({"hook": "a", "id": "d", "fields": fields}).encode())
    assert made == raw or "properties" in json.loads(made)


def test_what_is_no_json_stays_as_it_came() -> None:
    about = b'{"hook": "a"}'
    assert translated(b"a=1&b=2", about) == b"a=1&b=2"
    assert About("a").fields == {}
