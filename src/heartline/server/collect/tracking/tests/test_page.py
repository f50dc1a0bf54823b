"""The page of the script: the line with its key, what came in last, and the script itself for any browser."""

from __future__ import annotations

import gzip
import json
import re
import time
from collections import Counter
from typing import Any

import pytest
from django.test import Client

from heartline.collect.events import decode, placed
from heartline.collect.inbox import Received, named, opened
from heartline.collect.loading.keeping import Kept
from heartline.collect.loading.taking import Taken
from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import ApiKey, KeyKind, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tokens import digest
from heartline.server.collect.tracking import commands
from heartline.server.collect.tracking.models import Lately
from heartline.server.collect.tracking.views import FILE
from heartline.store.definitions import Definitions
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db
SITE = {"library": {"name": "hl.js", "version": "1"}, "page": {"path": "/shop/4711"}}


def batch(number: int, *events: dict[str, Any], source: str = "web", age_s: float = 0) -> Kept:
    """Give a batch as the loader tells it."""
    at = time.time() - age_s
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    told = [{"userId": "anna", "messageId": f"{number}-{place}", "timestamp": stamp, **event}
            for place, event in enumerate(events)]  # fmt: skip
    body = json.dumps({"batch": told}).encode()
    some = [Received(int(at * 1e6), source, "batch", body, len(events), b"{}", number)]
    made = placed(decode(some), Definitions())
    none: Counter[str] = Counter()
    taken = Taken(made.rows, (), made.people)
    return Kept(number, some, len(events), none, none, 0, [], none, int(at * 1e6), taken)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_key_is_made_and_shown_once_in_its_line(alice: User, lake: Lake) -> None:
    client = signed_in(alice)
    before = text(client.get("/tracking/"))
    assert "Nothing has come from your site yet." in before
    assert "data-key=&quot;hlw_…&quot;" in before
    made = client.post("/tracking/", {"name": "My Shop", "agreement": "tcf"})
    found = re.search(
        r"&lt;script defer src=&quot;http://testserver/hl.js&quot; data-key=&quot;(hlw_\S+?)&quot;"
        r" data-consent=&quot;tcf&quot;&gt;&lt;/script&gt;", text(made),
    )  # fmt: skip
    assert found
    key = ApiKey.objects.get()
    assert (key.name, key.kind, key.source, key.digest) == ("My Shop", KeyKind.WRITE, "my_shop", digest(found[1]))
    with opened(named(lake.folder)) as inbox:
        assert inbox.keys() == {key.digest: "my_shop"}
    assert found[1] not in text(client.get("/tracking/"))


@pytest.mark.parametrize(
    ("name", "said"),
    [("My Shop", "There already is a key of that name."), ("§§", "at least one letter or digit")],
)
def test_a_name_that_cannot_be_is_said_so(alice: User, lake: Lake, name: str, said: str) -> None:
    accounts.create_write_key(name="My Shop", by="test")
    answer = signed_in(alice).post("/tracking/", {"name": name, "agreement": "nonsense"})
    assert answer.status_code in (400, 409)
    assert said in text(answer)
    assert ApiKey.objects.count() == 1


def test_a_manager_sees_the_page_and_an_administrator_makes_the_key(lake: Lake, alice: User) -> None:
    manager = accounts.create_user(email="mia@example.org", role=Role.MANAGER, by=alice)
    client = signed_in(manager)
    page = text(client.get("/tracking/"))
    assert "An administrator makes the key on this page." in page
    assert "<select" not in page
    refused = client.post("/tracking/", {"name": "My Shop"})
    assert (refused.status_code, ApiKey.objects.count()) == (403, 0)


def test_the_page_is_for_those_who_bring_data_in(lake: Lake, alice: User, bob: User, charlie: Client) -> None:
    assert charlie.get("/tracking/").status_code == 302
    assert signed_in(bob).get("/tracking/").status_code == 403  # he is here for Berlin alone
    viewer = accounts.create_user(email="vic@example.org", role=Role.VIEWER, by=alice)
    assert signed_in(viewer).get("/tracking/").status_code == 403


