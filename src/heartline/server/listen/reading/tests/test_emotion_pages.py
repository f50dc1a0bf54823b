"""Which emotions speak from texts: a sentence, doors, quotes that can be put right; and by what they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.listen.text import embedding, signs
from heartline.listen.text.tests.toy import Toy
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import PLACES, UNITS, signed_in
from heartline.server.accounts.tests.pages import kinds, sentence, text
from heartline.server.listen.reading import correcting, tasks
from heartline.server.listen.reading.models import Correction
from heartline.server.shell import opened
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db
JOY = ("I love it, it makes me <b>smile</b>", "We celebrated and had a wonderful evening")
ANGER = ("I am furious", "This makes me so angry")


@pytest.fixture
def told(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """Give a company of whose texts some show joy and, of the delivery in Berlin, anger; they were read."""
    toy = Toy()
    monkeypatch.setattr(embedding, "named", lambda _name: toy)
    monkeypatch.setattr("heartline.listen.text.reader.embedding.named", lambda _name: toy)
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    rows: list[Any] = []
    for n in range(60):
        rows.append((f"p{n}", "support", f"2026-0{1 + n % 3}-10 10:{n:02d}", {"text": JOY[n % 2], "feeling": 0.8}))
        if n % 2:
            rows.append((f"q{n}", "delivery", f"2026-0{1 + n % 3}-11 10:{n:02d}",
                         {"text": ANGER[n // 2 % 2], "feeling": -0.6, "unit": "berlin"}))  # fmt: skip
    made = events(tmp_path / "data", rows, unit=UNITS, touchpoint=PLACES)
    settings.DATA = tmp_path / "data"
    opened._opened.cache_clear()
    tasks.read_texts.call()
    yield made
    opened._opened.cache_clear()


def test_the_sentence_says_which_emotion_speaks_most(alice: User, told: Lake) -> None:
    page = text(signed_in(alice), "/emotions/")
    assert sentence(page) == (
        "Most of all Joy: it speaks from 67 in 100 texts (between 56 and 76; 90 texts were read). 0 in 100 show no"
        " clear emotion."
    )
    assert "<b>smile</b>" not in page
    assert "Touchpoint by touchpoint" in page
    assert page.count('class="spark"') >= 2
    assert "read_people" not in page


def test_every_number_opens_its_texts(alice: User, told: Lake) -> None:
    client = signed_in(alice)
    for address in ("/emotions/", "/emotions/anger/", "/emotions/anger/?touchpoint=delivery"):
        doors = re.findall(r'href="(/behind/[^"]+)"', text(client, address))
        assert len(doors) >= 4
        for door in kinds(doors):
            assert re.search(r"<strong>[\d,]+ entr", text(client, door))
    page = text(client, "/emotions/anger/")
    (first,) = re.findall(r'Of all texts there"><a class="num" href="[^"]+">([^<]+)</a>', page)[:1]
    assert first == "100.0 %"
    assert '<tbody><tr><th scope="row">Mar 2026' in re.sub(r"\s*\n\s*", "", page)


def test_a_text_that_sounds_otherwise_is_put_right_at_once(alice: User, bob: User, told: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/emotions/anger/")
    (one, *_others) = re.findall(r'name="text" value="([^"]+)"', page)
    done = client.post("/emotions/anger/right/", {"text": one, "emotion": "sadness"})
    assert done.headers["Location"] == "/emotions/anger/?righted=1"
    assert correcting.emotions() == {one: "sadness"}
    assert Correction.objects.get().feeling is None
    assert AuditEntry.objects.get(action="correct_reading").subject == one
    assert 'role="status"' in text(client, "/emotions/anger/?righted=1")
    snapshot = told.at()
    rows = snapshot.rows("id", "text")
    angry = snapshot.execute(rows.filter(rows.text.isin(ANGER)).order_by("id")).to_pylist()
    for other in [row["id"] for text_ in ANGER for row in angry if row["text"] == text_][2::4]:
        client.post("/emotions/anger/right/", {"text": other, "emotion": "sadness"})
    later = sentence(text(client, "/emotions/sadness/"))
    assert later.startswith("It speaks from 33 in 100 texts (between "), "what means alike is read alike"
    gone = client.post("/emotions/anger/right/", {"text": "nobody", "emotion": "joy"})
    assert "not there any more" in text(client, gone.headers["Location"])
    assert client.post("/emotions/nothing/right/", {"text": one}).status_code == 404
    assert signed_in(bob).post("/emotions/anger/right/", {"text": one, "emotion": "joy"}).status_code == 403


def test_who_sees_berlin_only_reads_berlin_only(bob: User, told: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/emotions/")
    assert sentence(page).startswith("Most of all Anger: it speaks from 100 in 100 texts (between ")
    assert "By which sentences" not in page
    assert "This sounds like" not in text(client, "/emotions/anger/")
    assert client.get("/company/emotions/").status_code == 403


def test_strangers_and_wrong_addresses(charlie: Client, alice: User, told: Lake) -> None:
    assert charlie.get("/emotions/").status_code == 302
    client = signed_in(alice)
    assert client.get("/emotions/boredom/").status_code == 404
    assert client.get("/emotions/?channel=smoke").status_code == 400


def test_an_empty_company_is_told_the_one_step(alice: User, empty_lake: Lake) -> None:
    assert "The one step" in text(signed_in(alice), "/emotions/")


def test_signs_are_tried_out_before_they_are_kept(alice: User, told: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/company/emotions/")
    assert sentence(page).startswith("By 48 sentences and ")
    body = signs.shipped().body()
    form = {**{name: "\n".join(some) for name, some in body["emotions"].items()},
            **{f"emoji_{name}": some for name, some in body["emojis"].items()},
            "nothing": "\n".join(body["nothing"]), "clear": "0.3"}  # fmt: skip
    assert "Nothing would be read otherwise among the newest 90 texts." in text_of(client, {**form, "try": "1"})
    other = {**form, "anger": "I am at a loss\nI am sorry\nWhat a day", "sadness": "\n".join(("I am sad", *ANGER))}
    tried = text_of(client, {**other, "try": "1"})
    assert "Of the newest 90 texts 30 would be read otherwise." in tried
    assert "now: anger; then: sadness" in tried
    assert signs.KEY not in told.at().definitions.all("settings"), "nothing is kept yet"
    assert client.post("/company/emotions/", {**other, "keep": "1"}).status_code == 302
    assert sentence(text(client, "/emotions/sadness/")).startswith("It speaks from 33 in 100")
    assert AuditEntry.objects.filter(action="change_emotions").count() == 1
    refused = client.post("/company/emotions/", {**form, "emoji_joy": "joy", "keep": "1"})
    assert refused.status_code == 400
    assert "is no emoji" in refused.content.decode()
    client.post("/company/emotions/", {**form, "reset": "1"})
    assert told.at().definitions.all("settings")[signs.KEY] == {}
    assert sentence(text(client, "/emotions/anger/")).startswith("It speaks from 33 in 100")


def text_of(client: Client, form: dict[str, str]) -> str:
    answer = client.post("/company/emotions/", form)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.content.decode()))


def test_queries_do_not_grow_with_texts(alice: User, told: Lake) -> None:
    client = signed_in(alice)
    for address in ("/emotions/", "/emotions/joy/"):
        text(client, address)
    with CaptureQueriesContext(connection) as few:
        text(client, "/emotions/joy/")
    events(told.folder, [(None, "support", "2026-03-28", {"text": JOY[n % 2]}) for n in range(40)])
    tasks.read_texts.call()
    with CaptureQueriesContext(connection) as many:
        text(client, "/emotions/joy/")
    assert len(many) <= len(few)
