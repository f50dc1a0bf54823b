"""Texts are read and learnt from in the background, and people see how well, and put right what is wrong."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from heartline.core.errors import Forbidden, InvalidInput, NotFound
from heartline.listen.text import embedding, seeds
from heartline.listen.text.refining import mark
from heartline.listen.text.tests.toy import Toy, said
from heartline.server.accounts.models import AuditEntry, User
from heartline.server.accounts.tests.cast import signed_in
from heartline.server.listen.reading import commands, correcting, tasks
from heartline.server.listen.reading.models import Correction, Turn
from heartline.server.shell.personal import Theirs
from heartline.store.lake import Lake
from heartline.store.tests.world import events

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Encode with the toy; its name is that of the portable encoder."""
    made = Toy()
    monkeypatch.setattr(embedding, "named", lambda _name: made)
    monkeypatch.setattr("heartline.listen.text.reader.embedding.named", lambda _name: made)
    monkeypatch.setenv("HEARTLINE_ENCODER", "use")


def page(client: Client, status: int = 200) -> str:
    answer = client.get("/company/reading/")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def sentence(text: str) -> str:
    found = re.search(r'<p class="answer">(.*?)</p>', text)
    assert found is not None
    return unescape(found[1])


def feelings(lake: Lake) -> dict[str, float | None]:
    snapshot = lake.at()
    found = snapshot.execute(snapshot.rows("id", "text", "feeling")).to_pylist()
    return {row["id"]: row["feeling"] for row in found if row["text"]}


def test_a_company_that_begins_is_told_what_comes(alice: User, empty_lake: Lake) -> None:
    text = page(signed_in(alice))
    assert sentence(text) == "Texts are read by example sentences. Nothing was learnt from your own texts yet."
    assert "Once some hundred texts are here" in text
    assert not tasks.due()


def test_texts_are_read_learnt_from_and_shown_with_how_well(alice: User, empty_lake: Lake) -> None:
    answers = {1.0: {"score": 5, "scale": "stars5"}, -1.0: {"score": 1, "scale": "stars5"}}
    rows = [
        ("ann", "shop", f"2024-03-01 {n // 60:02d}:{n % 60:02d}", {"text": text, **(answers[side] if n < 330 else {})})
        for n, (text, side) in enumerate(said(360))
    ]
    events(empty_lake.folder, rows, settings={"reading": {"languages": ["en"]}})
    assert tasks.behind()
    assert tasks.read_texts.call() == 360
    assert not tasks.behind()
    turn = Turn.objects.get()
    assert (turn.done, turn.of, turn.under_way, turn.failed) == (360, 360, False, False)
    assert not tasks.due(), "what was there was learnt from before it was read"
    assert sentence(page(signed_in(alice))).startswith("Of a good and a bad rating in English")
    assert tasks.learn.call() == 330
    assert tasks.read_texts.call() == 360, "others read now"
    text = page(signed_in(alice))
    begin, share, end = re.split(r"(\d+)", sentence(text), maxsplit=1)
    assert begin == "Of a good and a bad rating in English, the text of the good one is read as the better one in "
    assert end == " of 100 cases."
    assert int(share) > 85
    assert ">330</td>" in text
    assert "weighed by what proved right" in text
    assert "of which 330 were rated" in text


def test_what_is_wrong_is_put_right_and_stays(alice: User, bob: User, empty_lake: Lake) -> None:
    rows = [("ann", "shop", "2024-03-01 10:00", {"text": "The staff were rude and it was horrible and dirty"}),
            ("bea", "shop", "2024-03-01 11:00", {"text": "We love the wonderful quality"})]  # fmt: skip
    events(empty_lake.folder, rows)
    tasks.read_texts.call()
    assert (feelings(empty_lake)["world:1"] or 0) < 0
    client = signed_in(alice)
    text = page(client)
    assert "read as: unhappy" in text
    answer = client.post("/company/reading/right/", {"text": "world:1", "feeling": "good"})
    assert answer.status_code == 302
    assert feelings(empty_lake)["world:1"] == 0.8
    assert correcting.feelings() == {"world:1": 0.8}
    entry = AuditEntry.objects.get(action="correct_reading")
    assert (entry.by, entry.subject) == (alice.email, "world:1")
    assert "put right" in page(client)
    commands.change(wanted={"languages": ["en", "de"]}, by=alice)
    assert tasks.read_texts.call() == 2
    assert feelings(empty_lake)["world:1"] == 0.8, "whoever reads again leaves it"
    with pytest.raises(NotFound):
        commands.correct(interaction="nobody", feeling=0.5, by=alice)
    with pytest.raises(InvalidInput):
        commands.correct(interaction="world:1", feeling=3, by=alice)
    with pytest.raises(Forbidden):
        commands.correct(interaction="world:1", feeling=0.5, by=bob)
    theirs = Theirs(frozenset({"user_id:ann"}), lambda _text: False)
    assert [row["interaction"] for row in correcting.export(theirs)] == ["world:1"]
    assert correcting.erase(theirs).removed == 1
    assert not Correction.objects.exists()


def test_sentences_are_the_companys_to_write(alice: User, bob: User, empty_lake: Lake) -> None:
    client = signed_in(alice)
    own = {"positive": "Yes!\nTop\nSuper", "negative": "No\nBad\nPoor", "neutral": "Hm\nWell\nSo",
           "asking": "Hello\nWhere?\nWhen?"}  # fmt: skip
    answer = client.post("/company/reading/", {**own, "languages": "en, DE", "encoder": ""})
    assert answer.status_code == 302
    kept = empty_lake.at().definitions.all("settings")["reading"]
    assert kept == {"seeds": {side: text.splitlines() for side, text in own.items()}, "languages": ["en", "de"]}
    assert seeds.of(empty_lake.at().definitions).feeling["positive"] == ("Yes!", "Top", "Super")
    few = client.post("/company/reading/", {**own, "negative": "No"})
    assert few.status_code == 400
    assert "Each field needs at least three sentences." in few.content.decode()
    assert client.post("/company/reading/", {**own, "languages": "klingon"}).status_code == 400
    client.post("/company/reading/", {**own, "reset": "1"})
    assert empty_lake.at().definitions.all("settings")["reading"] == {}
    page(signed_in(bob), 403)


def test_nothing_is_read_behind_where_that_is_switched_off(monkeypatch: pytest.MonkeyPatch, empty_lake: Lake) -> None:
    events(empty_lake.folder, [("ann", "shop", "2024-03-01 10:00", {"text": "Good"})])
    monkeypatch.setenv("HEARTLINE_ENCODER", "none")
    assert not tasks.behind()
    assert not tasks.due()
    assert mark(empty_lake.folder) is None
