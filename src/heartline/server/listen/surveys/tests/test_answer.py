"""Answering: without a script, in one's language, resumed by its address, told once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from heartline.collect.inbox import Received, named, opened
from heartline.collect.loading.loader import Loader
from heartline.collect.loading.reading import reader
from heartline.server.accounts.models import User
from heartline.server.collect.received.keeping import Desk
from heartline.server.listen.surveys import commands, links, tasks
from heartline.server.listen.surveys.models import Answering, Opened
from heartline.store.lake import Lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(alice: User, lake: Lake) -> str:
    """A survey after service, open."""
    commands.begin(by=alice, key="help", example_key="after_service")
    commands.open_(by=alice, key="help")
    return "/s/help/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def token(answer: Any) -> str:
    found = re.search(r'action="/s/\w+/([0-9a-f]{32})/"', text(answer))
    assert found is not None, text(answer)
    return found[1]


def post(client: Client, address: str, block: str, **values: Any) -> Any:
    """Send a page; `solved` and its like are questions, all on the page were asked."""
    form = {f"q-{key}": value for key, value in values.items() if key not in ("go", "to", "lang", "h_ticket")}
    more: dict[str, Any] = {name: values[name] for name in ("go", "to", "lang") if name in values}
    if "h_ticket" in values:
        more["h-ticket"] = values["h_ticket"]
    return client.post(address, {"block": block, "asked": [key[2:] for key in form], **form, **more})


def sent(lake: Lake) -> list[dict[str, Any]]:
    """Give the events that wait in the inbox."""
    with opened(named(lake.folder)) as inbox:
        number = max(inbox.stamped(), default=0) + 1
        found: list[Received] = inbox.stamp(number, 10**6) or inbox.batch(number - 1)
    return [event for row in found for event in msgspec.json.decode(row.body)["batch"]]


def land(lake: Lake) -> list[dict[str, Any]]:
    with opened(named(lake.folder)) as inbox:
        Loader(Lake.open(lake.folder), inbox, reader, Desk(), "test").turn()
    now = Lake.open(lake.folder).at()
    names = ("id", "event", "about", "score", "scale", "text", "ref", "customer", "source", "kind", "properties")
    return [row for row in now.execute(now.rows(*names)).to_pylist() if row["source"] in ("surveys", "employees")]


def test_what_somebody_answers_becomes_interactions_of_theirs(client: Client, asked: str, lake: Lake) -> None:
    first = client.get(asked + "?ticket=T-7", headers={"Accept-Language": "de-DE,de;q=0.9"})
    assert "Ist Ihr Anliegen erledigt?" in text(first)
    assert Answering.objects.count() == 0  # looking is not answering
    here = f"{asked}{token(first)}/"
    after = post(client, here, "main", solved="open", service="2", lang="de", h_ticket="T-7")
    second = client.get(after["Location"])
    assert "Was fehlt noch?" in text(second)
    last = client.get(post(client, here, "words", missing="Der Ersatz", lang="de")["Location"])
    assert "Wir sehen es uns noch einmal an." in text(last)
    rows = {row["id"].rpartition(".")[2]: row for row in land(lake)}
    assert {name: (row["score"], row["scale"], row["text"]) for name, row in rows.items()} == {
        "solved": (None, None, None), "service": (2.0, "csat5", None), "missing": (None, None, "Der Ersatz"),
    }  # fmt: skip
    assert {row["ref"] for row in rows.values()} == {"T-7"}
    assert msgspec.json.decode(rows["solved"]["properties"])["chosen"] == "open"
    assert len({row["customer"] for row in rows.values()}) == 1
    assert post(client, here, "words", missing="Mehr")["Location"] == here  # answered: nothing more is taken
    assert len(land(lake)) == 3


def test_a_page_without_its_needed_answer_comes_again_and_says_so(client: Client, asked: str) -> None:
    here = f"{asked}{token(client.get(asked))}/"
    answer = post(client, here, "main", solved="", service="9")
    assert answer.status_code == 400
    assert "Please answer this question." in text(answer)
    assert "Please choose a point of the scale." in text(answer)
    assert "<title>Please look again:" in text(answer)


def test_a_response_is_resumed_where_it_was_left_and_gone_back(client: Client, asked: str) -> None:
    here = f"{asked}{token(client.get(asked))}/"
    post(client, here, "main", solved="later", service="3")
    later = Client().get(here)
    assert "What is still missing?" in text(later)
    post(client, here, "words", go="back", missing="Not yet")
    again = text(client.get(here))
    assert re.search(r'name="q-solved" value="later" checked', again)
    assert "There is no such" not in again
    assert client.get(asked + "0" * 32 + "/")["Location"] == asked  # nobody's response: from the start
    assert client.get(asked + "../../etc/").status_code == 404


def test_single_answers_are_kept_at_once_and_told_when_nobody_goes_on(client: Client, asked: str, lake: Lake) -> None:
    name = token(client.get(asked))
    assert client.post(f"{asked}{name}/keep/", {"asked": "solved", "q-solved": "open"}).status_code == 204
    assert client.post(f"{asked}{name}/keep/", {"asked": "service", "q-service": "99"}).status_code == 204
    assert tasks.send_idle.call() == 0
    old = timezone.now() - timedelta(minutes=31)
    Answering.objects.update(changed_at=old)
    assert (tasks.send_idle.call(), tasks.send_idle.call()) == (1, 0)
    post(client, f"{asked}{name}/", "main", solved="later", service="2")  # what was told stays as it was
    Answering.objects.update(changed_at=old)
    assert (tasks.send_idle.call(), tasks.send_idle.call()) == (1, 0)
    told = {event["properties"]["question"]: event["properties"].get("chosen") for event in sent(lake)}
    assert told == {"solved": "open", "service": None}


def test_a_personal_link_is_one_persons_and_answers_once(client: Client, asked: str, lake: Lake) -> None:
    link = links.link("help", "user_id", "K-4711-Z")
    first = client.get(asked, {"to": link})
    name = token(first)
    assert token(Client().get(asked, {"to": link})) == name
    here = f"{asked}{name}/"
    post(client, here, "main", solved="first", service="5", to=link)
    post(client, here, "words", why="", to=link)
    assert {event["userId"] for event in sent(lake)} == {"K-4711-Z"}
    assert "K-4711-Z" not in str(Answering.objects.values())
    assert "Thank you. We read every answer." in text(client.get(asked, {"to": link}))
    for wrong in (link[:-1], links.link("other", "user_id", "K-4711-Z"), "x"):
        assert client.get(asked, {"to": wrong}).status_code == 404
    assert post(client, f"{asked}{'0' * 32}/", "main", solved="first", to=link).status_code == 404


def test_a_plain_link_names_nobody(client: Client, asked: str, lake: Lake) -> None:
    name = token(client.get(asked + "?user_id=K-4711-Z&email=ann@shop.org"))
    post(client, f"{asked}{name}/", "main", solved="first", service="5")
    post(client, f"{asked}{name}/", "words", why="")
    assert [set(event) & {"userId", "anonymousId"} for event in sent(lake)] == [{"anonymousId"}] * 2
    assert "K-4711-Z" not in str(sent(lake))


def test_an_anonymous_survey_keeps_nobody(client: Client, alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="work", example_key="enps")
    commands.open_(by=alice, key="work")
    link = links.link("work", "email", "bob@shop.org")
    names = {token(client.get("/s/work/", {"to": link})) for _ in range(2)}
    assert len(names) == 2  # a personal link is nobody's here
    post(client, f"/s/work/{names.pop()}/", "main", enps="9", keeps="Slow tills", to="")
    assert [set(event) & {"userId", "anonymousId", "context"} for event in sent(lake)] == [set(), set()]
    assert [bytes(kept.who) for kept in Answering.objects.all()] == [b""]
    assert [row["customer"] for row in land(lake)] == [None, None]


def test_a_survey_that_is_not_open_cannot_be_answered(client: Client, alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="later", example_key="nps")
    assert client.get("/s/later/").status_code == 404
    assert client.get("/s/none/").status_code == 404
    commands.open_(by=alice, key="later")
    name = token(client.get("/s/later/"))
    post(client, f"/s/later/{name}/", "main", nps="9")
    commands.close(by=alice, key="later")
    assert "This survey is closed" in text(client.get("/s/later/"))
    assert "What do you like most?" in text(client.get(f"/s/later/{name}/"))  # who began may end


def test_who_began_an_edition_ends_it(client: Client, alice: User, asked: str) -> None:
    here = f"{asked}{token(client.get(asked))}/"
    post(client, here, "main", solved="later", service="3")
    body = commands.find("help").body
    body["blocks"] = body["blocks"][:1]
    commands.change(by=alice, key="help", body=body)
    commands.open_(by=alice, key="help")
    assert "What is still missing?" in text(client.get(here))
    assert commands.find("help").edition == 2


def test_opening_is_counted_and_the_page_is_small(client: Client, asked: str) -> None:
    page = client.get(asked)
    client.get(asked)
    assert Opened.objects.get().number == 2
    assert len(page.content) < 30_000
    assert "<style" not in text(page)
    assert "Content-Security-Policy" in page.headers
    assert "sessionid" not in page.cookies


def test_what_people_write_is_shown_back_escaped(client: Client, asked: str) -> None:
    here = f"{asked}{token(client.get(asked + '?ticket=%22%3E%3Cscript%3E'))}/"
    assert "<script>" not in text(client.get(asked + "?ticket=%22%3E%3Cscript%3E"))
    post(client, here, "main", solved="open", service="2")
    post(client, here, "words", missing="<script>alert(1)</script>", go="back")
    assert "<script>alert" not in text(client.get(here))
