"""Connections on their pages: made, tried, started, asked, mended, paused, removed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from heartline.collect.connecting import fetching
from heartline.collect.connecting.rows import Texts, flat
from heartline.collect.connecting.tests.conftest import Shop
from heartline.collect.connecting.tests.conftest import landed as in_lake
from heartline.core.errors import Forbidden, InvalidInput
from heartline.server.accounts import words as accounts_words
from heartline.server.accounts.models import AuditEntry, Role, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.connections import asking, commands, composing, noticing, personal, tasks
from heartline.server.collect.connections.models import Connection, Run, State
from heartline.server.jobs import ticker, worker
from heartline.server.jobs.models import Schedule
from heartline.server.shell.lanes import CONNECT, LANES, TRIES
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake

FEED = {"name": "App reviews", "url": "https://shop.test/reviews", "about": "reviews"}
SECRET = "open sesame"
ROWS = [
    {"id": "r1", "published_at": "2026-03-01T10:00:00Z", "score": "5", "text": "Fine", "author": "anna@example.com"},
    {
        "id": "r2",
        "published_at": "2026-03-02T10:00:00Z",
        "score": "1",
        "text": "<script>alert(1)</script>",
        "author": "b",
    },
]


class Source:
    """Stands in for what fetches: gives its rows, or fails as it is told."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = [dict(row) for row in ROWS]
        self.fails: fetching.NotFetched | None = None
        self.secrets: list[str] = []

    def __call__(self, connect: Any, folder: Path, cursors: Any, *, secret: str = "", **_options: Any) -> Any:
        self.secrets.append(secret)
        if self.fails:
            raise self.fails
        found = {}
        for table in connect.tables:
            known = (
                ["id", "published_at", "title", "text", "score", "author", "version"] if table.name == "feed" else []
            )
            with Texts(folder / f"{table.name}.parquet", known if table.name == "feed" else ()) as texts:
                for row in self.rows:
                    texts.add(flat(row))
            found[table.name] = (texts.rows, {"cursor": len(self.rows)})
        return found


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    """Give a source that needs no network."""
    made = Source()
    monkeypatch.setattr(fetching, "fetch", made)
    return made


@pytest.fixture
def browser(alice: User) -> Client:
    """Give the administrator's browser."""
    return signed_in(alice)


def make(browser: Client, kind: str = "feed", **said: str) -> Connection:
    """Make a connection on the page, and have it tried."""
    answer = browser.post(reverse("connection_new", args=[kind]), {**FEED, **said})
    assert answer.status_code == 302, answer.content.decode()
    worker.run(once=True)
    return Connection.objects.get(key=answer["Location"].strip("/").rpartition("/")[2])


def act(browser: Client, what: str, key: str = "app_reviews", **said: str) -> Any:
    return browser.post(reverse("connection_act", args=[key, what]), said)


def page(browser: Client, key: str = "app_reviews") -> str:
    answer = browser.get(reverse("connection", args=[key]))
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.django_db(transaction=True)
def test_from_a_few_questions_to_rows_that_come_by_themselves(
    empty_lake: Lake, browser: Client, source: Source
) -> None:
    assert "Name a system that knows" in browser.get(reverse("connections")).content.decode()
    made = make(browser, secret=SECRET)
    text = page(browser)
    assert "would become 2 interactions: Review (2)" in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
    assert SECRET not in text
    assert SECRET not in made.recipe
    assert source.secrets == [SECRET]
    assert Lake.open(empty_lake.folder).at().version == 0, "trying writes nothing"
    assert act(browser, "start", every="15 minutes").status_code == 302
    worker.run(once=True)
    assert in_lake(empty_lake.folder) == {"review": 2}
    assert "2 rows, 2 interactions landed" in page(browser)
    made.refresh_from_db()
    assert made.state == State.ON
    assert made.tried is None, "the first rows are not kept once it is started"
    assert made.next_at
    assert timedelta(minutes=14) < made.next_at - timezone.now() <= timedelta(minutes=15)
    source.rows.append({**ROWS[0], "id": "r3"})
    assert act(browser, "run").status_code == 302
    worker.run(once=True)
    assert in_lake(empty_lake.folder) == {"review": 3}
    assert "1 system is asked, and all goes well." in browser.get(reverse("connections")).content.decode()
    known = {entry.action for entry in AuditEntry.objects.all()}
    assert {"create_connection", "start_connection", "run_connection", "fetch_connection"} <= known
    assert all(accounts_words.action(action) != action for action in known)


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_said_and_mended(empty_lake: Lake, browser: Client, source: Source, rf: Any, alice: User) -> None:
    make(browser, secret=SECRET)
    act(browser, "start", every="daily at 03:30")
    worker.run(once=True)
    source.fails = fetching.NotFetched("wrong_secret")
    for _ in range(noticing.PATIENCE):
        Connection.objects.update(next_at=timezone.now())
        tasks.due.call()
    one = Connection.objects.get()
    assert (one.failures, one.state) == (3, State.ON)
    assert one.next_at
    assert one.next_at - timezone.now() <= timedelta(hours=1), "it does not wait for tomorrow"
    assert "refuses the password or token" in page(browser)
    assert "1 of 1 connections needs somebody." in browser.get(reverse("connections")).content.decode()
    request = rf.get("/")
    request.user = alice
    told = noticing.failing(request)
    assert told is not None
    assert "App reviews" in told.text
    source.fails = None
    assert act(browser, "secret", secret="another").status_code == 302
    act(browser, "run")
    worker.run(once=True)
    assert source.secrets[-1] == "another"
    assert Connection.objects.get().failures == 0
    assert noticing.failing(request) is None


