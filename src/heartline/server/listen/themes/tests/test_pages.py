"""What people talk about, in a sentence; every number opens its texts, and people make of themes what they want."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heartline.listen.text.themes.tests.bag import BAG
from heartline.listen.text.themes.values import known
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.accounts.tests.pages import kinds, sentence, text
from heartline.server.listen.themes import commands, tasks, words
from heartline.server.listen.themes.models import progress
from heartline.server.shell.opened import workspace
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


def test_the_sentence_says_what_is_spoken_of_and_what_rises(alice: User, spoken: Lake) -> None:
    page = text(signed_in(alice), "/themes/")
    assert sentence(page) == (
        "Most of all about Friendliness: 82 in 100 texts speak of it (between 75 and 87; 147 texts were read). More"
        " than before: Delivery."
    )
    assert '<span class="mark">rising</span>' in page
    assert "1 of 148 texts are still to be read" in page
    assert "What people wanted to get done" in page
    answer = page.split("<main")[1].split('<details class="how"')[0]
    assert "Why people buy" not in answer
    assert "<b>people</b>" not in page


def test_every_number_opens_its_texts(alice: User, spoken: Lake) -> None:
    client = signed_in(alice)
    for address in ("/themes/", "/themes/delivery/"):
        doors = re.findall(r'<a (?:class="num" )?href="(/behind/[^"]+)">', text(client, address))
        assert len(doors) >= 4
        for door in kinds(doors):
            assert re.search(r"<strong>[\d,]+ entr", text(client, door))


def test_a_theme_with_its_quotes_and_places_leads_to_all_its_texts(alice: User, spoken: Lake) -> None:
    client = signed_in(alice)
    page = text(client, "/themes/delivery/")
    assert sentence(page).startswith("18 in 100 texts speak of it (between ")
    assert "; 147 texts were read). Of those whose feeling is known, 100 in 100 are unhappy (between " in sentence(page)
    assert len(re.findall("<blockquote>", page)) == 8
    assert "Not about this" in page
    (voices,) = re.findall(r'href="(/voices/[^"]*theme=delivery[^"]*)"', page)
    assert len(re.findall("<blockquote>", text(client, unescape(voices)))) == 24
    assert client.get("/themes/nothing/").status_code == 404
    assert client.get("/themes/?channel=smoke").status_code == 400


def test_who_sees_berlin_only_reads_berlin_only_and_changes_nothing(bob: User, spoken: Lake) -> None:
    client = signed_in(bob)
    page = text(client, "/themes/")
    assert "Friendliness" not in sentence(page)
    assert "Begin a theme" not in page
    assert "Make it fit" not in text(client, "/themes/delivery/")
    assert client.post("/themes/delivery/change/", {"do": "off"}).status_code == 403
    assert client.post("/themes/begin/", {"label": "x", "seeds": "y"}).status_code == 403


def test_strangers_are_sent_away(charlie: Client, spoken: Lake) -> None:
    assert charlie.get("/themes/").status_code == 302
    assert charlie.post("/themes/delivery/change/", {"do": "off"}).status_code in (302, 403)


def test_an_empty_company_is_told_the_one_step(alice: User, empty_lake: Lake) -> None:
    for address in ("/themes/", "/needs/", "/reasons/"):
        page = text(signed_in(alice), address)
        assert sentence(page) == "Nobody has written anything yet."
        assert re.search(r"The one step.*?href=\"/import/\"", page)


def test_naming_keeping_merging_and_parting_are_audited_definitions(alice: User, spoken: Lake) -> None:
    client = signed_in(alice)
    steps = (
        {"do": "name", "label": "Parcels"}, {"do": "merge", "into": "waiting"}, {"do": "part"}, {"do": "let_go"},
        {"do": "keep"}, {"do": "off"}, {"do": "on"}, {"do": "not_about", "text": "world:2"},
    )  # fmt: skip
    for step in steps:
        assert client.post("/themes/delivery/change/", step).headers["Location"].endswith(f"?done={step['do']}")
    assert 'role="status"' in text(client, "/themes/delivery/?done=not_about")
    theme = known(workspace().lake.at().definitions)["delivery"]
    assert (theme.label, theme.named, theme.into, theme.pinned, theme.off, theme.no) == (
        "Parcels", True, None, True, False, ("world:2",))  # fmt: skip
    deeds = list(AuditEntry.objects.filter(subject="theme delivery").order_by("pk").values_list("action", flat=True))
    assert deeds == ["name_theme", "merge_theme", "part_theme", "unpin_theme", "pin_theme", "switch_theme_off",
                     "switch_theme_on", "correct_theme"]  # fmt: skip
    refused = client.post("/themes/delivery/change/", {"do": "merge", "into": "delivery"}).headers["Location"]
    assert "Both are the same theme already." in text(client, refused)
    assert client.post("/themes/delivery/change/", {"do": "dance"}).status_code == 400


def test_a_theme_of_ones_own(alice: User, spoken: Lake) -> None:
    client = signed_in(alice)
    made = client.post("/themes/begin/", {"label": "Gift wrapping", "seeds": "The wrapping was torn\nlovely wrapping"})
    assert made.headers["Location"] == "/themes/gift_wrapping/"
    assert sentence(text(client, "/themes/gift_wrapping/")) == "No text here speaks of it."
    again = client.post("/themes/begin/", {"label": "Gift wrapping", "seeds": "x"})
    assert "could not be done" in text(client, again.headers["Location"])


def test_texts_are_read_in_the_background_once_and_again_when_themes_change(
    alice: User, spoken: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heartline.listen.text.embedding.default", lambda: BAG)
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    assert tasks.behind()
    while tasks.read.call():
        pass
    assert not tasks.behind()
    monkeypatch.setenv("HEARTLINE_ENCODER", "none")
    events(spoken.folder, [(None, "support", "2026-03-30", {"text": "One more"})])
    assert not tasks.behind()
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    while tasks.read.call():
        pass
    assert progress().signature
    version = workspace().lake.at().version
    assert tasks.read.call() == 0
    assert workspace().lake.at().version == version
    commands.begin(label="Sizes", seeds=["I wanted another size"], by=alice)
    assert tasks.behind()
    while tasks.read.call():
        pass
    snapshot = workspace().lake.at()
    rows = snapshot.rows("text", "themes")
    read = {row["text"]: row["themes"] for row in snapshot.execute(rows).to_pylist()}
    assert read["I wanted another size"][0] in ("sizes", "need_unmet")
    assert "sizes" in read["I wanted another size"]
    assert read["Not read yet"] is not None


def test_texts_of_which_nobody_said_what_they_judge_get_a_proposal(
    alice: User, spoken: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("heartline.listen.text.embedding.default", lambda: BAG)
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")
    assert not tasks.unjudged()
    events(spoken.folder, [(None, "mail", "2026-03-30", {"text": "The delivery never came", "about": None})])
    assert tasks.unjudged()
    assert tasks.judge.call() == 1
    assert not tasks.unjudged()
    snapshot = workspace().lake.at()
    rows = snapshot.rows("text", "about")
    (read,) = snapshot.execute(rows.filter(rows.text == "The delivery never came"))["about"].to_pylist()
    assert read == "delivery"


def test_queries_do_not_grow_with_texts(alice: User, spoken: Lake) -> None:
    client = signed_in(alice)
    text(client, "/themes/")
    with CaptureQueriesContext(connection) as few:
        text(client, "/themes/")
    more = [(None, "support", "2026-03-28", {"text": f"more {n}", "themes": ["price"]}) for n in range(40)]
    events(spoken.folder, more)
    with CaptureQueriesContext(connection) as many:
        text(client, "/themes/")
    assert len(many) <= len(few)


def test_needs_and_reasons_have_pages_with_evidence(alice: User, bob: User, spoken: Lake) -> None:
    more: list[Any] = [
        (f"n{n}", "support", "2026-03-20", {"text": f"I could not find size {n}", "themes": ["need_unmet"],
                                            "about": "delivery"})
        for n in range(9)
    ]  # fmt: skip
    more.append(("m", "support", "2026-03-21", {"text": "I come back for the people", "themes": ["reason_to_buy"]}))
    events(spoken.folder, more)
    client = signed_in(alice)
    page = text(client, "/needs/")
    assert sentence(page) == (
        "6 in 100 texts (between 3 and 11) speak of something that people wanted and did not get, none of something"
        " that they got; 157 texts were read."
    )
    assert "They wanted it and did not get it" in page
    assert re.search(r"<td[^>]*><a href=\"/behind/[^\"]+\">9</a>", page)
    for door in kinds(re.findall(r'href="(/behind/[^"]+)"', page)):
        assert re.search(r"<strong>[\d,]+ entr", text(client, door))
    assert page.count("<blockquote>") == 6
    reasons = text(client, "/reasons/")
    assert sentence(reasons).startswith("1 in 100 texts (between ")
    assert sentence(reasons).endswith(" say why people buy here, none why they leave; 157 texts were read.")
    assert "I come back for the people" in reasons
    assert 'href="/needs/"' in text(client, "/themes/")
    assert client.get("/needs/?channel=smoke").status_code == 400
    nothing = text(signed_in(bob), "/reasons/")
    assert sentence(nothing) == "No text says why somebody buys or leaves; 26 texts were read."
    assert 'href="/themes/reason_to_leave/"' in nothing  # what counts here
    counts = text(client, "/themes/need_unmet/")
    assert "I was looking for a smaller size but did not find it" in counts


def test_the_ends_of_a_share_are_said_as_finely_as_they_differ() -> None:
    assert words.ends(0.07, 0.083) == {"low": "7", "high": "8"}
    assert words.ends(0.016, 0.024) == {"low": "1.6", "high": "2.4"}
    assert words.ends(0.0, 0.004) == {"low": "0.0", "high": "0.4"}
