"""A webhook from the page on which it is made to the customer's timeline, through the public port."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from heartline.collect.inbox import Inbox, named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.server.accounts import commands as accounts
from heartline.server.accounts import writing
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.hooks import commands, personal
from heartline.server.collect.hooks.models import Hook, Sample
from heartline.server.collect.received.keeping import Desk
from heartline.server.front import Front
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
ORDER = {"id": 7, "topic": "Order Completed", "customer": {"email": "bob@example.org"}, "total": 4200}
FIELDS = {"event": "topic", "id": "id", "email": "customer.email", "amount": "total / 100", "ref": "id"}


@pytest.fixture
def inbox(lake: Lake) -> Iterator[Inbox]:
    with opened(named(lake.folder)) as made:
        yield made


@pytest.fixture
def front(lake: Lake) -> Path:
    return lake.folder


def ask(folder: Path, *calls: tuple[str, bytes, dict[str, str]], method: str = "POST") -> list[tuple[int, Any]]:
    """Send requests to a public port one after the other; give what was answered."""
    front = Front("nowhere.sock", data=folder)

    async def one(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
        sent: list[Any] = []
        told = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return told.pop() if told else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        await front({"type": "http", "method": method, "path": path, "headers": named}, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])

    async def all_of_them() -> list[tuple[int, Any]]:
        return [await one(*call) for call in calls]

    try:
        return asyncio.run(all_of_them())
    finally:
        assert front.ingest
        front.ingest.close()


def signed(body: bytes, secret: str) -> dict[str, str]:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {"x-shopify-hmac-sha256": base64.b64encode(mac).decode()}


@pytest.fixture
def land(lake: Lake, inbox: Inbox) -> Callable[[], list[dict[str, Any]]]:
    """Land what waits, and give what came by the hook."""

    def go() -> list[dict[str, Any]]:
        Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test").turn()
        now = Lake.open(lake.folder).at()
        rows = now.execute(now.rows("id", "event", "amount", "ref", "source", "identifier")).to_pylist()
        return [row for row in rows if row["source"] == "shop"]

    return go


def test_what_a_shop_signs_lands_once_as_the_event_it_tells(
    alice: User, front: Path, land: Callable[[], list[dict[str, Any]]]
) -> None:
    commands.create(by=alice, name="Shop", style="shopify", secret="s3cret")
    commands.set_fields(by=alice, name="shop", fields=FIELDS)
    body = json.dumps(ORDER).encode()
    call = ("/v1/hook/shop", body, signed(body, "s3cret"))
    assert ask(front, call, call) == [(200, {"success": True})] * 2
    (row,) = land()
    assert (row["id"], row["event"], float(row["amount"]), row["ref"]) == ("shop:7", "Order Completed", 42.0, "7")
    assert row["identifier"].startswith("email:")
    one = Hook.objects.get()
    assert (one.taken, one.refused, Sample.objects.count()) == (1, 0, 1)
    assert b"bob" not in bytes(Sample.objects.get().body)


def test_what_is_not_signed_is_refused_counted_and_not_kept(
    alice: User, front: Path, land: Callable[[], list[dict[str, Any]]]
) -> None:
    commands.create(by=alice, name="Shop", style="shopify", secret="s3cret")
    body = json.dumps(ORDER).encode()
    answers = ask(
        front, ("/v1/hook/shop", body, signed(body, "other")), ("/v1/hook/shop", body, {}), ("/v1/hook/else", body, {})
    )
    assert [(status, said["code"]) for status, said in answers] == [
        (401, "bad_signature"), (401, "bad_signature"), (404, "unknown_address")
    ]  # fmt: skip
    assert ask(front, ("/v1/hook/shop", b"", {}), method="GET")[0][0] == 405
    assert land() == []
    assert (Hook.objects.get().taken, Hook.objects.get().refused) == (0, 1)  # the second is told with the next
    assert not Sample.objects.exists()


def test_the_page_makes_a_hook_shows_its_secret_once_and_keeps_it_sealed(
    alice: User, lake: Lake, inbox: Inbox, front: Path
) -> None:
    client = signed_in(alice)
    assert "None yet." in client.get("/hooks/").content.decode()
    page = client.post("/hooks/", {"name": "Desk", "style": "path"}).content.decode()
    found = re.search(r"http://testserver(/v1/hook/desk/(\S+?))</pre>", page)
    assert found
    assert ask(front, (found[1], b"{}", {}))[0][0] == 200
    assert ask(front, (found[1][:-1], b"{}", {}))[0][0] == 401
    made = client.post("/hooks/", {"name": "Mail", "style": "standard"}).content.decode()
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", made)
    assert secret
    kept = "".join([*inbox.keys().values(), *(str(bytes(one.secret)) for one in Hook.objects.all())])
    assert secret[0] not in kept
    assert found[2] not in kept
    assert secret[0] not in client.get("/hooks/mail/").content.decode() + client.get("/hooks/").content.decode()
    writing.mirror()
    assert {"hook:desk", "hook:mail"} <= inbox.keys().keys()
    client.post("/hooks/desk/remove/")
    assert not {"hook:desk"} & inbox.keys().keys()
    assert {one.action for one in AuditEntry.objects.all()} >= {"create_hook", "remove_hook"}


@pytest.mark.parametrize(
    ("values", "status", "said"),
    [
        ({"name": "§"}, 400, "at least one letter or digit"),
        ({"style": "none"}, 400, "choose how requests are signed"),
        ({"style": "hex"}, 400, "Name the header"),
        ({"header": "X-Sign"}, 400, "Name the header"),
        ({"style": "hex", "header": "a b"}, 400, "Name the header"),
        ({"name": "SHOP"}, 409, "There is a webhook of that name already."),
    ],
)
def test_what_cannot_be_is_said(alice: User, lake: Lake, values: dict[str, str], status: int, said: str) -> None:
    commands.create(by=alice, name="shop", style="github")
    answer = signed_in(alice).post("/hooks/", {"name": "new", "style": "shopify", **values})
    assert (answer.status_code, Hook.objects.count()) == (status, 1)
    assert said in answer.content.decode()


def test_a_mapping_is_tried_on_what_came_and_then_saved(
    alice: User, front: Path, land: Callable[[], list[dict[str, Any]]]
) -> None:
    commands.create(by=alice, name="Shop", style="shopify", secret="s3cret")
    bodies = [json.dumps({**ORDER, "id": number}).encode() for number in range(8)]
    ask(front, *[("/v1/hook/shop", body, signed(body, "s3cret")) for body in bodies], ("/v1/hook/shop", b"x", {}))
    assert land() == []  # no event of a name: it waits to be tried again
    assert Sample.objects.count() == commands.KEPT
    client = signed_in(alice)
    tried = client.post("/hooks/shop/try/", FIELDS).content.decode()
    assert tried.count("&quot;event&quot;: &quot;Order Completed&quot;") == commands.KEPT
    assert "event" not in Hook.objects.get().fields or Hook.objects.get().fields["event"] == "type"
    assert client.post("/hooks/shop/", {**FIELDS, "event": " "}).status_code == 400
    assert "Saved." in client.post("/hooks/shop/", FIELDS).content.decode()
    assert Hook.objects.get().fields == FIELDS
    who = Theirs(frozenset(), lambda text: "bob@example.org" in text)
    assert len(personal._export(who)) == commands.KEPT
    assert personal._forget(who).removed == commands.KEPT


def test_hooks_are_for_those_who_bring_data_in(alice: User, bob: User, lake: Lake) -> None:
    commands.create(by=alice, name="shop", style="github")
    analyst = signed_in(accounts.create_user(email="ann@example.org", role=Role.ANALYST, by=alice))
    assert "Make a webhook" not in analyst.get("/hooks/").content.decode()
    assert analyst.post("/hooks/", {"name": "x", "style": "github"}).status_code == 403
    assert analyst.post("/hooks/shop/remove/").status_code == 403
    assert analyst.post("/hooks/shop/", {"event": "type"}).status_code == 200
    for path in ("/hooks/", "/hooks/shop/"):
        assert signed_in(bob).get(path).status_code == 403
    assert analyst.get("/hooks/none/").status_code == 404
