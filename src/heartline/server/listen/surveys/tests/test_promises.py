"""What is promised to who answers: light pages, quotas that close kindly, nobody known where nobody is to be."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core import serializers
from django.test import Client

from heartline.core.ids import identifier
from heartline.listen.surveys.gallery import gallery
from heartline.server.accounts.models import User
from heartline.server.listen.surveys import commands, links
from heartline.server.listen.surveys.models import Answering, Opened
from heartline.store.lake import Lake
from heartline.store.schema import INTERACTIONS

from .test_answer import land, post, text, token

pytestmark = pytest.mark.django_db
MOST_BYTES = 30_000
PERSON: dict[str, Any] = {
    "HTTP_USER_AGENT": "Phone-of-Bob/7",
    "REMOTE_ADDR": "203.0.113.9",
    "HTTP_REFERER": "https://intra.example/bob",
}


def weight(page: Any) -> int:
    """Add up a page and everything that it loads, unpacked."""
    loaded = re.findall(r'(?:href|src)="/static/([^"]+)"', text(page))
    assert loaded
    return len(page.content) + sum(Path(str(finders.find(name))).stat().st_size for name in loaded)


def test_every_survey_of_the_gallery_loads_in_a_blink(client: Client, alice: User, lake: Lake) -> None:
    weights = {}
    for key in gallery():
        commands.begin(by=alice, key=key, example_key=key)
        commands.open_(by=alice, key=key)
        for language in ("en", "de"):
            weights[key, language] = weight(client.get(f"/s/{key}/", {"lang": language}))
    assert {key: number for key, number in weights.items() if number >= MOST_BYTES} == {}


def test_who_comes_when_a_quota_is_full_is_thanked_and_not_counted(client: Client, alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="nps", example_key="nps")
    body = commands.find("nps").body
    full = {"key": "full", "text": {"en": "Thank you, we have heard enough."}}
    happy = {"key": "happy", "when": {"question": "nps", "above": 8}, "most": 1, "full": "full"}
    commands.change(by=alice, key="nps", body={**body, "ends": [*body["ends"], full], "quotas": [happy]})
    commands.open_(by=alice, key="nps")

    def answers(points: str) -> str:
        here = f"/s/nps/{token(client.get('/s/nps/'))}/"
        page = client.get(post(client, here, "main", nps=points)["Location"])
        while (block := re.search(r'name="block" value="(\w+)"', text(page))) is not None:
            page = client.get(post(client, here, block[1])["Location"])
        return text(page)

    assert "We read every answer" in answers("9")
    assert "we have heard enough" in answers("10")
    assert "We read every answer" in answers("3")  # the quota is of others
    assert Answering.objects.filter(finished_at__isnull=False).count() == 2


def test_an_anonymous_answer_leaves_no_trace_of_its_person(client: Client, alice: User, lake: Lake) -> None:
    commands.begin(by=alice, key="open", example_key="nps")
    body = {**commands.find("open").body, "anonymous": True, "hidden": ["order", "plan"]}
    commands.change(by=alice, key="open", body=body)
    commands.open_(by=alice, key="open")
    link = links.link("open", "email", "bob@shop.example")
    asked = {"to": link, "order": "A-4711", "plan": "bobs-plan"}
    here = f"/s/open/{token(client.get('/s/open/', asked, **PERSON))}/"
    assert Answering.objects.count() == 0  # looking stores nothing but that somebody looked
    assert [(one.number, one.survey.key) for one in Opened.objects.all()] == [(1, "open")]
    form = {"block": "main", "asked": ["nps"], "q-nps": "9", "to": link, "h-order": "A-4711", "h-plan": "bobs-plan"}
    page = client.post(here, form, **PERSON)
    assert page.status_code in (302, 404)
    if page.status_code == 404:  # a personal link leads nowhere here: the form had none
        page = client.post(here, {name: value for name, value in form.items() if name != "to"}, **PERSON)
    block = re.search(r'name="block" value="(\w+)"', text(client.get(page["Location"], **PERSON)))
    assert block is not None
    client.post(here, {"block": block[1], "asked": []}, **PERSON)
    raw = b"".join(path.read_bytes() for path in lake.folder.rglob("*") if path.is_file() and "inbox" in path.name)
    land(lake)
    now = Lake.open(lake.folder).at()
    rows = now.execute(now.rows(*INTERACTIONS.names)).to_pylist()
    ours = [row for row in rows if row["source"] == "surveys"]
    assert ours
    everything = serializers.serialize("json", [*Answering.objects.all(), *Opened.objects.all()]) + str(ours)
    mark = identifier("email", "bob@shop.example", lake.key).partition(":")[2]
    for trace in ("bob", "A-4711", "203.0.113.9", "Phone-of", "intra.example", mark):
        assert trace not in everything, trace
        assert trace.encode() not in raw, trace
    assert {row["customer"] for row in ours} == {None}