@pytest.mark.django_db(transaction=True)
def test_a_database_is_recognised_and_comes_in(lake: Lake, browser: Client, shop: Shop, client: Client) -> None:
    for number in range(1, 13):
        shop.order(number, f"2026-02-{number:02}T10:00:00Z")
    parts = urlsplit(shop.url)
    said = {
        "name": "shop", "host": str(parts.hostname), "port": str(parts.port), "database": parts.path.strip("/"),
        "user": str(parts.username), "secret": "let me in", "table_1": "orders", "cursor_1": "updated_at",
        "table_2": "customers", "private": "on",
    }  # fmt: skip
    make(browser, "sql", **said)
    text = page(browser, "shop")
    assert "c1@example.com" in text, "rows are shown as they come"
    assert "These rows would become" in text
    assert act(browser, "start", "shop", every="by hand").status_code == 302
    worker.run(once=True)
    run = Run.objects.get()
    assert run.error is None
    assert run.landed >= 12
    assert in_lake(lake.folder)["order_placed"] == 12
    shop.order(13, "2026-02-13T10:00:00Z")
    act(browser, "run", "shop")
    worker.run(once=True)
    assert in_lake(lake.folder)["order_placed"] == 13
    assert Connection.objects.get().next_at is None


@pytest.mark.django_db
def test_only_administrators_say_what_is_asked(lake: Lake, bob: User, charlie: Client, alice: User) -> None:
    for name in ("connections",):
        assert charlie.get(reverse(name)).status_code == 302
        assert signed_in(bob).get(reverse(name)).status_code == 403, "who is here for some units brings nothing in"
    analyst = User.objects.get(pk=alice.pk)
    analyst.role = Role.ANALYST
    analyst.save()
    browser = signed_in(analyst)
    assert browser.get(reverse("connections")).status_code == 200
    assert browser.get(reverse("connection_new", args=["sql"])).status_code == 403
    with pytest.raises(Forbidden):
        commands.create(by=analyst, kind="feed", said=FEED)
    Connection.objects.create(key="x", kind="feed", recipe="", made_by="t")
    for what in ("change", "secret", "start", "remove"):
        assert act(browser, what, "x", recipe="x", every="1 hour").status_code == 403
    assert Connection.objects.filter(key="x").exists()


