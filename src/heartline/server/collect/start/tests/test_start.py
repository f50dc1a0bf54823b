"""How a company begins: the demo company and its removal, or three questions."""

from __future__ import annotations

import re
import sys
from html import unescape
from typing import Any

import pytest
from django.test import Client

from heartline.collect import starting
from heartline.core.errors import Conflict, Forbidden
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.collect.start import commands, places, tasks
from heartline.server.collect.start.models import DemoRun, State
from heartline.server.shell import emptiness
from heartline.server.shell.models import Publication
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db

BANNER = "its customers and numbers are invented"


def text(client: Client, address: str, data: Any = None, *, status: int = 200, language: str = "en") -> str:
    headers = {"Accept-Language": language}
    if data is None:
        answer = client.get(address, headers=headers, follow=True)
    else:
        answer = client.post(address, data, headers=headers, follow=True)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def small(monkeypatch: pytest.MonkeyPatch, *more: str) -> None:
    """Have the demo company made with few customers."""
    monkeypatch.setattr(tasks, "COMMAND", (*tasks.COMMAND, "--customers", "12", *more))


def answered(**changed: Any) -> dict[str, Any]:
    return {"trade": "retail", "country": ["DE", "ES"], "others": "", "currency": "EUR", "name": "Teeladen",
            "shops": "Mitte, Berlin\nSol, Madrid, Spain"} | changed  # fmt: skip


def test_an_empty_folder_asks_which_way(alice: User, empty_lake: Lake) -> None:
    page = text(signed_in(alice), "/start/")
    assert "Open the demo shop" in page
    assert "Answer three questions" in page
    assert BANNER not in page
    assert "Wo möchten Sie anfangen?" in text(signed_in(alice), "/start/", language="de")


def test_who_does_not_administer_is_told_to_ask(bob: User, empty_lake: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/start/")
    assert "An administrator has to begin." in page
    assert '<form method="post" action="/start/demo/"' not in page
    assert client.post("/start/demo/").status_code == 403
    assert client.post("/start/yours/", answered()).status_code == 403
    assert client.post("/start/remove/").status_code == 403
    assert emptiness.nothing_here()


def test_strangers_are_led_to_sign_in(charlie: Client, empty_lake: Lake) -> None:
    for address in ("/start/", "/start/yours/", "/start/progress/", "/start/remove/"):
        assert charlie.get(address).status_code == 302


def test_the_demo_company_is_made_shown_and_removed(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch)
    client = signed_in(alice)
    page = text(client, "/start/demo/", {})
    assert "The demo shop opens" in page
    run = DemoRun.objects.get()
    assert (run.state, run.by) == (State.WAITING, "alice@example.org")
    tasks.make_demo.func(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, run.of) == (State.DONE, 12, 12)
    assert "The pages are made" in text(client, "/start/progress/")
    Publication.objects.create(version=workspace().lake.at().version)
    assert client.get("/start/progress/").headers["HX-Redirect"] == "/"
    assert BANNER in text(client, "/company/")
    assert "interactions go" in text(client, "/start/remove/")
    assert emptiness.demo_here()
    page = text(client, "/start/remove/", {})
    assert "Open the demo shop" in page
    assert BANNER not in page
    assert emptiness.nothing_here()
    assert not (empty_lake.folder / "truth.json").exists()
    assert not Publication.objects.exists()
    assert [entry.action for entry in AuditEntry.objects.filter(subject="demo company")] == [
        "remove_demo", "begin_demo",
    ]  # fmt: skip


def test_a_second_worker_finishes_what_the_first_has_done(alice: User, lake: Lake) -> None:
    events(lake.folder, [], settings={"company": {"demo": True}})
    run = DemoRun.objects.create(by="alice", state=State.RUNNING)
    tasks.make_demo.func(run.pk)
    run.refresh_from_db()
    assert run.state == State.DONE


def test_what_went_wrong_is_said_and_can_be_tried_again(
    alice: User, empty_lake: Lake, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tasks, "COMMAND", (sys.executable, "-c", "import sys; sys.exit('The disk is full.')"))
    client = signed_in(alice)
    text(client, "/start/demo/", {})
    tasks.make_demo.func(DemoRun.objects.get().pk)
    page = text(client, "/start/")
    assert "The demo shop could not be made: The disk is full." in page
    assert "Open the demo shop" in page
    text(client, "/start/demo/", {})
    assert DemoRun.objects.count() == 2


def test_progress_is_what_the_program_tells() -> None:
    lines = ['{"what":"living","done":1,"of":3}', "nonsense", '{"what":"importing","done":3,"of":3}', '{"folder":"x"}']
    assert list(tasks._steps(lines)) == [
        {"what": "living", "done": 1, "of": 3}, {"what": "importing", "done": 3, "of": 3},
    ]  # fmt: skip


def test_two_do_not_begin_at_once_and_nothing_is_begun_over_data(alice: User, empty_lake: Lake) -> None:
    commands.begin_demo(by=alice)
    with pytest.raises(Conflict, match="already"):
        commands.begin_demo(by=alice)
    with pytest.raises(Conflict, match="being made"):
        commands.remove_demo(by=alice)
    DemoRun.objects.all().delete()
    events(empty_lake.folder, [("anna", "shop", "2024-03-01 10:00")])
    with pytest.raises(Conflict, match="data here"):
        commands.begin_demo(by=alice)


def test_only_the_demo_company_can_be_removed(alice: User, lake: Lake) -> None:
    with pytest.raises(Conflict, match="not the demo"):
        commands.remove_demo(by=alice)
    text(signed_in(alice), "/start/remove/", {})
    assert lake.at().files("interactions")


def test_three_questions_make_a_map_in_the_language_of_the_page(alice: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    assert "Drei Fragen, dann Ihre Karte" in text(client, "/start/yours/", language="de")
    page = text(client, "/start/yours/", answered(shops="Mitte, Berlin\nSol, Madrid, Spanien"), language="de")
    assert "Ihre Karte ist da" in page
    assert "Rückgabe" in page
    definitions = empty_lake.at().definitions
    assert definitions.all("journey")["online_order"]["label"] == "Eine Onlinebestellung"
    assert definitions.all("unit")["sol_madrid"]["parent"] == "es"
    assert definitions.all("unit")["es"]["name"] == "Spanien"
    assert (definitions.settings["currency"], definitions.settings["name"]) == ("EUR", "Teeladen")
    assert not emptiness.nothing_here()
    assert AuditEntry.objects.get(action="begin_company").details["countries"] == ["DE", "ES"]
    assert 'href="/company/"' in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"trade": ""}, "Choose a trade."),
        ({"country": []}, "Choose at least one country."),
        ({"others": "Peru"}, "not a code of two letters"),
        ({"currency": "Euro"}, "That is not a currency."),
        ({"shops": "Shop\n" * (starting.MOST_SHOPS + 1)}, "too long to paste"),
    ],
)
def test_answers_that_cannot_be_used_are_explained_and_kept(
    alice: User, empty_lake: Lake, changed: dict[str, Any], said: str
) -> None:
    page = text(signed_in(alice), "/start/yours/", answered(**changed), status=400)
    assert said in page
    assert 'value="Teeladen"' in page
    assert emptiness.nothing_here()


