"""Keys that send events: the inbox knows those in use, and they open nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from heartline.collect.inbox import named, opened
from heartline.core.errors import Conflict, Forbidden, InvalidInput, Unavailable
from heartline.server.accounts import access, commands, writing
from heartline.server.accounts.models import ApiKey, AuditEntry, User
from heartline.server.accounts.tokens import digest
from heartline.server.shell import data

from .cast import signed_in
from .test_company import secret, text


def known(settings: Any) -> dict[str, str]:
    with opened(named(settings.DATA)) as inbox:
        return inbox.keys()


def test_the_inbox_learns_of_keys_and_forgets_them(lake: object, settings: Any, db: None) -> None:
    key = commands.create_write_key(name="Web shop (EU)", by="test")
    other = commands.create_write_key(name="till", source="Stores", by="test")
    assert known(settings) == {digest(key): "web_shop_eu", digest(other): "stores"}
    assert key.startswith("hlw_")
    commands.revoke_key(name="till", by="test")
    assert known(settings) == {digest(key): "web_shop_eu"}
    assert [entry.action for entry in AuditEntry.objects.all()] == ["revoke_key", "create_key", "create_key"]


def test_an_inbox_that_knows_other_keys_is_put_right(lake: object, settings: Any, db: None) -> None:
    key = commands.create_write_key(name="shop", by="test")
    commands.create_key(name="reads", by="test")
    with opened(named(settings.DATA)) as inbox:
        inbox.set_key("stale", "gone")
        inbox.set_key(digest(key), "renamed")
    writing.mirror()
    assert known(settings) == {digest(key): "shop"}


def test_a_key_that_sends_asks_nothing(lake: object, db: None) -> None:
    key = commands.create_write_key(name="shop", by="test")
    asked = Client(headers={"Authorization": f"Bearer {key}"})
    assert asked.post("/api/v1/scores", "{}", content_type="application/json").status_code == 401


def test_what_does_not_fit_is_refused_and_nothing_is_written(
    lake: object, settings: Any, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.create_write_key(name="shop", by="test")
    with pytest.raises(Conflict):
        commands.create_write_key(name="shop", by="test")
    with pytest.raises(InvalidInput):
        commands.create_write_key(name="???", by="test")
    with pytest.raises(Forbidden):
        commands.create_write_key(name="mine", by=bob)
    assert not access.may(bob, "administer")

    def away(*_: object) -> None:
        raise Unavailable("inbox_away", "The inbox cannot be reached.")

    monkeypatch.setattr(data, "opened", away)
    with pytest.raises(Unavailable):
        commands.create_write_key(name="app", by="test")
    with pytest.raises(Unavailable):
        commands.revoke_key(name="shop", by="test")
    assert list(ApiKey.objects.values_list("name", "revoked_at")) == [("shop", None)]


def test_the_page_makes_one_and_shows_it_once(lake: object, settings: Any, alice: User) -> None:
    client = signed_in(alice)
    page = text(client.post("/company/keys/", {"kind": "write", "name": "Web shop", "source": ""}))
    key = secret(page)
    assert known(settings) == {digest(key): "web_shop"}
    again = text(client.get("/company/keys/"))
    assert key not in again
    assert "sends events as web_shop" in again
    wrong = client.post("/company/keys/", {"kind": "write", "name": "Web shop"})
    assert (wrong.status_code, "There already is a key of this name." in text(wrong)) == (400, True)
    client.post(f"/company/keys/{ApiKey.objects.get().pk}/revoke/")
    assert known(settings) == {}