@pytest.mark.django_db
def test_what_cannot_be_used_is_said_beside_the_form(lake: Lake, browser: Client) -> None:
    wrong = [
        ("sql", {"name": "shop", "database": "x", "table_1": "orders"}, "Something is missing"),
        ("feed", {"name": "", "url": "https://a.test/"}, "Something is missing"),
        ("feed", {"name": "x", "url": "file:///etc/passwd"}, "cannot be used"),
        ("feed", {"name": "x", "url": "https://me:pw@a.test/"}, "password in it"),
        ("recipe", {"recipe": "recipe: 1\nsource: x\nfiles: {a: a.csv}\n"}, "no `connect`"),
    ]
    for kind, said, sentence in wrong:
        answer = browser.post(reverse("connection_new", args=[kind]), said)
        assert answer.status_code == 400
        assert sentence in answer.content.decode().replace("&#x27;", "'")
    assert not Connection.objects.exists()
    assert browser.get(reverse("connection_new", args=["nothing"])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_another_system(empty_lake: Lake, browser: Client, source: Source) -> None:
    assert {CONNECT, TRIES} <= set(LANES)
    assert (tasks.due.queue_name, tasks.attempt.queue_name) == (CONNECT, TRIES)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_started_while_no_time_has_come(empty_lake: Lake, browser: Client, source: Source) -> None:
    def started() -> bool:
        Schedule.objects.update(due_at=timezone.now())
        ticker.tick()
        return DBTaskResult.objects.filter(task_path=tasks.due.module_path).exists()

    make(browser)
    act(browser, "start", every="1 hour")
    worker.run(once=True)
    DBTaskResult.objects.all().delete()
    ticker.plan()
    assert not started()
    Connection.objects.update(next_at=timezone.now())
    assert started()


@pytest.mark.django_db(transaction=True)
def test_paused_while_it_is_fetched_nothing_lands(
    empty_lake: Lake, browser: Client, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(browser)
    act(browser, "start", every="1 hour")

    def fetch(*given: Any, **options: Any) -> Any:
        found = source(*given, **options)
        act(browser, "pause")
        return found

    monkeypatch.setattr(fetching, "fetch", fetch)
    worker.run(once=True)
    assert Lake.open(empty_lake.folder).at().version == 0
    assert Connection.objects.get().state == State.PAUSED
    monkeypatch.setattr(fetching, "fetch", source)
    act(browser, "run")
    worker.run(once=True)
    assert in_lake(empty_lake.folder) == {"review": 2}


@pytest.mark.django_db(transaction=True)
def test_the_first_rows_are_handed_out_and_erased(empty_lake: Lake, browser: Client, source: Source) -> None:
    make(browser)
    who = Theirs(frozenset(), lambda text: text == "anna@example.com")
    (given,) = personal._export(who)
    assert "anna@example.com" in given["row"]
    assert b"anna" not in bytes(Connection.objects.get().tried or b"")
    gone = personal._forget(who)
    assert (gone.removed, Connection.objects.get().tried) == (1, None)


@pytest.mark.django_db(transaction=True)
def test_an_emptied_company_asks_nobody_until_somebody_says_so(
    empty_lake: Lake, browser: Client, source: Source
) -> None:
    make(browser)
    act(browser, "start", every="1 hour")
    worker.run(once=True)
    assert (empty_lake.folder / "connect" / "app_reviews" / "state.json").exists()
    commands.hold()
    commands.forget_all()
    one = Connection.objects.get()
    assert (one.state, one.next_at, Run.objects.count()) == (State.PAUSED, None, 0)
    assert not (empty_lake.folder / "connect").exists()


@pytest.mark.django_db
def test_queries_do_not_grow_with_connections(
    lake: Lake, browser: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    text = composing.recipe("feed", "x", FEED, zone="UTC", currency="")
    for number in range(12):
        one = Connection.objects.create(key=f"c{number}", kind="feed", recipe=text, made_by="t", state=State.ON)
        Run.objects.create(connection=one, ended_at=timezone.now(), fetched=number)
    browser.get(reverse("connections"))
    with django_assert_max_num_queries(12):
        assert browser.get(reverse("connections")).status_code == 200


def test_a_schedule_is_written_into_the_recipe() -> None:
    text = composing.recipe("feed", "x", FEED, zone="UTC", currency="")
    for every in ("15 minutes", "daily at 03:30", "2 hours"):
        text = commands.scheduled(text, every)
        assert str(commands.checked(text).schedule) == every
    with pytest.raises(InvalidInput):
        commands.scheduled("recipe: 1\nsource: x\nconnect: {kind: feed, url: https://a.test}\n", "1 hour")


def test_an_error_says_what_its_code_says() -> None:
    made = asking.plain(fetching.NotFetched("no_cursor", {"table": "orders", "cursor": "x", "columns": "id"}))
    assert json.loads(json.dumps(made))["values"]["columns"] == "id"
