"""What the script says is heard: kept by the same commands, believed only with the site's key, refused with a code."""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
import pytest
from django.test import Client

from heartline.server.accounts import commands as accounts
from heartline.server.accounts.models import User
from heartline.server.listen.surveys import answering, commands
from heartline.server.listen.surveys.models import Answering, Opened
from heartline.server.listen.surveys.tests.test_answer import asked, land, sent
from heartline.server.listen.surveys.widget.views import FILE
from heartline.server.shell import personal, showing
from heartline.server.shell.eligible import Ask
from heartline.store.lake import Lake

__all__ = ["asked"]
pytestmark = pytest.mark.django_db
TOKEN = "0123456789abcdef" * 2


def say(client: Client, do: str, *, survey: str = "help", token: str = TOKEN, **more: Any) -> Any:
    """Say something as the script does: a text, from another site."""
    body = msgspec.json.encode({"do": do, "token": token, **more})
    origin = {"Origin": "https://shop.example"}
    return client.post(f"/s/{survey}/widget/", body, content_type="text/plain", headers=origin)


def told(answer: Any) -> Any:
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer
    return msgspec.json.decode(answer.content)


@pytest.mark.usefixtures("asked")
def test_a_survey_is_answered_page_by_page_and_told_once(client: Client, lake: Lake) -> None:
    first = told(say(client, "open", language="de", hidden={"ticket": "T-7", "channel": "phone"}))
    assert (first["block"], first["direction"], first["words"]["next"]) == ("main", "ltr", "Weiter")
    assert [question["key"] for question in first["questions"]] == ["solved", "service"]
    assert Answering.objects.count() == 0  # looking is not answering
    assert (
        say(client, "keep", given={"solved": "open"}, hidden={"ticket": "T-7", "channel": "phone"}).status_code == 204
    )
    wrong = say(client, "send", block="main", given={"solved": None, "service": 9}, language="de")
    assert wrong.status_code == 400
    assert {question["key"]: bool(question["wrong"]) for question in told(wrong)["questions"]} == {
        "solved": True, "service": True,
    }  # fmt: skip
    second = told(say(client, "send", block="main", given={"solved": "open", "service": 2}, language="de"))
    assert (second["block"], second["questions"][0]["text"]) == ("words", "Was fehlt noch?")
    assert told(say(client, "back"))["block"] == "main"
    say(client, "send", block="main", given={"solved": "open", "service": 2})
    last = told(say(client, "send", block="words", given={"missing": "Der Ersatz"}))
    assert "block" not in last
    assert told(say(client, "send", block="words", given={"missing": "Mehr"}))["end"] == last["end"]
    channels = {event["properties"]["channel"] for event in sent(lake)}
    rows = {row["id"].rpartition(".")[2]: row for row in land(lake)}
    assert {name: (row["score"], row["text"]) for name, row in rows.items()} == {
        "solved": (None, None), "service": (2.0, None), "missing": (None, "Der Ersatz"),
    }  # fmt: skip
    assert {row["ref"] for row in rows.values()} == {"T-7"}
    assert channels == {"web"}  # the tag cannot say another one
    assert Opened.objects.get().number == 1


@pytest.mark.usefixtures("asked")
def test_who_it_is_is_believed_with_the_key_of_the_site_only(client: Client, lake: Lake, alice: User) -> None:
    write = accounts.create_write_key(name="shop", by=alice)
    ask = accounts.create_key(name="reader", by=alice)
    people = {"user_id": "K-4711-Z", "anonymous_id": "a-1"}
    tries = [("0" * 32, write, people), ("1" * 32, write, {"anonymous_id": "a-1"}), ("2" * 32, ask, people),
             ("3" * 32, "", people)]  # fmt: skip
    for token, key, person in tries:
        say(client, "keep", token=token, given={"solved": "first"}, key=key, person=person)
        say(client, "send", token=token, block="main", given={"solved": "first", "service": 5})
        say(client, "send", token=token, block="words", given={})
    names = {event["messageId"][0]: event.get("userId") or event["anonymousId"] for event in sent(lake)}
    assert names == {"0": "K-4711-Z", "1": "a-1", "2": "2" * 32, "3": "3" * 32}
    held = next(one for one in personal.holdings() if one.place == "survey_responses")
    theirs = personal.Theirs(frozenset(), lambda text: text == "a-1")
    assert [row["answers"]["service"] for row in held.export(theirs)] == [5]
    assert (held.erase(theirs).removed, Answering.objects.count()) == (1, 3)


