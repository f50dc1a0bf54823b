"""Pages that somebody without an account opens by a signed link."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from heartline.core.errors import Forbidden, InvalidInput, NotFound
from heartline.server.accounts import commands, sharing
from heartline.server.accounts.models import AuditEntry, Role, ShareLink, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
PAGE = "/ratings/?period=all"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def made(by: User, path: str = PAGE, **more: Any) -> str:
    return sharing.token(commands.share(by=by, path=path, version=1, **more))


def opened(token: str, door: str = "") -> Any:
    return Client().get(f"/shared/{token}/{door}")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_stranger_sees_the_page_and_nothing_to_do_on_it(alice: User, lake: Lake) -> None:
    answer = opened(made(alice))
    page = text(answer)
    assert answer.status_code == 200
    assert "How do customers rate us?" in page
    assert "alice@example.org shared this page with you" in page
    assert not re.search(r"<(form|nav|button|input|select)\b|\shx-|htmx", page)
    assert [link for link in re.findall(r'<a\b[^>]*href="([^"]*)"', page) if not link.startswith("#")] == []
    assert "/ratings/" not in page
    assert "/behind/" not in page
    assert "Period" in page  # what was chosen is still said


def test_a_shared_page_is_kept_from_searchers_caches_and_other_sites_and_sets_no_cookie(
    alice: User, lake: Lake
) -> None:
    for answer in (opened(made(alice)), opened("nonsense")):
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not answer.cookies


def test_the_page_stays_as_it_was_whatever_lands_later(alice: User, lake: Lake) -> None:
    token = made(alice)
    before = text(opened(token))
    events(lake.folder, [("zoe", "delivery", "2024-03-09", {"score": 1.0, "scale": "stars5", "unit": "berlin"})])
    assert "7" in text(signed_in(alice).get(PAGE))
    same = [re.sub(r"chart-\w+", "", page) for page in (before, text(opened(token)))]
    assert same[0] == same[1]


def test_nothing_that_a_guest_adds_to_the_address_changes_the_page(alice: User, lake: Lake) -> None:
    token = made(alice, "/ratings/?unit=berlin&period=all")
    plain = text(opened(token))
    asked = text(Client().get(f"/shared/{token}/?unit=wien&period=2024-02&as_of=0", headers={"HX-Request": "true"}))
    assert re.sub(r"chart-\w+", "", asked) == re.sub(r"chart-\w+", "", plain)
    assert "<html" in asked


def test_rows_open_only_where_they_were_given_along_and_only_those_of_the_page(alice: User, lake: Lake) -> None:
    token = made(alice, rows=True)
    page = text(opened(token))
    doors = re.findall(rf'href="(/shared/{re.escape(token)}/[^"]+/)"', page)
    assert doors
    rows = Client().get(doors[0])
    assert rows.status_code == 200
    assert "Back to the page" in text(rows)
    assert not re.search(r'href="/(?!static|shared)', text(rows))
    other = made(alice, rows=True)
    assert Client().get(doors[0].replace(token, other)).status_code == 404  # a door of one link opens no other
    assert Client().get(doors[0].replace(token, made(alice))).status_code == 404
    assert opened(token, "forged/").status_code == 404


def test_a_link_shows_no_more_than_its_maker_may_see_when_it_is_opened(alice: User, lake: Lake) -> None:
    bob = commands.create_user(email="b@example.org", role=Role.MANAGER, by="test")
    token = made(bob, rows=True)
    whole = text(opened(token))
    User.objects.filter(pk=bob.pk).update(units=["berlin"])
    narrowed = text(opened(token))
    own = text(signed_in(User.objects.get(pk=bob.pk)).get(PAGE))
    answer = re.search(r'<p class="answer">.*?</p>', own)
    assert answer
    assert answer[0] in narrowed
    assert answer[0] not in whole
    User.objects.filter(pk=bob.pk).update(role=Role.VIEWER, units=[])
    assert opened(token).status_code == 403
    User.objects.filter(pk=bob.pk).update(role=Role.MARKETER)
    assert f"/shared/{token}/" not in text(opened(token))  # a marketer sees no people: the numbers lead nowhere now
    User.objects.filter(pk=bob.pk).update(role=Role.MANAGER, is_active=False)
    assert opened(token).status_code == 403


def test_links_end(alice: User, lake: Lake) -> None:
    token = made(alice, days=1)
    ShareLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert opened(token).status_code == 403
    assert "no longer works" in text(opened(token))
    assert opened(token[:-1] + "A").status_code == 404
    assert ShareLink.objects.get().opened == 0


def test_what_is_opened_is_counted_and_what_is_done_is_written_down(alice: User, lake: Lake) -> None:
    token = made(alice)
    opened(token)
    opened(token)
    link = ShareLink.objects.get()
    assert link.opened == 2
    commands.revoke_share(by=alice, number=link.pk)
    assert opened(token).status_code == 403
    with pytest.raises(NotFound):
        commands.revoke_share(by=alice, number=link.pk)
    assert list(AuditEntry.objects.filter(action__contains="share").values_list("action", "subject")) == [
        ("revoke_share", PAGE), ("share", PAGE),
    ]  # fmt: skip


def test_who_may_share_and_what(alice: User, lake: Lake) -> None:
    viewer = commands.create_user(email="v@example.org", by="test")
    marketer = commands.create_user(email="m@example.org", role=Role.MARKETER, by="test")
    with pytest.raises(Forbidden):
        made(viewer)
    with pytest.raises(Forbidden):
        made(marketer, rows=True)
    for path in (
        "/company/shared/",
        "/accounts/login/",
        "/nowhere/",
        "https://evil.example/ratings/",
        "//evil/ratings/",
    ):
        with pytest.raises(InvalidInput, match="cannot be shared"):
            made(alice, path)
    with pytest.raises(InvalidInput):
        made(alice, days=365)


def test_somebody_shares_from_the_page_and_takes_it_back(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    form = {"path": "/ratings/?period=all&compare=&as_of=1", "days": "7"}
    page = text(client.post("/share/", form))
    (address,) = re.findall(r'value="http://testserver(/shared/[^"]+)"', page)
    assert Client().get(address).status_code == 200
    assert ShareLink.objects.get().path == PAGE
    part = text(client.post("/share/", form, headers={"HX-Request": "true"}))
    assert "<html" not in part
    assert "/shared/" in part
    wrong = client.post("/share/", {"path": "/nowhere/"}, headers={"HX-Request": "true"})
    assert "cannot be shared" in text(wrong)
    listed = text(client.get("/company/shared/"))
    assert PAGE.replace("&", "&amp;") in listed
    number = ShareLink.objects.earliest("pk").pk
    assert client.post(f"/company/shared/{number}/revoke/").status_code == 302
    assert Client().get(address).status_code == 403


def test_links_of_others_are_nobody_s_business_but_the_administrator_s(alice: User, lake: Lake) -> None:
    mia = commands.create_user(email="mia@example.org", role=Role.MARKETER, by="test")
    link = commands.share(by=alice, path=PAGE, version=1)
    assert PAGE not in text(signed_in(mia).get("/company/shared/"))
    with pytest.raises(NotFound):
        commands.revoke_share(by=mia, number=link.pk)
    commands.share(by=mia, path="/ratings/?period=2024", version=1)
    assert "mia@example.org" in text(signed_in(alice).get("/company/shared/"))


def test_whoever_opens_links_in_masses_has_to_wait(alice: User, lake: Lake, settings: Any) -> None:
    settings.SHARED_RATE = "3/m/ip"
    token = made(alice)
    codes = [
        Client().get(f"/shared/{token}/", headers={"X-Forwarded-For": "203.0.113.7"}).status_code for _ in range(4)
    ]
    assert codes == [200, 200, 200, 429]
    assert Client().get(f"/shared/{token}/", headers={"X-Forwarded-For": "203.0.113.8"}).status_code == 200