def test_what_came_in_last_is_shown_without_whose_it_was(alice: User, lake: Lake) -> None:
    commands.learn(batch(1, {"type": "track", "event": "Order Completed", "properties": {"email": "anna@x.org"}}))
    page = text(signed_in(alice).get("/tracking/"))
    assert "Events come in from other programs, but none from this line yet." in page
    commands.learn(
        batch(
            2, {"type": "page", "context": SITE, "properties": SITE["page"]},
            {"type": "track", "event": "Page Loaded", "context": SITE, "properties": {"wait_s": 2.5}},
            {"type": "track", "event": "<b>Own</b> 5 %", "properties": {"touchpoint": "delivery"}},
        )
    )  # fmt: skip
    page = text(signed_in(alice).get("/tracking/", headers={"HX-Request": "true"}))
    assert "<html" not in page
    assert re.search(r"Your site is heard. The last event came (just now|\d seconds ago)\.", page)
    assert "Page /shop/:id was opened" in page
    assert re.search(r"The main part of a page was there after 2\.50 s<small>/shop/:id</small>", page)
    assert "&lt;b&gt;Own&lt;/b&gt; 5 %" in page
    assert '<a href="/touchpoints/delivery/">Delivery</a>' in page
    commands.learn(batch(3, {"type": "track", "event": "Page Loaded", "context": SITE, "messageId": "2-1"}))
    again = text(signed_in(alice).get("/tracking/", headers={"HX-Request": "true"}))
    assert again.count("The main part of a page was there") == 1  # it came twice, with the same id
    kept = json.dumps([one.events for one in Lately.objects.all()])
    assert "anna" not in kept


def test_how_long_ago_is_said_in_the_unit_that_fits_in_german(alice: User, lake: Lake) -> None:
    for number, age_s in enumerate((30, 60, 7_300, 3 * 86_400), 1):
        commands.learn(batch(number, {"type": "track", "event": "Search Failed", "context": SITE}, age_s=age_s + 1))
    client = signed_in(alice)
    client.cookies["django_language"] = "de"
    page = text(client.get("/tracking/"))
    shown = re.findall(r">(vor [^<]+)</td>", page)
    assert re.fullmatch(r"vor 3\d Sekunden", shown[0])
    assert shown[1:] == ["vor 1 Minute", "vor 2 Stunden", "vor 3 Tagen"]
    assert page.count('class="wide lead">Eine Suche fand nichts<small>/shop/:id</small>') == 4
    assert re.search(r"Ihre Website ist zu hören. Das letzte Ereignis kam vor 3\d Sekunden\.", page)


def test_a_batch_that_is_told_again_replaces_itself_and_old_ones_go(lake: Lake) -> None:
    many = [{"type": "track", "event": f"N{n}"} for n in range(50)]
    commands.learn(batch(1, *many))
    commands.learn(batch(1, *many))
    assert [row["event"] for row in Lately.objects.get().events] == [f"N{n}" for n in range(30, 50)]
    for number in range(2, 100):
        commands.learn(batch(number, {"type": "track", "event": "N"}))
    assert Lately.objects.count() == commands.BATCHES
    commands.forget_all()
    assert not Lately.objects.exists()


def test_the_page_asks_as_often_however_much_came_in(
    alice: User, lake: Lake, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(alice)
    for number in range(1, 40):
        commands.learn(batch(number, *[{"type": "track", "event": "N", "context": SITE}] * 20))
    with django_assert_max_num_queries(5):
        assert client.get("/tracking/", headers={"HX-Request": "true"}).status_code == 200


def test_any_browser_may_have_the_script_packed_and_again_only_when_it_changed(charlie: Client) -> None:
    answer = charlie.get("/hl.js", headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(answer.content) == FILE.read_bytes()
    assert len(answer.content) <= 6144
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert (answer["Access-Control-Allow-Origin"], answer["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert "max-age=3600" in answer["Cache-Control"]
    assert not answer.cookies
    again = charlie.get("/hl.js", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert charlie.get("/hl.js").content == FILE.read_bytes()
    assert charlie.post("/hl.js").status_code == 405