def test_nobody_is_known_in_an_anonymous_survey(
    client: Client, lake: Lake, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands.begin(by=alice, key="work", example_key="enps")
    commands.open_(by=alice, key="work")
    key = accounts.create_write_key(name="shop", by=alice)
    heard: list[showing.Name | None] = []

    def listen(ask: Ask, visit: showing.Visit) -> showing.Decision:
        heard.append(visit.who)
        return showing.Decision()

    monkeypatch.setattr(showing, "_deciders", [listen])
    say(client, "open", survey="work", key=key, person={"user_id": "K-4711-Z"})
    say(
        client,
        "send",
        survey="work",
        key=key,
        block="main",
        given={"enps": 9, "keeps": "Slow"},
        person={"user_id": "K-4711-Z"},
    )
    assert heard == [None]
    assert bytes(Answering.objects.get().who) == b""
    assert "K-4711-Z" not in str(sent(lake))


@pytest.mark.usefixtures("asked")
def test_who_may_not_be_asked_now_is_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "_deciders", [lambda ask, visit: showing.Decision(allowed=False, reason="enough")])
    assert told(say(client, "open")) == {"asked": False}
    say(client, "keep", given={"solved": "open"})
    assert told(say(client, "open"))["block"] == "main"  # who had begun may go on
    assert not Opened.objects.exists()


@pytest.mark.usefixtures("asked")
def test_what_cannot_be_used_has_a_code_and_other_sites_may_read_it(client: Client) -> None:
    bad = client.post("/s/help/widget/", b"\xff{", content_type="text/plain")
    assert (bad.status_code, told(bad)) == (400, {"asked": False, "error": "bad_request"})
    assert told(say(client, "open", token="x"))["error"] == "bad_request"
    assert told(say(client, "burn"))["error"] == "bad_request"
    gone = say(client, "open", survey="none")
    assert (gone.status_code, told(gone)["error"]) == (404, "unknown")
    strange = say(client, "send", block="main", given={"strange": 1})
    assert (strange.status_code, told(strange)["error"]) == (404, "unknown_question")
    assert client.get("/s/help/widget/").status_code == 405


@pytest.mark.usefixtures("asked")
def test_too_many_at_once_are_asked_to_come_later(client: Client, settings: Any) -> None:
    settings.SURVEY_WIDGET_RATE = "2/m/ip"
    answers = [say(client, "keep", given={"solved": "open"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [204, 204, 429]
    assert answers[-1]["Retry-After"] == "60"
    assert answers[-1]["Access-Control-Allow-Origin"] == "*"


@pytest.mark.usefixtures("asked")
def test_a_survey_in_arabic_runs_the_other_way(client: Client, alice: User) -> None:
    body = commands.find("help").body
    body["languages"].append("ar")
    commands.change(by=alice, key="help", body=body)
    commands.open_(by=alice, key="help")
    first = told(say(client, "open", language="ar-EG"))
    assert (first["language"], first["direction"], first["words"]["next"]) == ("ar", "rtl", "Next")


def test_the_script_is_given_to_every_site(client: Client) -> None:
    answer = client.get("/hl-ask.js", headers={"Accept-Encoding": "br, gzip"})
    assert gzip.decompress(answer.content) == FILE.read_bytes()
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert client.get("/hl-ask.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/hl-ask.js").content == FILE.read_bytes()


@pytest.mark.usefixtures("asked")
def test_an_answer_and_its_page_that_come_at_the_same_moment_are_both_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = answering.asked("help", TOKEN)  # what both saw: nothing was kept yet
    say(client, "keep", given={"service": 4})
    seen, look = iter([before]), answering.asked
    monkeypatch.setattr(answering, "asked", lambda *place: next(seen, None) or look(*place))
    there, wrong = answering.send(
        key="help", token=TOKEN, language="en", block="main", given={"solved": "open"}, hidden={}, link=""
    )
    assert wrong == {}
    assert dict(there.response.answers) == {"solved": "open", "service": 4}
    assert Answering.objects.get(token=TOKEN).at_block == "words"