def test_the_main_country_gives_the_zone_and_takes_shops_without_a_country(alice: User, empty_lake: Lake) -> None:
    text(signed_in(alice), "/start/yours/", answered(main="ES", country=["DE", "ES"], shops="Sol"))
    definitions = empty_lake.at().definitions
    assert definitions.settings["timezone"] == "Europe/Madrid"
    assert definitions.settings["countries"] == ["ES", "DE"]
    assert definitions.all("unit")["sol"]["parent"] == "es"


def test_no_map_is_made_over_the_demo_company(alice: User, lake: Lake) -> None:
    events(lake.folder, [], settings={"company": {"demo": True}})
    page = text(signed_in(alice), "/start/yours/", answered(), status=400)
    assert "The demo shop is here. Remove it first." in page


def test_the_banner_stands_on_every_page_while_the_demo_company_is_here(alice: User, bob: User, lake: Lake) -> None:
    assert BANNER not in text(signed_in(alice), "/company/")
    events(lake.folder, [], settings={"company": {"demo": True}})
    assert "Remove it and start with yours" in text(signed_in(alice), "/company/")
    page = text(signed_in(bob), "/company/")
    assert BANNER in page
    assert "Remove it and start with yours" not in page


def test_features_are_told_when_everything_goes(alice: User, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(emptiness, "_told", [])
    emptiness.when_emptied(lambda: told.append("gone"))
    events(lake.folder, [], settings={"company": {"demo": True}})
    commands.remove_demo(by=alice)
    assert told == ["gone"]
    assert emptiness.nothing_here()


def test_nobody_begins_or_removes_without_the_right(bob: User, lake: Lake) -> None:
    with pytest.raises(Forbidden):
        commands.begin_demo(by=bob)
    with pytest.raises(Forbidden):
        commands.remove_demo(by=bob)


def test_every_country_that_is_offered_has_a_zone() -> None:
    from heartline.collect.countries import zone_of

    assert all(zone_of(code) != "UTC" for code in places.countries())
